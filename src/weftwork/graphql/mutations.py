"""What changes the world, as the schema names it; each is a use case of ``api`` and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.api.access.caller import Permission
from weftwork.api.actions.assets import ReportBody, WipeBody, report_asset_event, wipe_assets
from weftwork.api.actions.dry_run import check_launch
from weftwork.api.actions.launching import launch
from weftwork.api.actions.locations import ReloadBody, reload_locations, shut_down_location
from weftwork.api.actions.reexecuting import ReexecuteBody, Strategy, reexecute
from weftwork.api.actions.runs import CancelBody, DeleteRunsBody, RunOutcome, cancel_runs, delete_runs
from weftwork.api.catalog.catalog import get_catalog
from weftwork.base.errors import (
    AccessDeniedError,
    DagsterCodeLocationNotFoundError,
    DagsterInvalidSubsetError,
    DagsterUserCodeProcessError,
)
from weftwork.graphql.assets import asset_not_found, read_key
from weftwork.graphql.automation import find_repository
from weftwork.graphql.entry import Asking, Thing, answer_errors, python_error, thing
from weftwork.graphql.launching import invalid_config, read_launch, read_tags
from weftwork.graphql.metadata import asset_key
from weftwork.graphql.runs import get_run_thing, run_not_found, view_run
from weftwork.graphql.workspace import (
    location_not_found,
    pipeline_not_found,
    view_entry,
    view_workspace,
)
from weftwork.partitions.context import partition_loading_context
from weftwork.partitions.keys import PartitionKeyRange
from weftwork.records.keys import AssetKey

_STRATEGIES = {
    "ALL_STEPS": Strategy.ALL,
    "FROM_FAILURE": Strategy.FROM_FAILURE,
    "FROM_ASSET_FAILURE": Strategy.FROM_FAILURE,
}


def _launch(asking: Asking, executionParams: Mapping[str, Any]) -> Thing:
    asking.caller.require(Permission.LAUNCH, "launch runs")
    params, selector = executionParams, executionParams["selector"]
    metadata = params.get("executionMetadata") or {}
    if params.get("preset"):
        message = "There are no presets; give the config as runConfigData."
        return thing("PresetNotFoundError", message=message, preset=params["preset"])
    if metadata.get("parentRunId"):
        return _repeat_steps(asking, params, metadata)
    name = selector.get("pipelineName") or selector.get("jobName") or ""
    repository = find_repository(asking, selector)
    if repository is None or name not in repository.jobs:
        return pipeline_not_found(selector)
    tags = read_tags(metadata.get("tags"))
    body = read_launch(asking, repository, name, selector, params.get("runConfigData"), tags)
    check = check_launch(asking.host, body)
    if check.problems:
        return invalid_config(name, check)
    return _launched(asking, launch(asking.host, asking.caller, body).run_ids[0])


def _repeat_steps(asking: Asking, params: Mapping[str, Any], metadata: Mapping[str, Any]) -> Thing:
    steps = list(params.get("stepKeys") or ())
    config = params.get("runConfigData")
    body = ReexecuteBody(
        run_id=metadata["parentRunId"],
        strategy=Strategy.SELECTED if steps else Strategy.ALL,
        steps=steps,
        tags=read_tags(metadata.get("tags")),
        run_config=config if isinstance(config, Mapping) else None,  # type: ignore[arg-type]
        run_config_text=config if isinstance(config, str) else None,
    )
    return _launched(asking, reexecute(asking.host, asking.caller, body).run_ids[0])


def _launched(asking: Asking, run_id: str) -> Thing:
    record = asking.host.instance.get_run_record_by_id(run_id)
    assert record is not None
    return thing("LaunchRunSuccess", run=view_run(asking.host.instance, record))


def _launch_many(asking: Asking, executionParamsList: Sequence[Mapping[str, Any]]) -> Thing:
    asking.caller.require(Permission.LAUNCH, "launch runs")
    one = answer_errors(_launch, converted=_SUBSET)
    results = [one(None, _Info(asking), executionParams=params) for params in executionParamsList]
    return thing("LaunchMultipleRunsResult", launchMultipleRunsResult=results)


class _Info:
    """As much of what a resolver is told as ``answer_errors`` needs."""

    def __init__(self, context: Asking) -> None:
        self.context = context


def _relaunch(
    asking: Asking,
    executionParams: Mapping[str, Any] | None = None,
    reexecutionParams: Mapping[str, Any] | None = None,
) -> Thing:
    asking.caller.require(Permission.LAUNCH, "repeat runs")
    if (executionParams is None) == (reexecutionParams is None):
        message = "Give executionParams or reexecutionParams, one of them."
        return thing("ConflictingExecutionParamsError", message=message)
    if executionParams is not None:
        return _launch(asking, executionParams)
    assert reexecutionParams is not None
    body = ReexecuteBody(
        run_id=reexecutionParams["parentRunId"],
        strategy=_STRATEGIES[reexecutionParams["strategy"]],
        tags=read_tags(reexecutionParams.get("extraTags")),
        keeps_tags=reexecutionParams.get("useParentRunTags") is not False,
    )
    return _launched(asking, reexecute(asking.host, asking.caller, body).run_ids[0])


def _terminate(asking: Asking, runId: str, terminatePolicy: str | None = None) -> Thing:
    is_forced = terminatePolicy == "MARK_AS_CANCELED_IMMEDIATELY"
    outcome = cancel_runs(asking.host, asking.caller, CancelBody(run_ids=[runId], force=is_forced)).results[0]
    return _terminated(asking, outcome)


def _terminate_many(asking: Asking, runIds: Sequence[str], terminatePolicy: str | None = None) -> Thing:
    is_forced = terminatePolicy == "MARK_AS_CANCELED_IMMEDIATELY"
    asked = CancelBody(run_ids=list(runIds), force=is_forced)
    try:
        outcomes = cancel_runs(asking.host, asking.caller, asked).results
    except AccessDeniedError as error:  # the union of this answer has it only inside
        denied = thing("UnauthorizedError", message=str(error))
        return thing("TerminateRunsResult", terminateRunResults=[denied for _ in runIds])
    return thing("TerminateRunsResult", terminateRunResults=[_terminated(asking, each) for each in outcomes])


def _terminated(asking: Asking, outcome: RunOutcome) -> Thing:
    run = get_run_thing(asking.host.instance, outcome.run_id)
    if run["__typename"] == "RunNotFoundError":
        return run
    if outcome.is_done:
        return thing("TerminateRunSuccess", run=run)
    return thing("TerminateRunFailure", run=run, message=outcome.message)


def _delete(asking: Asking, runId: str) -> Thing:
    asking.caller.require(Permission.EDIT, "delete runs")
    if not asking.host.instance.has_run(runId):
        return run_not_found(runId)
    outcome = delete_runs(asking.host, asking.caller, DeleteRunsBody(run_ids=[runId])).results[0]
    if not outcome.is_done:
        return thing("PythonError", message=outcome.message, stack=[], causes=[])
    return thing("DeletePipelineRunSuccess", runId=runId)


def _reload(asking: Asking, repositoryLocationName: str) -> Thing:
    reload_locations(asking.host, asking.caller, ReloadBody(name=repositoryLocationName))
    return view_entry(asking, asking.host.workspace.get_state(repositoryLocationName))


def _reload_all(asking: Asking) -> Thing:
    reload_locations(asking.host, asking.caller, ReloadBody())
    return view_workspace(asking)


def _shut_down(asking: Asking, repositoryLocationName: str) -> Thing:
    shut_down_location(asking.host, asking.caller, repositoryLocationName)
    return thing("ShutdownRepositoryLocationSuccess", repositoryLocationName=repositoryLocationName)


def _wipe(asking: Asking, assetPartitionRanges: Sequence[Mapping[str, Any]]) -> Thing:
    asking.caller.require(Permission.EDIT, "wipe assets")
    wiped = []
    for one in assetPartitionRanges:
        key = read_key(one["assetKey"])
        name = key.to_escaped_user_string()
        if get_catalog(asking.host).find(key) is None:
            return asset_not_found(key)
        chosen = one.get("partitions") or {}
        ranges = [*(chosen.get("ranges") or ()), *([chosen["range"]] if chosen.get("range") else ())]
        partitions = _keys_in(asking, key, ranges) if ranges else None
        wipe_assets(asking.host, asking.caller, WipeBody(assets=[name], partitions=partitions))
        wiped += [{"assetKey": asset_key(key), "partitionRange": one} for one in ranges or [None]]
    return thing("AssetWipeSuccess", assetPartitionRanges=wiped)


def _keys_in(asking: Asking, key: AssetKey, ranges: Sequence[Mapping[str, str]]) -> list[str]:
    definition = get_catalog(asking.host).get(key).partitions_def
    if definition is None:
        raise DagsterInvalidSubsetError(f"The asset '{key.to_user_string()}' has no partitions.")
    with partition_loading_context(dynamic_partitions_store=asking.host.instance):
        found = [
            definition.get_partition_keys_in_range(PartitionKeyRange(one["start"], one["end"]))
            for one in ranges
        ]
    return list(dict.fromkeys(partition for keys in found for partition in keys))


def _report(asking: Asking, eventParams: Mapping[str, Any]) -> Thing:
    key = read_key(eventParams["assetKey"])
    is_observation = eventParams["eventType"] == "ASSET_OBSERVATION"
    body = ReportBody(
        asset=key.to_escaped_user_string(),
        type="observation" if is_observation else "materialization",
        partitions=[one for one in eventParams.get("partitionKeys") or () if one],
        description=eventParams.get("description"),
    )
    report_asset_event(asking.host, asking.caller, body)
    return thing("ReportRunlessAssetEventsSuccess", assetKey=asset_key(key))


def _invalid_subset(error: Exception) -> Thing:
    return thing("InvalidSubsetError", message=str(error), pipeline=None)


def _told_by_code(error: Exception) -> Thing:
    """Return what a code location says is wrong: with the selection, if it is that."""
    info = getattr(error, "error_info", None)
    kind = getattr(info, "cls_name", None)
    return _invalid_subset(error) if kind in _SUBSET_ERRORS else python_error(error)


_SUBSET_ERRORS = ("DagsterInvalidSubsetError", "DagsterInvalidAssetSelectionError")
_SUBSET: dict[type[Exception], Any] = {
    DagsterInvalidSubsetError: _invalid_subset,
    DagsterUserCodeProcessError: _told_by_code,
}
_LOCATION: dict[type[Exception], Any] = {DagsterCodeLocationNotFoundError: location_not_found}
MUTATIONS: dict[str, Callable[..., Any]] = {
    "launchRun": answer_errors(_launch, converted=_SUBSET),
    "launchPipelineExecution": answer_errors(_launch, converted=_SUBSET),
    "launchMultipleRuns": answer_errors(_launch_many),
    "launchRunReexecution": answer_errors(_relaunch, converted=_SUBSET),
    "launchPipelineReexecution": answer_errors(_relaunch, converted=_SUBSET),
    "terminateRun": answer_errors(_terminate),
    "terminatePipelineExecution": answer_errors(_terminate),
    "terminateRuns": answer_errors(_terminate_many),
    "deleteRun": answer_errors(_delete),
    "deletePipelineRun": answer_errors(_delete),
    "reloadRepositoryLocation": answer_errors(_reload, converted=_LOCATION),
    "reloadWorkspace": answer_errors(_reload_all),
    "shutdownRepositoryLocation": answer_errors(_shut_down, converted=_LOCATION),
    "wipeAssets": answer_errors(_wipe),
    "reportRunlessAssetEvents": answer_errors(_report),
}
