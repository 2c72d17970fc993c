"""Types across the edges of a graph: which inputs can never be of the type of what is passed to them."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.types.dagster_type import DagsterType
from weftwork.records.specs import FromGraphInput, FromMany, FromOutput, InputSource

_UNIONS = (typing.Union, types.UnionType)


class TypeMismatch(NamedTuple):
    """An input that is given what its type can never accept.

    Attributes:
        path: the node.
        input_name: its input.
        wanted: the type of the input.
        source: what is passed, for people.
        given: the type of that.
    """

    path: tuple[str, ...]
    input_name: str
    wanted: DagsterType
    source: str
    given: DagsterType

    def __str__(self) -> str:
        return (
            f"input '{self.input_name}' of '{'.'.join(self.path)}' takes {self.wanted.display_name}, and is passed "
            f"{self.source}, which is {self.given.display_name}"
        )


def check_edge_types(target: Any) -> None:
    """Check that no input of a graph or job, or of the jobs of Definitions, is passed what its type can never accept.

    Types are compared as declared, without running anything: what may fit passes, as Any does, or a base class where a
    subclass is wanted.  Values are still checked when they are passed.

    Args:
        target: a graph, a job, Definitions or a repository.

    Raises:
        DagsterInvalidDefinitionError: if one is; names every such input.

    Example:
        >>> check_edge_types(nightly)
    """
    found = [
        f"{name}: {mismatch}" for name, graph in _list_graphs(target) for mismatch in list_mismatches(graph)
    ]
    if found:
        raise DagsterInvalidDefinitionError(
            "The types of these inputs do not fit what is passed to them:\n"
            + "\n".join(f"  - {each}" for each in found)
        )


def _list_graphs(target: Any) -> Iterator[tuple[str, Any]]:
    if hasattr(target, "node_dict"):
        yield f"graph '{target.name}'", target
    elif hasattr(target, "graph"):
        yield f"job '{target.name}'", target.graph
    else:
        list_jobs = getattr(target, "resolve_all_job_defs", None) or target.get_all_jobs
        for job in list_jobs():
            yield f"job '{job.name}'", job.graph


def list_mismatches(graph: Any, path: tuple[str, ...] = ()) -> Iterator[TypeMismatch]:
    """Yield every input inside of a graph that is given what its type can never accept."""
    for name, node in graph.node_dict.items():
        for input_name, source in graph.input_sources[name].items():
            wanted = node.definition.input_dict[input_name].dagster_type
            for described, given, type_wanted in _list_given(graph, source, wanted):
                if not may_fit(given, type_wanted):
                    yield TypeMismatch((*path, name), input_name, type_wanted, described, given)
        if node.definition.is_graph:
            yield from list_mismatches(node.definition, (*path, name))


def _list_given(
    graph: Any, source: InputSource, wanted: DagsterType
) -> Iterator[tuple[str, DagsterType, DagsterType]]:
    if isinstance(source, FromMany):
        item = wanted.get_inner_type_for_fan_in() if wanted.supports_fan_in else wanted
        for each in source.sources:
            yield from _list_given(graph, each, item)
    elif isinstance(source, FromGraphInput):
        yield f"input '{source.name}' of the graph", graph.input_dict[source.name].dagster_type, wanted
    elif isinstance(source, FromOutput):
        output = graph.node_dict[source.node].definition.output_dict[source.output]
        collected = source.collect and wanted.supports_fan_in
        described = f"output '{source.output}' of '{source.node}'"
        if not source.collect or collected:
            yield described, output.dagster_type, wanted.get_inner_type_for_fan_in() if collected else wanted


def may_fit(given: DagsterType, wanted: DagsterType) -> bool:
    """Return whether a value of one type may be of the other; False only where it never is."""
    if given == wanted or wanted.is_nothing:
        return True
    if given.is_nothing:
        return wanted.typing_type is Any
    return _may_be(given.typing_type, wanted.typing_type)


def _may_be(given: Any, wanted: Any) -> bool:
    if given is Any or wanted is Any:
        return True
    for one, other in ((given, wanted), (wanted, given)):
        if typing.get_origin(one) in _UNIONS:
            return any(_may_be(part, other) for part in typing.get_args(one))
    given_class, wanted_class = typing.get_origin(given) or given, typing.get_origin(wanted) or wanted
    if not isinstance(given_class, type) or not isinstance(wanted_class, type):
        return True
    if not (issubclass(given_class, wanted_class) or issubclass(wanted_class, given_class)):
        return False
    given_parts, wanted_parts = typing.get_args(given), typing.get_args(wanted)
    if len(given_parts) != len(wanted_parts) or given_class is not wanted_class:
        return True
    return all(_may_be(one, other) for one, other in zip(given_parts, wanted_parts, strict=True))
