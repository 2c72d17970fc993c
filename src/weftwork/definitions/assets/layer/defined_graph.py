"""The graph of assets together with the definitions that it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.node_export import export_nodes
from weftwork.planning.asset_graph import AssetGraph


class DefinedAssetGraph(AssetGraph):
    """Assets, how they depend on each other, and who makes them.

    Args:
        definitions: the definitions of the assets and checks.
    """

    def __init__(self, definitions: Sequence[AssetsDefinition]) -> None:
        super().__init__(export_nodes(definitions))
        self._definitions = definitions

    @cached_property
    def assets_defs(self) -> Sequence[AssetsDefinition]:
        """The definitions, each after those that it depends on; those of assets that nothing declares come last."""
        place = {key: number for number, key in enumerate(self.toposorted_asset_keys)}
        return sorted(
            self._definitions,
            key=lambda one: max((place[key] for key in one.specs_by_key), default=len(place)),
        )
