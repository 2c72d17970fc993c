"""Which assets can be made in one run: as few runs as possible, each after those that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from weftwork.records.keys import AssetKey


class AssetUnit(NamedTuple):
    """Assets that are always made together.

    Attributes:
        keys: the assets.
        parents: the assets that they depend on.
        partitions: their partitions definition; None if they have none.
        per_run: how many partitions one run makes at most; None for any number.
    """

    keys: tuple[AssetKey, ...]
    parents: frozenset[AssetKey] = frozenset()
    partitions: Any = None
    per_run: int | None = 1


class Wave(NamedTuple):
    """Assets of the same partitions that are made together.

    Attributes:
        keys: the assets.
        parents: the assets that they depend on and do not make themselves.
        partitions: their partitions definition; None if they have none.
        per_run: how many partitions one run makes at most; None for any number.
    """

    keys: frozenset[AssetKey]
    parents: frozenset[AssetKey]
    partitions: Any
    per_run: int | None


def plan_waves(units: Sequence[AssetUnit]) -> list[Wave]:
    """Return the waves for some units, in the order in which they are made.

    A wave takes every unit of its kind (partitions and how many a run makes) that can be made by then. Which kind
    comes first is tried out; with two kinds, the usual case, no other split has fewer waves.
    """
    kinds = _number_kinds(units)
    best: list[list[int]] | None = None
    for first in sorted(set(kinds)):
        split = _split(units, kinds, first)
        if split is not None and (best is None or len(split) < len(best)):
            best = split
    return [_to_wave(units, numbers) for numbers in best or ()]


def _number_kinds(units: Sequence[AssetUnit]) -> list[int]:
    seen: list[tuple[Any, int | None]] = []
    numbers = []
    for unit in units:
        kind = (unit.partitions, unit.per_run if unit.partitions is not None else None)
        if kind not in seen:
            seen.append(kind)
        numbers.append(seen.index(kind))
    return numbers


class _Remaining:
    """The units that are still to be made.

    Args:
        units: all units.
        kinds: the kind of each.
    """

    def __init__(self, units: Sequence[AssetUnit], kinds: Sequence[int]) -> None:
        owner = {key: number for number, unit in enumerate(units) for key in unit.keys}
        self.kinds = kinds
        self.children: list[list[int]] = [[] for _ in units]
        self.waiting = [0] * len(units)
        for number, unit in enumerate(units):
            parents = {owner[key] for key in unit.parents if key in owner} - {number}
            self.waiting[number] = len(parents)
            for parent in parents:
                self.children[parent].append(number)
        self.ready: dict[int, list[int]] = {kind: [] for kind in kinds}
        for number, count in enumerate(self.waiting):
            if not count:
                self.ready[kinds[number]].append(number)
        self.count = len(units)

    def take(self, kind: int) -> list[int]:
        """Make everything of one kind that can be made, and return it."""
        taken = self.ready[kind]
        self.ready[kind] = []
        for number in taken:  # grows while it is read
            for child in self.children[number]:
                self.waiting[child] -= 1
                if not self.waiting[child]:
                    (taken if self.kinds[child] == kind else self.ready[self.kinds[child]]).append(child)
        self.count -= len(taken)
        return taken

    def largest(self) -> int:
        """Return the kind of which most can be made."""
        return max(self.ready, key=lambda kind: (len(self.ready[kind]), -kind))


def _split(units: Sequence[AssetUnit], kinds: Sequence[int], first: int) -> list[list[int]] | None:
    remaining = _Remaining(units, kinds)
    if not remaining.ready[first]:
        return None
    waves = [remaining.take(first)]
    while remaining.count:
        taken = remaining.take(remaining.largest())
        if not taken:
            return None  # a circle; planning tells of it
        waves.append(taken)
    return waves


def _to_wave(units: Sequence[AssetUnit], numbers: Sequence[int]) -> Wave:
    members = [units[number] for number in numbers]
    keys = frozenset(key for unit in members for key in unit.keys)
    parents = frozenset(key for unit in members for key in unit.parents) - keys
    first = members[0]
    return Wave(keys, parents, first.partitions, first.per_run if first.partitions is not None else None)
