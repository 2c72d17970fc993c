"""Schedules, sensors and their ticks as objects of the schema, and the queries about them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.api.access.caller import Permission
from weftwork.api.view import read_cursor
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.graphql.entry import Asking, Thing, answer_errors, bounded, python_error, thing
from weftwork.graphql.metadata import asset_key, metadata_entries, pairs
from weftwork.graphql.runs import get_run_thing, repository_origin, view_run
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.partitions.cron.ticks import merge_ticks
from weftwork.records.control.instigators import InstigatorStatus, Tick, TickStatus
from weftwork.records.runs import RunsFilter
from weftwork.records.snapshots.instigators import ScheduleSnapshot, SensorSnapshot
from weftwork.records.snapshots.location import from_ranges
from weftwork.records.tags import SCHEDULE_NAME_TAG, SENSOR_NAME_TAG

_MAX_TICKS = 500
_MAX_RUNS = 100
_FUTURE_TICKS = 10
_DAY_S = 86_400.0
AUTOMATIC_KINDS = ("AUTOMATION", "AUTO_MATERIALIZE")
"""The kinds of sensors that evaluate automation conditions."""

IMPLICIT_JOB = "__ASSET_JOB"
"""The job over all assets, which is always there."""

AnyInstigator = ScheduleSnapshot | SensorSnapshot


def instigator_id(repository: RepositoryIndex, one: AnyInstigator) -> str:
    """Return the id of a schedule or sensor, under which its state is kept."""
    return f"{repository.location}:{repository.name}:{one.name}"


def find_repository(asking: Asking, selector: Mapping[str, Any]) -> RepositoryIndex | None:
    """Return the repository that a selector names, or None."""
    for index in asking.host.workspace.list_indexes():
        if index.name == selector["repositoryLocationName"]:
            return index.repositories.get(selector["repositoryName"])
    return None


def repository_not_found(selector: Mapping[str, Any]) -> Thing:
    """Return the object that says that there is no such repository."""
    location, name = selector["repositoryLocationName"], selector["repositoryName"]
    message = f"There is no repository '{name}' in a code location '{location}'."
    return thing(
        "RepositoryNotFoundError", message=message, repositoryName=name, repositoryLocationName=location
    )


def find_status(asking: Asking, repository: RepositoryIndex, one: AnyInstigator) -> str:
    """Return whether a schedule or sensor runs: "RUNNING" or "STOPPED"."""
    known = asking.host.instance.ticks.find_state(instigator_id(repository, one))
    status = known.status if known is not None else InstigatorStatus.DECLARED_IN_CODE
    if status is InstigatorStatus.DECLARED_IN_CODE:
        status = InstigatorStatus.RUNNING if one.is_running_by_default else InstigatorStatus.STOPPED
    return status.value


def view_state(asking: Asking, repository: RepositoryIndex, one: AnyInstigator) -> Thing:
    """Return where a schedule or sensor stands."""
    instance, name = asking.host.instance, instigator_id(repository, one)
    is_schedule = isinstance(one, ScheduleSnapshot)
    status = find_status(asking, repository, one)
    filters = RunsFilter(tags={SCHEDULE_NAME_TAG if is_schedule else SENSOR_NAME_TAG: one.name})
    may_edit = Permission.EDIT in asking.caller.permissions
    return thing(
        "InstigationState",
        id=name,
        selectorId=name,
        name=one.name,
        instigationType="SCHEDULE" if is_schedule else "SENSOR",
        status=status,
        repositoryName=repository.name,
        repositoryLocationName=repository.location,
        repositoryOrigin=repository_origin(repository.location, repository.name),
        runs=lambda _info, limit=None: [
            view_run(instance, record)
            for record in instance.get_run_records(filters, limit=bounded(limit, _MAX_RUNS))
        ],
        runsCount=lambda _info: instance.get_runs_count(filters),
        ticks=_ticks_of(asking, name),
        tick=lambda _info, tickId: _get_tick(asking, name, tickId),
        typeSpecificData=lambda _info: _data_of(asking, name, one),
        nextTick=lambda _info: _next_tick(asking, one, status),
        runningCount=1 if status == "RUNNING" else 0,
        hasStartPermission=may_edit,
        hasStopPermission=may_edit,
    )


def _ticks_of(asking: Asking, name: str) -> Callable[..., list[Thing]]:
    def find(
        _info: Any,
        limit: int | None = None,
        cursor: str | None = None,
        statuses: Sequence[str] | None = None,
        dayRange: int | None = None,
        dayOffset: int | None = None,
        beforeTimestamp: float | None = None,
        afterTimestamp: float | None = None,
    ) -> list[Thing]:
        before = read_cursor(cursor)
        found = asking.host.instance.ticks.list(
            name, statuses=[TickStatus(one) for one in statuses] if statuses else None, before_id=before,
            limit=bounded(limit, _MAX_TICKS),
        )  # fmt: skip
        end = asking.host.now() - (dayOffset or 0) * _DAY_S
        is_window = dayRange is not None or dayOffset is not None
        first = max(afterTimestamp or 0.0, end - dayRange * _DAY_S if dayRange is not None else 0.0)
        last = min(beforeTimestamp or end, end) if is_window else beforeTimestamp
        return [
            _view_tick(asking, tick)
            for tick in found
            if tick.started_at > first and (last is None or tick.started_at < last)
        ]

    return find


def _get_tick(asking: Asking, name: str, tick_id: str) -> Thing:
    number = read_cursor(tick_id)
    found = asking.host.instance.ticks.list(name, before_id=(number or 0) + 1, limit=1)
    if not found or found[0].tick_id != number:
        raise DagsterInvalidInvocationError(f"'{name}' has no tick {tick_id}.")
    return _view_tick(asking, found[0])


def _data_of(asking: Asking, name: str, one: AnyInstigator) -> Thing:
    """Return what its loop keeps."""
    state = asking.host.instance.ticks.find_state(name)
    if isinstance(one, ScheduleSnapshot):
        started_at = state.started_at if state is not None else None
        return thing("ScheduleData", cronSchedule=_cron_of(one), startTimestamp=started_at)
    return thing(
        "SensorData",
        lastTickTimestamp=state.last_tick_at if state is not None else None,
        lastRunKey=state.last_run_key if state is not None else None,
        lastCursor=state.cursor if state is not None else None,
    )


def _cron_of(one: ScheduleSnapshot) -> str:
    return one.cron_schedules[0] if len(one.cron_schedules) == 1 else str(list(one.cron_schedules))


def _view_tick(asking: Asking, tick: Tick) -> Thing:
    return {
        "id": str(tick.tick_id),
        "tickId": str(tick.tick_id),
        "status": tick.status.value,
        "timestamp": tick.started_at,
        "endTimestamp": tick.ended_at,
        "runIds": tick.run_ids,
        "runKeys": tick.run_keys,
        "originRunIds": [],
        "logKey": None,
        "requestedAssetKeys": [],
        "requestedAssetMaterializationCount": 0,
        "runs": lambda _info: [
            run
            for run in (get_run_thing(asking.host.instance, run_id) for run_id in tick.run_ids)
            if run["__typename"] == "Run"
        ],
        "error": python_error(tick.error) if tick.error is not None else None,
        "skipReason": tick.skip_reason,
        "cursor": tick.cursor,
        "instigationType": tick.kind.value,
    }


def _next_tick(asking: Asking, one: AnyInstigator, status: str) -> Thing | None:
    if not isinstance(one, ScheduleSnapshot) or status != "RUNNING":
        return None
    found = next(merge_ticks(one.cron_schedules, one.timezone, asking.host.now()), None)
    return {"timestamp": found} if found is not None else None


def view_schedule(asking: Asking, repository: RepositoryIndex, one: ScheduleSnapshot) -> Thing:
    """Return a schedule."""

    def future(
        _info: Any, cursor: float | None = None, limit: int | None = None, until: float | None = None
    ) -> Thing:
        ticks = merge_ticks(one.cron_schedules, one.timezone, cursor or asking.host.now())
        count = _FUTURE_TICKS if limit is None and until is None else bounded(limit, _MAX_TICKS)
        found = [tick for tick in itertools.islice(ticks, count) if until is None or tick <= until]
        return {
            "results": [{"timestamp": tick} for tick in found],
            "cursor": (found[-1] + 1) if found else (cursor or 0.0),
        }

    return thing(
        "Schedule",
        id=instigator_id(repository, one),
        name=one.name,
        description=one.description,
        cronSchedule=_cron_of(one),
        executionTimezone=one.timezone or "UTC",
        pipelineName=one.job_name or "",
        solidSelection=None,
        mode="default",
        defaultStatus="RUNNING" if one.is_running_by_default else "STOPPED",
        canReset=lambda _info: _is_switched(asking, repository, one),
        scheduleState=lambda _info: view_state(asking, repository, one),
        futureTicks=future,
        futureTick=lambda _info, tickTimestamp: {"timestamp": float(tickTimestamp), "evaluationResult": None},
        assetSelection=None,
        owners=[view_owner(owner) for owner in one.owners],
        partitionSet=None,
        tags=pairs(one.tags),
        metadataEntries=lambda _info: metadata_entries(one.metadata),
    )


def view_sensor(asking: Asking, repository: RepositoryIndex, one: SensorSnapshot) -> Thing:
    """Return a sensor."""
    return thing(
        "Sensor",
        id=instigator_id(repository, one),
        jobOriginId=instigator_id(repository, one),
        name=one.name,
        description=one.description,
        minIntervalSeconds=one.interval_s,
        targets=[
            {"pipelineName": name, "mode": "default", "solidSelection": None}
            for name in one.job_names or ([IMPLICIT_JOB] if one.kind in AUTOMATIC_KINDS else [])
        ],
        defaultStatus="RUNNING" if one.is_running_by_default else "STOPPED",
        canReset=lambda _info: _is_switched(asking, repository, one),
        hasCursorUpdatePermissions=Permission.EDIT in asking.caller.permissions,
        sensorState=lambda _info: view_state(asking, repository, one),
        sensorType=one.kind,
        nextTick=None,
        assetSelection=lambda _info: _selection_of(repository, one),
        metadata=lambda _info: {"assetKeys": _watched(repository, one) if one.kind == "ASSET" else None},
        owners=[view_owner(owner) for owner in one.owners],
        tags=pairs(one.tags),
        metadataEntries=lambda _info: metadata_entries(one.metadata),
    )


def _selection_of(repository: RepositoryIndex, one: SensorSnapshot) -> Thing | None:
    if not one.assets and one.selection is None:
        return None
    return {"assetSelectionString": one.selection, "assetKeys": _watched(repository, one)}


def _watched(repository: RepositoryIndex, one: SensorSnapshot) -> list[Thing]:
    return [asset_key(repository.snapshot.assets[number].key) for number in from_ranges(one.assets)]


def view_owner(owner: str) -> Thing:
    """Return who answers for a definition."""
    if owner.startswith("team:"):
        return thing("TeamDefinitionOwner", team=owner.removeprefix("team:"))
    return thing("UserDefinitionOwner", email=owner)


def _is_switched(asking: Asking, repository: RepositoryIndex, one: AnyInstigator) -> bool:
    """Return whether somebody started or stopped it, so that its definition does not decide."""
    known = asking.host.instance.ticks.find_state(instigator_id(repository, one))
    return known is not None and known.status is not InstigatorStatus.DECLARED_IN_CODE


def find_by_id(asking: Asking, name: str | None) -> tuple[RepositoryIndex, AnyInstigator] | None:
    """Return the schedule or sensor of an id, or None."""
    for index in asking.host.workspace.list_indexes():
        for repository in index:
            both: list[AnyInstigator] = [*repository.snapshot.schedules, *repository.snapshot.sensors]
            for one in both:
                if instigator_id(repository, one) == name:
                    return repository, one
    return None


def schedule_not_found(name: str) -> Thing:
    """Return the object that says that there is no such schedule."""
    return thing("ScheduleNotFoundError", message=f"There is no schedule '{name}'.", scheduleName=name)


def sensor_not_found(name: str) -> Thing:
    """Return the object that says that there is no such sensor."""
    return thing("SensorNotFoundError", message=f"There is no sensor '{name}'.", sensorName=name)


def _list_schedules(
    asking: Asking, repositorySelector: Mapping[str, Any], scheduleStatus: str | None = None
) -> Thing:
    one = find_repository(asking, repositorySelector)
    if one is None:
        return repository_not_found(repositorySelector)
    found = [
        each for each in one.snapshot.schedules if scheduleStatus in (None, find_status(asking, one, each))
    ]
    return thing("Schedules", results=[view_schedule(asking, one, each) for each in found])


def _list_sensors(
    asking: Asking, repositorySelector: Mapping[str, Any], sensorStatus: str | None = None
) -> Thing:
    one = find_repository(asking, repositorySelector)
    if one is None:
        return repository_not_found(repositorySelector)
    found = [each for each in one.snapshot.sensors if sensorStatus in (None, find_status(asking, one, each))]
    return thing("Sensors", results=[view_sensor(asking, one, each) for each in found])


def get_schedule(asking: Asking, scheduleSelector: Mapping[str, Any]) -> Thing:
    """Return the schedule that a selector names, or the object that says that there is none."""
    repository = find_repository(asking, scheduleSelector)
    name = scheduleSelector["scheduleName"]
    one = repository.schedules.get(name) if repository is not None else None
    if repository is None or one is None:
        return schedule_not_found(name)
    return view_schedule(asking, repository, one)


def get_sensor(asking: Asking, sensorSelector: Mapping[str, Any]) -> Thing:
    """Return the sensor that a selector names, or the object that says that there is none."""
    repository = find_repository(asking, sensorSelector)
    name = sensorSelector["sensorName"]
    one = repository.sensors.get(name) if repository is not None else None
    if repository is None or one is None:
        return sensor_not_found(name)
    return view_sensor(asking, repository, one)


def _get_state(asking: Asking, instigationSelector: Mapping[str, Any], id: str | None = None) -> Thing:
    del id  # the selector says which one
    repository, name = find_repository(asking, instigationSelector), instigationSelector["name"]
    one = (repository.schedules.get(name) or repository.sensors.get(name)) if repository is not None else None
    if repository is None or one is None:
        message = f"There is no schedule or sensor '{name}'."
        return thing("InstigationStateNotFoundError", message=message, name=name)
    return view_state(asking, repository, one)


QUERIES: dict[str, Callable[..., Any]] = {
    "schedulesOrError": answer_errors(_list_schedules),
    "sensorsOrError": answer_errors(_list_sensors),
    "scheduleOrError": answer_errors(get_schedule),
    "sensorOrError": answer_errors(get_sensor),
    "instigationStateOrError": answer_errors(_get_state),
}
