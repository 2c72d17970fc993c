"""How the inputs and outputs of a graph are those of its nodes."""

from __future__ import annotations

from typing import Any

from weftwork.base.arguments import check_type


class InputMapping:
    """An input of a graph is given to an input of one of its nodes.

    Args:
        graph_input_name: the input of the graph.
        mapped_node_name: the node.
        mapped_node_input_name: the node's input.
        fan_in_index: the place in the list, where the node's input is a fan-in.
        graph_input_description: text for people.
        dagster_type: the type of the graph's input (default: that of the node's input).
    """

    __slots__ = (
        "dagster_type", "fan_in_index", "graph_input_description", "graph_input_name", "mapped_node_input_name",
        "mapped_node_name",
    )  # fmt: skip

    def __init__(
        self,
        graph_input_name: str,
        mapped_node_name: str,
        mapped_node_input_name: str,
        fan_in_index: int | None = None,
        graph_input_description: str | None = None,
        dagster_type: Any = None,
    ) -> None:
        self.graph_input_name: str = check_type(graph_input_name, str, "graph_input_name")
        self.mapped_node_name: str = check_type(mapped_node_name, str, "mapped_node_name")
        self.mapped_node_input_name: str = check_type(mapped_node_input_name, str, "mapped_node_input_name")
        self.fan_in_index: int | None = check_type(fan_in_index, int, "fan_in_index", optional=True)
        self.graph_input_description = graph_input_description
        self.dagster_type = dagster_type

    @property
    def maps_to_fan_in(self) -> bool:
        """Whether it fills a place in a list."""
        return self.fan_in_index is not None

    def describe(self) -> str:
        """Return the mapping as text."""
        place = "" if self.fan_in_index is None else f"[{self.fan_in_index}]"
        return f"{self.graph_input_name} -> {self.mapped_node_name}:{self.mapped_node_input_name}{place}"

    def _facts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, slot) for slot in InputMapping.__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InputMapping) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash((self.graph_input_name, self.mapped_node_name, self.mapped_node_input_name))

    def __repr__(self) -> str:
        return f"InputMapping({self.describe()})"


class OutputMapping:
    """An output of a graph is the output of one of its nodes.

    Args:
        graph_output_name: the output of the graph.
        mapped_node_name: the node.
        mapped_node_output_name: the node's output.
        graph_output_description: text for people.
        dagster_type: the type of the graph's output (default: that of the node's output).
        from_dynamic_mapping: whether the node runs once per item of a dynamic output.
    """

    __slots__ = (
        "dagster_type", "from_dynamic_mapping", "graph_output_description", "graph_output_name", "mapped_node_name",
        "mapped_node_output_name",
    )  # fmt: skip

    def __init__(
        self,
        graph_output_name: str,
        mapped_node_name: str,
        mapped_node_output_name: str,
        graph_output_description: str | None = None,
        dagster_type: Any = None,
        from_dynamic_mapping: bool = False,
    ) -> None:
        self.graph_output_name: str = check_type(graph_output_name, str, "graph_output_name")
        self.mapped_node_name: str = check_type(mapped_node_name, str, "mapped_node_name")
        self.mapped_node_output_name: str = check_type(
            mapped_node_output_name, str, "mapped_node_output_name"
        )
        self.graph_output_description = graph_output_description
        self.dagster_type = dagster_type
        self.from_dynamic_mapping = from_dynamic_mapping

    def _facts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, slot) for slot in OutputMapping.__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OutputMapping) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash((self.graph_output_name, self.mapped_node_name, self.mapped_node_output_name))

    def __repr__(self) -> str:
        return f"OutputMapping({self.graph_output_name} <- {self.mapped_node_name}:{self.mapped_node_output_name})"
