"""What needs attention, and what ran: the first page."""

from __future__ import annotations

import datetime
from typing import Annotated

import msgspec

from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.catalog.failing_checks import FailingCheck, list_failing_checks
from weftwork.api.catalog.freshness import LateAsset, list_late_assets
from weftwork.api.code.locations import LocationView, list_locations
from weftwork.api.host import Host
from weftwork.api.past.bars import RunBars, RunBarsQuery, list_bars
from weftwork.api.past.first_errors import FailureReason, list_failure_reasons
from weftwork.api.runs import RunView, view_run
from weftwork.api.system.waiting import WaitingRun, list_waiting
from weftwork.api.view import Instant, View, to_instant
from weftwork.partitions.cron.ticks import merge_ticks
from weftwork.records.control.instigators import InstigatorStatus
from weftwork.records.runs import IN_PROGRESS_STATUSES, DagsterRunStatus, RunRecord, RunsFilter
from weftwork.records.snapshots.state import LocationStatus
from weftwork.records.tags import ROOT_RUN_ID_TAG
from weftwork.serde.record import Record

_S = DagsterRunStatus
_MAX_LISTED = 50
_MAX_NEXT = 50
_MAX_HOURS = 24 * 366


class HomeQuery(Record):
    """What the first page shows.

    Attributes:
        since: failures from this instant on need attention; the last 24 hours by default.
        hours: how far back the timeline goes.
    """

    since: Instant | None = None
    hours: Annotated[float, msgspec.Meta(gt=0, le=_MAX_HOURS)] = 24.0


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
        reasons: why they failed, by run.
        failing_checks: checks that last did not pass, or could not be evaluated.
        late: assets that are older than their freshness policy allows.
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
    reasons: dict[str, FailureReason]
    failing_checks: list[FailingCheck]
    late: list[LateAsset]
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
    catalog = get_catalog(host)
    failed = _list_failed(host, since)
    return HomeView(
        now=now,
        since=since,
        failed_runs=failed,
        reasons=list_failure_reasons(host, [run.run_id for run in failed]),
        failing_checks=list_failing_checks(host, catalog.checked_keys),
        late=list_late_assets(host, catalog, now.timestamp()),
        waiting=list_waiting(host, now.timestamp()),
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
    mended = _find_mended({_root_of(record) for record in failed}, host, since)
    found = [record for record in failed if _root_of(record) not in mended]
    return [view_run(record) for record in found[:_MAX_LISTED]]


def _find_mended(roots: set[str], host: Host, since: datetime.datetime) -> set[str]:
    """Return those of the runs that were repeated with success since."""
    if not roots:
        return set()
    repeats = RunsFilter(statuses=[_S.SUCCESS], updated_after=since, tags={ROOT_RUN_ID_TAG: sorted(roots)})
    return {_root_of(record) for record in host.instance.get_run_records(repeats)}


def _root_of(record: RunRecord) -> str:
    return record.dagster_run.root_run_id or record.dagster_run.run_id


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
