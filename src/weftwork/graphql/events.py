"""Events and lines of logs as objects of the schema."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from weftwork.graphql.entry import Thing, python_error, thing
from weftwork.graphql.metadata import asset_key, metadata_entries, pairs
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent, EventLogEntry, EventLogRecord

_T = DagsterEventType
_LEVELS = ("CRITICAL", "ERROR", "INFO", "WARNING", "DEBUG")


def view_event(record: EventLogRecord) -> Thing:
    """Return an event or a line of a log."""
    entry = record.event_log_entry
    event = entry.dagster_event
    base: Thing = {
        "runId": entry.run_id,
        "message": entry.message,
        "timestamp": str(int(entry.timestamp * 1000)),
        "level": _level_of(entry),
        "stepKey": entry.step_key,
        "solidHandleID": None,
        "eventType": None,
        "label": None,
        "description": None,
        "metadataEntries": [],
    }
    if event is None:
        return thing("LogMessageEvent", **base)
    kind = event.event_type
    base |= {
        "eventType": kind.name,
        "solidHandleID": ".".join(event.node_path) if event.node_path else None,
        "pipelineName": event.job_name,
        "error": _error_of(entry, event),
    }
    base |= _FIELDS[kind](event) if kind in _FIELDS else _metadata_of(event)
    return thing(_TYPENAMES.get(kind, "EngineEvent"), **base)


def _level_of(entry: EventLogEntry) -> str:
    level = entry.level if isinstance(entry.level, str) else logging.getLevelName(entry.level)
    return level if level in _LEVELS else "INFO"


def _error_of(entry: EventLogEntry, event: DagsterEvent) -> Thing | None:
    error = entry.error_info or getattr(event.event_specific_data, "error", None)
    return python_error(error) if error is not None else None


def _metadata_of(event: DagsterEvent) -> Thing:
    data = event.event_specific_data
    return {
        "metadataEntries": metadata_entries(getattr(data, "metadata", None) or {}),
        "markerStart": getattr(data, "marker_start", None),
        "markerEnd": getattr(data, "marker_end", None),
    }


def _told(told: Any) -> Thing:
    return {
        "label": told.label,
        "description": told.description,
        "metadataEntries": metadata_entries(told.metadata),
        "assetKey": asset_key(told.asset_key),
        "partition": told.partition,
        "tags": pairs(told.tags or {}),
        "assetLineage": [],
    }


def _failed(event: DagsterEvent) -> Thing:
    source = getattr(event.event_specific_data, "error_source", None)
    told = {"errorSource": source.value if source is not None else None}
    failure = getattr(event.event_specific_data, "user_failure_data", None)
    if failure is None:
        return {**told, "failureMetadata": None}
    entries = metadata_entries(failure.metadata)
    return {
        **told,
        "failureMetadata": {
            "label": failure.label,
            "description": failure.description,
            "metadataEntries": entries,
        },
    }


def _check(event: DagsterEvent) -> Thing:
    found = event.asset_check_evaluation
    return {
        "evaluation": {
            "timestamp": event.timestamp,
            "checkName": found.check_name,
            "assetKey": asset_key(found.asset_key),
            "metadataEntries": metadata_entries(found.metadata),
            "severity": found.severity.value,
            "description": found.description,
            "partition": found.partition,
            "success": found.passed,
        }
    }


def _data(*names: tuple[str, str]) -> Callable[[DagsterEvent], Thing]:
    """Return a function that takes fields from what an event tells: (name in the schema, name in the record)."""

    def fields(event: DagsterEvent) -> Thing:
        data = event.event_specific_data
        return {**_metadata_of(event), **{shown: getattr(data, name, None) for shown, name in names}}

    return fields


def _key_of(event: DagsterEvent) -> Thing:
    key = event.asset_key
    return {"assetKey": asset_key(key) if key is not None else None, "partition": event.partition, "tags": []}


def _captured(event: DagsterEvent) -> Thing:
    data = event.event_specific_data
    key = getattr(data, "file_key", "")
    out, err = (getattr(data, f"external_{name}_url", None) for name in ("stdout", "stderr"))
    return {
        "fileKey": key,
        "logKey": key,
        "stepKeys": getattr(data, "step_keys", []),
        "externalUrl": out,
        "externalStdoutUrl": out,
        "externalStderrUrl": err,
        "pid": None,
    }


_FIELDS: dict[DagsterEventType, Callable[[DagsterEvent], Thing]] = {
    _T.ASSET_MATERIALIZATION: lambda event: _told(event.materialization),
    _T.ASSET_OBSERVATION: lambda event: _told(event.asset_observation),
    _T.ASSET_FAILED_TO_MATERIALIZE: _key_of,
    _T.ASSET_MATERIALIZATION_PLANNED: _key_of,
    _T.ASSET_CHECK_EVALUATION: _check,
    _T.ASSET_CHECK_EVALUATION_PLANNED: lambda event: {
        **_key_of(event), "checkName": getattr(event.event_specific_data, "check_name", ""),
    },
    _T.STEP_FAILURE: _failed,
    _T.STEP_UP_FOR_RETRY: _data(("secondsToWait", "seconds_to_wait")),
    _T.STEP_INPUT: _data(("inputName", "input_name")),
    _T.STEP_OUTPUT: _data(("outputName", "output_name")),
    _T.HANDLED_OUTPUT: _data(("outputName", "output_name"), ("managerKey", "manager_key")),
    _T.LOADED_INPUT: _data(
        ("inputName", "input_name"), ("managerKey", "manager_key"), ("upstreamOutputName", "upstream_output_name"),
        ("upstreamStepKey", "upstream_step_key"),
    ),
    _T.LOGS_CAPTURED: _captured,
}  # fmt: skip
_TYPENAMES = {
    _T.STEP_OUTPUT: "ExecutionStepOutputEvent",
    _T.STEP_INPUT: "ExecutionStepInputEvent",
    _T.STEP_FAILURE: "ExecutionStepFailureEvent",
    _T.STEP_START: "ExecutionStepStartEvent",
    _T.STEP_SUCCESS: "ExecutionStepSuccessEvent",
    _T.STEP_SKIPPED: "ExecutionStepSkippedEvent",
    _T.STEP_UP_FOR_RETRY: "ExecutionStepUpForRetryEvent",
    _T.STEP_RESTARTED: "ExecutionStepRestartEvent",
    _T.STEP_WORKER_STARTING: "StepWorkerStartingEvent",
    _T.STEP_WORKER_STARTED: "StepWorkerStartedEvent",
    _T.RESOURCE_INIT_STARTED: "ResourceInitStartedEvent",
    _T.RESOURCE_INIT_SUCCESS: "ResourceInitSuccessEvent",
    _T.RESOURCE_INIT_FAILURE: "ResourceInitFailureEvent",
    _T.ASSET_MATERIALIZATION: "MaterializationEvent",
    _T.ASSET_MATERIALIZATION_PLANNED: "AssetMaterializationPlannedEvent",
    _T.ASSET_FAILED_TO_MATERIALIZE: "FailedToMaterializeEvent",
    _T.ASSET_OBSERVATION: "ObservationEvent",
    _T.STEP_EXPECTATION_RESULT: "StepExpectationResultEvent",
    _T.ASSET_CHECK_EVALUATION_PLANNED: "AssetCheckEvaluationPlannedEvent",
    _T.ASSET_CHECK_EVALUATION: "AssetCheckEvaluationEvent",
    _T.ASSET_HEALTH_CHANGED: "HealthChangedEvent",
    _T.RUN_ENQUEUED: "RunEnqueuedEvent",
    _T.RUN_DEQUEUED: "RunDequeuedEvent",
    _T.RUN_STARTING: "RunStartingEvent",
    _T.RUN_START: "RunStartEvent",
    _T.RUN_SUCCESS: "RunSuccessEvent",
    _T.RUN_FAILURE: "RunFailureEvent",
    _T.RUN_CANCELING: "RunCancelingEvent",
    _T.RUN_CANCELED: "RunCanceledEvent",
    _T.RUN_SUSPENDED: "RunSuspendedEvent",
    _T.RUN_RESUMED: "RunResumedEvent",
    _T.OBJECT_STORE_OPERATION: "ObjectStoreOperationEvent",
    _T.LOADED_INPUT: "LoadedInputEvent",
    _T.HANDLED_OUTPUT: "HandledOutputEvent",
    _T.HOOK_COMPLETED: "HookCompletedEvent",
    _T.HOOK_ERRORED: "HookErroredEvent",
    _T.HOOK_SKIPPED: "HookSkippedEvent",
    _T.ALERT_START: "AlertStartEvent",
    _T.ALERT_SUCCESS: "AlertSuccessEvent",
    _T.ALERT_FAILURE: "AlertFailureEvent",
    _T.LOGS_CAPTURED: "LogsCapturedEvent",
}
