"""Runs a job in this process, from its config to its result."""

from __future__ import annotations

from typing import Any

from weftwork.execution.backends import ChosenExecutor
from weftwork.execution.in_process import InProcessBackend
from weftwork.execution.results.in_process_result import ExecuteInProcessResult
from weftwork.execution.run_scope import Captured, Listener
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.execution.runs.drive import drive_run
from weftwork.instance.instance import DagsterInstance


def execute_job_in_process(
    job: Any,
    *,
    instance: DagsterInstance | None = None,
    raise_on_error: bool = False,
    listener: Listener | None = None,
    only_stale: bool = False,
    **request: Any,
) -> ExecuteInProcessResult:
    """Run a job in this process: one step after another, or at once if its executor does that in this process.

    Args:
        job: the job.
        instance: where it is recorded; a new one in memory if None.
        raise_on_error: whether the exception of a step is raised here.
        listener: told of every event and log line as it happens.
        only_stale: whether assets stay as they are that are up to date.
        request: what else is asked for, see ``AskedRun``.

    Raises:
        DagsterInvalidConfigError: if the config does not fit.
        DagsterUnknownPartitionError: if there is no such partition.
    """
    asked = AskedRun(job, instance if instance is not None else DagsterInstance.ephemeral(), **request)
    config = asked.resolve_config()
    captured: Captured = {}
    scope = asked.build_scope(config, listener=listener, captured=captured)
    scope.only_stale = only_stale
    executor = ChosenExecutor(asked.job, config.execution)
    scope.retries_enabled = executor.retries.value == "enabled"
    backend = executor.build_backend(scope, None) if executor.is_concurrent_here else InProcessBackend()
    status, error = drive_run(scope, backend, stop_at_failure=raise_on_error)
    if error is not None and raise_on_error:
        raise error
    run = scope.run.with_status(status)
    return ExecuteInProcessResult(
        asked.job, run, scope.events or [], captured, scope.plan, asked.resource_defs, scope.planned
    )
