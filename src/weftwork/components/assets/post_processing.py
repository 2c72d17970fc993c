"""Changes that a file makes to the assets of a component, after it has defined them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Literal

from weftwork.components.assets.asset_models import AssetsDefUpdateKwargs, list_given
from weftwork.components.resolved.model import Model
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.resolvable import Resolvable, validate_source
from weftwork.components.resolved.resolver import Resolver
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.assets.spec_change import map_asset_specs
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.locations.contents import LocationContents
from weftwork.definitions.locations.definitions import Definitions
from weftwork.planning.selection.asset_selection import AssetSelection

Change = Callable[[Definitions], Definitions]


class AssetPostProcessorModel(Resolvable, Model):
    """Which assets are changed, and how.

    Attributes:
        target: a selection, as text; all by default.
        operation: whether tags and metadata are added or replaced; what else is given is always replaced.
        attributes: what is changed.
    """

    target: str = "*"
    operation: Literal["merge", "replace"] = "merge"
    attributes: Annotated[Any, Resolver(lambda _, model: model, model_field_type=AssetsDefUpdateKwargs)]


def resolve_post_processor(context: ResolutionContext, model: Any) -> Change:
    """Return what makes the changes that a file says.

    Args:
        context: what templates see; ``asset`` is the spec of the asset that is changed.
        model: what it says.
    """
    return lambda defs: apply_post_processor_to_defs(model, defs, context)


AssetPostProcessor = Annotated[
    Change, Resolver(resolve_post_processor, model_field_type=AssetPostProcessorModel)
]
"""A function from Definitions to changed Definitions."""


def apply_post_processor_to_defs(model: Any, defs: Definitions, context: ResolutionContext) -> Definitions:
    """Return Definitions with the changes that a file says made to their assets.

    Args:
        model: what the file says.
        defs: what is changed; source assets stay as they are.
        context: what templates see.
    """
    said = AssetPostProcessorModel.resolve_from_model(context, model)
    place = context.at_path("attributes")

    def change(spec: AssetSpec) -> AssetSpec:
        scoped = place.with_scope(asset=spec)
        given = list_given(AssetsDefUpdateKwargs.resolve_from_model(scoped, said.attributes))
        return _changed(spec, given, said.operation == "merge")

    return _map_specs(defs, said.target, change)


def change_assets(defs: Definitions, said: Sequence[Any], context: ResolutionContext) -> Definitions:
    """Return Definitions with all changes that a file says made to their assets, in order.

    Args:
        defs: what is changed.
        said: the changes, as the file says them.
        context: what templates see, at the place of the list.

    Raises:
        pydantic.ValidationError: if a change does not fit.
    """
    model = AssetPostProcessorModel.model()
    places = [context.at_path(number) for number in range(len(said))]
    changes = [validate_source(model, one, place) for one, place in zip(said, places, strict=True)]
    for change, place in zip(changes, places, strict=True):
        defs = apply_post_processor_to_defs(change, defs, place)
    return defs


def post_process_defs(defs: Definitions, post_processors: Iterable[Change]) -> Definitions:
    """Return Definitions after each of these has changed them, in order."""
    for change in post_processors:
        defs = change(defs)
    return defs


def _changed(spec: AssetSpec, given: dict[str, Any], is_merge: bool) -> AssetSpec:
    if is_merge and given.get("tags") is not None:
        given["tags"] = {**{k: v for k, v in spec.tags.items() if k not in _kind_tags(spec)}, **given["tags"]}
    if is_merge and given.get("metadata") is not None:
        given["metadata"] = {**spec.metadata, **given["metadata"]}
    if given.get("kinds") is not None:
        given["kinds"] = set(given["kinds"])
    return spec.replace_attributes(**given)


def _kind_tags(spec: AssetSpec) -> set[str]:
    return {f"dagster/kind/{kind}" for kind in spec.kinds}


def _map_specs(defs: Definitions, target: str, change: Callable[[AssetSpec], AssetSpec]) -> Definitions:
    """Return a copy with selected specs changed; nothing else is looked at, since the rest may come from other files."""
    assets = list(defs.assets or ())
    if target == "*":
        mapped = change
    else:
        graph = LocationContents(assets, defs.asset_checks or ()).catalog.graph
        chosen = AssetSelection.from_string(target, include_sources=True).resolve(graph)

        def mapped(spec: AssetSpec) -> AssetSpec:
            return change(spec) if spec.key in chosen else spec

    changed = [
        asset if isinstance(asset, SourceAsset) else map_asset_specs(mapped, [asset])[0] for asset in assets
    ]
    return defs.copy(assets=changed) if defs.assets is not None else defs
