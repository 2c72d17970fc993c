"""ExecutableComponent: assets and checks that one op makes, whose code a component provides."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import CheckError
from weftwork.components.assets.asset_models import OpSpec, ResolvedAssetCheckSpec, ResolvedAssetSpec
from weftwork.components.component import Component
from weftwork.components.load_context import ComponentLoadContext
from weftwork.components.resolved.model import Model
from weftwork.components.resolved.resolvable import Resolvable
from weftwork.definitions.assets.decorators.multi_asset import multi_asset
from weftwork.definitions.checks.asset_check import multi_asset_check
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition
from weftwork.definitions.events import AssetCheckResult, MaterializeResult
from weftwork.definitions.locations.definitions import Definitions

if TYPE_CHECKING:
    from weftwork.definitions.assets.assets_definition import AssetsDefinition


class ExecutableComponent(Component, Model, Resolvable):
    """Assets and checks that one op makes.

    Attributes:
        assets: the assets; None or none where there are checks only.
        checks: the checks.
    """

    assets: list[ResolvedAssetSpec] | None = None
    checks: list[ResolvedAssetCheckSpec] | None = None

    @property
    @abstractmethod
    def op_spec(self) -> OpSpec:
        """Name, tags and pool of the op."""

    @property
    def resource_keys(self) -> set[str]:
        """The resources that the op requires."""
        return set()

    @property
    def config_fields(self) -> Mapping[str, Any] | None:
        """The config that the op takes."""
        return None

    @abstractmethod
    def invoke_execute_fn(self, context: Any, component_load_context: ComponentLoadContext) -> Any:
        """Make the assets, and evaluate the checks.

        Args:
            context: the context of the op.
            component_load_context: where in the project the component is.

        Returns:
            Results of assets and checks; None for the usual ones.
        """

    def get_compute_fn(self, component_load_context: ComponentLoadContext) -> Callable[..., Any]:
        """Return the function of the op."""

        def execute(context):  # type: ignore[no-untyped-def]  # an op for assets has another context than one for checks
            made = self.invoke_execute_fn(context, component_load_context)
            yield from [made] if isinstance(made, (MaterializeResult, AssetCheckResult)) else made or ()

        return execute

    def build_underlying_assets_def(self, component_load_context: ComponentLoadContext) -> AssetsDefinition:
        """Return what makes the assets, or evaluates the checks where there are no assets.

        Args:
            component_load_context: where in the project the component is.

        Raises:
            CheckError: if there are neither.
        """
        spec = self.op_spec
        common: dict[str, Any] = {
            "name": _to_name(spec.name), "op_tags": spec.tags, "description": spec.description, "pool": spec.pool,
            "required_resource_keys": self.resource_keys or None, "config_schema": self.config_fields or None,
        }  # fmt: skip
        fn = self.get_compute_fn(component_load_context)
        if self.assets:
            return multi_asset(
                **common, specs=self.assets, check_specs=self.checks, backfill_policy=spec.backfill_policy
            )(fn)
        if not self.checks:
            raise CheckError(f"{type(self).__name__} has neither assets nor checks. Give it at least one.")
        return multi_asset_check(**common, specs=self.checks)(fn)

    def build_defs(self, context: ComponentLoadContext) -> Definitions:
        """Return what makes the assets, or evaluates the checks."""
        made = self.build_underlying_assets_def(context)
        is_check = isinstance(made, AssetChecksDefinition)
        return Definitions(asset_checks=[made]) if is_check else Definitions(assets=[made])


def _to_name(name: str | None) -> str | None:
    return None if name is None else re.sub(r"\W", "_", name)
