"""The graph of the assets of all code locations, for planning without user code."""

from __future__ import annotations

from collections.abc import Iterable

from weftwork.locations.definitions_index import LocationIndex, RepositoryIndex
from weftwork.planning.asset_graph import AssetGraph, AssetNodeSpec
from weftwork.records.keys import AssetKey
from weftwork.records.snapshots.assets import AssetSnapshot


def build_asset_graph(locations: Iterable[LocationIndex]) -> AssetGraph:
    """Return the graph of the assets of all code locations.

    An asset that several locations know is the one of the location that makes it; else of one that declares it.
    """
    found: dict[AssetKey, AssetNodeSpec] = {}
    ranks: dict[AssetKey, int] = {}
    for location in locations:
        for repository in location:
            for asset in repository.snapshot.assets:
                rank = rank_of(asset)
                known = ranks.get(asset.key, -1)
                if rank > known:
                    ranks[asset.key] = rank
                    found[asset.key] = _to_node(asset, repository)
    return AssetGraph(found.values())


def rank_of(asset: AssetSnapshot) -> int:
    """Return how much a location has to say of an asset: 2 if it makes it, 1 if it declares it, 0 if it only names it."""
    return 2 if asset.is_executable else int(asset.is_declared)


def _to_node(asset: AssetSnapshot, repository: RepositoryIndex) -> AssetNodeSpec:
    return AssetNodeSpec(
        key=asset.key,
        deps=tuple([dep.key for dep in asset.deps]),
        group=asset.group,
        tags=asset.tags,
        kinds=frozenset(asset.kinds),
        owners=asset.owners,
        checks=tuple([check.key for check in repository.checks_by_asset.get(asset.key, ())]),
        is_materializable=asset.is_materializable,
        is_observable=asset.is_observable,
        required_with=asset.required_with,
        code_version=asset.code_version,
    )
