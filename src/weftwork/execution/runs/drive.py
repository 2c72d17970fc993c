"""Drives a run from its first event to its last: resources, steps, and how it ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from weftwork.base.errors import (
    DagsterExecutionInterruptedError,
    DagsterRunConflict,
    DagsterUserCodeExecutionError,
    StoreAwayError,
)
from weftwork.definitions.executors.executor_definition import Executor
from weftwork.execution.control.pulses import BeatThread
from weftwork.execution.control.shield import guarded_signals, shielded, unshielded
from weftwork.execution.control.temporaries import NotedTemporaries
from weftwork.execution.driver import Driver, RunEnd, StepBackend
from weftwork.execution.in_process import InProcessBackend
from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import Instance
from weftwork.execution.runs.interrupts import termination_interrupts
from weftwork.planning.outline import build_outline
from weftwork.records.errors import error_info
from weftwork.records.event_data import (
    RUN_OUTPUT,
    AssetCheckEvaluationPlanned,
    AssetMaterializationPlannedData,
    ComputeLogsCaptureData,
    EngineEventData,
    JobCanceledData,
    JobFailureData,
    RunFailureReason,
)
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRunStatus
from weftwork.records.tags import FAILURE_REASON_TAG

_MOST_PLANNED = 10_000
"""A range of more partitions is planned by its ends: the state of each then shows when it is made."""


class RunExecution:
    """A run as the user's own ``Executor.execute`` sees it: its ``plan_context``.

    Args:
        scope: the run.
        stop_at_failure: whether the first failure ends the run.
    """

    def __init__(self, scope: RunScope, stop_at_failure: bool = False) -> None:
        self._scope = scope
        self._stop_at_failure = stop_at_failure
        self.end = RunEnd()

    @property
    def dagster_run(self) -> Any:
        """The run's record."""
        return self._scope.run

    @property
    def run_id(self) -> str:
        """The run."""
        return self._scope.run_id

    @property
    def job_def(self) -> Any:
        """The job."""
        return self._scope.job

    @property
    def instance(self) -> Any:
        """Where the run is recorded."""
        return self._scope.instance

    @property
    def log(self) -> Any:
        """The log of the run."""
        return self._scope.log

    @property
    def run_config(self) -> Any:
        """The config of the run, as it was given."""
        return self._scope.run.run_config

    def execute_steps(self, backend: StepBackend | None = None) -> Iterator[DagsterEvent]:
        """Run every step that can run, and yield the events.

        Args:
            backend: where each step runs (default: in this process, one after the other).
        """
        scope = self._scope
        first = len(scope.events or ())
        driver = Driver(scope, backend or InProcessBackend(), stop_at_failure=self._stop_at_failure)
        self.end = driver.drive()
        yield from (scope.events or ())[first:]


def drive_run(
    scope: RunScope, backend: StepBackend | Executor, *, stop_at_failure: bool
) -> tuple[DagsterRunStatus, BaseException | None]:
    """Drive a run between its first and last event; return how it ended and what it failed with.

    Args:
        scope: the run.
        backend: where its steps run, or what the user runs them with.
        stop_at_failure: whether the first failure of a step ends it.
    """
    try:
        with (
            termination_interrupts(),
            guarded_signals(),
            shielded(),
            NotedTemporaries(scope),
            _kept_alive(scope, backend),
        ):
            end = RunEnd()
            try:
                _begin(scope, backend)
            except DagsterRunConflict:
                raise
            except (Exception, SystemExit) as error:  # noqa: BLE001 - loggers and listeners are user code
                end.error = error
            else:
                end = _drive(scope, backend, stop_at_failure)
            try:
                return _finish(scope, end)
            finally:
                scope.close()
    except DagsterRunConflict as conflict:  # it was given up, and has ended, or goes on elsewhere
        scope.discard()
        run = scope.instance.get_run_by_id(scope.run_id)
        return run.status if run is not None else DagsterRunStatus.FAILURE, conflict
    finally:
        if scope.lease is not None:
            scope.lease.release()


def _begin(scope: RunScope, backend: StepBackend | Executor) -> None:
    """Tell what the run means to make, and that it starts.

    Raises:
        ValueError: if its plan cannot be carried out.
    """
    _plan_events(scope)
    scope.emit_run("PIPELINE_START")
    outline = None if scope.instance.is_ephemeral else build_outline(scope.list_running_steps())
    scope.emit_run("ENGINE_EVENT", EngineEventData(plan=outline), _describe(scope, backend))
    if scope.plan.problem:
        raise ValueError(scope.plan.problem)


def _kept_alive(scope: RunScope, backend: StepBackend | Executor) -> AbstractContextManager[Any]:
    """Return what has the pulses of a run beat where the driver cannot, as steps run in its own thread."""
    return BeatThread(scope.pulses) if isinstance(backend, InProcessBackend | Executor) else nullcontext()


def refuse_run(scope: RunScope, error: Exception) -> tuple[DagsterRunStatus, BaseException | None]:
    """Record that a run cannot start; return how it ended and why.

    Args:
        scope: the run.
        error: what its executor needs and does not have.
    """
    end = RunEnd()
    end.error = error
    try:
        return _finish(scope, end)
    finally:
        scope.close()
        if scope.lease is not None:
            scope.lease.release()


