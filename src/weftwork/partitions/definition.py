"""What every partitions definition and every subset of partitions can do, and the subset that is a set of keys."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from itertools import groupby
from typing import Any, Generic, NamedTuple, Self, TypeVar

from weftwork.base.errors import DagsterInvalidInvocationError, ParameterCheckError
from weftwork.base.text import quote_names
from weftwork.partitions.context import (
    DynamicPartitionsStore,
    PartitionLoadingContext,
    partition_loading_context,
)
from weftwork.partitions.keys import PartitionKeyRange, unknown_key_error
from weftwork.records.tags import PARTITION_NAME_TAG
from weftwork.serde import Record, decode, encode

T_str = TypeVar("T_str", bound=str, covariant=True)
T = TypeVar("T")


class PaginatedResults(NamedTuple, Generic[T]):
    """A page of results; ``cursor`` gets the next one."""

    results: Sequence[T]
    cursor: str
    has_more: bool


class KeySetRecord(Record):
    """A subset as a plain list of keys."""

    keys: list[str]


class PartitionsSubset(ABC):
    """Some partitions of a definition: a set with union (``|``), intersection (``&``) and difference (``-``)."""

    __slots__ = ()

    @property
    @abstractmethod
    def partitions_def(self) -> PartitionsDefinition[Any] | None:
        """The definition that the partitions are of, where the subset knows it."""

    @abstractmethod
    def __contains__(self, key: object) -> bool: ...

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __iter__(self) -> Iterator[str]: ...

    @abstractmethod
    def __or__(self, other: Any) -> PartitionsSubset: ...

    @abstractmethod
    def __and__(self, other: Any) -> PartitionsSubset: ...

    @abstractmethod
    def __sub__(self, other: Any) -> PartitionsSubset: ...

    @abstractmethod
    def with_partition_keys(self, partition_keys: Iterable[str]) -> PartitionsSubset:
        """Return the subset with these keys added."""

    @abstractmethod
    def empty_subset(self) -> PartitionsSubset:
        """Return the subset of the same definition that has no partition."""

    @abstractmethod
    def to_record(self) -> Record:
        """Return the subset as a record, to be stored."""

    @property
    def is_empty(self) -> bool:
        """Whether there is no partition in it."""
        return not len(self)

    def __bool__(self) -> bool:
        return not self.is_empty

    def get_partition_keys(self) -> Iterable[str]:
        """Return the keys in the subset, in the definition's order."""
        return list(self)

    def get_partition_keys_not_in_subset(self, partitions_def: PartitionsDefinition[Any]) -> Iterable[str]:
        """Return the definition's keys that are not in the subset."""
        return list(partitions_def.subset_with_all_partitions() - self)

    def get_partition_key_ranges(
        self, partitions_def: PartitionsDefinition[Any]
    ) -> Sequence[PartitionKeyRange]:
        """Return the subset as ranges of keys that follow one another in the definition."""
        return _group_ranges(list(partitions_def.get_partition_keys()), self)

    def with_partition_key_range(
        self, partitions_def: PartitionsDefinition[Any], partition_key_range: PartitionKeyRange
    ) -> PartitionsSubset:
        """Return the subset with all keys of a range added."""
        return self.with_partition_keys(partitions_def.get_partition_keys_in_range(partition_key_range))

    def serialize(self) -> str:
        """Return the subset as JSON text; ``definition.deserialize_subset`` reads it."""
        return encode(self.to_record()).decode()

    def to_serializable_subset(self) -> Self:
        """Return the subset itself: every subset can be serialized."""
        return self


def _group_ranges(order: Sequence[str], subset: PartitionsSubset) -> list[PartitionKeyRange]:
    ranges = []
    for inside, run in groupby(order, subset.__contains__):
        if inside:
            keys = list(run)
            ranges.append(PartitionKeyRange(keys[0], keys[-1]))
    return ranges


