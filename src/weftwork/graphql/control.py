"""What switches, sets and adds, as the schema names it: schedules, sensors, pools, dynamic partitions, checks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from weftwork.api.access.caller import Permission
from weftwork.api.actions.assets import ReportBody, WipeBody, report_asset_event, wipe_assets
from weftwork.api.actions.partitions import (
    DynamicKeysBody,
    add_dynamic_partitions,
    delete_dynamic_partitions,
)
from weftwork.api.actions.pools import FreeSlotsBody, PoolLimitBody, free_slots, set_pool_limit
from weftwork.api.catalog.dynamic_partitions import list_dynamic_partitions
from weftwork.api.code.instigators import InstigatorQuery, switch_instigator
from weftwork.base.errors import DagsterInvalidMetadata, DagsterRunNotFoundError
from weftwork.graphql.assets import read_key
from weftwork.graphql.automation import (
    AnyInstigator,
    find_by_id,
    find_repository,
    get_sensor,
    schedule_not_found,
    sensor_not_found,
    view_state,
)
from weftwork.graphql.entry import Asking, Thing, answer_errors, thing
from weftwork.graphql.metadata import asset_key
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.records.asset_events import AssetCheckSeverity
from weftwork.records.control.instigators import InstigatorStatus
from weftwork.records.snapshots.instigators import ScheduleSnapshot, SensorSnapshot

Found = tuple[RepositoryIndex, AnyInstigator]


def _switch(asking: Asking, found: Found, to: InstigatorStatus) -> None:
    repository, one = found
    place = InstigatorQuery(name=one.name, location=repository.location, repository=repository.name)
    switch_instigator(asking.host, asking.caller, place, to=to)


def _find(asking: Asking, selector: Mapping[str, Any], name: str) -> Found | None:
    repository = find_repository(asking, selector)
    if repository is None:
        return None
    one = repository.schedules.get(name) or repository.sensors.get(name)
    return (repository, one) if one is not None else None


def _switch_schedule(asking: Asking, selector: Mapping[str, Any], to: InstigatorStatus) -> Thing:
    found = _find(asking, selector, selector["scheduleName"])
    if found is None:
        return schedule_not_found(selector["scheduleName"])
    _switch(asking, found, to)
    return thing("ScheduleStateResult", scheduleState=view_state(asking, *found))


def _start_schedule(asking: Asking, scheduleSelector: Mapping[str, Any]) -> Thing:
    return _switch_schedule(asking, scheduleSelector, InstigatorStatus.RUNNING)


def _reset_schedule(asking: Asking, scheduleSelector: Mapping[str, Any]) -> Thing:
    return _switch_schedule(asking, scheduleSelector, InstigatorStatus.DECLARED_IN_CODE)


def _stop_schedule(
    asking: Asking,
    id: str | None = None,
    scheduleOriginId: str | None = None,
    scheduleSelectorId: str | None = None,
) -> Thing:
    name = id or scheduleSelectorId or scheduleOriginId or ""
    found = find_by_id(asking, name)
    if found is None or not isinstance(found[1], ScheduleSnapshot):
        return schedule_not_found(name)
    _switch(asking, found, InstigatorStatus.STOPPED)
    return thing("ScheduleStateResult", scheduleState=view_state(asking, *found))


def _switch_sensor(asking: Asking, selector: Mapping[str, Any], to: InstigatorStatus) -> Thing:
    found = _find(asking, selector, selector["sensorName"])
    if found is None:
        return sensor_not_found(selector["sensorName"])
    _switch(asking, found, to)
    return get_sensor(asking, selector)


def _start_sensor(asking: Asking, sensorSelector: Mapping[str, Any]) -> Thing:
    return _switch_sensor(asking, sensorSelector, InstigatorStatus.RUNNING)


def _reset_sensor(asking: Asking, sensorSelector: Mapping[str, Any]) -> Thing:
    return _switch_sensor(asking, sensorSelector, InstigatorStatus.DECLARED_IN_CODE)


def _stop_sensor(
    asking: Asking, id: str | None = None, jobOriginId: str | None = None, jobSelectorId: str | None = None
) -> Thing:
    found = find_by_id(asking, id or jobSelectorId or jobOriginId)
    if found is None or not isinstance(found[1], SensorSnapshot):
        return thing("StopSensorMutationResult", instigationState=None)
    _switch(asking, found, InstigatorStatus.STOPPED)
    return thing("StopSensorMutationResult", instigationState=view_state(asking, *found))


# ------------------------------------------------------------------------------ partitions, pools, checks


def _add_partition(
    asking: Asking, partitionKey: str, partitionsDefName: str, repositorySelector: Mapping[str, Any]
) -> Thing:
    del repositorySelector  # keys belong to the instance
    body = DynamicKeysBody(name=partitionsDefName, keys=[partitionKey])
    if not add_dynamic_partitions(asking.host, asking.caller, body).count:
        message = f"The dynamic partitions '{partitionsDefName}' have the key '{partitionKey}' already."
        return thing(
            "DuplicateDynamicPartitionError", message=message, partitionsDefName=partitionsDefName,
            partitionName=partitionKey,
        )  # fmt: skip
    return thing("AddDynamicPartitionSuccess", partitionsDefName=partitionsDefName, partitionKey=partitionKey)


def _delete_partitions(
    asking: Asking,
    partitionKeys: Sequence[str],
    partitionsDefName: str,
    repositorySelector: Mapping[str, Any],
    wipeMaterializations: bool | None = None,
) -> Thing:
    del repositorySelector  # keys belong to the instance
    body = DynamicKeysBody(name=partitionsDefName, keys=list(partitionKeys))
    delete_dynamic_partitions(asking.host, asking.caller, body)
    if wipeMaterializations:
        definitions = list_dynamic_partitions(asking.host).definitions
        for asset in next((one.assets for one in definitions if one.name == partitionsDefName), []):
            wipe_assets(asking.host, asking.caller, WipeBody(assets=[asset], partitions=list(partitionKeys)))
    return thing("DeleteDynamicPartitionsSuccess", partitionsDefName=partitionsDefName)


def _set_limit(_parent: Any, info: Any, concurrencyKey: str, limit: int) -> bool:
    asking: Asking = info.context
    set_pool_limit(asking.host, asking.caller, PoolLimitBody(name=concurrencyKey, limit=limit))
    return True


def _delete_limit(_parent: Any, info: Any, concurrencyKey: str) -> bool:
    asking: Asking = info.context
    set_pool_limit(asking.host, asking.caller, PoolLimitBody(name=concurrencyKey, limit=None))
    return True


def _free_slots(_parent: Any, info: Any, runId: str, stepKey: str | None = None) -> bool:
    asking: Asking = info.context
    with contextlib.suppress(DagsterRunNotFoundError):  # a run that is not there holds none
        free_slots(asking.host, asking.caller, FreeSlotsBody(run_id=runId, step=stepKey))
    return True


def _report_check(asking: Asking, eventParams: Mapping[str, Any]) -> Thing:
    key = read_key(eventParams["assetKey"])
    text = eventParams.get("serializedMetadata")
    try:
        metadata = msgspec.json.decode(text) if text else {}
    except msgspec.DecodeError as error:
        raise DagsterInvalidMetadata(f"serializedMetadata is not JSON: {error}") from None
    body = ReportBody(
        asset=key.to_escaped_user_string(),
        type="check",
        partitions=[one for one in eventParams.get("partitionKeys") or () if one],
        description=eventParams.get("description"),
        metadata=metadata,
        check_name=eventParams["checkName"],
        passed=eventParams["passed"],
        severity=AssetCheckSeverity(eventParams.get("severity") or "ERROR"),
    )
    report_asset_event(asking.host, asking.caller, body)
    return thing(
        "ReportAssetCheckEvaluationsSuccess", assetKey=asset_key(key), checkName=eventParams["checkName"]
    )


def _guarded(action: str, resolver: Callable[..., Any]) -> Any:
    """Return a resolver that tells nothing to those who may not: neither what there is nor what there is not."""

    def resolve(asking: Asking, **arguments: Any) -> Any:
        asking.caller.require(Permission.EDIT, action)
        return resolver(asking, **arguments)

    return answer_errors(resolve)


MUTATIONS: dict[str, Callable[..., Any]] = {
    "startSchedule": _guarded("start schedules", _start_schedule),
    "stopRunningSchedule": _guarded("stop schedules", _stop_schedule),
    "resetSchedule": _guarded("reset schedules", _reset_schedule),
    "startSensor": _guarded("start sensors", _start_sensor),
    "stopSensor": _guarded("stop sensors", _stop_sensor),
    "resetSensor": _guarded("reset sensors", _reset_sensor),
    "addDynamicPartition": _guarded("add dynamic partitions", _add_partition),
    "deleteDynamicPartitions": _guarded("delete dynamic partitions", _delete_partitions),
    "setConcurrencyLimit": _set_limit,
    "deleteConcurrencyLimit": _delete_limit,
    "freeConcurrencySlots": _free_slots,
    "freeConcurrencySlotsForRun": _free_slots,
    "reportAssetCheckEvaluations": _guarded("report what happened to assets", _report_check),
}
