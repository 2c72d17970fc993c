"""Runs what is asked as the executor of the job says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from weftwork.base.errors import DagsterUnmetExecutorRequirementsError
from weftwork.definitions.executors.executor_definition import Executor
from weftwork.execution.backends import ChosenExecutor
from weftwork.execution.control.pulses import Pulse
from weftwork.execution.run_scope import Listener, RunScope
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.execution.runs.drive import drive_run, refuse_run
from weftwork.execution.runs.located_job import Loadable
from weftwork.records.runs import DagsterRunStatus
from weftwork.records.tags import ONLY_STALE_TAG

MAX_KEPT_EVENTS = 10_000
"""How many events of a run its process keeps, where they can be read again."""


class DrivenRun(NamedTuple):
    """A run that has ended.

    Attributes:
        scope: the run as it was driven.
        status: how it ended.
        error: what it failed with.
        is_here: whether its steps ran in this process.
    """

    scope: RunScope
    status: DagsterRunStatus
    error: BaseException | None
    is_here: bool


def execute_asked(
    asked: AskedRun,
    job: Loadable,
    *,
    raise_on_error: bool = False,
    listener: Listener | None = None,
    only_stale: bool = False,
    pulses: Sequence[Pulse] = (),
) -> DrivenRun:
    """Run what is asked as the executor of the job says, and wait for its end.

    Args:
        asked: the job and the run.
        job: where its code is found by the processes of its steps.
        raise_on_error: whether the run ends with the first failure of a step that runs in this process.
        listener: told of every event and log line as it happens.
        only_stale: whether assets stay as they are that are up to date.
        pulses: what is done every now and then while the run goes on.

    Raises:
        DagsterInvalidConfigError: if the config does not fit.
        DagsterUnmetExecutorRequirementsError: if the executor runs steps in other processes and values stay in this one.
    """
    config = asked.resolve_config()
    executor = ChosenExecutor(asked.job, config.execution)
    executor.check_job(config.execution[1])
    scope = asked.build_scope(config, listener=listener)
    scope.only_stale = only_stale or asked.run.tags.get(ONLY_STALE_TAG) == "true"
    scope.pulses += pulses
    try:
        executor.check_instance(config.execution[1], asked.instance)
    except DagsterUnmetExecutorRequirementsError as unmet:
        return DrivenRun(scope, *refuse_run(scope, unmet), is_here=True)
    scope.retries_enabled = executor.retries.value == "enabled"
    backend = executor.build_backend(scope, job)
    if not asked.instance.is_ephemeral and not isinstance(backend, Executor) and not _has_hooks(scope):
        scope.max_events = MAX_KEPT_EVENTS
    is_here = not getattr(backend, "isolates", False)
    status, error = drive_run(scope, backend, stop_at_failure=raise_on_error and is_here)
    return DrivenRun(scope, status, error, is_here)


def _has_hooks(scope: RunScope) -> bool:
    """Return whether a hook sees the events of its step."""
    return any(scope.job.hooks_for(step.path) for step in scope.plan.steps)
