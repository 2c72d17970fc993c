"""Selected assets as the units that runs are planned of."""

from __future__ import annotations

from collections.abc import Set

from weftwork.cli.materialize.waves import AssetUnit
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.records.keys import AssetKey


def list_units(catalog: AssetCatalog, keys: Set[AssetKey]) -> list[AssetUnit]:
    """Return the units that selected assets are made in.

    Args:
        catalog: all assets.
        keys: those that are selected.
    """
    selected = {id(catalog.by_key[key]): catalog.by_key[key] for key in keys if key in catalog.by_key}
    units = []
    for definition in catalog.definitions:
        if id(definition) not in selected:
            continue
        chosen = [key for key in definition.specs_by_key if key in keys]
        groups = [[key] for key in chosen] if definition.can_subset else [chosen]
        units += [_to_unit(definition, group) for group in groups]
    return units


def _to_unit(definition: AssetsDefinition, keys: list[AssetKey]) -> AssetUnit:
    specs = [definition.specs_by_key[key] for key in keys]
    policy = definition.backfill_policy
    return AssetUnit(
        keys=tuple(keys),
        parents=frozenset(dep.asset_key for spec in specs for dep in spec.deps) - set(keys),
        partitions=next((spec.partitions_def for spec in specs if spec.partitions_def is not None), None),
        per_run=(policy.max_partitions_per_run or None) if policy is not None else 1,
    )
