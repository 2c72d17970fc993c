"""How all assets stand, as columns beside those of the graph."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.api.assets import AssetStatus, AssetView, PartitionCounts, list_asset_views
from weftwork.api.catalog.catalog import Catalog, DefinedAsset
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.base.errors import DagsterError
from weftwork.partitions.context import partition_loading_context
from weftwork.records.keys import AssetKey

STATUS_NAMES = tuple(status.value for status in AssetStatus)


class AssetStatusColumns(View):
    """How assets stand: the n-th entry of each column is of the n-th of ``numbers``.

    Attributes:
        version: the version of the graph that the numbers are of.
        cursor: the last event that is in it.
        names: table of states: "MISSING", "MATERIALIZED", "FAILED", "IN_PROGRESS".
        numbers: the assets, by their numbers in the graph.
        status: number of the state of each.
        at: when each was last materialized, in seconds since the epoch; None for never.
        run: the run that last materialized each.
        partitions: for each materialized, failed, in progress and all partitions; None for one without partitions.
        checks: for each how many checks passed, warned and failed last; None if none was ever evaluated.
    """

    version: str
    cursor: int
    names: list[str]
    numbers: list[int]
    status: list[int]
    at: list[float | None]
    run: list[str | None]
    partitions: list[tuple[int, int, int, int] | None]
    checks: list[tuple[int, int, int] | None]


def get_asset_statuses(
    host: Host, catalog: Catalog, numbers: Sequence[int] | None = None
) -> AssetStatusColumns:
    """Return how assets stand.

    Args:
        host: what is asked.
        catalog: its assets.
        numbers: these; None for all.
    """
    cursor = host.instance.automation_facts.get_max_storage_id() or 0
    chosen = range(len(catalog)) if numbers is None else numbers
    entries = [catalog.defined[number] for number in chosen]
    views = view_assets(host, entries)
    return AssetStatusColumns(
        version=catalog.version,
        cursor=cursor,
        names=list(STATUS_NAMES),
        numbers=list(chosen),
        status=[STATUS_NAMES.index(view.status.value) for view in views],
        at=[view.materialized_at.timestamp() if view.materialized_at else None for view in views],
        run=[view.run_id for view in views],
        partitions=[_columns_of(view.partitions) for view in views],
        checks=[
            (view.checks.passed, view.checks.warned, view.checks.failed) if view.checks else None
            for view in views
        ],
    )


def view_assets(host: Host, entries: Sequence[DefinedAsset]) -> list[AssetView]:
    """Return how assets stand, with their groups and the number of their partitions."""
    keys: list[AssetKey] = [entry.asset.key for entry in entries]
    views = list_asset_views(host.instance, keys)
    counts: dict[tuple[int, int], int] = {}
    with partition_loading_context(dynamic_partitions_store=host.instance):
        return [_complete(view, entry, counts) for view, entry in zip(views, entries, strict=True)]


def _complete(view: AssetView, entry: DefinedAsset, counts: dict[tuple[int, int], int]) -> AssetView:
    asset = entry.asset
    partitions = view.partitions
    if entry.repository is not None and asset.partitions is not None:
        place = (id(entry.repository), asset.partitions)
        if place not in counts:
            counts[place] = _count(entry)
        known = partitions or PartitionCounts(materialized=0, failed=0, in_progress=0)
        partitions = known.replace(total=counts[place])
    key = asset.key.to_escaped_user_string()
    completed: AssetView = view.replace(key=key, group=asset.group, partitions=partitions)
    return completed


def _count(entry: DefinedAsset) -> int:
    definition = entry.partitions_def
    try:
        return definition.get_num_partitions() if definition is not None else 0
    except DagsterError:
        return 0  # a dynamic definition that the instance knows nothing of


def _columns_of(counts: PartitionCounts | None) -> tuple[int, int, int, int] | None:
    if counts is None:
        return None
    return counts.materialized, counts.failed, counts.in_progress, counts.total or 0
