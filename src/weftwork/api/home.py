"""What needs attention, and what ran: the first page."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.code.locations import LocationView, list_locations
from weftwork.api.host import Host
from weftwork.api.past.bars import MAX_BARS, RunBars, RunBarsQuery, list_bars
from weftwork.api.runs import RunView, view_run
from weftwork.api.view import Instant, View, to_instant
from weftwork.partitions.cron.ticks import merge_ticks
from weftwork.records.control.instigators import InstigatorStatus
from weftwork.records.keys import AssetCheckKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecordStatus
from weftwork.records.runs import IN_PROGRESS_STATUSES, DagsterRunStatus, RunRecord, RunsFilter
from weftwork.records.snapshots.state import LocationStatus
from weftwork.serde.record import Record

_S = DagsterRunStatus
_MAX_LISTED = 50
_MAX_NEXT = 50
_STUCK_S = 600.0
_MAX_HOURS = 24 * 366


class HomeQuery(Record):
    """What the first page shows.

    Attributes:
        since: failures from this instant on need attention; the last 24 hours by default.
        hours: how far back the timeline goes.
    """

    since: Instant | None = None
    hours: Annotated[float, msgspec.Meta(gt=0, le=_MAX_HOURS)] = 24.0


class FailingCheck(View):
    """A check that last did not pass."""

    asset: str
    name: str
    severity: str
    description: str | None
    run_id: str | None
    timestamp: float


class WaitingRun(View):
    """A run that waits, or takes too long to start or to end, and why."""

    run: RunView
    reason: str


class NextTick(View):
    """When a schedule fires next."""

    schedule: str
    location: str
    at: datetime.datetime


class HomeView(View):
    """The first page.

    Attributes:
        now: the time at the server.
        since: from when on failures are listed.
        failed_runs: runs that failed since, newest first; those that were repeated with success are left out.
        failing_checks: checks that last did not pass.
        waiting: runs that wait, or are stuck, with the reason.
        broken_locations: code locations that could not be loaded.
        running: how many runs are under way.
        queued: how many runs wait.
        next_ticks: which schedules fire next.
        timeline: what ran.
    """

    now: datetime.datetime
    since: datetime.datetime
    failed_runs: list[RunView]
    failing_checks: list[FailingCheck]
    waiting: list[WaitingRun]
    broken_locations: list[LocationView]
    running: int
    queued: int
    next_ticks: list[NextTick]
    timeline: RunBars


def get_home(host: Host, query: HomeQuery) -> HomeView:
    """Return what the first page shows."""
    now = datetime.datetime.fromtimestamp(host.now(), datetime.UTC)
    since = query.since or now - datetime.timedelta(hours=24)
    begin = now - datetime.timedelta(hours=query.hours)
    instance = host.instance
    return HomeView(
        now=now,
        since=since,
        failed_runs=_list_failed(host, since),
        failing_checks=_list_failing_checks(host),
        waiting=_list_waiting(host, now.timestamp()),
        broken_locations=[
            location for location in list_locations(host.workspace).locations
            if location.status is LocationStatus.FAILED
        ],
        running=instance.get_runs_count(RunsFilter(statuses=sorted(IN_PROGRESS_STATUSES, key=str))),
        queued=instance.get_runs_count(RunsFilter(statuses=[_S.QUEUED])),
        next_ticks=_list_next_ticks(host, now.timestamp()),
        timeline=list_bars(instance, RunBarsQuery(begin=begin)),
    )  # fmt: skip


def _list_failed(host: Host, since: datetime.datetime) -> list[RunView]:
    failed = host.instance.get_run_records(
        RunsFilter(statuses=[_S.FAILURE], updated_after=since), limit=_MAX_LISTED * 2
    )
    mended = _roots_with_success(host, since) if failed else set()
    found = [record for record in failed if _root_of(record) not in mended]
    return [view_run(record) for record in found[:_MAX_LISTED]]


def _roots_with_success(host: Host, since: datetime.datetime) -> set[str]:
    done = host.instance.get_run_records(
        RunsFilter(statuses=[_S.SUCCESS], updated_after=since), limit=MAX_BARS
    )
    return {_root_of(record) for record in done if record.dagster_run.root_run_id}


def _root_of(record: RunRecord) -> str:
    return record.dagster_run.root_run_id or record.dagster_run.run_id


def _list_failing_checks(host: Host) -> list[FailingCheck]:
    keys = [entry.asset.key for entry in get_catalog(host).defined]
    found = []
    for record in host.instance.list_latest_check_evaluations(keys):
        if record.status is not AssetCheckExecutionRecordStatus.FAILED or record.event is None:
            continue
        evaluation = record.event.asset_check_evaluation
        if evaluation is not None:
            found.append(_view_failing(record.key, evaluation.severity.value, record.run_id, record.event.timestamp, evaluation.description))  # fmt: skip
    found.sort(key=lambda check: (check.severity, -check.timestamp))
    return found[:_MAX_LISTED]


def _view_failing(
    key: AssetCheckKey, severity: str, run_id: str, timestamp: float, description: str | None
) -> FailingCheck:
    return FailingCheck(
        asset=key.asset_key.to_escaped_user_string(),
        name=key.name,
        severity=severity,
        description=description,
        run_id=run_id or None,
        timestamp=timestamp,
    )


def _list_waiting(host: Host, now: float) -> list[WaitingRun]:
    waiting = host.instance.get_run_records(
        RunsFilter(statuses=[_S.QUEUED, _S.NOT_STARTED, _S.STARTING, _S.CANCELING]), limit=_MAX_LISTED * 2
    )
    is_queue = any(record.dagster_run.status is _S.QUEUED for record in waiting)
    queue = host.instance.explain_queue() if is_queue else {}
    found = []
    for record in waiting:
        reason = queue.get(record.dagster_run.run_id) or _why_waiting(record, now)
        if reason is not None:
            found.append(WaitingRun(run=view_run(record), reason=reason))
    return found[:_MAX_LISTED]


def _why_waiting(record: RunRecord, now: float) -> str | None:
    age = now - record.update_timestamp.timestamp()
    status = record.dagster_run.status
    if status is _S.QUEUED:
        return "Waits in the queue for its turn."
    if status is _S.CANCELING and age > 60:
        return "Was asked to end and has not ended yet; it can be canceled by force."
    if status is _S.STARTING and age > 60:
        return "Its process was started and has not begun to work yet."
    if status is _S.NOT_STARTED and age > _STUCK_S:
        return "Was created and never started."
    return None


def _list_next_ticks(host: Host, now: float) -> list[NextTick]:
    states = {state.instigator: state.status for state in host.instance.ticks.list_states()}
    found = []
    for index in host.workspace.list_indexes():
        for repository in index:
            for schedule in repository.snapshot.schedules:
                status = states.get(f"{repository.location}:{repository.name}:{schedule.name}")
                runs = schedule.is_running_by_default if status in (None, InstigatorStatus.DECLARED_IN_CODE) else (
                    status is InstigatorStatus.RUNNING
                )  # fmt: skip
                tick = (
                    next(merge_ticks(schedule.cron_schedules, schedule.timezone, now), None) if runs else None
                )
                at = to_instant(tick)
                if at is not None:
                    found.append(NextTick(schedule=schedule.name, location=repository.location, at=at))
    return sorted(found, key=lambda tick: tick.at)[:_MAX_NEXT]
