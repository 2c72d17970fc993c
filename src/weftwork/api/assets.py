"""Assets, as the log of events knows them: listing them, and what is known of one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

from weftwork.api.runs import CheckView, view_check
from weftwork.api.view import MetadataView, View, to_instant, view_metadata
from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean
from weftwork.instance.instance import DagsterInstance
from weftwork.records.events import EventLogEntry
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.assets import (
    AssetCheckExecutionRecord,
    AssetHead,
    AssetPartitionStatus,
)
from weftwork.records.runs import DagsterRunStatus, RunsFilter

_NAMES_FOR_HINT = 1000
Counts = Mapping[AssetPartitionStatus, int]


class AssetStatus(Enum):
    """How an asset stands."""

    MISSING = "MISSING"
    MATERIALIZED = "MATERIALIZED"
    FAILED = "FAILED"
    IN_PROGRESS = "IN_PROGRESS"


class PartitionCounts(View):
    """How many partitions of an asset are in which state.

    Attributes:
        materialized: how many were made.
        failed: how many were last meant to be made and were not.
        in_progress: how many a run is making.
        total: how many there are; None if the definitions were not asked.
    """

    materialized: int
    failed: int
    in_progress: int
    total: int | None = None


class CheckCounts(View):
    """How many checks of an asset last passed, warned and failed."""

    passed: int
    warned: int
    failed: int


class AssetView(View):
    """An asset.

    Attributes:
        key: its key, parts joined by "/".
        status: how it stands; of a partitioned asset, how its partitions stand.
        materialized_at: when it was last materialized.
        run_id: the run that last materialized it.
        partitions: how many partitions are in which state; None for an asset without any.
        checks: how its checks last ended; None if none was ever evaluated.
        group: its group; None if the definitions were not asked.
    """

    key: str
    status: AssetStatus
    materialized_at: datetime.datetime | None
    run_id: str | None
    partitions: PartitionCounts | None
    checks: CheckCounts | None
    group: str | None = None


class AssetPage(View):
    """A page of assets.

    Attributes:
        assets: the assets, in the order of their keys.
        cursor: where the next page begins; None if there is none.
    """

    assets: list[AssetView]
    cursor: str | None


class AssetDetail(View):
    """An asset and what its latest events tell.

    Attributes:
        asset: the asset.
        partition: the partition that was last materialized.
        description: what the latest materialization says.
        metadata: what it tells.
        tags: its tags.
        observed_at: when the asset was last observed.
        checks: what its checks last found.
        value_fault: how the value that is stored differs from the one that is recorded; null if nothing tells of that.
    """

    asset: AssetView
    partition: str | None
    description: str | None
    metadata: dict[str, MetadataView]
    tags: dict[str, str]
    observed_at: datetime.datetime | None
    checks: list[CheckView]
    value_fault: str | None


def list_assets(
    instance: DagsterInstance,
    *,
    prefix: Sequence[str] | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> AssetPage:
    """Return a page of the assets of which anything was ever recorded, in the order of their keys.

    Args:
        instance: where they are recorded.
        prefix: the parts that the keys begin with.
        limit: how many at most.
        cursor: the cursor of the page before.
    """
    keys = instance.get_asset_keys(prefix=prefix, limit=limit + 1, cursor=cursor)
    page = keys[:limit]
    more = len(keys) > len(page) and page
    return AssetPage(assets=list_asset_views(instance, page), cursor=page[-1].to_string() if more else None)


def list_asset_views(instance: DagsterInstance, keys: Sequence[AssetKey]) -> list[AssetView]:
    """Return how each of these assets stands, also of those of which nothing was ever recorded."""
    if not keys:
        return []
    heads = {head.asset_key: head for head in instance.list_asset_heads(keys)}
    partitions = instance.count_partition_states(keys)
    checks: dict[AssetKey, list[AssetCheckExecutionRecord]] = {}
    for check in instance.list_latest_check_evaluations(keys):
        checks.setdefault(check.key.asset_key, []).append(check)
    runs = _planned_run_statuses(instance, heads.values())
    return [
        _view_asset(key, heads.get(key) or AssetHead(key), partitions.get(key, {}), checks.get(key, ()), runs)
        for key in keys
    ]


def get_asset(instance: DagsterInstance, key: AssetKey) -> AssetDetail:
    """Return an asset and what its latest events tell.

    Raises:
        DagsterInvalidSubsetError: if nothing was ever recorded of it.
    """
    records = instance.get_asset_records([key])
    if not records:
        name = key.to_user_string()
        known = [other.to_user_string() for other in instance.get_asset_keys(limit=_NAMES_FOR_HINT)]
        hint = did_you_mean(name, known) or (
            " List the assets there are with: weft asset list" if known else " No asset is recorded here."
        )
        raise DagsterInvalidSubsetError(f"Nothing was ever recorded of an asset '{name}'.{hint}")
    entry = records[0].asset_entry
    latest = entry.last_materialization.asset_materialization if entry.last_materialization else None
    observed = entry.last_observation
    evaluations = (check.event for check in instance.list_latest_check_evaluations([key]))
    found = [event.asset_check_evaluation for event in evaluations if event is not None]
    return AssetDetail(
        asset=list_asset_views(instance, [key])[0],
        partition=latest.partition if latest else None,
        description=latest.description if latest else None,
        metadata=view_metadata(latest.metadata) if latest else {},
        tags=dict(latest.tags or {}) if latest else {},
        observed_at=to_instant(observed.timestamp) if observed else None,
        checks=[view_check(check) for check in found if check is not None],
        value_fault=_find_value_fault(instance, entry.last_materialization),
    )


def _find_value_fault(instance: DagsterInstance, made: EventLogEntry | None) -> str | None:
    """Return how the stored value of the latest materialization differs from what was recorded of it."""
    if made is None:
        return None
    from weftwork.io_managers.recorded_value import StoredValues  # only who looks at one asset

    return StoredValues(instance).find_difference(made)


def _planned_run_statuses(
    instance: DagsterInstance, heads: Iterable[AssetHead]
) -> dict[str, DagsterRunStatus]:
    """Return the states of the runs that mean, or meant, to make assets and have not."""
    planned = {
        head.planned_by
        for head in heads
        if (head.planned_id or 0) > max(head.materialization_id or 0, head.failure_id or 0)
    }
    ids = sorted(run_id for run_id in planned if run_id)
    if not ids:
        return {}
    return {run.run_id: run.status for run in instance.get_runs(RunsFilter(run_ids=ids))}


def _view_asset(
    key: AssetKey,
    head: AssetHead,
    partitions: Counts,
    checks: Sequence[AssetCheckExecutionRecord],
    runs: Mapping[str, DagsterRunStatus],
) -> AssetView:
    counts = _view_counts(partitions) if partitions else None
    return AssetView(
        key=key.to_user_string(),
        status=_status_of_partitions(counts) if counts else _status_of_whole(head, runs),
        materialized_at=to_instant(head.materialized_at),
        run_id=head.materialized_by or None,
        partitions=counts,
        checks=_count_checks(checks) if checks else None,
    )


def _view_counts(counts: Counts) -> PartitionCounts:
    return PartitionCounts(
        materialized=counts.get(AssetPartitionStatus.MATERIALIZED, 0),
        failed=counts.get(AssetPartitionStatus.FAILED, 0),
        in_progress=counts.get(AssetPartitionStatus.IN_PROGRESS, 0),
    )


def _status_of_partitions(counts: PartitionCounts) -> AssetStatus:
    if counts.in_progress:
        return AssetStatus.IN_PROGRESS
    if counts.failed:
        return AssetStatus.FAILED
    return AssetStatus.MATERIALIZED if counts.materialized else AssetStatus.MISSING


def _status_of_whole(head: AssetHead, runs: Mapping[str, DagsterRunStatus]) -> AssetStatus:
    made, failed, planned = head.materialization_id or 0, head.failure_id or 0, head.planned_id or 0
    run = runs.get(head.planned_by or "")
    if planned > max(made, failed) and run is not None:
        if run not in (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED):
            return AssetStatus.IN_PROGRESS
        if run is DagsterRunStatus.FAILURE:
            return AssetStatus.FAILED
    if failed > made:
        return AssetStatus.FAILED
    return AssetStatus.MATERIALIZED if made else AssetStatus.MISSING


def _count_checks(checks: Sequence[AssetCheckExecutionRecord]) -> CheckCounts:
    evaluations = [check.event.asset_check_evaluation for check in checks if check.event is not None]
    done = [evaluation for evaluation in evaluations if evaluation is not None]
    bad = [evaluation.severity.value for evaluation in done if not evaluation.passed]
    return CheckCounts(passed=len(done) - len(bad), warned=bad.count("WARN"), failed=bad.count("ERROR"))
