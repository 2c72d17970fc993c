"""Which inputs of a job's ops are assets that the graph was given: ``my_op(my_source_asset)``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from weftwork.definitions.nodes.outputs import DEFAULT_IO_MANAGER_KEY
from weftwork.records.keys import AssetKey

Place = tuple[tuple[str, ...], str]


class InputAsset(msgspec.Struct, frozen=True):
    """An asset that an input loads.

    Attributes:
        key: its key.
        io_manager_key: the resource that loads it.
        spec: what is known of it.
    """

    key: AssetKey
    io_manager_key: str
    spec: Any


def find_input_assets(graph: Any) -> Mapping[Place, InputAsset]:
    """Return path of the op (or graph) and name of the input to the asset, of a graph and the graphs inside.

    Args:
        graph: the graph.
    """
    return dict(_list_assets(graph, ()))


def _list_assets(graph: Any, path: tuple[str, ...]) -> Iterator[tuple[Place, InputAsset]]:
    for name, inputs in graph.input_assets.items():
        for input_name, asset in inputs.items():
            for place in _list_places(graph.node_dict[name].definition, (*path, name), input_name):
                yield place, _describe(asset)
    for name, node in graph.node_dict.items():
        if node.definition.is_graph:
            yield from _list_assets(node.definition, (*path, name))


def _list_places(definition: Any, path: tuple[str, ...], input_name: str) -> Iterator[Place]:
    """Yield the input of a node, and the inputs of ops inside that it stands for."""
    yield path, input_name
    if not definition.is_graph:
        return
    for mapping in definition.input_mappings:
        if mapping.graph_input_name == input_name:
            name = mapping.mapped_node_name
            inner = definition.node_dict[name].definition
            yield from _list_places(inner, (*path, name), mapping.mapped_node_input_name)


def _describe(asset: Any) -> InputAsset:
    key = asset.key
    if hasattr(asset, "to_external_spec"):  # a SourceAsset
        return InputAsset(key, asset.get_io_manager_key(), asset.to_external_spec())
    if hasattr(asset, "get_io_manager_key_for_asset_key"):  # an AssetsDefinition
        return InputAsset(key, asset.get_io_manager_key_for_asset_key(key), asset.specs_by_key[key])
    return InputAsset(key, asset.io_manager_key or DEFAULT_IO_MANAGER_KEY, asset)
