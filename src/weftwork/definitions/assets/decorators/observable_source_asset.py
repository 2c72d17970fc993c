"""``@observable_source_asset``: a function that observes an asset that something else makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, overload

from weftwork.base.arguments import check_callable
from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.ops.decorator import get_function_name
from weftwork.records.keys import AssetKey, CoercibleToAssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts


@overload
def observable_source_asset(observe_fn: Callable[..., Any]) -> SourceAsset: ...


@overload
def observable_source_asset(
    observe_fn: None = None, **arguments: Any
) -> Callable[[Callable[..., Any]], SourceAsset]: ...


def observable_source_asset(
    observe_fn: Callable[..., Any] | None = None,
    *,
    key: CoercibleToAssetKey | None = None,
    name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    metadata: Mapping[str, Any] | None = None,
    io_manager_key: str | None = None,
    io_manager_def: object | None = None,
    description: str | None = None,
    group_name: str | None = None,
    required_resource_keys: Set[str] | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    partitions_def: Any = None,
    automation_condition: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    **hidden: Any,
) -> SourceAsset | Callable[[Callable[..., Any]], SourceAsset]:
    """Make a function the observation of an asset that something else makes: it returns the asset's data version.

    Args:
        observe_fn: the function, where the decorator is used without parentheses.
        key: the whole key, instead of name and key_prefix.
        name: the name of the asset (default: that of the function).
        key_prefix: parts before the name.
        metadata: name to value.
        io_manager_key: the resource that loads it.
        io_manager_def: the IO manager that loads it, where it belongs to this asset alone.
        description: text for people.
        group_name: the group it is shown in.
        required_resource_keys: the resources that ``context.resources`` gives.
        resource_defs: resources that belong to it.
        partitions_def: the partitions it has.
        automation_condition: when it should be observed.
        op_tags: tags of the op.
        tags: text to text.
        **hidden: older parameters: auto_observe_interval_minutes, legacy_freshness_policy.

    Raises:
        DagsterInvalidDefinitionError: if the key or an attribute is not of the documented form.

    Example:
        >>> @observable_source_asset
        ... def exports():
        ...     return DataVersion(checksum_of("exports.csv"))
    """
    if key is not None and (name or key_prefix is not None):
        raise DagsterInvalidDefinitionError(
            "@observable_source_asset takes the whole key, or a name and key_prefix, not both."
        )

    def decorate(fn: Callable[..., Any]) -> SourceAsset:
        check_callable(fn, "observe_fn")
        own = AssetKey.from_coercible(key) if key is not None else AssetKey(
            [*key_prefix_parts(key_prefix), name or get_function_name(fn, "observable_source_asset")]
        )  # fmt: skip
        return SourceAsset(
            own, metadata=metadata, io_manager_key=io_manager_key, io_manager_def=io_manager_def,
            description=description, group_name=group_name, resource_defs=resource_defs, partitions_def=partitions_def,
            automation_condition=automation_condition, op_tags=op_tags, tags=tags, observe_fn=fn,
            _required_resource_keys=frozenset({*(required_resource_keys or ()), *(resource_defs or ())}), **hidden,
        )  # fmt: skip

    return decorate(observe_fn) if observe_fn is not None else decorate
