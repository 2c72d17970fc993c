"""The process of a launched run: takes the lease over, loads the code, drives the run to its end."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from weftwork.base.errors import (
    DagsterExecutionInterruptedError,
    DagsterRunConflict,
    DagsterStorageError,
    StoreAwayError,
)
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.execution.control.pulses import BeatThread
from weftwork.execution.control.run_lease import RunLease
from weftwork.execution.control.shield import shielded
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.execution.runs.execute_asked import execute_asked
from weftwork.execution.runs.interrupts import raise_execution_interrupts
from weftwork.execution.runs.located_job import LocatedJob
from weftwork.execution.steps.step_output import StepStreams
from weftwork.instance.absence import LAST_WORD_S, OUTAGE_S
from weftwork.instance.instance import DagsterInstance
from weftwork.instance.launch.holder import run_mark
from weftwork.processes.identity import this_process
from weftwork.processes.remains.families import kill_family
from weftwork.records.errors import error_info
from weftwork.records.event_data import JobCanceledData, JobFailureData, RunFailureReason
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun, DagsterRunStatus
from weftwork.storage.patience import patiently


def run_launched(
    instance: DagsterInstance, run_id: str, epoch: int, definition: JobDefinition | None = None
) -> bool:
    """Drive a run that ``launch_run`` started this process for; return whether it succeeded.

    Args:
        instance: where it is recorded.
        run_id: the run.
        epoch: the epoch of the lease that the launcher holds for this process.
        definition: its job as a whole, where this process has loaded it.

    Raises:
        DagsterRunConflict: if the run was given up, or is run by another process.
    """
    status = DagsterRunStatus.FAILURE
    try:
        with raise_execution_interrupts():
            status = _run(instance, run_id, epoch, definition)
    finally:
        is_good = status is DagsterRunStatus.SUCCESS
        kill_family(this_process(), run_mark(run_id), spares_sessions=is_good)  # what steps have left
    instance.start_queued_runs()
    return status is DagsterRunStatus.SUCCESS


def _run(
    instance: DagsterInstance, run_id: str, epoch: int, definition: JobDefinition | None
) -> DagsterRunStatus:
    with shielded():
        lease, too_late = _take_over(instance, run_id, epoch)
        run = patiently(lambda: instance.get_run_by_id(run_id), OUTAGE_S)
    try:
        if too_late is not None:
            raise too_late
        if run is None:
            raise DagsterRunConflict(f"Run {run_id} was deleted.")
        with BeatThread([lease]):
            if run.status is DagsterRunStatus.CANCELING:
                raise DagsterExecutionInterruptedError("The run was canceled before it began.")
            job, asked = _load(instance, run, lease, definition)
    except DagsterRunConflict:
        lease.release()
        raise
    except (DagsterExecutionInterruptedError, KeyboardInterrupt) as interruption:
        assert run is not None
        return _end(instance, run, lease, DagsterRunStatus.CANCELED, interruption)
    except BaseException as error:  # noqa: BLE001 - user code may even ask the process to exit
        assert run is not None
        return _end(instance, run, lease, DagsterRunStatus.FAILURE, error)
    try:
        with StepStreams(shows=False):
            return execute_asked(asked, job).status
    except DagsterRunConflict:
        raise
    except Exception as error:  # noqa: BLE001 - the config does not fit, or a hook of ours met user code
        return _end(instance, run, lease, DagsterRunStatus.FAILURE, error)


def _take_over(
    instance: DagsterInstance, run_id: str, epoch: int
) -> tuple[RunLease, DagsterStorageError | None]:
    """Take the lease over; return it with what the run fails with if that took longer than it may."""
    absence = instance.meet_absence(run_id)
    too_late: DagsterStorageError | None = None

    def take() -> RunLease:
        nonlocal too_late
        try:
            return RunLease.take_over(instance, run_id, epoch)
        except DagsterStorageError as error:
            try:
                absence.note(error)
            except StoreAwayError as away:
                too_late = away
            raise

    lease = patiently(take, LAST_WORD_S)
    absence.end()
    return lease, too_late


def _load(
    instance: DagsterInstance, run: DagsterRun, lease: RunLease, definition: JobDefinition | None
) -> tuple[LocatedJob, AskedRun]:
    assert run.code_origin is not None
    job = LocatedJob(run.code_origin, run.job_name, definition)
    if run.code_origin.working_directory is not None:
        os.chdir(run.code_origin.working_directory)
    asked = AskedRun.of_recorded(job.get_definition(), instance, run, lease)
    asked.resolve_config()
    return job, asked


def _end(
    instance: DagsterInstance,
    run: DagsterRun,
    lease: RunLease,
    status: DagsterRunStatus,
    error: BaseException,
) -> DagsterRunStatus:
    """Record the end of a run that did not come to its first step."""
    info = error_info(error)
    sys.stderr.write(f"{info.to_string()}\n")
    data: Any = JobCanceledData(info)
    kind, text = DagsterEventType.RUN_CANCELED, "The run was canceled before its first step."
    if status is DagsterRunStatus.FAILURE:
        kind, text = DagsterEventType.RUN_FAILURE, f"The run could not begin: {info.message.strip()}"
        data = JobFailureData(info, RunFailureReason.JOB_INITIALIZATION_FAILURE)
    event = DagsterEvent(
        event_type_value=kind.value, job_name=run.job_name, event_specific_data=data, text=text, timestamp=time.time()
    )  # fmt: skip
    with shielded():
        recorder = instance.open_recorder(run, run.job_name, lease.lease)
        patiently(lambda: recorder.commit([event]), LAST_WORD_S)
        lease.release()
    return status
