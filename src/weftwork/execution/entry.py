"""Runs a job in this process, from its config to its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import (
    DagsterExecutionInterruptedError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    DagsterUserCodeExecutionError,
)
from weftwork.base.ids import is_uuid, new_id
from weftwork.config.run_config import to_run_config_dict
from weftwork.definitions.io.default import is_default_io_manager
from weftwork.definitions.resources.wrapping import wrap_resources
from weftwork.definitions.run_config.resolution import resolve_run_config
from weftwork.execution.contexts.op_context import make_context
from weftwork.execution.driver import Driver, RunEnd
from weftwork.execution.in_process import InProcessBackend
from weftwork.execution.results.result import ExecuteInProcessResult
from weftwork.execution.run_scope import Captured, Listener, RunScope
from weftwork.instance.instance import DagsterInstance
from weftwork.io_managers.in_memory import mem_io_manager
from weftwork.planning.compile import compile_plan
from weftwork.planning.plan import Plan
from weftwork.records.errors import error_info
from weftwork.records.event_data import (
    AssetCheckEvaluationPlanned,
    AssetMaterializationPlannedData,
    EngineEventData,
    JobCanceledData,
    JobFailureData,
    RunFailureReason,
)
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun, DagsterRunStatus
from weftwork.records.tags import normalize_tags


def execute_job_in_process(
    job: Any,
    *,
    run_config: Any = None,
    instance: DagsterInstance | None = None,
    partition_key: str | None = None,
    tags: Mapping[str, str] | None = None,
    asset_selection: Iterable[AssetKey] | None = None,
    op_selection: Sequence[str] | None = None,
    run_id: str | None = None,
    raise_on_error: bool = False,
    input_values: Mapping[str, Any] | None = None,
    resources: Mapping[str, Any] | None = None,
    listener: Listener | None = None,
    in_memory: bool = False,
) -> ExecuteInProcessResult:
    """Run a job in this process.

    Args:
        job: the job.
        run_config: its config.
        instance: where it is recorded; a new one in memory if None.
        partition_key: the partition that it is for.
        tags: tags of the run.
        asset_selection: the assets to make; all of the job if None.
        op_selection: selection queries; all ops of the job if None.
        run_id: the id of the run; a new one if None.
        raise_on_error: whether the exception of a step is raised here.
        input_values: values for the inputs of the job.
        resources: resource key to resource, over those of the job.
        listener: told of every event and log line as it happens.
        in_memory: whether the default IO manager keeps values in memory.

    Raises:
        DagsterInvalidConfigError: if the config does not fit.
        DagsterUnknownPartitionError: if there is no such partition.
    """
    if run_id is not None and not is_uuid(run_id):
        raise DagsterInvariantViolationError(
            f"A run id is a UUID, not '{run_id}'. Leave it out to have one made."
        )
    if op_selection or asset_selection is not None:
        job = job.get_subset(
            op_selection=list(op_selection) if op_selection else None,
            asset_selection=frozenset(asset_selection) if asset_selection is not None else None,
        )
    instance = instance if instance is not None else DagsterInstance.ephemeral()
    given = to_run_config_dict(run_config) if run_config else {}
    all_tags, config = _prepare(job, given, partition_key, tags, instance)
    resource_defs = _pick_resources(job, resources, in_memory)
    resolved = resolve_run_config(job, job.drop_unselected_config(config) if config else config)
    plan = _plan_of(job)
    run = DagsterRun(
        job_name=job.name, run_id=run_id or new_id(), run_config=dict(given), tags=all_tags,
        asset_selection=frozenset(asset_selection) if asset_selection is not None else None,
        op_selection=list(op_selection) if op_selection else None,
    )  # fmt: skip
    instance.add_run(run)
    captured: Captured = {}
    scope = RunScope(
        job=job, plan=plan, run=run, instance=instance, config=resolved, resource_defs=resource_defs,
        input_values={**(job.input_values or {}), **(input_values or {})}, listener=listener, captured=captured,
        make_context=make_context,
    )  # fmt: skip
    status, error = _run(scope, raise_on_error)
    if error is not None and raise_on_error:
        raise error
    steps = plan.steps
    outputs = {name: (".".join(steps[step].path), output) for name, (step, output) in plan.outputs.items()}
    assets = {
        out.asset_key: (step.key, out.name)
        for step in steps
        for out in step.outputs
        if out.asset_key is not None
    }
    return ExecuteInProcessResult(job, run.with_status(status), scope.events or [], captured, outputs, assets)


def _plan_of(job: Any) -> Plan:
    known = job.__dict__.get("_weft_plan")
    if known is None:
        known = job.__dict__["_weft_plan"] = compile_plan(job.spec)
    plan: Plan = known
    return plan


def _prepare(
    job: Any,
    given: Mapping[str, Any],
    partition_key: str | None,
    tags: Mapping[str, str] | None,
    instance: Any,
) -> tuple[dict[str, str], Mapping[str, Any]]:
    """Return the tags of the run, and its config over the job's own."""
    run_tags = {**normalize_tags(job.run_tags), **normalize_tags(tags)}
    config: Mapping[str, Any] = job.default_run_config
    if partition_key is not None:
        if job.partitions_def is None and job.partitioned_config is None:
            raise DagsterInvariantViolationError(
                f"Partition '{partition_key}' is asked of job '{job.name}', which has no partitions. Leave partition_key out, or "
                f"give the job or its assets a partitions_def."
            )
        job.partitions_def.validate_partition_key(partition_key, dynamic_partitions_store=instance)
        run_tags = {**job.get_tags_for_partition_key(partition_key), **run_tags}
        config = job.get_run_config_for_partition_key(partition_key) or config
    if not config:
        return run_tags, given
    return run_tags, _merge(config, given)


