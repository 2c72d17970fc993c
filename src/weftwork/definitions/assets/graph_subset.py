"""The part of a graph that some of its outputs need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weftwork.records.specs import FromMany, FromOutput, InputSource


def subset_of_graph(graph_def: Any, outputs: Iterable[str]) -> Any:
    """Return the graph with only the nodes that these outputs need, at any depth.

    Other outputs of the nodes that are left stay outputs of the graph: a run must know which asset such an output would
    be, to refuse it.

    Args:
        graph_def: the graph.
        outputs: the names of the outputs that are wanted.
    """
    wanted = set(outputs)
    mappings = [m for m in graph_def.output_mappings if m.graph_output_name in wanted]
    needed = needed_outputs(graph_def, [(m.mapped_node_name, m.mapped_node_output_name) for m in mappings])
    narrowed = _narrow_definitions(graph_def, needed)
    return graph_def.copy(
        node_defs=list(narrowed.values()),
        dependencies={use: deps for use, deps in graph_def.dependencies.items() if use.node_name in needed},
        input_mappings=[
            m for m in graph_def.input_mappings
            if m.mapped_node_name in needed
            and m.mapped_node_input_name in _definition_of(graph_def, narrowed, m.mapped_node_name).input_dict
        ],
        output_mappings=[
            m for m in graph_def.output_mappings
            if m.mapped_node_name in needed
            and m.mapped_node_output_name in _definition_of(graph_def, narrowed, m.mapped_node_name).output_dict
        ],
    )  # fmt: skip


def _definition_of(graph_def: Any, narrowed: dict[str, Any], node: str) -> Any:
    return narrowed[graph_def.node_dict[node].definition.name]


def needed_outputs(graph_def: Any, wanted: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return node to the outputs of it that are needed for some wanted outputs of nodes.

    Args:
        graph_def: the graph.
        wanted: pairs of node and output.
    """
    needed: dict[str, set[str]] = {}
    waiting = list(wanted)
    while waiting:
        node, output = waiting.pop()
        seen = node in needed
        needed.setdefault(node, set()).add(output)
        if not seen:
            for source in graph_def.input_sources[node].values():
                waiting.extend((found.node, found.output) for found in _outputs_of(source))
    return needed


def _outputs_of(source: InputSource) -> list[FromOutput]:
    if isinstance(source, FromOutput):
        return [source]
    return (
        [part for part in source.sources if isinstance(part, FromOutput)]
        if isinstance(source, FromMany)
        else []
    )


def _narrow_definitions(graph_def: Any, needed: dict[str, set[str]]) -> dict[str, Any]:
    """Return the definitions that needed nodes use, inner graphs narrowed to what all their uses need."""
    wanted: dict[str, set[str]] = {}
    definitions: dict[str, Any] = {}
    for name, outputs in needed.items():
        definition = graph_def.node_dict[name].definition
        definitions[definition.name] = definition
        wanted.setdefault(definition.name, set()).update(outputs)
    return {
        name: subset_of_graph(definition, wanted[name])
        if definition.is_graph and wanted[name] != set(definition.output_dict)
        else definition
        for name, definition in definitions.items()
    }
