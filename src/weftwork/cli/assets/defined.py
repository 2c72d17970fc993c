"""Assets as they are defined, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.api.assets import AssetView, PartitionCounts, list_asset_views
from weftwork.definitions.locations.repository import RepositoryDefinition
from weftwork.instance.instance import DagsterInstance
from weftwork.partitions.context import partition_loading_context
from weftwork.planning.selection.asset_selection import AssetSelection


def list_defined_assets(
    repository: RepositoryDefinition,
    instance: DagsterInstance,
    selection: str,
    *,
    prefix: Sequence[str] | None = None,
) -> list[AssetView]:
    """Return how the assets that are defined stand, in the order of their keys.

    Args:
        repository: what is defined.
        instance: where it is recorded how they stand.
        selection: which of them, as text.
        prefix: the parts that the keys begin with.
    """
    catalog = repository.catalog
    wanted = AssetSelection.from_string(selection, include_sources=True).resolve(catalog.graph)
    keys = sorted(key for key in wanted if prefix is None or key.has_prefix(prefix))
    views = list_asset_views(instance, keys)
    listed = []
    with partition_loading_context(dynamic_partitions_store=instance):
        for key, view in zip(keys, views, strict=True):
            spec = catalog.get_spec(key)
            listed.append(
                view.replace(group=spec.group_name, partitions=_with_total(view, spec.partitions_def))
            )
    return listed


def _with_total(view: AssetView, partitions_def: Any) -> PartitionCounts | None:
    if partitions_def is None:
        return view.partitions
    counts = view.partitions or PartitionCounts(materialized=0, failed=0, in_progress=0)
    changed: PartitionCounts = counts.replace(total=partitions_def.get_num_partitions())
    return changed
