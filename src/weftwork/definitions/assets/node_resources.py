"""The resources that a node needs, and those that belong to a definition of assets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from types import NoneType
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.nodes.written_type import NO_VALUE

_NO_KEYS: frozenset[str] = frozenset()


def resource_keys_of_node(node_def: Any) -> set[str]:
    """Return the resources that an op needs, or the ops of a graph: its own, IO managers', those of types."""
    keys: set[str] = set()
    for op in ops_of_node(node_def):
        keys |= op.required_resource_keys
        for output in op.output_defs:
            keys.add(output.io_manager_key)
            keys |= _keys_of_type(output)
        for op_input in op.input_defs:
            if op_input.input_manager_key:
                keys.add(op_input.input_manager_key)
            keys |= _keys_of_type(op_input)
    return keys


def _keys_of_type(typed: Any) -> Set[str]:
    if typed.written_type is NO_VALUE or typed.written_type is NoneType:
        return _NO_KEYS
    dagster_type = typed.dagster_type
    if dagster_type.loader is None:
        return frozenset(dagster_type.required_resource_keys)
    return {*dagster_type.required_resource_keys, *dagster_type.loader.required_resource_keys()}


def ops_of_node(node_def: Any) -> Iterator[Any]:
    """Yield an op itself, or the ops of a graph at any depth."""
    if not node_def.is_graph:
        yield node_def
        return
    for node in node_def.nodes:
        yield from ops_of_node(node.definition)


def merge_bound_resources(assets_def: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the resources of a definition with those given that it needs added.

    Raises:
        DagsterInvalidInvocationError: if one that belongs to it is given again as another object.
        DagsterInvalidDefinitionError: if one that it needs is still missing.
    """
    refuse_second_resources(assets_def, given)
    needed = set(assets_def.required_resource_keys) - {"io_manager"}
    merged = {**assets_def.resource_defs}
    waiting = [key for key in given if key in needed or key == "io_manager"]
    while waiting:
        key = waiting.pop()
        if key not in merged and key in given:
            merged[key] = given[key]
            needed |= given[key].required_resource_keys
            waiting += given[key].required_resource_keys
    missing = sorted(needed - merged.keys())
    if missing:
        raise DagsterInvalidDefinitionError(
            f"{assets_def.describe()} needs the resource '{missing[0]}', which is not given. "
            f"Given are {quote_names(given)}.{did_you_mean(missing[0], given)}"
        )
    return merged


def refuse_second_resources(assets_def: Any, given: Mapping[str, Any]) -> None:
    """Raise if resources that belong to a definition are given again as other objects.

    Raises:
        DagsterInvalidInvocationError: if they are.
    """
    twice = [key for key, own in assets_def.resource_defs.items() if key in given and given[key] is not own]
    if twice:
        raise DagsterInvalidInvocationError(
            f"{assets_def.describe()} has its own resource {quote_names(twice)}, and another one is given under the same "
            f"key. Remove one of the two, or use another key."
        )
