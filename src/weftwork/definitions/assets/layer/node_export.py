"""Definitions of assets as the plain nodes that planning reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.records.keys import AssetCheckKey, AssetKey

if TYPE_CHECKING:
    from weftwork.planning.asset_graph import AssetNodeSpec


_NONE: Mapping[AssetKey, tuple[AssetCheckKey, ...]] = {}


def export_nodes(definitions: Iterable[AssetsDefinition]) -> Iterator[AssetNodeSpec]:
    """Yield the nodes of several definitions, each asset with all checks on it, whoever evaluates them."""
    from weftwork.planning.asset_graph import AssetNodeSpec  # only who exports

    listed = list(definitions)
    checks: dict[AssetKey, tuple[AssetCheckKey, ...]] = {}
    for definition in listed:
        if definition.node_check_specs_by_output_name:
            for check in definition.check_specs_by_output_name.values():
                checks[check.asset_key] = (*checks.get(check.asset_key, ()), check.key)
    for definition in listed:
        yield from definition.node_specs(checks)
    known = {key for definition in listed for key in definition.specs_by_key} if checks else set()
    for key, found in checks.items():
        if key not in known:
            yield AssetNodeSpec(key=key, group=None, is_materializable=False, checks=found)
