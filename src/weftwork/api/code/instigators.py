"""Schedules and sensors: what they are, whether they run, what their ticks came to, what the next would ask for."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.error_view import ErrorView, view_error
from weftwork.api.host import Host
from weftwork.api.view import MetadataView, View, read_cursor, to_instant, view_metadata
from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean
from weftwork.instance.configuration.secrets import redact_config
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.partitions.cron.ticks import merge_ticks
from weftwork.records.control.instigators import (
    InstigatorKind,
    InstigatorState,
    InstigatorStatus,
    Tick,
    TickStatus,
)
from weftwork.records.run_request import RunRequest
from weftwork.records.snapshots.instigators import ScheduleSnapshot, SensorSnapshot
from weftwork.records.snapshots.requests import TickAnswer
from weftwork.serde.record import Record

_MAX_TICKS = 1000
_NEXT_TICKS = 3


class InstigatorQuery(Record):
    """Names a schedule or sensor.

    Attributes:
        name: its name.
        location: its code location; needed where several have one of that name.
        repository: its repository.
    """

    name: str
    location: str | None = None
    repository: str | None = None


class TickQuery(Record):
    """Which ticks are asked for.

    Attributes:
        name: the schedule or sensor.
        location: its code location; needed where several have one of that name.
        repository: its repository.
        status: ticks that came to one of these.
        cursor: the cursor of the page before.
        limit: how many at most.
    """

    name: str
    location: str | None = None
    repository: str | None = None
    status: list[TickStatus] = []
    cursor: str | None = None
    limit: int = 50

    @property
    def instigator(self) -> InstigatorQuery:
        """Whose ticks."""
        return InstigatorQuery(name=self.name, location=self.location, repository=self.repository)


class TickView(View):
    """A tick of a schedule or sensor.

    Attributes:
        id: its number.
        status: "STARTED", "SKIPPED", "SUCCESS" or "FAILURE".
        started_at: when it began.
        ended_at: when it ended.
        run_ids: the runs that it asked for.
        run_keys: their run keys.
        cursor: what it left for the next one.
        skip_reason: why it asked for none.
        error: why it failed.
    """

    id: int
    status: TickStatus
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    run_ids: list[str]
    run_keys: list[str]
    cursor: str | None
    skip_reason: str | None
    error: ErrorView | None


class TickPage(View):
    """A page of ticks, newest first."""

    ticks: list[TickView]
    cursor: str | None


class InstigatorView(View):
    """A schedule or sensor.

    Attributes:
        name: its name.
        kind: "SCHEDULE" or "SENSOR".
        location: its code location.
        repository: its repository.
        description: text for people, as Markdown.
        is_running: whether it runs.
        is_running_by_default: whether its definition says so.
        is_switched: whether somebody has switched it, so that the definition does not count.
        jobs: the jobs that it starts.
        owners: who answers for it.
        tags: its tags.
        metadata: what its definition tells.
        cron_schedules: cron expressions of a schedule.
        timezone: the time zone of these.
        next_ticks: when a schedule fires next.
        sensor_kind: what a sensor is: "STANDARD", "ASSET", "MULTI_ASSET", "RUN_STATUS", "AUTOMATION".
        interval_s: seconds from one look of a sensor to the next at least.
        selection: the assets that a sensor looks at, as a selection.
        cursor: what the last tick of a sensor left for the next one.
        last_tick: its last tick.
        source: file and line of its function.
    """

    name: str
    kind: InstigatorKind
    location: str
    repository: str
    description: str | None
    is_running: bool
    is_running_by_default: bool
    is_switched: bool
    jobs: list[str]
    owners: list[str]
    tags: dict[str, str]
    metadata: dict[str, MetadataView]
    cron_schedules: list[str]
    timezone: str | None
    next_ticks: list[datetime.datetime]
    sensor_kind: str | None
    interval_s: int | None
    selection: str | None
    cursor: str | None
    last_tick: TickView | None
    source: str | None


class InstigatorList(View):
    """All schedules and sensors."""

    instigators: list[InstigatorView]


class RunRequestView(View):
    """A run that a tick asks for."""

    job: str | None
    run_key: str | None
    partition_key: str | None
    tags: dict[str, str]
    run_config: dict[str, Any]
    assets: list[str] | None


class TickPreview(View):
    """What a tick would ask for; nothing was recorded.

    Attributes:
        requests: the runs.
        skip_reason: why there are none.
        cursor: what the next tick would be given.
        log: what was logged.
    """

    requests: list[RunRequestView]
    skip_reason: str | None
    cursor: str | None
    log: list[str]


def list_instigators(host: Host) -> InstigatorList:
    """Return all schedules and sensors."""
    states = {state.instigator: state for state in host.instance.ticks.list_states()}
    found = []
    for index in host.workspace.list_indexes():
        for repository in index:
            both: list[ScheduleSnapshot | SensorSnapshot] = [*repository.snapshot.schedules]
            for one in [*both, *repository.snapshot.sensors]:
                state = states.get(_name_of(repository, one.name))
                found.append(_view(host, repository, one, state))
    return InstigatorList(instigators=found)


def get_instigator(host: Host, query: InstigatorQuery) -> InstigatorView:
    """Return a schedule or sensor.

    Raises:
        DagsterInvalidSubsetError: if there is none of that name, or several.
    """
    repository, one = _find(host, query)
    return _view(host, repository, one, host.instance.ticks.find_state(_name_of(repository, one.name)))


def list_ticks(host: Host, query: TickQuery) -> TickPage:
    """Return a page of ticks, newest first.

    Raises:
        DagsterInvalidSubsetError: if there is no such schedule or sensor, or several.
    """
    repository, one = _find(host, query.instigator)
    limit = min(max(1, query.limit), _MAX_TICKS)
    ticks = host.instance.ticks.list(
        _name_of(repository, one.name), statuses=query.status or None,
        before_id=read_cursor(query.cursor), limit=limit + 1,
    )  # fmt: skip
    page = ticks[:limit]
    return TickPage(
        ticks=[view_tick(tick) for tick in page], cursor=str(page[-1].tick_id) if len(ticks) > limit else None
    )


def switch_instigator(
    host: Host, caller: Caller, query: InstigatorQuery, *, to: InstigatorStatus
) -> InstigatorView:
    """Start or stop a schedule or sensor, or let its definition say whether it runs.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if there is none of that name, or several.
    """
    verb = {InstigatorStatus.RUNNING: "start", InstigatorStatus.STOPPED: "stop"}.get(to, "reset")
    with host.acting(
        caller, Permission.EDIT, f"{verb} schedules and sensors", name=query.name, location=query.location
    ):
        repository, one = _find(host, query)
        name = _name_of(repository, one.name)
        known = host.instance.ticks.find_state(name) or InstigatorState(instigator=name, kind=_kind(one))
        now = host.now()
        host.instance.ticks.save_state(
            known.replace(status=to, started_at=now if to is InstigatorStatus.RUNNING else None)
        )
        return get_instigator(host, query)


def preview_tick(
    host: Host,
    caller: Caller,
    query: InstigatorQuery,
    *,
    at: datetime.datetime | None = None,
    cursor: str | None = None,
) -> TickPreview:
    """Return what a tick would ask for now; nothing is recorded.

    Args:
        host: what is asked.
        caller: who asks; user code is run for them.
        query: the schedule or sensor.
        at: the time that the tick of a schedule is for; None for the next one.
        cursor: what a sensor is given; None for what its last tick left.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidSubsetError: if there is none of that name, or several.
        DagsterUserCodeProcessError: if user code raised.
    """
    caller.require(Permission.LAUNCH, "try schedules and sensors")
    repository, one = _find(host, query)
    if isinstance(one, ScheduleSnapshot):
        moments = _next_ticks(one, host.now())
        moment = at or (moments[0] if moments else to_instant(host.now()))
        assert moment is not None
        answer = host.workspace.evaluate_schedule(
            repository.location, one.name, moment, repository=repository.name
        )
    else:
        state = host.instance.ticks.find_state(_name_of(repository, one.name))
        left = cursor if cursor is not None else (state.cursor if state else None)
        answer = host.workspace.evaluate_sensor(
            repository.location, one.name, cursor=left, repository=repository.name
        )
    return _view_answer(answer)


def _view_answer(answer: TickAnswer) -> TickPreview:
    return TickPreview(
        requests=[_view_request(request) for request in answer.run_requests],
        skip_reason=answer.skip_message,
        cursor=answer.cursor,
        log=[line.message for line in answer.lines],
    )


def _view_request(request: RunRequest) -> RunRequestView:
    selection = request.asset_selection
    return RunRequestView(
        job=request.job_name,
        run_key=request.run_key,
        partition_key=request.partition_key,
        tags=dict(request.tags or {}),
        run_config=redact_config(dict(request.run_config or {})),
        assets=[key.to_escaped_user_string() for key in selection] if selection is not None else None,
    )


def find_instigator(host: Host, query: InstigatorQuery) -> tuple[str, InstigatorKind]:
    """Return the name under which the state of a schedule or sensor is kept, and what it is.

    Raises:
        DagsterInvalidSubsetError: if there is none of that name, or several.
    """
    repository, one = _find(host, query)
    return _name_of(repository, one.name), _kind(one)


def _find(host: Host, query: InstigatorQuery) -> tuple[RepositoryIndex, ScheduleSnapshot | SensorSnapshot]:
    found: list[tuple[RepositoryIndex, ScheduleSnapshot | SensorSnapshot]] = []
    names: list[str] = []
    for index in host.workspace.list_indexes():
        for repository in index:
            names += [*repository.schedules, *repository.sensors]
            one = repository.schedules.get(query.name) or repository.sensors.get(query.name)
            fits = query.location in (None, index.name) and query.repository in (None, repository.name)
            if one is not None and fits:
                found.append((repository, one))
    if len(found) == 1:
        return found[0]
    if found:
        raise DagsterInvalidSubsetError(
            f"Several code locations have '{query.name}': say which location is meant."
        )
    raise DagsterInvalidSubsetError(
        f"There is no schedule or sensor '{query.name}'.{did_you_mean(query.name, names)}"
    )


def _next_ticks(schedule: ScheduleSnapshot, now: float) -> list[datetime.datetime]:
    ticks = merge_ticks(schedule.cron_schedules, schedule.timezone, now)
    return [
        datetime.datetime.fromtimestamp(tick, datetime.UTC) for tick in itertools.islice(ticks, _NEXT_TICKS)
    ]


def _name_of(repository: RepositoryIndex, name: str) -> str:
    return f"{repository.location}:{repository.name}:{name}"


def _kind(one: ScheduleSnapshot | SensorSnapshot) -> InstigatorKind:
    return InstigatorKind.SCHEDULE if isinstance(one, ScheduleSnapshot) else InstigatorKind.SENSOR


def _view(
    host: Host,
    repository: RepositoryIndex,
    one: ScheduleSnapshot | SensorSnapshot,
    state: InstigatorState | None,
) -> InstigatorView:
    status = state.status if state else InstigatorStatus.DECLARED_IN_CODE
    is_switched = status is not InstigatorStatus.DECLARED_IN_CODE
    is_running = status is InstigatorStatus.RUNNING if is_switched else one.is_running_by_default
    schedule = one if isinstance(one, ScheduleSnapshot) else None
    sensor = one if isinstance(one, SensorSnapshot) else None
    ticks = host.instance.ticks.list(_name_of(repository, one.name), limit=1)
    return InstigatorView(
        name=one.name,
        kind=_kind(one),
        location=repository.location,
        repository=repository.name,
        description=one.description,
        is_running=is_running,
        is_running_by_default=one.is_running_by_default,
        is_switched=is_switched,
        jobs=[schedule.job_name]
        if schedule and schedule.job_name
        else list(sensor.job_names)
        if sensor
        else [],
        owners=list(one.owners),
        tags=one.tags,
        metadata=view_metadata(one.metadata),
        cron_schedules=list(schedule.cron_schedules) if schedule else [],
        timezone=(schedule.timezone or "UTC") if schedule else None,
        next_ticks=_next_ticks(schedule, host.now()) if schedule and is_running else [],
        sensor_kind=sensor.kind if sensor else None,
        interval_s=sensor.interval_s if sensor else None,
        selection=sensor.selection if sensor else None,
        cursor=state.cursor if state else None,
        last_tick=view_tick(ticks[0]) if ticks else None,
        source=one.source,
    )


def view_tick(tick: Tick) -> TickView:
    """Return a tick as it is answered."""
    started = to_instant(tick.started_at)
    assert started is not None
    return TickView(
        id=tick.tick_id,
        status=tick.status,
        started_at=started,
        ended_at=to_instant(tick.ended_at),
        run_ids=list(tick.run_ids),
        run_keys=list(tick.run_keys),
        cursor=tick.cursor,
        skip_reason=tick.skip_reason,
        error=view_error(tick.error) if tick.error else None,
    )
