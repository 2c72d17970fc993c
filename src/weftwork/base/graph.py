"""Directed graphs over the integers 0..n-1: order, cycles, reachability, each in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def topological_order(parents: Sequence[Sequence[int]]) -> list[int] | None:
    """Return all nodes so that parents come first and ties keep their number, or None if there is a cycle.

    Args:
        parents: for each node the nodes that must come before it (repeats allowed).
    """
    count = len(parents)
    children = build_children(parents)
    waiting = [len(above) for above in parents]
    order = [node for node in range(count) if not waiting[node]]
    for node in order:
        for child in children[node]:
            waiting[child] -= 1
            if not waiting[child]:
                order.append(child)
    return order if len(order) == count else None


def build_children(parents: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return the graph with its arrows turned round (repeats kept)."""
    children: list[list[int]] = [[] for _ in parents]
    for node, above in enumerate(parents):
        for parent in above:
            children[parent].append(node)
    return children


def find_cycle(parents: Sequence[Sequence[int]]) -> list[int] | None:
    """Return the nodes of one cycle, in the direction of the arrows, or None if there is none."""
    state = bytearray(len(parents))
    for start in range(len(parents)):
        if state[start]:
            continue
        path = [start]
        iterators = [iter(parents[start])]
        state[start] = 1
        while path:
            parent = next(iterators[-1], None)
            if parent is None:
                state[path.pop()] = 2
                iterators.pop()
            elif state[parent] == 1:
                return list(reversed(path[path.index(parent) :]))
            elif not state[parent]:
                state[parent] = 1
                path.append(parent)
                iterators.append(iter(parents[parent]))
    return None


def reachable(
    neighbours: Sequence[Sequence[int]], starts: Iterable[int], depth: int | None = None
) -> set[int]:
    """Return ``starts`` and all nodes that can be reached from them.

    Args:
        neighbours: for each node where its arrows lead.
        starts: where to begin.
        depth: how many arrows to follow at most; None for no limit.
    """
    seen = set(starts)
    frontier = list(seen)
    steps = 0
    while frontier and (depth is None or steps < depth):
        steps += 1
        frontier = [n for node in frontier for n in neighbours[node] if n not in seen and not seen.add(n)]  # type: ignore[func-returns-value]
    return seen
