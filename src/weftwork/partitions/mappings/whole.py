"""Mappings that need no arithmetic: the same key, all, the last, some named ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.partitions.context import DynamicPartitionsStore
from weftwork.partitions.definition import PartitionsDefinition, PartitionsSubset
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.partitions.keys import check_keys
from weftwork.partitions.mappings.mapping import (
    AnyPartitions,
    BuiltInMapping,
    UpstreamPartitionsResult,
    check_partitioned,
    looking_with,
)
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition, TimeWindowPartitionsSubset

_KINDS = (
    StaticPartitionsDefinition, TimeWindowPartitionsDefinition, MultiPartitionsDefinition, DynamicPartitionsDefinition,
)  # fmt: skip


def _kind(definition: AnyPartitions | None) -> type:
    return next((kind for kind in _KINDS if isinstance(definition, kind)), type(definition))


class IdentityPartitionMapping(BuiltInMapping):
    """Each partition depends on the upstream partition of the same key."""

    __slots__ = ()

    def validate_partition_mapping(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions | None
    ) -> None:
        """Raise if the definitions are of different kinds, so that keys cannot be the same."""
        if _kind(upstream_partitions_def) is not _kind(downstream_partitions_def):
            raise DagsterInvalidDefinitionError(
                f"IdentityPartitionMapping needs the same kind of partitions upstream and downstream, and got "
                f"{_kind(upstream_partitions_def).__name__} upstream and {_kind(downstream_partitions_def).__name__} "
                f"downstream. Give the dependency another partition_mapping."
            )

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: AnyPartitions | None,
        upstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """Return the upstream partitions of the same keys."""
        subset, definition = check_partitioned(self, downstream_partitions_subset, downstream_partitions_def)
        if definition == upstream_partitions_def:
            return UpstreamPartitionsResult(subset, upstream_partitions_def.empty_subset())
        with looking_with(current_time, dynamic_partitions_store):
            existing, missing = _same_keys(subset, upstream_partitions_def)
        return UpstreamPartitionsResult(existing, missing)

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: AnyPartitions,
        downstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """Return the downstream partitions of the same keys."""
        if upstream_partitions_def == downstream_partitions_def:
            return upstream_partitions_subset
        with looking_with(current_time, dynamic_partitions_store):
            return _same_keys(upstream_partitions_subset, downstream_partitions_def)[0]

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        return "Maps each downstream partition to the upstream partition of the same key."


def _same_keys(
    subset: PartitionsSubset, definition: AnyPartitions
) -> tuple[PartitionsSubset, PartitionsSubset]:
    """Return the partitions of another definition that have the keys of a subset, and the keys it does not have."""
    if isinstance(subset, TimeWindowPartitionsSubset) and isinstance(
        definition, TimeWindowPartitionsDefinition
    ):
        own = subset.partitions_def
        if (
            isinstance(own, TimeWindowPartitionsDefinition)
            and own.calendar.identity == definition.calendar.identity
        ):
            moved = TimeWindowPartitionsSubset(definition, subset.numbers_on(definition.calendar))
            existing = moved & definition.subset_with_all_partitions()
            return existing, moved - existing
    keys = set(subset)
    valid = definition.filter_valid_partition_keys(keys)
    missing = PartitionsDefinition.empty_subset(definition).with_partition_keys(keys - valid)
    return definition.subset_with_partition_keys(valid), missing


class AllPartitionMapping(BuiltInMapping):
    """Each partition depends on all upstream partitions."""

    __slots__ = ()

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: AnyPartitions | None,
        upstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """Return all upstream partitions."""
        with looking_with(current_time, dynamic_partitions_store):
            everything = upstream_partitions_def.subset_with_all_partitions()
        return UpstreamPartitionsResult(everything, upstream_partitions_def.empty_subset())

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: AnyPartitions,
        downstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """Return all downstream partitions, or none if there is nothing upstream."""
        if upstream_partitions_subset.is_empty:
            return downstream_partitions_def.empty_subset()
        with looking_with(current_time, dynamic_partitions_store):
            return downstream_partitions_def.subset_with_all_partitions()

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        return "Maps each downstream partition to all upstream partitions."


class LastPartitionMapping(BuiltInMapping):
    """Each partition depends on the last upstream partition."""

    __slots__ = ()

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: AnyPartitions | None,
        upstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """Return the last upstream partition that exists."""
        with looking_with(current_time, dynamic_partitions_store):
            last = upstream_partitions_def.get_last_partition_key()
        empty = upstream_partitions_def.empty_subset()
        return UpstreamPartitionsResult(empty if last is None else empty.with_partition_keys([last]), empty)

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: AnyPartitions,
        downstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """Return all downstream partitions if the last upstream one is among the given ones, else none."""
        with looking_with(current_time, dynamic_partitions_store):
            last = upstream_partitions_def.get_last_partition_key()
            if last is None or last not in upstream_partitions_subset:
                return downstream_partitions_def.empty_subset()
            return downstream_partitions_def.subset_with_all_partitions()

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        return "Maps each downstream partition to the last upstream partition."


class SpecificPartitionsPartitionMapping(BuiltInMapping):
    """Each partition depends on some named upstream partitions.

    Args:
        partition_keys: the upstream keys.
    """

    __slots__ = ("partition_keys",)

    def __init__(self, partition_keys: Sequence[str]) -> None:
        self.partition_keys = list(check_keys(partition_keys, "a SpecificPartitionsPartitionMapping"))

    def validate_partition_mapping(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions | None
    ) -> None:
        """Raise if a key cannot exist upstream; keys of dynamic and time partitions may come later."""
        if isinstance(upstream_partitions_def, StaticPartitionsDefinition):
            for key in self.partition_keys:
                if not upstream_partitions_def.has_partition_key(key):
                    raise DagsterInvalidDefinitionError(
                        f"SpecificPartitionsPartitionMapping names '{key}', which is no partition of "
                        f"{upstream_partitions_def.describe()}."
                    )

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: AnyPartitions | None,
        upstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """Return the named upstream partitions."""
        with looking_with(current_time, dynamic_partitions_store):
            valid = upstream_partitions_def.filter_valid_partition_keys(set(self.partition_keys))
        missing = [key for key in self.partition_keys if key not in valid]
        return UpstreamPartitionsResult(
            upstream_partitions_def.subset_with_partition_keys(valid),
            PartitionsDefinition.empty_subset(upstream_partitions_def).with_partition_keys(missing),
        )

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: AnyPartitions,
        downstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """Return all downstream partitions if a named upstream one is among the given ones, else none."""
        if not any(key in upstream_partitions_subset for key in self.partition_keys):
            return downstream_partitions_def.empty_subset()
        with looking_with(current_time, dynamic_partitions_store):
            return downstream_partitions_def.subset_with_all_partitions()

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        return f"Maps each downstream partition to the upstream partitions {', '.join(self.partition_keys)}."
