"""What files say of assets and checks, and the annotated types for fields that hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from weftwork.components.assets.partition_models import (
    AnyBackfillPolicyModel,
    AnyPartitionsDefinitionModel,
    resolve_backfill_policy,
    resolve_partitions_def,
)
from weftwork.components.resolved.model import Model
from weftwork.components.resolved.planning import suggest
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.resolvable import Resolvable
from weftwork.components.resolved.resolver import Resolver
from weftwork.conditions.expression import AutomationCondition
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.assets.specs.freshness_policy import FreshnessPolicy
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.records.keys import AssetKey


def _resolve(context: ResolutionContext, value: Any) -> Any:
    return context.resolve_value(value)


def _resolve_key(context: ResolutionContext, value: Any) -> AssetKey:
    resolved = context.resolve_value(value, str)
    return (
        AssetKey.from_user_string(resolved)
        if isinstance(resolved, str)
        else AssetKey.from_coercible(resolved)
    )


def _resolve_tags(context: ResolutionContext, value: Any) -> Any:
    resolved = context.resolve_value(value)
    return {key: str(tag) for key, tag in resolved.items()} if isinstance(resolved, dict) else resolved


ResolvedAssetKey = Annotated[
    AssetKey,
    Resolver(
        _resolve_key, model_field_type=str, inject_before_resolve=False,
        description="The key of the asset; a slash parts its parts.", examples=["warehouse/orders"],
    ),
]  # fmt: skip
"""An asset key that a file says as text, with slashes."""


def _docs(description: str, examples: list[Any] | None = None) -> Resolver:
    return Resolver.default(description=description, examples=examples)


class SharedAssetKwargs(Resolvable, Model):
    """What files say of an asset beside its key."""

    deps: Annotated[
        list[ResolvedAssetKey] | None, _docs("The assets that it depends on.", [["raw/orders"]])
    ] = None
    description: Annotated[str | None, _docs("Text for people.", ["Orders, one row each"])] = None
    metadata: Annotated[Mapping[str, Any] | None, _docs("Name to value.", [{"source": "crm"}])] = None
    group_name: Annotated[str | None, _docs("The group that it is shown in.", ["staging"])] = None
    skippable: Annotated[bool | None, _docs("Whether a run may leave it out.")] = None
    code_version: Annotated[str | None, _docs("The version of the code that makes it.", ["3"])] = None
    owners: Annotated[Sequence[str] | None, _docs("E-mail addresses and teams.", [["team:sales"]])] = None
    tags: Annotated[
        Mapping[str, str] | None,
        Resolver(
            _resolve_tags, model_field_type=Mapping[str, str | int | float | bool] | None,
            description="For searching and selecting.", examples=[{"tier": "prod"}],
        ),
    ] = None  # fmt: skip
    kinds: Annotated[Sequence[str] | None, _docs("The technologies that it is made of.", [["snowflake"]])] = (
        None
    )
    automation_condition: Annotated[
        AutomationCondition | None,
        Resolver(_resolve, model_field_type=str | None, description="When it should be made; a template."),
    ] = None
    partitions_def: Annotated[
        PartitionsDefinition[Any] | None,
        Resolver(
            resolve_partitions_def, model_field_type=AnyPartitionsDefinitionModel,
            description="The partitions that it has.", examples=[{"type": "daily", "start_date": "2026-01-01"}],
        ),
    ] = None  # fmt: skip
    freshness_policy: Annotated[
        FreshnessPolicy | None,
        Resolver(_resolve, model_field_type=str | None, description="How old it may become; a template."),
    ] = None


class AssetSpecKwargs(SharedAssetKwargs):
    """What files say of an asset."""

    key: ResolvedAssetKey


class AssetsDefUpdateKwargs(SharedAssetKwargs):
    """What files say to change of assets that are defined already."""


class AssetSpecUpdateKwargs(SharedAssetKwargs):
    """What files say to change of assets that a component is about to define."""

    key: Annotated[
        AssetKey | None,
        Resolver(
            _resolve_key,
            model_field_type=str | None,
            inject_before_resolve=False,
            description="The key of the asset.",
        ),
    ] = None
    key_prefix: Annotated[str | Sequence[str] | None, _docs("What is put before the key.", ["warehouse"])] = (
        None
    )


class AssetCheckSpecKwargs(Resolvable, Model):
    """What files say of a check."""

    name: Annotated[str, _docs("The name of the check.")]
    asset: ResolvedAssetKey
    additional_deps: Annotated[list[ResolvedAssetKey] | None, _docs("Other assets that it looks at.")] = None
    description: Annotated[str | None, _docs("Text for people.")] = None
    blocking: Annotated[bool, _docs("Whether a failure keeps what is downstream from being made.")] = False
    metadata: Annotated[Mapping[str, Any] | None, _docs("Name to value.")] = None
    automation_condition: Annotated[
        AutomationCondition | None,
        Resolver(
            _resolve, model_field_type=str | None, description="When it should be evaluated; a template."
        ),
    ] = None


def list_given(resolved: Model) -> dict[str, Any]:
    """Return name to value, for the fields that a file gives."""
    return {name: getattr(resolved, name) for name in resolved.model_fields_set}


def resolve_asset_spec(context: ResolutionContext, model: Any) -> AssetSpec:
    """Return the asset spec that a file says.

    Args:
        context: what templates see.
        model: what it says.
    """
    given = list_given(AssetSpecKwargs.resolve_from_model(context, model))
    if given.get("kinds") is not None:
        given["kinds"] = set(given["kinds"])
    return AssetSpec(**{name: value for name, value in given.items() if value is not None})


def resolve_asset_check_spec(context: ResolutionContext, model: Any) -> AssetCheckSpec:
    """Return the spec of a check that a file says.

    Args:
        context: what templates see.
        model: what it says.
    """
    return AssetCheckSpec(**list_given(AssetCheckSpecKwargs.resolve_from_model(context, model)))


def _resolve_attributes(context: ResolutionContext, model: Any) -> dict[str, Any]:
    return list_given(AssetsDefUpdateKwargs.resolve_from_model(context, model))


ResolvedAssetSpec = Annotated[AssetSpec, Resolver(resolve_asset_spec, model_field_type=AssetSpecKwargs)]
"""An asset spec."""
ResolvedAssetCheckSpec = Annotated[
    AssetCheckSpec, Resolver(resolve_asset_check_spec, model_field_type=AssetCheckSpecKwargs)
]
"""The spec of a check."""
ResolvedAssetAttributes = Annotated[
    Mapping[str, Any], Resolver(_resolve_attributes, model_field_type=AssetsDefUpdateKwargs)
]
"""Attributes of assets: name to value, for those that the file gives."""
ResolvedBackfillPolicy = Annotated[
    BackfillPolicy | None, Resolver(resolve_backfill_policy, model_field_type=AnyBackfillPolicyModel)
]
"""A backfill policy, or None."""
AssetAttributesModel = AssetSpecUpdateKwargs.model()
"""What files say to change of assets; a resolver gets it as it is, and resolves it for each asset."""

suggest(AssetKey, "ResolvedAssetKey")
suggest(AssetSpec, "ResolvedAssetSpec")
suggest(AssetCheckSpec, "ResolvedAssetCheckSpec")


class OpSpec(Resolvable, Model):
    """What files say of the op that makes assets."""

    name: str | None = None
    tags: dict[str, Any] | None = None
    description: str | None = None
    pool: str | None = None
    backfill_policy: ResolvedBackfillPolicy = None
