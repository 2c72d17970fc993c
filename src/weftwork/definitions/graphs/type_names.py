"""Names of types: in one graph, a name stands for one type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.types.dagster_type import DagsterType


def collect_named_types(nodes: Iterable[Any], graph_name: str) -> dict[str, DagsterType]:
    """Return the types that users made for the inputs and outputs of nodes, by name.

    Raises:
        DagsterInvalidDefinitionError: if two have the same name.
    """
    found: dict[str, DagsterType] = {}
    for definition in {id(node.definition): node.definition for node in nodes}.values():
        for dagster_type in _list_types(definition):
            name = dagster_type.display_name
            if found.setdefault(name, dagster_type) is not dagster_type:
                raise DagsterInvalidDefinitionError(
                    f"Graph '{graph_name}' uses two different types named '{name}'. Give one of them another name, or use "
                    f"the same object for both."
                )
    return found


def _list_types(definition: Any) -> Iterator[DagsterType]:
    if definition.is_graph:
        yield from definition.named_types.values()
        return
    for slot in (*definition.input_defs, *definition.output_defs):
        written = slot.written_type
        if isinstance(written, DagsterType) and not written.is_builtin:
            yield written
