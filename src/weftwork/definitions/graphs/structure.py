"""The nodes of a graph and where each of their inputs comes from, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.graph import find_cycle, topological_order
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.graphs.node import Node
from weftwork.definitions.nodes.dependencies import (
    DependencyDefinition,
    DynamicCollectDependencyDefinition,
    IDependencyDefinition,
    MappedInputPlaceholder,
    MultiDependencyDefinition,
    NodeInvocation,
)
from weftwork.definitions.nodes.mappings import InputMapping, OutputMapping
from weftwork.definitions.nodes.node_definition import NodeDefinition
from weftwork.records.specs import FromGraphInput, FromMany, FromOutput, InputSource, LevelSpec

Sources = dict[str, dict[str, InputSource]]

if TYPE_CHECKING:
    from weftwork.definitions.nodes.handles import Level  # what composes graphs


class GraphStructure:
    """The nodes of a graph and where each of their inputs comes from.

    Args:
        name: the graph, for messages.
        node_defs: the ops and graphs used.
        dependencies: what each use takes, by name or NodeInvocation.
        input_mappings: which inputs of nodes take inputs of the graph.

    Attributes:
        nodes: the nodes by name, in the order in which they were given.
        sources: node to input to source; inputs without a source are absent.
        dependencies: the dependencies, every node as a NodeInvocation.

    Raises:
        DagsterInvalidDefinitionError: if a name leads nowhere, is taken twice, or the nodes depend on themselves.
    """

    def __init__(
        self,
        name: str,
        node_defs: Sequence[NodeDefinition],
        dependencies: Mapping[Any, Mapping[str, IDependencyDefinition]],
        input_mappings: Sequence[InputMapping],
    ) -> None:
        self._where = f"Graph '{name}'"
        definitions = self._index_definitions(node_defs)
        self.dependencies = self._normalize(definitions, dependencies)
        self.nodes = self._build_nodes(definitions)
        self.sources: Sources = self._read_sources(input_mappings)
        self.order = self._order()

    def _index_definitions(self, node_defs: Sequence[Any]) -> dict[str, NodeDefinition]:
        found: dict[str, NodeDefinition] = {}
        for node_def in node_defs:
            if not isinstance(node_def, NodeDefinition):
                hint = " Decorate it with @op or @graph." if callable(node_def) else ""
                raise self._error(f"node_defs holds {node_def!r:.100}, which is no op and no graph.{hint}")
            if found.setdefault(node_def.name, node_def) is not node_def:
                raise self._error(
                    f"two different definitions are named '{node_def.name}'. Give one another name."
                )
        return found

    def _normalize(
        self,
        definitions: Mapping[str, NodeDefinition],
        dependencies: Mapping[Any, Mapping[str, IDependencyDefinition]],
    ) -> dict[NodeInvocation, Mapping[str, IDependencyDefinition]]:
        uses = {
            key if isinstance(key, NodeInvocation) else self._check_key(key): value
            for key, value in dependencies.items()
        }
        used = {use.name for use in uses}
        for use, inputs in uses.items():
            if use.name not in definitions:
                raise self._error(
                    f"dependencies names the node '{use.name}', but node_defs has {quote_names(definitions)}."
                    f"{did_you_mean(use.name, definitions)}"
                )
            self._check_inputs(use, inputs)
        unused: dict[NodeInvocation, Mapping[str, IDependencyDefinition]] = {
            NodeInvocation(name): {} for name in definitions if name not in used
        }
        return {**unused, **uses}

    def _check_key(self, key: Any) -> NodeInvocation:
        if isinstance(key, str):
            return NodeInvocation(key)
        raise self._error(
            f"a key of dependencies must be a node's name or a NodeInvocation, not {key!r:.100}."
        )

    def _check_inputs(self, use: NodeInvocation, inputs: Any) -> None:
        if not isinstance(inputs, Mapping):
            raise self._error(
                f"the dependencies of '{use.node_name}' must be a dict of input to dependency, not {inputs!r:.100}."
            )
        for key, dependency in inputs.items():
            if not isinstance(dependency, IDependencyDefinition):
                hint = f" Write DependencyDefinition({dependency!r})." if isinstance(dependency, str) else ""
                if isinstance(dependency, list):
                    hint = " For a list of outputs write MultiDependencyDefinition([…])."
                raise self._error(
                    f"input '{key}' of '{use.node_name}' must depend on a DependencyDefinition, not on "
                    f"{dependency!r:.100}.{hint}"
                )

    def _build_nodes(self, definitions: Mapping[str, NodeDefinition]) -> dict[str, Node]:
        nodes: dict[str, Node] = {}
        for use in self.dependencies:
            node = Node(use, definitions[use.name])
            if node.name in nodes:
                raise self._error(f"two nodes are named '{node.name}'. Give one of them another alias.")
            nodes[node.name] = node
        return nodes

    def _read_sources(self, input_mappings: Sequence[InputMapping]) -> Sources:
        fan_in: dict[tuple[str, str, int], str] = {}
        direct: Sources = {}
        for mapping in input_mappings:
            node, key, index = mapping.mapped_node_name, mapping.mapped_node_input_name, mapping.fan_in_index
            self._check_mapping(mapping)
            if index is None:
                direct.setdefault(node, {})[key] = FromGraphInput(mapping.graph_input_name)
            else:
                fan_in[node, key, index] = mapping.graph_input_name
        sources: Sources = {}
        for use, inputs in self.dependencies.items():
            name = use.alias or use.name
            found = sources[name] = {}
            for key, dependency in inputs.items():
                found[key] = self._read_source(name, key, dependency, fan_in)
            mapped = direct.get(name)
            if mapped:
                self._check_unmapped(name, mapped, found)
                found.update(mapped)
        return sources

    def _read_source(
        self,
        name: str,
        key: str,
        dependency: IDependencyDefinition,
        fan_in: Mapping[tuple[str, str, int], str],
    ) -> InputSource:
        if key not in self.nodes[name].definition.input_dict:
            raise self._no_input(name, key)
        if isinstance(dependency, MultiDependencyDefinition):
            return FromMany(
                tuple(
                    self._read_placeholder(name, key, index, fan_in)
                    if item is MappedInputPlaceholder
                    else self._read_output(name, key, item)
                    for index, item in enumerate(dependency.dependencies)
                )
            )
        return self._read_output(name, key, dependency)

    def _read_placeholder(
        self, name: str, key: str, index: int, fan_in: Mapping[tuple[str, str, int], str]
    ) -> FromGraphInput:
        if (name, key, index) in fan_in:
            return FromGraphInput(fan_in[name, key, index])
        raise self._error(f"place {index} of the list for '{name}.{key}' is filled by no InputMapping.")

    def _read_output(self, name: str, key: str, dependency: Any) -> FromOutput:
        if not isinstance(dependency, (DependencyDefinition, DynamicCollectDependencyDefinition)):
            raise self._error(
                f"input '{key}' of '{name}' depends on {dependency!r:.100}, which is of no known kind."
            )
        upstream = self.nodes.get(dependency.node)
        if upstream is None:
            raise self._error(
                f"input '{key}' of '{name}' depends on the node '{dependency.node}', which is not in the graph: "
                f"{quote_names(self.nodes)}.{did_you_mean(dependency.node, self.nodes)}"
            )
        outputs = upstream.definition.output_dict
        if dependency.output not in outputs:
            raise self._error(
                f"input '{key}' of '{name}' depends on output '{dependency.output}' of '{upstream.name}', which has "
                f"{quote_names(outputs)}.{did_you_mean(dependency.output, outputs)}"
            )
        return FromOutput(
            upstream.name, dependency.output, isinstance(dependency, DynamicCollectDependencyDefinition)
        )

    def _check_mapping(self, mapping: InputMapping) -> None:
        if mapping.mapped_node_name not in self.nodes:
            raise self._error(
                f"the mapping of input '{mapping.graph_input_name}' names the node '{mapping.mapped_node_name}', which is "
                f"not in the graph: {quote_names(self.nodes)}.{did_you_mean(mapping.mapped_node_name, self.nodes)}"
            )
        if mapping.mapped_node_input_name not in self.nodes[mapping.mapped_node_name].definition.input_dict:
            raise self._no_input(mapping.mapped_node_name, mapping.mapped_node_input_name)

    def _check_unmapped(
        self, name: str, mapped: Mapping[str, InputSource], found: Mapping[str, InputSource]
    ) -> None:
        for key in mapped:
            if key in found:
                raise self._error(
                    f"input '{key}' of '{name}' is given both by a dependency and by an input of the graph."
                )

    def check_output_mapping(self, mapping: OutputMapping) -> None:
        """Check that the output that a mapping names is there.

        Raises:
            DagsterInvalidDefinitionError: if it is not.
        """
        what = f"the mapping of output '{mapping.graph_output_name}' names"
        if mapping.mapped_node_name not in self.nodes:
            raise self._error(
                f"{what} the node '{mapping.mapped_node_name}', which is not in the graph: {quote_names(self.nodes)}."
                f"{did_you_mean(mapping.mapped_node_name, self.nodes)}"
            )
        outputs = self.nodes[mapping.mapped_node_name].definition.output_dict
        if mapping.mapped_node_output_name not in outputs:
            raise self._error(
                f"{what} output '{mapping.mapped_node_output_name}' of '{mapping.mapped_node_name}', which has "
                f"{quote_names(outputs)}.{did_you_mean(mapping.mapped_node_output_name, outputs)}"
            )

    def _order(self) -> list[str]:
        """Return the names of the nodes so that each comes after what it depends on."""
        names = list(self.nodes)
        numbers = {name: number for number, name in enumerate(names)}
        parents = [
            [
                numbers[output.node]
                for source in self.sources[name].values()
                for output in list_outputs(source)
            ]
            for name in names
        ]
        order = topological_order(parents)
        if order is None:
            cycle = [names[number] for number in find_cycle(parents) or ()]
            path = " -> ".join([*cycle, cycle[0]])
            raise self._error(f"the nodes depend on themselves: {path}. Remove one of these dependencies.")
        return [names[number] for number in order]

    @cached_property
    def levels(self) -> dict[str, tuple[Level, ...]]:
        """The dynamic outputs that each node hangs under, outer first."""
        if not any(
            output.is_dynamic for node in self.nodes.values() for output in node.definition.output_defs
        ):
            return dict.fromkeys(self.nodes, ())
        found: dict[str, tuple[Level, ...]] = {}
        for name in self.order:
            merged: dict[Level, None] = {}
            for source in self.sources[name].values():
                for output in list_outputs(source):
                    above = self._output_levels(output.node, output.output, found)
                    merged.update(dict.fromkeys(above[:-1] if output.collect else above))
            for group in self.nodes[name].invocation.zips:
                first, *others = (self._level_of(level) for level in group)
                present = [level for level in (first, *others) if level in merged]
                if len(present) > 1:
                    merged = dict.fromkeys(first if level in present else level for level in merged)
            found[name] = tuple(merged)
        return found

    def _level_of(self, level: LevelSpec) -> Level:
        depth = self.nodes[level.node].definition.output_dict[level.output].dynamic_depth
        return level.node, level.output, depth - 1 - level.above

    def list_output_levels(self, node: str, output: str) -> tuple[Level, ...]:
        """Return the dynamic outputs that an output hangs under, its own levels last."""
        return self._output_levels(node, output, self.levels)

    def _output_levels(
        self, node: str, output: str, levels: Mapping[str, tuple[Level, ...]]
    ) -> tuple[Level, ...]:
        depth = self.nodes[node].definition.output_dict[output].dynamic_depth
        return levels[node] + tuple((node, output, number) for number in range(depth))

    def _no_input(self, name: str, key: str) -> DagsterInvalidDefinitionError:
        inputs = self.nodes[name].definition.input_dict
        return self._error(
            f"{self.nodes[name].describe_node()} has no input '{key}'; it has {quote_names(inputs)}.{did_you_mean(key, inputs)}"
        )

    def _error(self, text: str) -> DagsterInvalidDefinitionError:
        return DagsterInvalidDefinitionError(f"{self._where}: {text}")


def list_outputs(source: InputSource) -> list[FromOutput]:
    """Return the outputs that an input takes."""
    if isinstance(source, FromOutput):
        return [source]
    if isinstance(source, FromMany):
        return [item for item in source.sources if isinstance(item, FromOutput)]
    return []