class DefaultPartitionsSubset(PartitionsSubset):
    """A subset that is a set of keys.

    Args:
        subset: the keys.
        partitions_def: the definition that they are of, for their order.
    """

    __slots__ = ("_partitions_def", "subset")

    def __init__(
        self, subset: Iterable[str] = (), partitions_def: PartitionsDefinition[Any] | None = None
    ) -> None:
        self.subset = subset if isinstance(subset, frozenset) else frozenset(subset)
        self._partitions_def = partitions_def

    @property
    def partitions_def(self) -> PartitionsDefinition[Any] | None:
        """The definition that the keys are of, where it is known."""
        return self._partitions_def

    def __contains__(self, key: object) -> bool:
        return key in self.subset

    def __len__(self) -> int:
        return len(self.subset)

    def __iter__(self) -> Iterator[str]:
        definition = self._partitions_def
        if definition is None or len(self.subset) < 2:
            return iter(sorted(self.subset))
        return iter(definition.sort_keys(self.subset))

    def _other_keys(self, other: Any) -> frozenset[str]:
        if isinstance(other, DefaultPartitionsSubset):
            return other.subset
        if isinstance(other, PartitionsSubset):
            return frozenset(other)
        raise ParameterCheckError(
            f"A subset of partitions combines with a subset, not with {type(other).__name__}."
        )

    def _with(self, keys: frozenset[str]) -> DefaultPartitionsSubset:
        return DefaultPartitionsSubset(keys, self._partitions_def)

    def __or__(self, other: Any) -> DefaultPartitionsSubset:
        return self._with(self.subset | self._other_keys(other))

    def __and__(self, other: Any) -> DefaultPartitionsSubset:
        if isinstance(other, PartitionsSubset) and not isinstance(other, DefaultPartitionsSubset):
            return self._with(frozenset(key for key in self.subset if key in other))
        return self._with(self.subset & self._other_keys(other))

    def __sub__(self, other: Any) -> DefaultPartitionsSubset:
        if isinstance(other, PartitionsSubset) and not isinstance(other, DefaultPartitionsSubset):
            return self._with(frozenset(key for key in self.subset if key not in other))
        return self._with(self.subset - self._other_keys(other))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DefaultPartitionsSubset):
            return self.subset == other.subset
        if isinstance(other, PartitionsSubset):
            return len(self) == len(other) and all(key in other for key in self.subset)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.subset)

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, list(self)[:20]))
        more = f" and {len(self) - 20} more" if len(self) > 20 else ""
        return f"DefaultPartitionsSubset(subset={{{shown}}}{more})"

    def get_partition_keys(self) -> KeysView[str]:
        """Return the keys as a set that iterates in the definition's order."""
        return dict.fromkeys(self).keys()

    def with_partition_keys(self, partition_keys: Iterable[str]) -> DefaultPartitionsSubset:
        """Return the subset with these keys added."""
        return self._with(self.subset.union(partition_keys))

    def empty_subset(self) -> DefaultPartitionsSubset:
        """Return a subset without keys."""
        return self._with(frozenset())

    def to_record(self) -> KeySetRecord:
        """Return the keys as a record."""
        return KeySetRecord(keys=list(self))


