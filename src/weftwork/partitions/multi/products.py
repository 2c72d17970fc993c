"""Sets of tuples as unions of products, one factor a dimension, in one normal form.

A set over several dimensions is a frozenset of rows ``(firsts, rest)``: the tuples whose first part is in ``firsts`` and
whose other parts are in ``rest``, a set over the other dimensions. The ``firsts`` of rows share nothing, no ``rest`` is
empty, and no two rows have the same ``rest``; so equal sets have equal rows, and a whole product is one row however large
it is. A set over one dimension is a subset of that dimension's definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

from weftwork.partitions.definition import PartitionsSubset

Rows: TypeAlias = "frozenset[tuple[PartitionsSubset, Any]]"
ProductSet: TypeAlias = "Rows | PartitionsSubset"
Box: TypeAlias = "tuple[PartitionsSubset, ...]"

NOTHING: Rows = frozenset()
"""The set without tuples over several dimensions."""
_MANY_PAIRS = 4096
"""From here on rows are matched key by key instead of each with each."""


def from_box(box: Sequence[PartitionsSubset]) -> Any:
    """Return the product of one subset per dimension."""
    last = box[-1]
    result: Any = last
    empty = last.is_empty
    for factor in reversed(box[:-1]):
        empty = empty or factor.is_empty
        result = NOTHING if empty else frozenset([(factor, result)])
    return result


def is_empty(value: ProductSet) -> bool:
    """Return whether a set has no tuple."""
    return not value if isinstance(value, frozenset) else value.is_empty


def size(value: ProductSet) -> int:
    """Return how many tuples a set has."""
    if isinstance(value, frozenset):
        return sum(len(firsts) * size(rest) for firsts, rest in value)
    return len(value)


def contains(value: ProductSet, parts: Sequence[str]) -> bool:
    """Return whether a tuple is in a set."""
    if not isinstance(value, frozenset):
        return parts[0] in value
    return any(parts[0] in firsts and contains(rest, parts[1:]) for firsts, rest in value)


def boxes(value: ProductSet) -> Iterator[Box]:
    """Yield products that share nothing and make up a set."""
    if not isinstance(value, frozenset):
        if not value.is_empty:
            yield (value,)
        return
    for firsts, rest in value:
        for box in boxes(rest):
            yield (firsts, *box)


def unite(left: ProductSet, right: ProductSet) -> Any:
    """Return the tuples that are in one set or both."""
    if not isinstance(left, frozenset) or not isinstance(right, frozenset):
        return left | right  # type: ignore[operator]
    if not left or not right:
        return left or right
    rows = _match(left, right)
    left_only = _only(left, right)
    right_only = _only(right, left)
    return _normalize([*((firsts, unite(a, b)) for firsts, a, b in rows), *left_only, *right_only])


def intersect(left: ProductSet, right: ProductSet) -> Any:
    """Return the tuples that are in both sets."""
    if not isinstance(left, frozenset) or not isinstance(right, frozenset):
        return left & right  # type: ignore[operator]
    return _normalize((firsts, intersect(a, b)) for firsts, a, b in _match(left, right))


def subtract(left: ProductSet, right: ProductSet) -> Any:
    """Return the tuples that are in the left set only."""
    if not isinstance(left, frozenset) or not isinstance(right, frozenset):
        return left - right  # type: ignore[operator]
    if not left or not right:
        return left
    rows = [(firsts, subtract(a, b)) for firsts, a, b in _match(left, right)]
    return _normalize([*rows, *_only(left, right)])


def _match(left: Rows, right: Rows) -> list[tuple[PartitionsSubset, Any, Any]]:
    """Return (common firsts, left rest, right rest) of the rows that have firsts in common."""
    if len(left) * len(right) <= _MANY_PAIRS:
        pairs = ((a & b, x, y) for a, x in left for b, y in right)
        return [(firsts, x, y) for firsts, x, y in pairs if not firsts.is_empty]
    row_of_key = {key: number for number, (firsts, _) in enumerate(right) for key in firsts}
    found: dict[tuple[int, int], list[str]] = {}
    for number, (firsts, _) in enumerate(left):
        for key in firsts:
            other = row_of_key.get(key)
            if other is not None:
                found.setdefault((number, other), []).append(key)
    left_rests, right_rests = [rest for _, rest in left], [rest for _, rest in right]
    empty = next(iter(left))[0].empty_subset()
    return [
        (empty.with_partition_keys(keys), left_rests[i], right_rests[j]) for (i, j), keys in found.items()
    ]


def _only(rows: Rows, other: Rows) -> list[tuple[PartitionsSubset, Any]]:
    """Return rows cut to the firsts that the other set does not have."""
    others = reduce(or_, (firsts for firsts, _ in other))
    cut = ((firsts - others, rest) for firsts, rest in rows)
    return [(firsts, rest) for firsts, rest in cut if not firsts.is_empty]


def _normalize(rows: Iterable[tuple[PartitionsSubset, Any]]) -> Rows:
    """Return rows that share no firsts in normal form: empty rests dropped, equal rests joined."""
    firsts_of: dict[Any, PartitionsSubset] = {}
    for firsts, rest in rows:
        if firsts.is_empty or is_empty(rest):
            continue
        known = firsts_of.get(rest)
        firsts_of[rest] = firsts if known is None else known | firsts
    return frozenset((firsts, rest) for rest, firsts in firsts_of.items())


def from_tuples(empties: Sequence[PartitionsSubset], tuples: Iterable[Sequence[str]]) -> Any:
    """Return the set of these tuples.

    Args:
        empties: the empty subset of each dimension.
        tuples: one key per dimension each.
    """
    if len(empties) == 1:
        return empties[0].with_partition_keys(parts[0] for parts in tuples)
    groups: dict[str, list[Sequence[str]]] = {}
    for parts in tuples:
        groups.setdefault(parts[0], []).append(parts[1:])
    keys_of: dict[Any, list[str]] = {}
    for key, rests in groups.items():
        keys_of.setdefault(frozenset(map(tuple, rests)), []).append(key)
    rows = (
        (empties[0].with_partition_keys(keys), from_tuples(empties[1:], rests))
        for rests, keys in keys_of.items()
    )
    return frozenset(rows)
