"""Which nodes a list of queries selects: ``op``, ``*op`` (and what it needs), ``op*``, ``op++``, ``graph.op``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidSubsetError, ParameterCheckError
from weftwork.base.graph import build_children, reachable
from weftwork.base.text import did_you_mean, quote_names

_QUERY = re.compile(r"^(\*|\++)?([A-Za-z0-9_.\[\]\?/-]+)(\*|\++)?")
# The selected nodes of a graph: None for the whole node, else what is selected inside of it.
SelectedNodes = dict[str, "SelectedNodes | None"]


def select_nodes(graph: Any, queries: Sequence[str]) -> SelectedNodes:
    """Return which nodes of a graph a list of queries selects.

    Args:
        graph: the graph.
        queries: each a node's name, with ``*`` or some ``+`` before it (all, or so many levels, of what it depends on)
            and after it (of what depends on it), or the path of a node inside of a graph, ``outer.inner``. ``*`` alone
            is every node.

    Returns:
        Node name to what is selected inside of it, None for all; in the order of the graph.

    Raises:
        DagsterInvalidSubsetError: if a query selects nothing.
    """
    if isinstance(queries, str):
        raise ParameterCheckError(f"op_selection must be a list of queries, not text: write [{queries!r}].")
    index = _Index(graph)
    selected: SelectedNodes = {}
    for query in queries:
        check_type(query, str, "op_selection")
        for name, inside in index.select(query).items():
            selected[name] = _merge(selected[name], inside) if name in selected else inside
    return {name: selected[name] for name in graph.node_dict if name in selected}


def list_selected_paths(selected: SelectedNodes) -> list[str]:
    """Return the paths of what is selected: a node's name where it is selected whole."""
    paths = []
    for name, inside in selected.items():
        paths += [name] if inside is None else [f"{name}.{path}" for path in list_selected_paths(inside)]
    return paths


def expand_names(names: Sequence[str], parents: Sequence[Sequence[int]], query: str) -> list[str]:
    """Return which names one query without a path selects; empty where it names none.

    Args:
        names: all names.
        parents: for each the numbers of those that it depends on.
        query: the query.
    """
    if query == "*":
        return list(names)
    match = _QUERY.match(query)
    if match is None or match[2] not in names:
        return []
    start = names.index(match[2])
    found = {start}
    if match[1]:
        found |= reachable(parents, [start], _depth(match[1]))
    if match[3]:
        found |= reachable(build_children(parents), [start], _depth(match[3]))
    return [name for number, name in enumerate(names) if number in found]


def _depth(mark: str) -> int | None:
    return None if mark == "*" else len(mark)


def _merge(one: SelectedNodes | None, other: SelectedNodes | None) -> SelectedNodes | None:
    if one is None or other is None:
        return None
    merged = dict(one)
    for name, inside in other.items():
        merged[name] = _merge(merged[name], inside) if name in merged else inside
    return merged


class _Index:
    """The nodes of a graph as numbers, built once for all queries."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._names = list(graph.node_dict)
        self._numbers = {name: number for number, name in enumerate(self._names)}
        self._parents: list[list[int]] | None = None

    def select(self, query: str) -> SelectedNodes:
        text = query.strip()
        if "." in text:
            return self._select_path(text)
        names = expand_names(self._names, self._list_parents(), text)
        if not names:
            raise self._no_match(query)
        return dict.fromkeys(names)

    def _select_path(self, query: str) -> SelectedNodes:
        head, _, rest = query.partition(".")
        node = self._graph.node_dict.get(head)
        if node is None:
            raise self._no_match(query, head)
        if not node.is_graph:
            raise DagsterInvalidSubsetError(
                f"'{query}' selects something inside of '{head}', but '{head}' is an op in graph '{self._graph.name}'."
            )
        return {head: select_nodes(node.definition, [rest])}

    def _list_parents(self) -> list[list[int]]:
        if self._parents is None:
            sources: Mapping[str, Mapping[str, Any]] = self._graph.input_sources
            self._parents = [
                [self._numbers[node] for source in sources[name].values() for node in _upstream(source)]
                for name in self._names
            ]
        return self._parents

    def _no_match(self, query: str, name: str | None = None) -> DagsterInvalidSubsetError:
        name = name or query.strip("*+ ")
        paths = [".".join(path) for path, _ in self._graph.iterate_nodes()]
        return DagsterInvalidSubsetError(
            f"No qualified ops to execute found: '{query}' matches nothing in '{self._graph.name}', which has "
            f"{quote_names(paths)}.{did_you_mean(name, paths)}"
        )


def _upstream(source: Any) -> Iterable[str]:
    many = getattr(source, "sources", None)
    if many is not None:
        return [item.node for item in many if hasattr(item, "node")]
    return [source.node] if hasattr(source, "node") else []