class PartitionsDefinition(ABC, Generic[T_str]):
    """Which partitions there are.

    Users who write their own definition implement ``get_partition_keys``; everything else follows from it, and the
    built-in definitions answer every question without listing keys.
    """

    __slots__ = ()

    @abstractmethod
    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[T_str]:
        """Return all partition keys in order.

        Args:
            current_time: the time that counts as now; the clock's by default.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.
        """

    def __str__(self) -> str:
        return ", ".join(f"'{key}'" for key in self.get_partition_keys())

    @property
    def partitions_subset_class(self) -> type[PartitionsSubset]:
        """The class of this definition's subsets."""
        return DefaultPartitionsSubset

    def describe(self) -> str:
        """Return the definition in a few words, for messages."""
        return f"the {type(self).__name__}"

    def validate_partition_definition(self) -> None:
        """Raise if the definition cannot be used; there is nothing to check by default."""

    def get_first_partition_key(self) -> T_str | None:
        """Return the first key, or None if there are no partitions."""
        keys = self.get_partition_keys()
        return keys[0] if keys else None

    def get_last_partition_key(self) -> T_str | None:
        """Return the last key, or None if there are no partitions."""
        keys = self.get_partition_keys()
        return keys[-1] if keys else None

    def get_num_partitions(self) -> int:
        """Return how many partitions there are."""
        return len(self.get_partition_keys())

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Return whether there is a partition with this key.

        Args:
            partition_key: the key.
            current_time: the time that counts as now; the clock's by default.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.
        """
        return partition_key in self.get_partition_keys(current_time, dynamic_partitions_store)

    def list_near_keys(self, partition_key: str) -> Sequence[str]:
        """Return existing keys among which the nearest to an unknown one is looked for (a few thousand at most)."""
        del partition_key
        return self.get_partition_keys()[:5000]

    def validate_partition_key(
        self,
        partition_key: str,
        context: PartitionLoadingContext | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> None:
        """Raise if there is no partition with this key.

        Args:
            partition_key: the key.
            context: the time and store to look with; those that count here by default.
            dynamic_partitions_store: where dynamic partitions are found, usually the instance.

        Raises:
            DagsterUnknownPartitionError: if there is none; the message names the nearest key.
        """
        with (
            partition_loading_context(dynamic_partitions_store=dynamic_partitions_store, new_ctx=context)
            if context is not None or dynamic_partitions_store is not None
            else nullcontext()
        ):
            if not self.has_partition_key(partition_key):
                raise unknown_key_error(
                    partition_key, self.describe(), self.list_near_keys(str(partition_key))
                )

    def get_partition_keys_in_range(self, partition_key_range: PartitionKeyRange) -> Sequence[T_str]:
        """Return the keys from a range's start to its end, both included.

        Raises:
            DagsterInvalidInvocationError: if an end of the range is no key.
        """
        keys = self.get_partition_keys()
        places: dict[str, int] = {key: place for place, key in enumerate(keys)}
        missing = [key for key in (partition_key_range.start, partition_key_range.end) if key not in places]
        if missing:
            raise DagsterInvalidInvocationError(
                f"The range from '{partition_key_range.start}' to '{partition_key_range.end}' does not exist in "
                f"{self.describe()}: there is no partition {quote_names(missing)}."
            )
        return keys[places[partition_key_range.start] : places[partition_key_range.end] + 1]

    def sort_keys(self, keys: Iterable[str]) -> list[str]:
        """Return keys in the order of the definition, those it does not have at the end."""
        wanted = set(keys)
        ordered: list[str] = [key for key in self.get_partition_keys() if key in wanted]
        return ordered if len(ordered) == len(wanted) else ordered + sorted(wanted.difference(ordered))

    def filter_valid_partition_keys(self, partition_keys: set[str]) -> set[Any]:
        """Return those of the keys that exist."""
        return set(partition_keys).intersection(self.get_partition_keys())

    def empty_subset(self) -> PartitionsSubset:
        """Return the subset without partitions."""
        return DefaultPartitionsSubset(frozenset(), self)

    def subset_with_partition_keys(self, partition_keys: Iterable[str]) -> PartitionsSubset:
        """Return the subset with these keys."""
        return self.empty_subset().with_partition_keys(partition_keys)

    def subset_with_partition_key_range(self, partition_key_range: PartitionKeyRange) -> PartitionsSubset:
        """Return the subset with the keys of a range, both ends included."""
        return self.subset_with_partition_keys(self.get_partition_keys_in_range(partition_key_range))

    def subset_with_all_partitions(self) -> PartitionsSubset:
        """Return the subset with all partitions that exist now."""
        return self.subset_with_partition_keys(self.get_partition_keys())

    def subset_from_record(self, record: Record) -> PartitionsSubset:
        """Return the subset that ``subset.to_record`` described."""
        if not isinstance(record, KeySetRecord):
            raise ParameterCheckError(f"{type(record).__name__} describes no subset of {self.describe()}.")
        return self.subset_with_partition_keys(record.keys)

    def deserialize_subset(self, serialized: str) -> PartitionsSubset:
        """Return the subset that ``subset.serialize`` wrote; plain lists of keys are read too."""
        keys = _find_plain_keys(serialized)
        if keys is not None:
            return self.subset_with_partition_keys(keys)
        return self.subset_from_record(decode(serialized, self._subset_record_type()))

    def _subset_record_type(self) -> Any:
        return KeySetRecord

    def can_deserialize_subset(
        self,
        serialized: str,
        serialized_partitions_def_unique_id: str | None,
        serialized_partitions_def_class_name: str | None,
    ) -> bool:
        """Return whether a stored subset is one of this definition."""
        del serialized
        return serialized_partitions_def_class_name == type(
            self
        ).__name__ and serialized_partitions_def_unique_id in (
            None,
            self.get_serializable_unique_identifier(),
        )

    def get_serializable_unique_identifier(
        self, dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> str:
        """Return a digest that changes when the definition does."""
        keys = self.get_partition_keys(dynamic_partitions_store=dynamic_partitions_store)
        return digest(encode(list(keys)))

    def get_tags_for_partition_key(self, partition_key: str) -> Mapping[str, str]:
        """Return the tags of a run for this partition."""
        return {PARTITION_NAME_TAG: partition_key}

    def get_paginated_partition_keys(
        self, context: PartitionLoadingContext, limit: int, ascending: bool, cursor: str | None = None
    ) -> PaginatedResults[T_str]:
        """Return a page of keys.

        Args:
            context: the time and store to look with.
            limit: how many keys at most.
            ascending: whether to begin at the first key.
            cursor: the ``cursor`` of the page before; None for the first page.
        """
        with partition_loading_context(new_ctx=context):
            keys: Sequence[T_str] = self.get_partition_keys()
        ordered = keys if ascending else keys[::-1]
        start = ordered.index(cursor) + 1 if cursor in ordered else 0
        page = ordered[start : start + limit]
        return PaginatedResults(page, str(page[-1]) if page else cursor or "", start + limit < len(ordered))


def digest(data: bytes) -> str:
    """Return a short digest that names a definition; it protects nothing."""
    from hashlib import sha1  # loads OpenSSL, which nothing else here needs

    return sha1(data, usedforsecurity=False).hexdigest()


def _find_plain_keys(serialized: str) -> Sequence[str] | None:
    """Return the keys of a subset that was written as a list of keys, or as ``{"version": 1, "subset": keys}``."""
    if not serialized.startswith(("[", '{"version"')):
        return None
    found = json.loads(serialized)
    keys = found.get("subset") if isinstance(found, dict) and found.get("version") == 1 else found
    if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
        return keys
    return None
