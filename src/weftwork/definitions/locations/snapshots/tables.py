"""What many definitions share, written once and named by its place."""

from __future__ import annotations

from typing import Any

from weftwork.partitions.specs import mapping_to_spec, partitions_to_spec
from weftwork.records.snapshots.assets import ConditionSnapshot
from weftwork.serde import encode


class Table:
    """Texts, each once."""

    __slots__ = ("_place_by_id", "_places", "_seen")

    def __init__(self) -> None:
        self._places: dict[Any, int] = {}
        self._place_by_id: dict[int, int] = {}
        self._seen: list[Any] = []  # what is known by its id must live

    def find(self, source: Any) -> int | None:
        """Return the place of what an object was written as, or None if it was not written yet."""
        return self._place_by_id.get(id(source))

    def add(self, source: Any, entry: Any) -> int:
        """Return the place of an entry, which an object was written as."""
        place = self._places.setdefault(entry, len(self._places))
        self._place_by_id[id(source)] = place
        self._seen.append(source)
        return place

    def entries(self) -> tuple[Any, ...]:
        """Return all entries in order."""
        return tuple(self._places)


class SharedTables:
    """The tables of a repository.

    Attributes:
        partitions: partitions definitions.
        mappings: partition mappings.
        conditions: automation conditions.
    """

    __slots__ = ("conditions", "mappings", "partitions")

    def __init__(self) -> None:
        self.partitions = Table()
        self.mappings = Table()
        self.conditions = Table()

    def place_partitions(self, definition: Any) -> int | None:
        """Return the place of a partitions definition; None for None."""
        if definition is None:
            return None
        found = self.partitions.find(definition)
        if found is None:
            found = self.partitions.add(definition, encode(partitions_to_spec(definition)).decode())
        return found

    def place_mapping(self, mapping: Any) -> int | None:
        """Return the place of a partition mapping; None for None."""
        if mapping is None:
            return None
        found = self.mappings.find(mapping)
        if found is None:
            found = self.mappings.add(mapping, encode(mapping_to_spec(mapping)).decode())
        return found

    def place_condition(self, condition: Any) -> int | None:
        """Return the place of an automation condition; None for None."""
        if condition is None:
            return None
        found = self.conditions.find(condition)
        if found is None:
            found = self.conditions.add(condition, _condition_snapshot(condition))
        return found


def _condition_snapshot(condition: Any) -> ConditionSnapshot:
    told = condition.get_label() or condition.description or condition.name
    if not condition.is_serializable:
        return ConditionSnapshot(told)
    return ConditionSnapshot(told, encode(condition).decode())
