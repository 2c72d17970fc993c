"""Trying schedules and sensors, setting cursors, and small facts about what runs them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from weftwork.api.access.caller import Permission
from weftwork.api.actions.cursors import set_sensor_cursor
from weftwork.api.code.instigators import InstigatorQuery, RunRequestView, TickPreview, preview_tick
from weftwork.base.errors import DagsterInvalidInvocationError, DagsterUserCodeProcessError
from weftwork.graphql.automation import (
    AnyInstigator,
    find_repository,
    get_sensor,
    schedule_not_found,
    sensor_not_found,
    view_state,
)
from weftwork.graphql.entry import Asking, Thing, answer_errors, python_error, thing
from weftwork.graphql.metadata import asset_key, pairs
from weftwork.records.keys import AssetKey


def _query(selector: Mapping[str, Any], name: str) -> InstigatorQuery:
    location, repository = selector["repositoryLocationName"], selector["repositoryName"]
    return InstigatorQuery(name=name, location=location, repository=repository)


def _try_schedule(asking: Asking, selectorData: Mapping[str, Any], timestamp: float | None = None) -> Thing:
    asking.caller.require(Permission.LAUNCH, "try schedules and sensors")
    name = selectorData["scheduleName"]
    repository = find_repository(asking, selectorData)
    if repository is None or name not in repository.schedules:
        return schedule_not_found(name)
    at = _read_instant(timestamp)
    return _try(
        asking, timestamp, lambda: preview_tick(asking.host, asking.caller, _query(selectorData, name), at=at)
    )


def _read_instant(timestamp: float | None) -> datetime.datetime | None:
    try:
        return None if timestamp is None else datetime.datetime.fromtimestamp(timestamp, datetime.UTC)
    except (ValueError, OverflowError, OSError):
        raise DagsterInvalidInvocationError(
            f"'timestamp' is {timestamp:g}: expected seconds since 1970."
        ) from None


def _try_sensor(asking: Asking, selectorData: Mapping[str, Any], cursor: str | None = None) -> Thing:
    asking.caller.require(Permission.LAUNCH, "try schedules and sensors")
    name = selectorData["sensorName"]
    repository = find_repository(asking, selectorData)
    if repository is None or name not in repository.sensors:
        return sensor_not_found(name)
    query = _query(selectorData, name)
    return _try(asking, None, lambda: preview_tick(asking.host, asking.caller, query, cursor=cursor))


def _try(asking: Asking, timestamp: float | None, ask: Callable[[], TickPreview]) -> Thing:
    """Return a tick that was tried; an error of user code is part of it."""
    moment = timestamp if timestamp is not None else asking.host.now()
    try:
        found = ask()
    except DagsterUserCodeProcessError as error:
        result: Thing = {
            "runRequests": None,
            "skipReason": None,
            "error": python_error(error),
            "cursor": None,
        }
    else:
        result = {
            "runRequests": [_view_request(one) for one in found.requests],
            "skipReason": found.skip_reason,
            "error": None,
            "cursor": found.cursor,
        }
    return thing(
        "DryRunInstigationTick",
        timestamp=moment,
        evaluationResult={**result, "dynamicPartitionsRequests": None},
    )


def _view_request(request: RunRequestView) -> Thing:
    assets = request.assets
    return {
        "runKey": request.run_key,
        "tags": pairs(request.tags),
        "runConfigYaml": lambda _info: _to_yaml(request.run_config),
        "assetSelection": [asset_key(AssetKey.from_escaped_user_string(one)) for one in assets]
        if assets is not None
        else None,
        "assetChecks": None,
        "jobName": request.job,
    }


def _to_yaml(config: Mapping[str, Any]) -> str:
    import yaml  # heavy, and seldom asked for

    text: str = yaml.safe_dump(dict(config), sort_keys=False)
    return text


def _set_cursor(asking: Asking, sensorSelector: Mapping[str, Any], cursor: str | None = None) -> Thing:
    asking.caller.require(Permission.EDIT, "set cursors of sensors")
    name = sensorSelector["sensorName"]
    repository = find_repository(asking, sensorSelector)
    if repository is None or name not in repository.sensors:
        return sensor_not_found(name)
    set_sensor_cursor(asking.host, asking.caller, _query(sensorSelector, name), cursor)
    return get_sensor(asking, sensorSelector)


def _list_states(asking: Asking, repositoryID: str) -> Thing:
    for index in asking.host.workspace.list_indexes():
        for one in index:
            if f"{one.location}:{one.name}" == repositoryID:
                both: list[AnyInstigator] = [*one.snapshot.schedules, *one.snapshot.sensors]
                return thing("InstigationStates", results=[view_state(asking, one, each) for each in both])
    raise DagsterInvalidInvocationError(
        f"'{repositoryID:.200}' is the id of no repository: repositoriesOrError tells them."
    )


QUERIES: dict[str, Callable[..., Any]] = {
    "instigationStatesOrError": answer_errors(_list_states),
    "scheduler": answer_errors(lambda _asking: thing("Scheduler", schedulerClass=None)),
    "shouldShowNux": lambda _parent, _info: False,
    "autoMaterializeTicks": lambda _parent, _info, **_: [],
}
MUTATIONS: dict[str, Callable[..., Any]] = {
    "scheduleDryRun": answer_errors(_try_schedule),
    "sensorDryRun": answer_errors(_try_sensor),
    "setSensorCursor": answer_errors(_set_cursor),
}
