"""Runs: checked and recorded while the host waits, then driven in the same process."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError, DagsterUnmetExecutorRequirementsError
from weftwork.code_server.handlers.open_instance import open_instance, require_instance
from weftwork.code_server.loaded_code import LoadedCode
from weftwork.execution.backends import ChosenExecutor
from weftwork.execution.run_scope import RunScope
from weftwork.execution.runs.asked_run import AskedRun, plan_of
from weftwork.execution.runs.drive import drive_run, refuse_run
from weftwork.execution.runs.located_job import LocatedJob
from weftwork.execution.runs.reexecution import ReexecutionOptions
from weftwork.instance.home import HOME_VARIABLE, make_directory
from weftwork.instance.instance import DagsterInstance
from weftwork.processes.forked import send_output_to
from weftwork.processes.messages import MessageWriter
from weftwork.processes.parent_death import outlive_parent
from weftwork.records.snapshots.requests import (
    ConfigAnswer,
    ConfigProblem,
    LaunchAnswer,
    LaunchRequest,
    LaunchRunRequest,
    ValidateConfigRequest,
)


def launch_run(
    request: LaunchRunRequest, code: LoadedCode
) -> tuple[LaunchAnswer, Callable[[MessageWriter], None]]:
    """Check and record a run; return its id, and what drives it."""
    instance = require_instance(request.home)
    os.environ[HOME_VARIABLE] = str(request.home)
    asked = _ask(request, code, instance)
    config = asked.resolve_config()
    executor = ChosenExecutor(asked.job, config.execution)
    executor.check_job(config.execution[1])
    asked.run = asked.run.replace(code_origin=code.origin)
    scope = asked.build_scope(config)
    job = LocatedJob(code.origin, request.job, asked.job)
    return LaunchAnswer(run_id=scope.run_id), partial(_drive, scope, executor, config.execution[1], job)


def _drive(
    scope: RunScope, executor: ChosenExecutor, execution: Any, job: LocatedJob, _writer: MessageWriter
) -> None:
    """Drive a run in a process that does not need the code server any more."""
    outlive_parent()
    logs = make_directory(scope.instance.compute_log_directory(scope.run_id))
    send_output_to(os.path.join(logs, "run.out"), os.path.join(logs, "run.err"))
    try:
        executor.check_instance(execution, scope.instance)
    except DagsterUnmetExecutorRequirementsError as unmet:
        refuse_run(scope, unmet)
        return
    scope.retries_enabled = executor.retries.value == "enabled"
    drive_run(scope, executor.build_backend(scope, job), stop_at_failure=False)


def validate_config(request: ValidateConfigRequest, code: LoadedCode) -> ConfigAnswer:
    """Return what is wrong with a run config, and the steps that the run would have."""
    try:
        asked = _ask(request, code, open_instance(request.home))
        asked.resolve_config()
    except DagsterInvalidConfigError as invalid:
        return ConfigAnswer(problems=tuple(_problem(error) for error in invalid.errors))
    return ConfigAnswer(steps=tuple(step.key for step in plan_of(asked.job).steps))


def _ask(
    request: LaunchRunRequest | ValidateConfigRequest, code: LoadedCode, instance: DagsterInstance
) -> AskedRun:
    launch = request.launch
    job = code.get_repository(request.repository).get_job(request.job)
    if launch.asset_selection is not None or launch.asset_check_selection is not None:
        job = job.get_subset(
            asset_selection=launch.asset_selection, asset_check_selection=launch.asset_check_selection
        )
    return AskedRun(
        job, instance, run_config=launch.run_config or None, partition_key=launch.partition_key,
        tags=launch.tags, op_selection=launch.op_selection, run_id=launch.run_id, reexecution=_repeat(launch),
    )  # fmt: skip


def _repeat(launch: LaunchRequest) -> ReexecutionOptions | None:
    if launch.parent_run_id is None:
        return None
    if launch.from_failure:
        return ReexecutionOptions.from_failure(launch.parent_run_id, None)
    return ReexecutionOptions(launch.parent_run_id, list(launch.step_selection or ()))


def _problem(error: Any) -> ConfigProblem:
    reason = getattr(error, "reason", "")
    return ConfigProblem(
        message=str(getattr(error, "message", error)),
        path=tuple(getattr(getattr(error, "stack", None), "levels", ())),
        reason=str(getattr(reason, "value", reason)),
    )
