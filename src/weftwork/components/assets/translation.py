"""Attributes that a file says for all assets of a component, applied to each spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel

from weftwork.components.assets.asset_models import AssetSpecUpdateKwargs, list_given
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.records.keys import AssetKey


class TranslatorResolvingInfo(NamedTuple):
    """What a file says for all assets of a component.

    Attributes:
        asset_attributes: what it says, as ``AssetAttributesModel``, or a template.
        resolution_context: what templates see.
        model_key: the field that says it.
    """

    asset_attributes: str | BaseModel
    resolution_context: ResolutionContext
    model_key: str = "asset_attributes"

    def get_asset_spec(self, base_spec: AssetSpec, context: Mapping[str, Any]) -> AssetSpec:
        """Return a spec with what the file says.

        Args:
            base_spec: the spec.
            context: what templates see too.

        Raises:
            ResolutionException: if a template fails.
        """
        given = self._resolve(self.resolution_context.at_path(self.model_key).with_scope(**context))
        prefix = given.pop("key_prefix", None)
        key = given.pop("key", None) or base_spec.key
        if prefix:
            key = AssetKey([*([prefix] if isinstance(prefix, str) else prefix), *key.path])
        if given.get("kinds") is not None:
            given["kinds"] = set(given["kinds"])
        for name in ("tags", "metadata"):
            if given.get(name) is not None:
                known = base_spec.metadata if name == "metadata" else base_spec.tags
                given[name] = {**known, **given[name]}
        return base_spec.replace_attributes(**given, key=key)

    def _resolve(self, context: ResolutionContext) -> dict[str, Any]:
        said = self.asset_attributes
        if isinstance(said, str):
            return dict(context.resolve_value(said))
        return list_given(AssetSpecUpdateKwargs.resolve_from_model(context, said))
