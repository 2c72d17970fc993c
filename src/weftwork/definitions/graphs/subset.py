"""A graph with some of its nodes only: edges from the others are cut, and those inputs become unconnected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.graphs.selection import SelectedNodes, select_nodes
from weftwork.definitions.nodes.dependencies import (
    IDependencyDefinition,
    MappedInputPlaceholder,
    MultiDependencyDefinition,
    NodeInvocation,
)
from weftwork.definitions.nodes.mappings import InputMapping
from weftwork.definitions.nodes.node_definition import NodeDefinition


def subset_graph(graph: GraphDefinition, queries: Sequence[str]) -> GraphDefinition:
    """Return a graph with the nodes that a list of queries selects; the queries are those of ``select_nodes``.

    Raises:
        DagsterInvalidSubsetError: if a query selects nothing.
    """
    return take_nodes(graph, select_nodes(graph, queries))


def take_nodes(graph: GraphDefinition, selected: SelectedNodes) -> GraphDefinition:
    """Return a graph with some of its nodes only."""
    definitions: dict[str, NodeDefinition] = {}
    for name, inside in selected.items():
        definition = graph.node_dict[name].definition
        taken = (
            definition
            if inside is None or not isinstance(definition, GraphDefinition)
            else take_nodes(definition, inside)
        )
        definitions[name] = taken
    cutter = _Cutter(graph, definitions)
    dependencies = {}
    node_defs: dict[str, NodeDefinition] = {}
    for use, inputs in graph.dependencies.items():
        name = use.node_name
        if name not in definitions:
            continue
        taken = definitions[name]
        kept = use
        if node_defs.setdefault(use.name, taken) is not taken and isinstance(taken, GraphDefinition):
            # Two uses of one graph, of which different parts are selected, are two graphs from here on.
            own_name = f"{use.name}__{name}"
            definitions[name] = node_defs[own_name] = taken.copy(name=own_name)
            kept = _change(use, name=own_name)
        if use.zips:
            zips = [group for group in use.zips if all(level.node in definitions for level in group)]
            kept = _change(kept, zips=zips)
        dependencies[kept] = cutter.cut(name, inputs)
    return graph.copy(
        node_defs=list(node_defs.values()),
        dependencies=dependencies,
        input_mappings=[m for m in cutter.renumber(graph.input_mappings) if cutter.has_input(m)],
        output_mappings=[
            m for m in graph.output_mappings
            if m.mapped_node_name in definitions
            and m.mapped_node_output_name in definitions[m.mapped_node_name].output_dict
        ],
        input_assets={name: assets for name, assets in graph.input_assets.items() if name in definitions},
    )  # fmt: skip


def _change(use: NodeInvocation, **changes: Any) -> NodeInvocation:
    facts = {"name": use.name, "tags": use.tags, "hook_defs": use.hook_defs, "retry_policy": use.retry_policy,
             "run_when": use.run_when, "zips": use.zips}  # fmt: skip
    return NodeInvocation(alias=use.node_name, **{**facts, **changes})


class _Cutter:
    """Cuts the edges from nodes that are not selected."""

    def __init__(self, graph: GraphDefinition, definitions: dict[str, NodeDefinition]) -> None:
        self._graph = graph
        self._definitions = definitions
        self._places: dict[tuple[str, str], dict[int, int]] = {}

    def cut(self, name: str, inputs: Any) -> dict[str, IDependencyDefinition]:
        found: dict[str, IDependencyDefinition] = {}
        for key, dependency in inputs.items():
            if key not in self._definitions[name].input_dict:
                continue
            if isinstance(dependency, MultiDependencyDefinition):
                kept = [(i, item) for i, item in enumerate(dependency.dependencies) if self._keeps(item)]
                self._places[name, key] = {old: new for new, (old, _) in enumerate(kept)}
                if kept:
                    found[key] = MultiDependencyDefinition([item for _, item in kept])
            elif self._keeps(dependency):
                found[key] = dependency
        return found

    def _keeps(self, dependency: Any) -> bool:
        if dependency is MappedInputPlaceholder:
            return True
        upstream = self._definitions.get(dependency.node)
        return upstream is not None and dependency.output in upstream.output_dict

    def renumber(self, mappings: Sequence[InputMapping]) -> list[InputMapping]:
        return [self._renumber(mapping) for mapping in mappings]

    def _renumber(self, mapping: InputMapping) -> InputMapping:
        places = self._places.get((mapping.mapped_node_name, mapping.mapped_node_input_name))
        if mapping.fan_in_index is None or places is None:
            return mapping
        return InputMapping(
            mapping.graph_input_name, mapping.mapped_node_name, mapping.mapped_node_input_name,
            places[mapping.fan_in_index], mapping.graph_input_description, mapping.dagster_type,
        )  # fmt: skip

    def has_input(self, mapping: InputMapping) -> bool:
        node = self._definitions.get(mapping.mapped_node_name)
        return node is not None and mapping.mapped_node_input_name in node.input_dict
