"""What happened to an asset, page by page: materializations, observations, failures, checks."""

from __future__ import annotations

from typing import Literal

from weftwork.api.view import MetadataView, View, read_cursor, view_metadata
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_data import AssetFailedToMaterializeData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogRecord
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.serde.record import Record

EventKind = Literal["materialization", "observation", "failure"]
_TYPES: dict[str, DagsterEventType] = {
    "materialization": DagsterEventType.ASSET_MATERIALIZATION,
    "observation": DagsterEventType.ASSET_OBSERVATION,
    "failure": DagsterEventType.ASSET_FAILED_TO_MATERIALIZE,
}
_KINDS = {value: key for key, value in _TYPES.items()}
_MAX_PAGE = 1000


class AssetEventQuery(Record):
    """Which events of an asset are asked for.

    Attributes:
        key: the asset.
        type: the kind of event.
        partition: events of one of these partitions.
        cursor: the cursor of the page before.
        limit: how many at most.
    """

    key: str
    type: EventKind = "materialization"
    partition: list[str] = []
    cursor: str | None = None
    limit: int = 50


class AssetEventView(View):
    """Something that happened to an asset.

    Attributes:
        id: its number, growing over all runs.
        type: "materialization", "observation" or "failure".
        timestamp: when, in seconds since the epoch.
        run_id: the run; None if it was reported outside of runs.
        step: the step.
        job: the job of the run.
        partition: the partition.
        description: what it says.
        metadata: what it tells.
        tags: its tags, among them the versions of code and data.
    """

    id: int
    type: str
    timestamp: float
    run_id: str | None
    step: str | None
    job: str | None
    partition: str | None
    description: str | None
    metadata: dict[str, MetadataView]
    tags: dict[str, str]


class AssetEventPage(View):
    """A page of what happened to an asset, newest first.

    Attributes:
        events: the events.
        cursor: where the next page begins; None if there is none.
    """

    events: list[AssetEventView]
    cursor: str | None


class CheckExecutionView(View):
    """One evaluation of a check.

    Attributes:
        id: its number.
        status: "PLANNED", "SUCCEEDED" or "FAILED".
        timestamp: when, in seconds since the epoch.
        run_id: the run.
        partition: the partition that was checked.
        severity: how bad it was, "WARN" or "ERROR".
        description: what it said.
        metadata: what it told.
    """

    id: int
    status: str
    timestamp: float
    run_id: str | None
    partition: str | None
    severity: str | None
    description: str | None
    metadata: dict[str, MetadataView]


class CheckExecutionPage(View):
    """A page of evaluations of a check, newest first."""

    executions: list[CheckExecutionView]
    cursor: str | None


def list_asset_events(instance: DagsterInstance, key: AssetKey, query: AssetEventQuery) -> AssetEventPage:
    """Return a page of what happened to an asset, newest first."""
    limit = min(max(1, query.limit), _MAX_PAGE)
    before = read_cursor(query.cursor)
    conditions = EventRecordsFilter(
        _TYPES[query.type], key, list(query.partition) or None, before_cursor=before
    )
    records = instance.get_event_records(conditions, limit=limit + 1)
    page = records[:limit]
    return AssetEventPage(
        events=[view_asset_event(record) for record in page],
        cursor=str(page[-1].storage_id) if len(records) > limit else None,
    )


def view_asset_event(record: EventLogRecord) -> AssetEventView:
    """Return something that happened to an asset as it is answered."""
    entry = record.event_log_entry
    event = entry.get_dagster_event()
    told = entry.asset_materialization or entry.asset_observation
    data = event.event_specific_data
    failure = data if isinstance(data, AssetFailedToMaterializeData) else None
    return AssetEventView(
        id=record.storage_id,
        type=_KINDS.get(event.event_type, event.event_type.name.lower()),
        timestamp=entry.timestamp,
        run_id=entry.run_id or None,
        step=entry.step_key,
        job=(event.job_name or entry.job_name) or None,
        partition=event.partition,
        description=told.description if told else (event.message if failure else None),
        metadata=view_metadata(told.metadata) if told else {},
        tags=dict(told.tags or {}) if told else {},
    )


def list_check_executions(
    instance: DagsterInstance, key: AssetCheckKey, *, cursor: str | None = None, limit: int = 50
) -> CheckExecutionPage:
    """Return a page of evaluations of a check, newest first."""
    limit = min(max(1, limit), _MAX_PAGE)
    found = instance.get_asset_check_execution_history(key, limit=limit + 1, cursor=read_cursor(cursor))
    page = found[:limit]
    views = []
    for record in page:
        evaluation = record.event.asset_check_evaluation if record.event else None
        views.append(
            CheckExecutionView(
                id=record.id,
                status=record.status.value,
                timestamp=record.event.timestamp if record.event else record.create_timestamp,
                run_id=record.run_id or None,
                partition=record.partition,
                severity=evaluation.severity.value if evaluation else None,
                description=evaluation.description if evaluation else None,
                metadata=view_metadata(evaluation.metadata) if evaluation else {},
            )
        )
    return CheckExecutionPage(executions=views, cursor=str(page[-1].id) if len(found) > limit else None)
