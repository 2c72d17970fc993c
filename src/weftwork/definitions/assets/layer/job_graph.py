"""The graph of an asset job: one node for each definition, or part of one, connected by asset keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from weftwork.definitions.graphs.graph_definition import GraphDefinition
from weftwork.definitions.graphs.node import Node
from weftwork.definitions.graphs.structure import GraphStructure
from weftwork.definitions.nodes.dependencies import (
    DependencyDefinition,
    IDependencyDefinition,
    NodeInvocation,
)
from weftwork.records.specs import FromOutput, GraphSpec, InputSource


class AssetJobStructure(GraphStructure):
    """Nodes and edges that follow from definitions of assets, which were checked before.

    Args:
        nodes: the nodes by name.
        sources: node to input to source.
        order: the names of the nodes, each after those that it depends on.
    """

    def __init__(
        self, nodes: dict[str, Node], sources: dict[str, dict[str, InputSource]], order: list[str]
    ) -> None:
        self._where = "Asset job"
        self.nodes = nodes
        self.sources = sources
        self.order = order

    @cached_property
    def dependencies(self) -> dict[NodeInvocation, Mapping[str, IDependencyDefinition]]:  # type: ignore[override]
        """What each use of a node takes."""
        return {
            self.nodes[name].invocation: {
                key: DependencyDefinition(source.node, source.output)
                for key, source in inputs.items()
                if isinstance(source, FromOutput)
            }
            for name, inputs in self.sources.items()
        }


class AssetJobGraph(GraphDefinition):
    """The graph of an asset job.

    Args:
        name: its name.
        structure: its nodes and edges.
        after: node to the outputs that must be there before it starts, without being passed to it.
    """

    def __init__(
        self, name: str, structure: AssetJobStructure, after: Mapping[str, Sequence[FromOutput]]
    ) -> None:
        self.name = name
        self.description = None
        self.tags: Mapping[str, str] = {}
        self.config_mapping = None
        self.input_mappings: list[Any] = []
        self.output_mappings: list[Any] = []
        self.input_assets = {}
        self.composition_fn = None
        self.structure = structure
        self.input_defs = []
        self.output_defs = []
        self.after = after

    def iterate_node_defs(self) -> Iterator[Any]:
        """Yield the graph and what its nodes are, once for each node: parts of one definition are nodes of their own."""
        yield self
        for node in self.structure.nodes.values():
            yield from node.definition.iterate_node_defs()

    @cached_property
    def spec(self) -> GraphSpec:
        """The graph as planning sees it, with what waits for blocking checks."""
        plain: GraphSpec = GraphDefinition.spec.func(self)  # type: ignore[attr-defined]
        if not self.after:
            return plain
        nodes = tuple(
            node.replace(after=tuple(self.after[node.name])) if node.name in self.after else node
            for node in plain.nodes
        )
        spec: GraphSpec = plain.replace(nodes=nodes)
        return spec
