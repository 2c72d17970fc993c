"""Sets of whole numbers as sorted, disjoint, half-open intervals."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

Intervals = tuple[tuple[int, int], ...]


def from_numbers(numbers: Iterable[int]) -> Intervals:
    """Return the set of these numbers."""
    return join((number, number + 1) for number in numbers)


def join(pairs: Iterable[tuple[int, int]]) -> Intervals:
    """Return the union of intervals in any order; empty ones are left out."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(pairs):
        if low >= high:
            continue
        if found and low <= found[-1][1]:
            if high > found[-1][1]:
                found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return tuple(found)


def intersect(left: Intervals, right: Intervals) -> Intervals:
    """Return the numbers that are in both sets."""
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        low = max(left[i][0], right[j][0])
        high = min(left[i][1], right[j][1])
        if low < high:
            found.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(found)


def subtract(left: Intervals, right: Intervals) -> Intervals:
    """Return the numbers that are in ``left`` and not in ``right``."""
    found: list[tuple[int, int]] = []
    j = 0
    for low, high in left:
        while j < len(right) and right[j][1] <= low:
            j += 1
        start, k = low, j
        while k < len(right) and right[k][0] < high:
            if right[k][0] > start:
                found.append((start, right[k][0]))
            start = max(start, right[k][1])
            k += 1
        if start < high:
            found.append((start, high))
    return tuple(found)


def shift(intervals: Intervals, low_by: int, high_by: int | None = None) -> Intervals:
    """Return every number moved by all of ``low_by`` to ``high_by`` (both included; one number by default)."""
    above = low_by if high_by is None else high_by
    if low_by == above == 0:
        return intervals
    moved = ((low + low_by, high + above) for low, high in intervals)
    return tuple(moved) if low_by == above else join(moved)


def contains(intervals: Intervals, number: int) -> bool:
    """Return whether a number is in the set."""
    place = bisect_right(intervals, number, key=lambda pair: pair[0]) - 1
    return place >= 0 and number < intervals[place][1]


def count(intervals: Intervals) -> int:
    """Return how many numbers are in the set."""
    return sum(high - low for low, high in intervals)
