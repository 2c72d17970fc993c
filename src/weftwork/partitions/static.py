"""Partitions that are a fixed list of keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from weftwork.partitions.context import DynamicPartitionsStore, PartitionLoadingContext
from weftwork.partitions.definition import DefaultPartitionsSubset, PaginatedResults, PartitionsDefinition
from weftwork.partitions.keys import PartitionKeyRange, check_keys, unknown_key_error

_FEW_KEYS = 5
"""So many keys are listed in a message."""


class StaticPartitionsDefinition(PartitionsDefinition[str]):
    """Partitions that are a fixed list of keys.

    Args:
        partition_keys: the keys in order; unique, without ``...`` and control characters.

    Example:
        ``StaticPartitionsDefinition(["europe", "asia"])``
    """

    __slots__ = ("_all", "_hash", "_keys", "_places")

    def __init__(self, partition_keys: Sequence[str]) -> None:
        self._keys = check_keys(partition_keys, "a StaticPartitionsDefinition")
        self._places: dict[str, int] | None = None
        self._all: DefaultPartitionsSubset | None = None
        self._hash: int | None = None

    def _get_places(self) -> dict[str, int]:
        if self._places is None:
            self._places = {key: place for place, key in enumerate(self._keys)}
        return self._places

    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """Return all keys in order.

        Args:
            current_time: has no meaning here.
            dynamic_partitions_store: has no meaning here.
        """
        del current_time, dynamic_partitions_store
        return list(self._keys)

    def get_first_partition_key(self) -> str | None:
        """Return the first key, or None if there are no partitions."""
        return self._keys[0] if self._keys else None

    def get_last_partition_key(self) -> str | None:
        """Return the last key, or None if there are no partitions."""
        return self._keys[-1] if self._keys else None

    def get_num_partitions(self) -> int:
        """Return how many keys there are."""
        return len(self._keys)

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Return whether this is one of the keys.

        Args:
            partition_key: the key.
            current_time: has no meaning here.
            dynamic_partitions_store: has no meaning here.
        """
        del current_time, dynamic_partitions_store
        return partition_key in self._get_places()

    def get_partition_keys_in_range(self, partition_key_range: PartitionKeyRange) -> Sequence[str]:
        """Return the keys from a range's start to its end, both included.

        Raises:
            DagsterInvalidInvocationError: if an end of the range is no key.
        """
        places = self._get_places()
        if partition_key_range.start in places and partition_key_range.end in places:
            return list(self._keys[places[partition_key_range.start] : places[partition_key_range.end] + 1])
        return super().get_partition_keys_in_range(partition_key_range)

    def get_next_partition_key(self, partition_key: str) -> str | None:
        """Return the key after this one, or None if it is the last."""
        return self._neighbour(partition_key, 1)

    def get_prev_partition_key(self, partition_key: str) -> str | None:
        """Return the key before this one, or None if it is the first."""
        return self._neighbour(partition_key, -1)

    def _neighbour(self, partition_key: str, step: int) -> str | None:
        place = self._get_places().get(partition_key)
        if place is None:
            raise unknown_key_error(partition_key, self.describe(), self._keys)
        return self._keys[place + step] if 0 <= place + step < len(self._keys) else None

    def list_near_keys(self, partition_key: str) -> Sequence[str]:
        """Return the keys, the first few thousand."""
        del partition_key
        return self._keys[:5000]

    def sort_keys(self, keys: Iterable[str]) -> list[str]:
        """Return keys in the order of the definition, those it does not have at the end."""
        places = self._get_places()
        last = len(places)
        return sorted(keys, key=lambda key: (places.get(key, last), key))

    def filter_valid_partition_keys(self, partition_keys: set[str]) -> set[Any]:
        """Return those of the keys that exist."""
        return {key for key in partition_keys if key in self._get_places()}

    def subset_with_all_partitions(self) -> DefaultPartitionsSubset:
        """Return the subset with all keys."""
        if self._all is None:
            self._all = DefaultPartitionsSubset(frozenset(self._keys), self)
        return self._all

    def get_paginated_partition_keys(
        self, context: PartitionLoadingContext, limit: int, ascending: bool, cursor: str | None = None
    ) -> PaginatedResults[str]:
        """Return a page of keys.

        Args:
            context: has no meaning here.
            limit: how many keys at most.
            ascending: whether to begin at the first key.
            cursor: the ``cursor`` of the page before; None for the first page.
        """
        del context
        places, size = self._get_places(), len(self._keys)
        place = places.get(cursor) if cursor is not None else None
        if ascending:
            start = 0 if place is None else place + 1
            page, more = self._keys[start : start + limit], start + limit < size
        else:
            end = size if place is None else place
            page, more = self._keys[max(0, end - limit) : end][::-1], end > limit
        return PaginatedResults(list(page), page[-1] if page else cursor or "", more)

    def describe(self) -> str:
        """Return the definition in a few words, for messages."""
        size = len(self._keys)
        few = f" ({', '.join(map(repr, self._keys))})" if 0 < size <= _FEW_KEYS else ""
        return f"the StaticPartitionsDefinition of {size} {'key' if size == 1 else 'keys'}{few}"

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, StaticPartitionsDefinition) and self._keys == other._keys)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self._keys)
        return self._hash

    def __repr__(self) -> str:
        return f"StaticPartitionsDefinition(partition_keys={list(self._keys)!r})"
