"""Sets of numbered assets: neighbours, first and last, in time linear in the graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from weftwork.base.graph import reachable
from weftwork.planning.asset_graph import AssetGraph


def grow(
    neighbours: Sequence[Sequence[int]], chosen: set[int], depth: int | None, include_self: bool
) -> set[int]:
    """Return what can be reached from ``chosen`` in at most ``depth`` steps."""
    found = reachable(neighbours, chosen, None if depth is None else max(depth, 0))
    return found if include_self else found - chosen


def first_of(graph: AssetGraph, chosen: set[int]) -> set[int]:
    """Return those of ``chosen`` that depend, directly or not, on no other of them."""
    return _with_none_before(chosen, graph.parents, graph.order)


def last_of(graph: AssetGraph, chosen: set[int]) -> set[int]:
    """Return those of ``chosen`` on which no other of them depends, directly or not."""
    return _with_none_before(chosen, graph.children, reversed(graph.order))


def _with_none_before(chosen: set[int], before: Sequence[Sequence[int]], order: Iterable[int]) -> set[int]:
    """Return those of ``chosen`` with no other of them before them, given all nodes in order."""
    marked = bytearray(len(before))  # whether one of the chosen is before the node
    for number in order:
        marked[number] = any(marked[other] or other in chosen for other in before[number])
    return {number for number in chosen if not marked[number]}


def made_together(graph: AssetGraph, chosen: set[int]) -> set[int]:
    """Return ``chosen`` and all that cannot be made without making one of them too."""
    found = set(chosen)
    for number in chosen:
        for key in graph.nodes[number].required_with:
            other = graph.find_number(key)
            if other is not None:
                found.add(other)
    return found
