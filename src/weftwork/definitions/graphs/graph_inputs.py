"""The inputs of a graph, seen from the nodes inside: their types, and which inputs can never get a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.nodes.inputs import InputDefinition
from weftwork.definitions.nodes.mappings import InputMapping
from weftwork.definitions.nodes.written_type import NO_VALUE, resolve_written_type

_UNKNOWN = (NO_VALUE, None, Any)


def infer_types(
    inputs: Iterable[InputDefinition], input_mappings: Sequence[InputMapping], definitions: Mapping[str, Any]
) -> None:
    """Give inputs of a graph that have no type, or Any, the type of the inputs that they are passed to.

    Args:
        inputs: the inputs of the graph; those without a type are changed.
        input_mappings: what they are passed to.
        definitions: the op or graph of each node.
    """
    untyped = [input_def for input_def in inputs if _is_unknown(input_def.written_type)]
    if not untyped:
        return
    mappings: dict[str, list[InputMapping]] = {}
    for mapping in input_mappings:
        mappings.setdefault(mapping.graph_input_name, []).append(mapping)
    for input_def in untyped:
        written = [_inner_type(mapping, definitions) for mapping in mappings.get(input_def.name, ())]
        if written and all(_is_same(written[0], other) for other in written[1:]):
            input_def.written_type = written[0]


def _is_unknown(written: Any) -> bool:
    return any(written is unknown for unknown in _UNKNOWN)


def _is_same(one: Any, other: Any) -> bool:
    return one is other or resolve_written_type(one) == resolve_written_type(other)


def _inner_type(mapping: InputMapping, definitions: Mapping[str, Any]) -> Any:
    inner = definitions[mapping.mapped_node_name].input_dict[mapping.mapped_node_input_name]
    if mapping.fan_in_index is None or _is_unknown(inner.written_type):
        return inner.written_type
    dagster_type = inner.dagster_type
    return dagster_type.get_inner_type_for_fan_in() if dagster_type.supports_fan_in else NO_VALUE


class UnresolvedInput(msgspec.Struct, frozen=True):
    """An input inside of a graph that nothing can give a value.

    Attributes:
        path: the node.
        name: the input.
        type_name: its type.
    """

    path: tuple[str, ...]
    name: str
    type_name: str


def find_unresolved(graph: Any, *, nested_only: bool = False) -> UnresolvedInput | None:
    """Return an input that is connected to nothing, has no default, and whose type has no loader; or None.

    Args:
        graph: the graph; its own inputs are given when it is run, so they count as given.
        nested_only: whether inputs of its own nodes count as given too, as those of assets are.
    """
    return next(_list_unresolved(graph, nested_only), None)


def _list_unresolved(graph: Any, nested_only: bool) -> Iterator[UnresolvedInput]:
    sources = graph.input_sources
    for name, node in graph.node_dict.items():
        definition = node.definition
        connected = sources[name]
        if not nested_only and len(connected) < len(definition.input_defs):
            for input_def in definition.input_defs:
                given = input_def.name in connected or input_def.name in graph.input_assets.get(name, ())
                if not given and not can_be_given(definition, input_def):
                    type_name = input_def.dagster_type.display_name
                    yield UnresolvedInput((name,), input_def.name, type_name)
        if definition.is_graph:
            for inner in _list_unresolved(definition, nested_only=False):
                yield UnresolvedInput((name, *inner.path), inner.name, inner.type_name)


def can_be_given(definition: Any, input_def: InputDefinition) -> bool:
    """Return whether an unconnected input can get a value: from a default, config, an IO manager or an asset."""
    if input_def.has_default_value or input_def.input_manager_key or input_def.asset_key is not None:
        return True
    dagster_type = input_def.dagster_type
    if dagster_type.is_nothing or dagster_type.loader is not None:
        return True
    if not definition.is_graph:
        return False
    inner = [
        (definition.node_dict[mapping.mapped_node_name].definition, mapping.mapped_node_input_name)
        for mapping in definition.input_mappings
        if mapping.graph_input_name == input_def.name
    ]
    return bool(inner) and all(can_be_given(node_def, node_def.input_dict[name]) for node_def, name in inner)


def explain_unresolved(found: UnresolvedInput, job_name: str) -> DagsterInvalidDefinitionError:
    """Return the error that says of an input that it can get no value, and how it could."""
    return DagsterInvalidDefinitionError(
        f"Job '{job_name}': input '{found.name}' of '{'.'.join(found.path)}' can get no value: no output is passed to it, "
        f"it has no default, and its type {found.type_name} has no loader, so config cannot give it either. Pass it the "
        f"output of an op, give it a default, or make it an input of the graph and run the graph with input_values."
    )
