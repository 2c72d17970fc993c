"""Selections of checks, without the assets that they check."""

from __future__ import annotations

from weftwork.base.errors import UnknownAssetsError
from weftwork.base.text import did_you_mean
from weftwork.planning.asset_graph import AssetGraph
from weftwork.planning.selection.asset_filters import KeysAssetSelection
from weftwork.planning.selection.selection_expression import AssetSelection
from weftwork.records.keys import AssetCheckKey, AssetKey


class _ChecksOnly(AssetSelection):
    """Selects checks and no assets."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return set()


class AllAssetCheckSelection(_ChecksOnly):
    """All checks."""

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        return set(graph.asset_check_keys)


class AssetChecksForAssetKeysSelection(_ChecksOnly):
    """The checks on some assets."""

    selected_asset_keys: tuple[AssetKey, ...]

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        return KeysAssetSelection(selected_keys=self.selected_asset_keys)._checks(graph, allow_missing)


class AssetCheckKeysSelection(_ChecksOnly):
    """Some checks."""

    selected_asset_check_keys: tuple[AssetCheckKey, ...]

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        selected = set(self.selected_asset_check_keys)
        missing = selected - graph.asset_check_keys
        if missing and not allow_missing:
            name = min(key.to_user_string() for key in missing)
            known = [key.to_user_string() for key in graph.asset_check_keys]
            raise UnknownAssetsError(f"There is no check '{name}'.{did_you_mean(name, known)}")
        return selected - missing