def _drive(scope: RunScope, backend: StepBackend | Executor, stop_at_failure: bool) -> RunEnd:
    """Run the steps between the setup and the teardown of resources."""
    execution = RunExecution(scope, stop_at_failure)
    end = RunEnd()
    isolates = getattr(backend, "isolates", False)
    try:
        _open_pools(scope)
        with unshielded():
            if not isolates:
                _open_resources(scope)
                _tell_output(scope)
            if isinstance(backend, Executor):
                deque(backend.execute(execution, scope.plan), 0)
                end = execution.end
            else:
                end = Driver(scope, backend, stop_at_failure=stop_at_failure and not isolates).drive()
    except (KeyboardInterrupt, DagsterExecutionInterruptedError) as error:
        end.interrupted, end.error = True, error
    except DagsterRunConflict:
        raise
    except BaseException as error:  # noqa: BLE001 - setting up resources is user code, which may even exit
        end.error = error
    finally:
        _close_resources(scope)
    return end


def _open_pools(scope: RunScope) -> None:
    """Have steps ask for slots of pools, where some need one and the run can hold them."""
    if scope.lease is None:
        return
    from weftwork.execution.control.pools import PoolGate, uses_pools  # a run in memory has no slots

    if not uses_pools(scope.list_running_steps()):
        return

    def tell(instance: Instance, pool: str, limit: int) -> None:
        text = f"Step '{instance.key}' waits for a slot of pool '{pool}' (limit {limit})."
        scope.emit_run("ENGINE_EVENT", EngineEventData(), text, instance.key)

    scope.pools = PoolGate(scope.instance, scope.lease.lease, tell)


def _describe(scope: RunScope, backend: Any) -> str:
    if isinstance(backend, InProcessBackend):
        return f"Steps run in this process (pid {scope.pid})."
    return f"Steps are run by {type(backend).__name__} (pid {scope.pid})."


def _plan_events(scope: RunScope) -> None:
    for step in scope.list_running_steps():
        for output in step.outputs:
            if output.asset_key is not None and output.selected and not step.observes:
                for made in _list_planned(scope, output.asset_key):
                    scope.emit_run("ASSET_MATERIALIZATION_PLANNED", made, step_key=step.key)
            elif output.check_key is not None and output.selected:
                check = AssetCheckEvaluationPlanned(output.check_key.asset_key, output.check_key.name)
                scope.emit_run("ASSET_CHECK_EVALUATION_PLANNED", check, step_key=step.key)


def _list_planned(scope: RunScope, key: AssetKey) -> Iterator[AssetMaterializationPlannedData]:
    """Yield what a run means to make of an asset: the whole, each of its partitions, or a very long range of them."""
    partitions = scope.partitions
    definition = scope.job.asset_layer.partitions_def(key) if partitions.is_partitioned else None
    if definition is None:
        yield AssetMaterializationPlannedData(key)
        return
    keys = partitions.list_keys(definition)
    if len(keys) > _MOST_PLANNED:
        yield AssetMaterializationPlannedData(key, keys[0], keys[-1])
        return
    for partition in keys:
        yield AssetMaterializationPlannedData(key, partition)


def _open_resources(scope: RunScope) -> None:
    keys = sorted(scope.job.required_resource_keys)
    if not keys:
        return
    names = ", ".join(keys)
    only = scope.find_only_step()
    scope.emit_run("RESOURCE_INIT_STARTED", EngineEventData(), f"Setting up resources: {names}.", only)
    try:
        scope.session.open(keys)
    except Exception as error:  # user code
        scope.emit_run("RESOURCE_INIT_FAILURE", EngineEventData(error=error_info(error)), str(error), only)
        raise
    scope.emit_run("RESOURCE_INIT_SUCCESS", EngineEventData(), f"Resources are set up: {names}.", only)


def _tell_output(scope: RunScope) -> None:
    keys = [step.key for step in scope.list_running_steps()]
    text = "Steps print where the process of the run prints; what is kept of an attempt is told with it."
    scope.emit_run("LOGS_CAPTURED", ComputeLogsCaptureData(RUN_OUTPUT, keys), text)


def _close_resources(scope: RunScope) -> None:
    for error in scope.session.close():
        data = EngineEventData(error=error_info(error))
        scope.emit_run("ENGINE_EVENT", data, str(error), scope.find_only_step())


def _finish(scope: RunScope, end: RunEnd) -> tuple[DagsterRunStatus, BaseException | None]:
    error = end.error
    if end.failed and isinstance(error, DagsterUserCodeExecutionError):
        error = error.user_exception  # only what a step raised is shown as it was raised
    if end.interrupted:
        scope.emit_run("PIPELINE_CANCELED", JobCanceledData(error_info(end.error) if end.error else None))
        return DagsterRunStatus.CANCELED, error
    if isinstance(error, StoreAwayError):
        data = JobFailureData(error_info(error), RunFailureReason.RUN_EXCEPTION)
        return _fail(scope, data), error
    if end.error is not None or end.failed:
        reason = RunFailureReason.STEP_FAILURE if end.failed else RunFailureReason.RUN_EXCEPTION
        if end.failed:
            scope.emit_run("ENGINE_EVENT", EngineEventData(), f"Steps have ended; {len(end.failed)} failed.")
        first = scope.first_failure if end.failed else None
        info = getattr(first.event_specific_data, "error", None) if first is not None else None
        if info is None and end.error is not None:
            info = error_info(end.error)
        return _fail(scope, JobFailureData(info, reason, end.failed, first)), error
    scope.emit_run("ENGINE_EVENT", EngineEventData(), "All steps have ended.")
    scope.emit_run("PIPELINE_SUCCESS")
    return DagsterRunStatus.SUCCESS, None


def _fail(scope: RunScope, data: JobFailureData) -> DagsterRunStatus:
    """Record that a run failed; its result shows the tag that the store adds."""
    scope.emit_run("PIPELINE_FAILURE", data)
    assert data.failure_reason is not None
    scope.run = scope.run.with_tags({**scope.run.tags, FAILURE_REASON_TAG: data.failure_reason.value})
    return DagsterRunStatus.FAILURE
