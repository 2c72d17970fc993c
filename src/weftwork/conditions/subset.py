"""EntitySubset: all, none or some partitions of an asset, check or job."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from weftwork.base.errors import CheckError
from weftwork.partitions.definition import PartitionsDefinition, PartitionsSubset

AnyPartitions = PartitionsDefinition[Any]


class SubsetMapper(Protocol):
    """What a subset asks to be mapped to another target."""

    def map_subset(self, subset: EntitySubset, key: Any) -> EntitySubset:
        """Return the partitions of another target that belong to those of a subset."""
        ...


class EntitySubset:
    """Some partitions of a target; of one without partitions it is there or not.

    Args:
        mapper: what maps it to other targets.
        key: the target.
        value: the partitions; whether it is there, for a target without partitions.
    """

    __slots__ = ("key", "mapper", "value")

    def __init__(self, mapper: SubsetMapper, key: Any, value: bool | PartitionsSubset) -> None:
        self.mapper = mapper
        self.key = key
        self.value = value

    def __repr__(self) -> str:
        return f"EntitySubset<{self.key!r}>({self.value!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EntitySubset):
            return NotImplemented
        return self.key == other.key and self.value == other.value

    def __hash__(self) -> int:
        return hash((self.key, self.value))

    @property
    def is_partitioned(self) -> bool:
        """Whether the target has partitions."""
        return not isinstance(self.value, bool)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        value = self.value
        return not value if isinstance(value, bool) else value.is_empty

    @property
    def size(self) -> int:
        """How many partitions are in it; 1 or 0 for a target without partitions."""
        return len(self.value) if isinstance(self.value, PartitionsSubset) else int(self.value)

    @property
    def partitions_def(self) -> AnyPartitions | None:
        """The partitions of the target."""
        return None if isinstance(self.value, bool) else self.value.partitions_def

    def get_internal_value(self) -> bool | PartitionsSubset:
        """Return the partitions, or whether it is there."""
        return self.value

    def get_internal_bool_value(self) -> bool:
        """Return whether it is there.

        Raises:
            CheckError: if the target has partitions.
        """
        if not isinstance(self.value, bool):
            raise CheckError(f"{self.key} has partitions; use get_internal_subset_value().")
        return self.value

    def get_internal_subset_value(self) -> PartitionsSubset:
        """Return the partitions.

        Raises:
            CheckError: if the target has none.
        """
        if isinstance(self.value, bool):
            raise CheckError(f"{self.key} has no partitions; use get_internal_bool_value().")
        return self.value

    def with_value(self, value: bool | PartitionsSubset) -> EntitySubset:
        """Return other partitions of the same target."""
        return EntitySubset(self.mapper, self.key, value)

    def compute_union(self, other: EntitySubset) -> EntitySubset:
        """Return what is in either."""
        if other.is_empty or other is self:
            return self
        if self.is_empty:
            return other
        return self.with_value(self.value | other.value)  # type: ignore[operator]

    def compute_intersection(self, other: EntitySubset) -> EntitySubset:
        """Return what is in both."""
        if self.is_empty or other is self:
            return self
        return self.with_value(self.value & other.value)  # type: ignore[operator]

    def compute_difference(self, other: EntitySubset) -> EntitySubset:
        """Return what is in this and not in the other."""
        if self.is_empty or other.is_empty:
            return self
        if isinstance(self.value, bool):
            return self.with_value(False)
        return self.with_value(self.value - other.value)

    __or__ = compute_union
    __and__ = compute_intersection
    __sub__ = compute_difference

    def compute_intersection_with_partition_keys(self, partition_keys: Iterable[str]) -> EntitySubset:
        """Return those of some keys that are in it."""
        subset = self.get_internal_subset_value()
        wanted = [key for key in partition_keys if key in subset]
        return self.with_value(subset.empty_subset().with_partition_keys(wanted))

    def expensively_compute_partition_keys(self) -> set[Any]:
        """Return the keys in it; {None} for a target without partitions that is there."""
        if isinstance(self.value, bool):
            return {None} if self.value else set()
        return set(self.value.get_partition_keys())

    def compute_mapped_subset(self, to_key: Any) -> EntitySubset:
        """Return the partitions of another target that belong to those in it."""
        return self.mapper.map_subset(self, to_key)

    compute_parent_subset = compute_mapped_subset
    compute_child_subset = compute_mapped_subset
