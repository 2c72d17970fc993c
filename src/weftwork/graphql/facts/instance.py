"""The instance as an object of the schema, and what a run would be: whether its config fits, its plan."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from weftwork.api.actions.dry_run import LaunchCheck, PlannedStepView, check_launch
from weftwork.api.catalog.catalog import parse_key
from weftwork.api.code.jobs import JobQuery, JobReport, get_job_report
from weftwork.graphql.automation import find_repository
from weftwork.graphql.entry import Asking, Thing, answer_errors, thing
from weftwork.graphql.jobs.config_types import ConfigTypes
from weftwork.graphql.launching import invalid_config, read_launch
from weftwork.graphql.metadata import asset_key
from weftwork.graphql.workspace import pipeline_not_found
from weftwork.instance.control.slots import MAX_LIMIT


def _view_instance(asking: Asking) -> Thing:
    instance = asking.host.instance
    log = instance.event_log_storage
    find_queue = getattr(instance.run_coordinator, "get_run_queue_config", None)
    pools = (instance.get_settings("concurrency") or {}).get("pools") or {}
    return {
        "id": "instance",
        "info": lambda _info: instance.info_str(),
        "hasInfo": True,
        "executablePath": sys.executable,
        "runLauncher": {"name": "DefaultRunLauncher"},
        "runQueuingSupported": find_queue is not None,
        "runQueueConfig": _view_queue(find_queue()) if find_queue is not None else None,
        "daemonHealth": {
            "id": "daemonHealth",
            "allDaemonStatuses": [],
            "daemonStatus": lambda _info, daemonType=None: _no_daemon(daemonType),
        },
        "autoMaterializePaused": not instance.auto_materialize_enabled,
        "useAutoMaterializeSensors": instance.auto_materialize_use_sensors,
        "supportsConcurrencyLimits": True,
        "minConcurrencyLimitValue": 0,
        "maxConcurrencyLimitValue": MAX_LIMIT,
        "concurrencyLimits": lambda _info: [
            _view_pool(log.get_concurrency_info(name)) for name in sorted(log.get_concurrency_keys())
        ],
        "concurrencyLimit": lambda _info, concurrencyKey=None: _view_pool(
            log.get_concurrency_info(concurrencyKey or "")
        ),
        "poolConfig": {
            "poolGranularity": pools.get("granularity", "op"),
            "defaultPoolLimit": instance.global_op_concurrency_default_limit,
            "opGranularityRunBuffer": pools.get("op_granularity_run_buffer"),
        },
        "freshnessEvaluationEnabled": instance.freshness_enabled,
    }


def _view_queue(config: Any) -> Thing:
    import yaml  # heavy, and seldom asked for

    limits = config.tag_concurrency_limits
    return {
        "maxConcurrentRuns": config.max_concurrent_runs,
        "tagConcurrencyLimitsYaml": yaml.safe_dump(list(limits)) if limits else None,
    }


def _no_daemon(kind: str | None) -> Thing:
    """Return that nothing of this kind is known to run."""
    return {
        "daemonType": kind or "",
        "id": kind or "",
        "required": False,
        "healthy": None,
        "lastHeartbeatTime": None,
        "lastHeartbeatErrors": [],
    }


def _view_pool(found: Any) -> Thing:
    return {
        "concurrencyKey": found.concurrency_key,
        "slotCount": found.slot_count,
        "limit": found.limit,
        "usingDefaultLimit": found.using_default_limit,
        "claimedSlots": [{"runId": one.run_id, "stepKey": one.step_key} for one in found.claimed_slots],
        "pendingSteps": [
            {
                "runId": one.run_id,
                "stepKey": one.step_key,
                "priority": one.priority or 0,
                "enqueuedTimestamp": one.enqueued_timestamp.timestamp(),
            }
            for one in found.pending_steps
        ],
        "activeSlotCount": found.active_slot_count,
        "activeRunIds": sorted(found.active_run_ids),
        "pendingStepCount": found.pending_step_count,
        "pendingStepRunIds": sorted(found.pending_run_ids),
    }


# ------------------------------------------------------------------------------ what a run would be


def _check(asking: Asking, selector: Mapping[str, Any], config: Any) -> LaunchCheck | Thing:
    """Return what a run would be, or the object that says that there is no such job."""
    repository = find_repository(asking, selector)
    name = selector["pipelineName"]
    if repository is None or name not in repository.jobs:
        return pipeline_not_found(selector)
    return check_launch(asking.host, read_launch(asking, repository, name, selector, config))


def _validate(asking: Asking, pipeline: Mapping[str, Any], mode: str, runConfigData: Any = None) -> Thing:
    del mode  # there is one
    check = _check(asking, pipeline, runConfigData)
    if not isinstance(check, LaunchCheck):
        return check
    name = pipeline["pipelineName"]
    if check.problems:
        return invalid_config(name, check)
    return thing("PipelineConfigValidationValid", pipelineName=name)


def _plan(asking: Asking, pipeline: Mapping[str, Any], mode: str, runConfigData: Any = None) -> Thing:
    del mode  # there is one
    check = _check(asking, pipeline, runConfigData)
    if not isinstance(check, LaunchCheck):
        return check
    if check.problems:
        return invalid_config(pipeline["pipelineName"], check)
    steps = [_view_step(step) for step in check.plan]
    for step, planned in zip(steps, check.plan, strict=True):
        step["inputs"] = [
            {"name": one.name, "dependsOn": [steps[number] for number in one.steps]} for one in planned.inputs
        ]
    checks = [text.rpartition(":") for step in check.plan for text in step.checks]
    return thing(
        "ExecutionPlan",
        steps=steps,
        artifactsPersisted=asking.host.instance.is_persistent,
        assetKeys=[asset_key(parse_key(text)) for step in check.plan for text in step.assets],
        assetCheckKeys=[{"name": name, "assetKey": asset_key(parse_key(key))} for key, _, name in checks],
    )


def _view_step(step: PlannedStepView) -> Thing:
    return {
        "key": step.key,
        "solidHandleID": step.key,
        "kind": "UNRESOLVED_MAPPED"
        if step.is_dynamic
        else "UNRESOLVED_COLLECT"
        if step.collects
        else "COMPUTE",
        "outputs": [{"name": name} for name in step.outputs],
    }


def _config_schema(asking: Asking, selector: Mapping[str, Any], mode: str | None = None) -> Thing:
    repository = find_repository(asking, selector)
    name = selector["pipelineName"]
    if repository is None or name not in repository.jobs:
        return pipeline_not_found(selector)
    place = JobQuery(name=name, location=repository.location, repository=repository.name)
    report = get_job_report(asking.host, place)
    types = ConfigTypes(report.config_schema)
    return thing(
        "RunConfigSchema",
        rootDefaultYaml=lambda _info: _defaults_yaml(report),
        rootConfigType=types.root,
        allConfigTypes=lambda _info: types.list_all(),
        isRunConfigValid=lambda _info, runConfigData=None: _validate(
            asking, selector, mode or "default", runConfigData
        ),
    )


def _defaults_yaml(report: JobReport) -> str:
    """Return the config that a run has where nothing is given, as YAML."""
    import yaml  # heavy, and seldom asked for

    ops = _list_defaults(report.config_schema.get("properties", {}).get("ops", {}))
    found = {**({"ops": ops} if ops else {}), **report.default_config}
    text: str = yaml.safe_dump(found, sort_keys=True) if found else ""
    return text


def _list_defaults(schema: Mapping[str, Any]) -> Any:
    """Return the defaults in a schema, also those beside fields that must be given."""
    if "properties" not in schema:
        return schema.get("default")
    found = {name: _list_defaults(inner) for name, inner in schema["properties"].items()}
    return {name: value for name, value in found.items() if value is not None and value != {}}


QUERIES: dict[str, Callable[..., Any]] = {
    "instance": lambda _parent, info: _view_instance(info.context),
    "isPipelineConfigValid": answer_errors(_validate),
    "executionPlanOrError": answer_errors(_plan),
    "runConfigSchemaOrError": answer_errors(_config_schema),
}