def _merge(default: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the given config with the job's own as the default of each entry that it does not have."""
    merged = dict(default)
    for key, value in given.items():
        if (
            key in ("ops", "resources", "loggers")
            and isinstance(value, Mapping)
            and isinstance(merged.get(key), Mapping)
        ):
            merged[key] = {**merged[key], **value}
        else:
            merged[key] = value
    return merged


def _pick_resources(job: Any, resources: Mapping[str, Any] | None, in_memory: bool) -> Mapping[str, Any]:
    found = dict(job.resource_defs)
    if resources:
        found.update(wrap_resources(resources))
    if in_memory:
        found = {
            key: mem_io_manager if is_default_io_manager(value) else value for key, value in found.items()
        }
    return found


def _run(scope: RunScope, raise_on_error: bool) -> tuple[DagsterRunStatus, BaseException | None]:
    """Drive a run between its first and last event; return how it ended and what it failed with."""
    _plan_events(scope)
    scope.emit_run("PIPELINE_START")
    scope.emit_run("ENGINE_EVENT", EngineEventData(), f"Steps run in this process (pid {scope.pid}).")
    end = RunEnd()
    try:
        _open_resources(scope)
        end = Driver(scope, InProcessBackend(), stop_at_failure=raise_on_error).drive()
    except (KeyboardInterrupt, DagsterExecutionInterruptedError) as error:
        end.interrupted, end.error = True, error
    except Exception as error:  # noqa: BLE001 - setting up resources is user code
        end.error = error
    finally:
        _close_resources(scope)
    try:
        return _finish(scope, end)
    finally:
        scope.close()


def _plan_events(scope: RunScope) -> None:
    for step in scope.plan.steps:
        for output in step.outputs:
            if output.asset_key is not None and output.selected and not step.observes:
                key = scope.partitions.key_text
                scope.emit_run(
                    "ASSET_MATERIALIZATION_PLANNED", AssetMaterializationPlannedData(output.asset_key, key)
                )
            elif output.check_key is not None and output.selected:
                check = output.check_key
                scope.emit_run(
                    "ASSET_CHECK_EVALUATION_PLANNED", AssetCheckEvaluationPlanned(check.asset_key, check.name)
                )


def _open_resources(scope: RunScope) -> None:
    keys = sorted(scope.job.required_resource_keys)
    if not keys:
        return
    names = ", ".join(keys)
    scope.emit_run("RESOURCE_INIT_STARTED", EngineEventData(), f"Setting up resources: {names}.")
    try:
        scope.session.open(keys)
    except Exception as error:  # user code
        scope.emit_run("RESOURCE_INIT_FAILURE", EngineEventData(error=error_info(error)), str(error))
        raise
    scope.emit_run("RESOURCE_INIT_SUCCESS", EngineEventData(), f"Resources are set up: {names}.")


def _close_resources(scope: RunScope) -> None:
    for error in scope.session.close():
        scope.emit_run("ENGINE_EVENT", EngineEventData(error=error_info(error)), str(error))


def _finish(scope: RunScope, end: RunEnd) -> tuple[DagsterRunStatus, BaseException | None]:
    # Only what a step raised is shown as it was raised.
    is_step_error = isinstance(end.error, DagsterUserCodeExecutionError) and bool(end.failed)
    error = end.error.user_exception if is_step_error else end.error
    if end.interrupted:
        scope.emit_run("PIPELINE_CANCELED", JobCanceledData(error_info(end.error) if end.error else None))
        return DagsterRunStatus.CANCELED, error
    if end.error is not None or end.failed:
        reason = RunFailureReason.STEP_FAILURE if end.failed else RunFailureReason.RUN_EXCEPTION
        info = error_info(end.error) if end.error is not None else None
        scope.emit_run("PIPELINE_FAILURE", JobFailureData(info, reason, end.failed))
        return DagsterRunStatus.FAILURE, error
    scope.emit_run("ENGINE_EVENT", EngineEventData(), "All steps have ended.")
    scope.emit_run("PIPELINE_SUCCESS")
    return DagsterRunStatus.SUCCESS, None


def materialize(
    assets: Sequence[Any],
    run_config: Any = None,
    instance: DagsterInstance | None = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """Make assets in this process.

    Args:
        assets: definitions of assets and checks; source assets and specs only satisfy dependencies.
        run_config: config of the run.
        instance: where it is recorded and values are stored; a new one in a temporary place if None.
        resources: resource key to resource.
        partition_key: the partition to make.
        raise_on_error: whether the exception of a step is raised here (default True).
        tags: tags of the run.
        selection: which of the assets to make (default all).

    Raises:
        DagsterInvalidInvocationError: if a resource is also bound to an asset.
        DagsterUnknownPartitionError: if there is no such partition.

    Example:
        >>> materialize([orders]).success
        True
    """
    job = _ephemeral_job(assets, resources, selection)
    return execute_job_in_process(
        job,
        run_config=run_config,
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        tags=tags,
    )


def materialize_to_memory(
    assets: Sequence[Any],
    run_config: Any = None,
    instance: DagsterInstance | None = None,
    resources: Mapping[str, Any] | None = None,
    partition_key: str | None = None,
    raise_on_error: bool = True,
    tags: Mapping[str, str] | None = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """Make assets in this process with their values kept in memory; parameters as in ``materialize``.

    Raises:
        DagsterInvariantViolationError: if an IO manager is given.
    """
    keys = {"io_manager"} | {
        output.io_manager_key
        for definition in assets
        for output in getattr(getattr(definition, "node_def", None), "output_defs", ())
    }
    clash = keys & set(resources or {})
    if clash:
        raise DagsterInvariantViolationError(
            f"materialize_to_memory keeps values in memory, so it takes no IO manager: '{min(clash)}'. Use materialize."
        )
    in_memory = dict.fromkeys(keys, mem_io_manager)
    job = _ephemeral_job(assets, {**(resources or {}), **in_memory}, selection)
    return execute_job_in_process(
        job,
        run_config=run_config,
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        tags=tags,
    )


def _ephemeral_job(assets: Sequence[Any], resources: Mapping[str, Any] | None, selection: Any) -> Any:
    from weftwork.definitions.assets.asset_job import (
        build_asset_job,  # definitions are loaded by those who use them
    )

    check_type(resources, Mapping, "resources", optional=True)
    for definition in assets:
        clash = set(getattr(definition, "resource_defs", {})) & set(resources or {}) - {"io_manager"}
        if clash:
            raise DagsterInvalidInvocationError(
                f"Resource '{min(clash)}' is given, and is bound to an asset already. Give it in one place."
            )
    return build_asset_job("__ephemeral_asset_job__", assets, resources=resources, selection=selection)
