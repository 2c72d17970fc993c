"""The use of an op or graph inside a graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.definitions.nodes.dependencies import NodeInvocation
from weftwork.definitions.nodes.inputs import InputDefinition
from weftwork.definitions.nodes.node_definition import NodeDefinition
from weftwork.definitions.nodes.outputs import OutputDefinition
from weftwork.records.retry import RetryPolicy


class Node:
    """The use of an op or graph inside a graph.

    Attributes:
        name: its name there.
        definition: the op or graph.
        invocation: what is said of this use.
        graph_definition: the graph.
    """

    __slots__ = ("definition", "graph_definition", "invocation", "name")

    graph_definition: Any

    def __init__(self, invocation: NodeInvocation, definition: NodeDefinition) -> None:
        self.invocation = invocation
        self.name = invocation.alias or invocation.name
        self.definition = definition

    @property
    def is_graph(self) -> bool:
        """Whether it is the use of a graph."""
        return self.definition.is_graph

    @property
    def own_tags(self) -> Mapping[str, str]:
        """The tags of this use alone."""
        return self.invocation.tags

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags of the definition, and over them those of this use."""
        return {**self.definition.tags, **self.invocation.tags}

    @property
    def hook_defs(self) -> frozenset[Any]:
        """The hooks of this use."""
        return self.invocation.hook_defs

    @property
    def retry_policy(self) -> RetryPolicy | None:
        """The retry policy of this use."""
        return self.invocation.retry_policy

    @property
    def input_dict(self) -> Mapping[str, InputDefinition]:
        """The inputs by name."""
        return self.definition.input_dict

    @property
    def output_dict(self) -> Mapping[str, OutputDefinition]:
        """The outputs by name."""
        return self.definition.output_dict

    def has_input(self, name: str) -> bool:
        """Return whether there is an input of that name."""
        return name in self.definition.input_dict

    def has_output(self, name: str) -> bool:
        """Return whether there is an output of that name."""
        return name in self.definition.output_dict

    def input_def_named(self, name: str) -> InputDefinition:
        """Return the input of that name."""
        return self.definition.input_dict[name]

    def output_def_named(self, name: str) -> OutputDefinition:
        """Return the output of that name."""
        return self.definition.output_dict[name]

    def describe_node(self) -> str:
        """Return what it is and its name."""
        return f"{self.definition.node_type_str} '{self.name}'"

    def __repr__(self) -> str:
        return f"<Node {self.describe_node()}>"
