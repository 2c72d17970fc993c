"""All assets of a host: those that its code locations define, and those that were only ever recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from weftwork.api.host import Host
from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.locations.asset_graph import rank_of
from weftwork.locations.definitions_index import LocationIndex, RepositoryIndex
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.planning.asset_graph import AssetGraph, AssetNodeSpec, unknown_assets
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.snapshots.assets import AssetSnapshot, CheckSnapshot


class DefinedAsset(NamedTuple):
    """An asset where it is defined.

    Attributes:
        repository: where; None for an asset that was only ever recorded.
        asset: what is defined.
        checks: the checks on it.
    """

    repository: RepositoryIndex | None
    asset: AssetSnapshot
    checks: Sequence[CheckSnapshot]

    @property
    def location(self) -> str | None:
        """The code location; None for an asset that was only ever recorded."""
        return self.repository.location if self.repository is not None else None

    @property
    def partitions_def(self) -> PartitionsDefinition[str] | None:
        """The partitions definition, made again from its data."""
        return self.repository.find_partitions(self.asset.partitions) if self.repository is not None else None


class Catalog:
    """All assets, each with a number that stays while the version does.

    Args:
        defined: the assets.
        version: changes whenever any of this does.
    """

    def __init__(self, defined: Sequence[DefinedAsset], version: str) -> None:
        self.defined = defined
        self.version = version
        self._numbers = {entry.asset.key: number for number, entry in enumerate(defined)}

    def __len__(self) -> int:
        return len(self.defined)

    @cached_property
    def keys(self) -> list[AssetKey]:
        """The keys, by number."""
        return [entry.asset.key for entry in self.defined]

    @cached_property
    def checked_keys(self) -> list[AssetKey]:
        """The keys of the assets that have checks, or may have had some: those that no code location defines."""
        return [entry.asset.key for entry in self.defined if entry.checks or entry.repository is None]

    @cached_property
    def graph(self) -> AssetGraph:
        """The graph for selections; its numbers are those of the catalog."""
        return AssetGraph(_to_node(entry) for entry in self.defined)

    def find(self, key: AssetKey) -> DefinedAsset | None:
        """Return an asset, or None."""
        number = self._numbers.get(key)
        return None if number is None else self.defined[number]

    def find_number(self, key: AssetKey) -> int | None:
        """Return the number of an asset, or None."""
        return self._numbers.get(key)

    def get(self, key: AssetKey) -> DefinedAsset:
        """Return an asset.

        Raises:
            DagsterInvalidSubsetError: if there is none of that key.
        """
        found = self.find(key)
        if found is None:
            raise unknown_assets([key], self.keys)
        return found

    def select(self, selection: str) -> list[int]:
        """Return the numbers of the assets that a selection selects, in order.

        Args:
            selection: "key:raw* and tag:team=core" and the like; empty for all.

        Raises:
            DagsterInvalidAssetSelectionError: if it cannot be read.
            DagsterInvalidSubsetError: if it names an asset that does not exist.
        """
        if not selection.strip():
            return list(range(len(self.defined)))
        keys = AssetSelection.from_string(selection, include_sources=True).resolve(self.graph)
        return sorted(self._numbers[key] for key in keys)


class _Memory:
    """The catalog that was made last, and from what."""

    __slots__ = ("catalog", "hashes", "recorded_at", "recorded_keys")

    def __init__(self) -> None:
        self.catalog = Catalog((), "")
        self.hashes: list[tuple[str, str]] | None = None
        self.recorded_at: int | None = -1
        self.recorded_keys: Sequence[AssetKey] = ()


def get_catalog(host: Host) -> Catalog:
    """Return the catalog of a host; made again only when definitions or the set of recorded assets have changed."""
    memory: _Memory = host.memory.setdefault(_Memory, _Memory())
    latest = host.instance.automation_facts.get_max_storage_id()
    recorded = memory.recorded_keys
    if latest != memory.recorded_at:
        recorded = host.instance.get_asset_keys()
    indexes = host.workspace.list_indexes()
    hashes = [(index.name, index.content_hash) for index in indexes]
    if hashes != memory.hashes or recorded != memory.recorded_keys:
        defined = _build(indexes, recorded)
        undefined = [entry.asset.key.to_string() for entry in defined if entry.location is None]
        digest = hashlib.sha256(repr((hashes, undefined)).encode()).hexdigest()
        memory.catalog = Catalog(defined, digest[:20])
    memory.hashes, memory.recorded_at, memory.recorded_keys = hashes, latest, recorded
    return memory.catalog


def _build(indexes: Sequence[LocationIndex], recorded: Sequence[AssetKey]) -> list[DefinedAsset]:
    """Return the assets: of a key that several places know, the place that makes it, else that declares it."""
    best: dict[AssetKey, DefinedAsset] = {}
    for index in indexes:
        for repository in index:
            checks = repository.checks_by_asset
            for key, asset in repository.assets.items():
                other = best.get(key)
                if other is None or rank_of(asset) > rank_of(other.asset):
                    best[key] = DefinedAsset(repository, asset, checks.get(key, ()))
    for key in (*recorded, *[dep.key for entry in best.values() for dep in entry.asset.deps]):
        if key not in best:
            best[key] = DefinedAsset(None, AssetSnapshot(key=key, is_declared=False), ())
    return list(best.values())


def _to_node(entry: DefinedAsset) -> AssetNodeSpec:
    asset = entry.asset
    return AssetNodeSpec(
        key=asset.key,
        deps=tuple(dep.key for dep in asset.deps),
        group=asset.group,
        tags=asset.tags,
        kinds=frozenset(asset.kinds),
        owners=asset.owners,
        checks=tuple(AssetCheckKey(asset.key, check.name) for check in entry.checks),
        is_materializable=asset.is_materializable,
        is_observable=asset.is_observable,
        required_with=asset.required_with,
        code_version=asset.code_version,
    )


def parse_key(text: str) -> AssetKey:
    r"""Return the key that a text names: parts separated by "/", one inside a part written "\\/".

    Raises:
        DagsterInvalidSubsetError: if it is empty.
    """
    if not text:
        raise DagsterInvalidSubsetError("Which asset? The parameter 'key' is empty.")
    return AssetKey.from_escaped_user_string(text)
