"""A mapping between two fixed lists of keys, written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.text import quote_names
from weftwork.partitions.context import DynamicPartitionsStore
from weftwork.partitions.definition import PartitionsSubset
from weftwork.partitions.mappings.mapping import (
    AnyPartitions,
    BuiltInMapping,
    UpstreamPartitionsResult,
    check_partitioned,
)
from weftwork.partitions.static import StaticPartitionsDefinition


class UnknownMappedKeyError(DagsterInvalidDefinitionError, ValueError):
    """A mapping names a key that its definition does not have."""


class StaticPartitionMapping(BuiltInMapping):
    """Which downstream keys depend on which upstream keys, written down.

    Args:
        downstream_partition_keys_by_upstream_partition_key: upstream key to the downstream key or keys that depend on it.

    Example:
        ``StaticPartitionMapping({"europe": ["de", "fr"], "asia": "jp"})``
    """

    __slots__ = ("downstream_partition_keys_by_upstream_partition_key",)

    def __init__(
        self, downstream_partition_keys_by_upstream_partition_key: Mapping[str, str | Collection[str]]
    ) -> None:
        given = downstream_partition_keys_by_upstream_partition_key
        if not isinstance(given, Mapping):
            raise ParameterCheckError(
                f"StaticPartitionMapping takes a mapping of upstream key to downstream keys, not {given!r:.200}."
            )
        for key, values in given.items():
            if not isinstance(key, str) or not isinstance(values, Collection):
                raise CheckError(
                    f"StaticPartitionMapping maps a key to a key or a collection of keys; {key!r} is mapped to "
                    f"{values!r:.100} of type {type(values).__name__}."
                )
        self.downstream_partition_keys_by_upstream_partition_key = dict(given)

    def to_downstream(self) -> dict[str, set[str]]:
        """Return upstream key to the set of downstream keys."""
        items = self.downstream_partition_keys_by_upstream_partition_key.items()
        return {key: {values} if isinstance(values, str) else set(values) for key, values in items}

    def to_upstream(self) -> dict[str, set[str]]:
        """Return downstream key to the set of upstream keys."""
        inverted: dict[str, set[str]] = {}
        for key, values in self.to_downstream().items():
            for value in values:
                inverted.setdefault(value, set()).add(key)
        return inverted

    def validate_partition_mapping(
        self, upstream_partitions_def: AnyPartitions, downstream_partitions_def: AnyPartitions | None
    ) -> None:
        """Raise if a definition is not static, or does not have a key that the mapping names."""
        sides = (
            ("upstream", upstream_partitions_def, self.to_downstream()),
            ("downstream", downstream_partitions_def, self.to_upstream()),
        )
        for side, definition, named in sides:
            if not isinstance(definition, StaticPartitionsDefinition):
                raise DagsterInvalidDefinitionError(
                    f"StaticPartitionMapping needs a StaticPartitionsDefinition {side}, "
                    f"not {type(definition).__name__}."
                )
            unknown = [key for key in named if not definition.has_partition_key(key)]
            if unknown:
                raise UnknownMappedKeyError(
                    f"StaticPartitionMapping names {side} keys that {definition.describe()} does not have: "
                    f"{quote_names(unknown)}."
                )

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: PartitionsSubset | None,
        downstream_partitions_def: AnyPartitions | None,
        upstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> UpstreamPartitionsResult:
        """Return the upstream keys that are mapped to some downstream keys."""
        subset, definition = check_partitioned(self, downstream_partitions_subset, downstream_partitions_def)
        self.validate_partition_mapping(upstream_partitions_def, definition)
        keys = [up for up, down in self.to_downstream().items() if any(key in subset for key in down)]
        empty = upstream_partitions_def.empty_subset()
        return UpstreamPartitionsResult(empty.with_partition_keys(keys), empty)

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: PartitionsSubset,
        upstream_partitions_def: AnyPartitions,
        downstream_partitions_def: AnyPartitions,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> PartitionsSubset:
        """Return the downstream keys that some upstream keys are mapped to."""
        self.validate_partition_mapping(upstream_partitions_def, downstream_partitions_def)
        keys = {
            key
            for up, down in self.to_downstream().items()
            if up in upstream_partitions_subset
            for key in down
        }
        return downstream_partitions_def.subset_with_partition_keys(keys)

    @property
    def description(self) -> str:
        """The mapping in a sentence."""
        return f"Maps upstream to downstream partitions: {self.downstream_partition_keys_by_upstream_partition_key}."
