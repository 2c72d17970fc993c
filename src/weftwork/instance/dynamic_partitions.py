"""Dynamic partitions: adding, listing and deleting their keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterInvariantViolationError, ParameterCheckError
from weftwork.instance.parts import InstanceParts

if TYPE_CHECKING:
    from weftwork.records.lookups.pages import PaginatedResults


class DynamicPartitionMethods(InstanceParts):
    """What an instance does with dynamic partitions."""

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """Return the keys of a dynamic partitions definition, in the order in which they were added."""
        return self._tables.dynamic_partitions.list(partitions_def_name)

    def get_paginated_dynamic_partitions(
        self, partitions_def_name: str, limit: int, ascending: bool, cursor: str | None = None
    ) -> PaginatedResults:
        """Return one page of the keys of a dynamic partitions definition.

        Args:
            partitions_def_name: the name of the definition.
            limit: how many keys at most.
            ascending: whether the first that was added comes first.
            cursor: the cursor of the page before.
        """
        return self._tables.dynamic_partitions.list_page(
            partitions_def_name, limit=limit, ascending=ascending, cursor=cursor
        )

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Return whether a dynamic partitions definition has a key."""
        return bool(self.get_existing_dynamic_partitions(partitions_def_name, [partition_key]))

    def get_existing_dynamic_partitions(
        self, partitions_def_name: str, partition_keys: Sequence[str]
    ) -> set[str]:
        """Return those of ``partition_keys`` that a dynamic partitions definition has."""
        return self._tables.dynamic_partitions.list_existing(partitions_def_name, list(partition_keys))

    def get_dynamic_partitions_definition_id(self, partitions_def_name: str) -> str:
        """Return a text that changes whenever the keys of a dynamic partitions definition change."""
        import hashlib  # loads OpenSSL

        keys = sorted(self.get_dynamic_partitions(partitions_def_name))
        return hashlib.sha1(repr((partitions_def_name, keys)).encode(), usedforsecurity=False).hexdigest()

    def add_dynamic_partitions(self, partitions_def_name: str, partition_keys: Sequence[str]) -> None:
        """Add keys to a dynamic partitions definition; those that are there already stay where they are.

        Args:
            partitions_def_name: the name of the definition.
            partition_keys: the keys.

        Raises:
            ParameterCheckError: if they are not a sequence of text.
            DagsterInvariantViolationError: if a key is given twice.
        """
        self._tables.dynamic_partitions.add(partitions_def_name, _check_keys(partition_keys))

    def delete_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> None:
        """Delete a key of a dynamic partitions definition, if it is there."""
        self._tables.dynamic_partitions.delete(partitions_def_name, partition_key)


def _check_keys(keys: Any) -> list[str]:
    if isinstance(keys, (str, bytes)) or not all(isinstance(key, str) for key in keys):
        raise ParameterCheckError(f"Partition keys are a sequence of text, not {keys!r:.200}.")
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise DagsterInvariantViolationError(f"Partition key '{key}' is given twice in one call.")
        seen.add(key)
    return list(keys)
