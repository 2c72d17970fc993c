"""Runs as objects of the schema, and the queries about them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from weftwork.api.access.caller import Permission
from weftwork.api.run_plan import find_outline
from weftwork.api.view import read_cursor
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.graphql.assets import recorded_asset
from weftwork.graphql.entry import Asking, Thing, answer_errors, bounded, thing
from weftwork.graphql.events import view_event
from weftwork.graphql.metadata import asset_key, pairs
from weftwork.instance.configuration.secrets import redact_run_config
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.run_stats import RunStepKeyStatsSnapshot
from weftwork.records.event_type import DagsterEventType
from weftwork.records.runs import CANCELABLE_STATUSES, DagsterRun, DagsterRunStatus, RunRecord, RunsFilter
from weftwork.records.tags import CODE_LOCATION_TAG

_MAX_RUNS = 1000
_MAX_IDS = 10_000
DEFAULT_REPOSITORY = "__repository__"
_MAX_EVENTS = 5000
_DEFAULT_EVENTS = 1000


def get_run_thing(instance: DagsterInstance, run_id: str) -> Thing:
    """Return a run, or the object that says that there is none."""
    record = instance.get_run_record_by_id(run_id)
    if record is None:
        return run_not_found(run_id)
    return view_run(instance, record)


def run_not_found(run_id: str) -> Thing:
    """Return the object that says that there is no such run."""
    return thing("RunNotFoundError", runId=run_id, message=f"There is no run with id {run_id}.")


def view_run(instance: DagsterInstance, record: RunRecord) -> Thing:
    """Return a run; what costs is only found when it is asked for."""
    run = record.dagster_run
    assets = run.asset_selection
    return thing(
        "Run",
        id=run.run_id,
        runId=run.run_id,
        status=run.status.value,
        pipelineName=run.job_name,
        jobName=run.job_name,
        solidSelection=run.op_selection,
        assetSelection=lambda _info, limit=None: (
            [asset_key(key) for key in sorted(assets)][:limit] if assets is not None else None
        ),
        stats=lambda _info: _stats(instance, run.run_id),
        stepStats=lambda _info: _step_stats(instance, run.run_id),
        stepKeysToExecute=lambda _info: _planned_steps(instance, run),
        runConfigYaml=lambda _info: _to_yaml(redact_run_config(run)),
        runConfig=redact_run_config(run),
        mode="default",
        tags=pairs(run.tags),
        rootRunId=run.root_run_id,
        parentRunId=run.parent_run_id,
        canTerminate=run.status in CANCELABLE_STATUSES,
        assets=lambda _info: [
            recorded_asset(instance, key) for key in sorted(instance.get_asset_keys_for_run(run.run_id))
        ],
        eventConnection=lambda _info, afterCursor=None, limit=None: list_events(
            instance, run.run_id, afterCursor, limit
        ),
        creationTime=record.create_timestamp.timestamp(),
        updateTime=record.update_timestamp.timestamp(),
        startTime=record.start_time,
        endTime=record.end_time,
        **_facts(instance, run),
    )


def _facts(instance: DagsterInstance, run: DagsterRun) -> Thing:
    """Return what is seldom asked of a run."""
    assets, checks = run.asset_selection, run.asset_check_selection
    handles = (
        [{"name": key.name, "assetKey": asset_key(key.asset_key)} for key in checks]
        if checks is not None
        else None
    )
    location = run.tags.get(CODE_LOCATION_TAG)
    return {
        "runStatus": run.status.value,
        "repositoryOrigin": repository_origin(location, DEFAULT_REPOSITORY) if location else None,
        "pipelineSnapshotId": run.job_snapshot_id,
        "parentPipelineSnapshotId": run.job_snapshot_id,
        "resolvedOpSelection": run.op_selection,
        "assetSelectionCount": len(assets) if assets is not None else 0,
        "assetCheckSelection": handles,
        "assetCheckSelectionCount": len(handles) if handles is not None else 0,
        "assetChecks": lambda _info: (
            handles if handles is not None else _planned_checks(instance, run.run_id)
        ),
        "assetMaterializations": lambda _info: [
            view_event(record)
            for record in instance.get_records_for_run(
                run.run_id, of_type=DagsterEventType.ASSET_MATERIALIZATION, limit=_MAX_EVENTS
            ).records
        ],
        "allPools": None,
        "rootConcurrencyKeys": None,
        "hasUnconstrainedRootNodes": True,
        "hasRunMetricsEnabled": False,
        "externalJobSource": None,
        "hasReExecutePermission": lambda info: Permission.LAUNCH in info.context.caller.permissions,
        "hasTerminatePermission": lambda info: Permission.LAUNCH in info.context.caller.permissions,
        "hasDeletePermission": lambda info: Permission.EDIT in info.context.caller.permissions,
        "hasConcurrencyKeySlots": lambda _info: any(
            claim.run_id == run.run_id for claim in instance.slots.list_claims()
        ),
    }


def _planned_steps(instance: DagsterInstance, run: DagsterRun) -> list[str] | None:
    """Return the steps that a run means to run; None before it has begun, unless it was asked for some."""
    if run.step_keys_to_execute is not None:
        return run.step_keys_to_execute
    outline = find_outline(instance, run.run_id)
    return outline.keys if outline is not None else None


def _planned_checks(instance: DagsterInstance, run_id: str) -> list[Thing]:
    kind = DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED
    found = []
    for record in instance.get_records_for_run(run_id, of_type=kind, limit=_MAX_EVENTS).records:
        event = record.event_log_entry.get_dagster_event()
        name = getattr(event.event_specific_data, "check_name", "")
        if event.asset_key is not None:
            found.append({"name": name, "assetKey": asset_key(event.asset_key)})
    return found


def repository_origin(location: str, repository: str) -> Thing:
    """Return where code comes from."""
    return {
        "id": f"{location}:{repository}",
        "repositoryLocationName": location,
        "repositoryName": repository,
        "repositoryLocationMetadata": [],
    }


def list_events(instance: DagsterInstance, run_id: str, cursor: str | None, limit: int | None) -> Thing:
    """Return a page of the log of a run."""
    count = max(1, bounded(limit or _DEFAULT_EVENTS, _MAX_EVENTS))
    read_cursor(cursor)
    page = instance.get_records_for_run(run_id, cursor=cursor, limit=count)
    return thing(
        "EventConnection",
        events=[view_event(record) for record in page.records],
        cursor=page.cursor or cursor or "",
        hasMore=page.has_more,
    )


def _stats(instance: DagsterInstance, run_id: str) -> Thing:
    found = instance.get_run_stats(run_id)
    return thing(
        "RunStatsSnapshot",
        id=f"stats-{run_id}",
        runId=run_id,
        stepsSucceeded=found.steps_succeeded,
        stepsFailed=found.steps_failed,
        materializations=found.materializations,
        expectations=found.expectations,
        enqueuedTime=found.enqueued_time,
        launchTime=found.launch_time,
        startTime=found.start_time,
        endTime=found.end_time,
    )


def _step_stats(instance: DagsterInstance, run_id: str) -> list[Thing]:
    return [_view_step(instance, run_id, step) for step in instance.get_run_step_stats(run_id)]


def _view_step(instance: DagsterInstance, run_id: str, step: RunStepKeyStatsSnapshot) -> Thing:
    def made(_info: Any) -> list[Thing]:
        kind = DagsterEventType.ASSET_MATERIALIZATION
        page = instance.get_records_for_run(run_id, of_type=kind, limit=_MAX_EVENTS)
        return [view_event(one) for one in page.records if one.event_log_entry.step_key == step.step_key]

    return {
        "runId": run_id,
        "stepKey": step.step_key,
        "status": step.status.value if step.status else None,
        "startTime": step.start_time,
        "endTime": step.end_time,
        "attempts": [{"startTime": one.start_time, "endTime": one.end_time} for one in step.attempts_list],
        "markers": [],
        "materializations": made,
    }


def find_run_of_event(event: Thing, info: Any) -> Thing:
    """Return the run of an event."""
    return get_run_thing(info.context.host.instance, event["runId"])


def find_step_of_event(event: Thing, info: Any) -> Thing:
    """Return how the step of an event went."""
    run_id, key = event["runId"], event["stepKey"]
    steps = info.context.host.instance.get_run_step_stats(run_id, [key]) if run_id and key else ()
    if steps:
        return _view_step(info.context.host.instance, run_id, steps[0])
    nothing: Thing = {
        "status": None,
        "startTime": None,
        "endTime": None,
        "attempts": [],
        "markers": [],
        "materializations": [],
    }
    return {"runId": run_id, "stepKey": key or "", **nothing}


def _to_yaml(config: Mapping[str, Any]) -> str:
    import yaml  # heavy, and most questions do not ask for it

    text: str = yaml.safe_dump(dict(config), sort_keys=False)
    return text


def read_filter(raw: Mapping[str, Any] | None) -> RunsFilter:
    """Return the conditions that a query gives."""
    raw = raw or {}

    def instant(name: str) -> datetime.datetime | None:
        seconds = raw.get(name)
        try:
            return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        except (ValueError, OverflowError, OSError):
            raise DagsterInvalidInvocationError(
                f"'{name}' is {seconds:g}: expected seconds since 1970."
            ) from None

    ids = raw.get("runIds")
    return RunsFilter(
        run_ids=[one for one in ids if one] or None if ids is not None else None,
        job_name=raw.get("pipelineName"),
        statuses=[DagsterRunStatus(name) for name in raw.get("statuses") or ()],
        tags={tag["key"]: tag["value"] for tag in raw.get("tags") or ()},
        updated_after=instant("updatedAfter"),
        updated_before=instant("updatedBefore"),
        created_after=instant("createdAfter"),
        created_before=instant("createdBefore"),
    )


def _list_runs(
    asking: Asking,
    filter: Mapping[str, Any] | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Thing:
    conditions = read_filter(filter)
    instance = asking.host.instance
    records = instance.get_run_records(conditions, limit=bounded(limit, _MAX_RUNS), cursor=cursor)
    return thing(
        "Runs",
        results=lambda _info: [view_run(instance, record) for record in records],
        count=lambda _info: instance.get_runs_count(conditions),
    )


def _list_run_ids(
    asking: Asking,
    filter: Mapping[str, Any] | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Thing:
    ids = asking.host.instance.get_run_ids(read_filter(filter), cursor=cursor, limit=bounded(limit, _MAX_IDS))
    return thing("RunIds", results=list(ids))


def _get_run(asking: Asking, runId: str) -> Thing:
    return get_run_thing(asking.host.instance, runId)


def _get_log(asking: Asking, runId: str, afterCursor: str | None = None, limit: int | None = None) -> Thing:
    if not asking.host.instance.has_run(runId):
        return run_not_found(runId)
    return list_events(asking.host.instance, runId, afterCursor, limit)


QUERIES: dict[str, Callable[..., Any]] = {
    "runsOrError": answer_errors(_list_runs),
    "pipelineRunsOrError": answer_errors(_list_runs),
    "runIdsOrError": answer_errors(_list_run_ids),
    "runOrError": answer_errors(_get_run),
    "pipelineRunOrError": answer_errors(_get_run),
    "logsForRun": answer_errors(_get_log),
}
