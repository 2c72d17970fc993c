"""Runs: checked and recorded while the host waits, then driven in the same process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.code_server.handlers.open_instance import open_instance, require_instance
from weftwork.code_server.handlers.planned_steps import list_planned_steps
from weftwork.code_server.loaded_code import LoadedCode
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.execution.backends import ChosenExecutor
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.execution.runs.class_rules import check_class_rules
from weftwork.execution.runs.reexecution import ReexecutionOptions
from weftwork.execution.runs.run_process import run_launched
from weftwork.instance.home import HOME_VARIABLE, make_directory
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.launch.holder import RUN_VARIABLE
from weftwork.processes.forked import send_output_to
from weftwork.processes.messages import MessageWriter
from weftwork.processes.parent_death import outlive_parent
from weftwork.processes.remains.families import lead_session
from weftwork.records.control.leases import Lease
from weftwork.records.runs import DagsterRun
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
) -> tuple[LaunchAnswer, Callable[[MessageWriter], None] | None]:
    """Check, record and submit a run; return its id, and what drives it, unless it has to wait in the queue."""
    instance = require_instance(request.home)
    os.environ[HOME_VARIABLE] = str(request.home)
    asked = _ask(request, code, instance)
    config = asked.resolve_config()
    ChosenExecutor(asked.job, config.execution).check_job(config.execution[1])
    asked.record()
    run_id = asked.run.run_id
    epochs: list[int] = []

    def start_here(run: DagsterRun, lease: Lease) -> bool:
        if run.run_id == run_id:
            epochs.append(lease.epoch)
        return run.run_id == run_id

    instance.run_starter = start_here
    instance.submit_run(run_id)
    if not epochs:
        return LaunchAnswer(run_id=run_id), None
    job = code.get_repository(request.repository).get_job(request.job)
    return LaunchAnswer(run_id=run_id), partial(_drive, instance, run_id, epochs[0], job)


def _drive(
    instance: DagsterInstance, run_id: str, epoch: int, job: JobDefinition, _writer: MessageWriter
) -> None:
    """Drive a run in a process that does not need the code server any more."""
    outlive_parent()
    lead_session()
    os.environ[RUN_VARIABLE] = run_id  # for what steps start
    instance.run_starter = None
    outputs = [instance.run_output_path(run_id, stream) for stream in ("out", "err")]
    make_directory(os.path.dirname(outputs[0]))
    send_output_to(*outputs)
    sys.exit(0 if run_launched(instance, run_id, epoch, job) else 1)


def validate_config(request: ValidateConfigRequest, code: LoadedCode) -> ConfigAnswer:
    """Return what is wrong with a run config, and the steps that the run would have; nothing is recorded."""
    try:
        asked = _ask(request, code, open_instance(request.home))
        config = asked.resolve_config()
        check_class_rules(asked.job, config, asked.run.run_config)
    except DagsterInvalidConfigError as invalid:
        return ConfigAnswer(problems=tuple(_problem(error) for error in invalid.errors))
    return ConfigAnswer(
        steps=list_planned_steps(asked), executor=config.execution[0],
        secret_fields=tuple(map(tuple, asked.run.secret_fields)),
    )  # fmt: skip


def _ask(
    request: LaunchRunRequest | ValidateConfigRequest, code: LoadedCode, instance: DagsterInstance
) -> AskedRun:
    launch = request.launch
    job = code.get_repository(request.repository).get_job(request.job)
    return AskedRun(
        job, instance, run_config=launch.run_config or None, partition_key=launch.partition_key,
        tags=launch.tags, asset_selection=launch.asset_selection, op_selection=launch.op_selection,
        run_id=launch.run_id, reexecution=_repeat(launch), code_origin=code.origin,
        asset_check_selection=launch.asset_check_selection,
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
