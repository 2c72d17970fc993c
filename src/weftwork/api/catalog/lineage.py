"""What an asset depends on and what depends on it, up to a depth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from weftwork.api.catalog.catalog import Catalog, parse_key
from weftwork.api.view import View
from weftwork.serde.record import Record

_MAX_ASSETS = 20_000


class LineageQuery(Record):
    """What of the neighbourhood of an asset is asked for.

    Attributes:
        key: the asset.
        direction: "upstream", "downstream" or "both".
        depth: how many steps away at most.
    """

    key: str
    direction: Literal["upstream", "downstream", "both"] = "both"
    depth: int = 1


class LineageView(View):
    """The neighbourhood of an asset.

    Attributes:
        key: the asset.
        keys: it and its neighbours.
        numbers: the numbers of these in the graph.
        edges: pairs of places in ``keys``: the first is depended on by the second.
    """

    key: str
    keys: list[str]
    numbers: list[int]
    edges: list[tuple[int, int]]


def get_lineage(catalog: Catalog, query: LineageQuery) -> LineageView:
    """Return the neighbourhood of an asset.

    Raises:
        DagsterInvalidSubsetError: if there is no such asset.
    """
    graph = catalog.graph
    start = graph.get_number(parse_key(query.key))
    found = [start]
    if query.direction != "downstream":
        found += _walk(graph.parents, start, query.depth)
    if query.direction != "upstream":
        found += _walk(graph.children, start, query.depth)
    numbers = list(dict.fromkeys(found))[:_MAX_ASSETS]
    places = {number: place for place, number in enumerate(numbers)}
    return LineageView(
        key=query.key,
        keys=[catalog.defined[number].asset.key.to_escaped_user_string() for number in numbers],
        numbers=numbers,
        edges=[
            (places[parent], place)
            for number, place in places.items()
            for parent in graph.parents[number]
            if parent in places
        ],
    )


def _walk(neighbours: Sequence[Sequence[int]], start: int, depth: int) -> list[int]:
    seen, level = {start}, [start]
    found: list[int] = []
    for _ in range(max(0, depth)):
        level = [other for number in level for other in neighbours[number] if other not in seen]
        level = list(dict.fromkeys(level))
        if not level:
            break
        seen.update(level)
        found += level
    return found
