"""Checks that one op evaluates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.node_binding import NodeBinding
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.records.keys import AssetKey


class AssetChecksDefinition(AssetsDefinition):
    """Checks, and the op that evaluates them; made by ``@asset_check`` and ``@multi_asset_check``."""

    __slots__ = ()

    @staticmethod
    def create(
        *,
        keys_by_input_name: Mapping[str, AssetKey],
        node_def: Any,
        check_specs_by_output_name: Mapping[str, AssetCheckSpec],
        can_subset: bool,
        resource_defs: Mapping[str, Any] | None = None,
    ) -> AssetChecksDefinition:
        """Return the checks that an op evaluates.

        Args:
            keys_by_input_name: input name to the asset it reads.
            node_def: the op.
            check_specs_by_output_name: output name to check.
            can_subset: whether a run may evaluate only some of them.
            resource_defs: resources that belong to it.
        """
        binding = NodeBinding(
            node_def, dict(keys_by_input_name), {}, {n: c.key for n, c in check_specs_by_output_name.items()},
            can_subset=can_subset,
        )  # fmt: skip
        definition: AssetChecksDefinition = AssetChecksDefinition.build(
            binding, (), check_specs_by_output_name, resource_defs=resource_defs
        )
        return definition

    @property
    def name(self) -> str:
        """The name of the only check."""
        return self.check_key.name

    @property
    def asset_key(self) -> AssetKey:
        """The asset that the only check checks."""
        return self.check_key.asset_key
