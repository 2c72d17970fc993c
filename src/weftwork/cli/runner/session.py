"""Runs jobs one after the other as their executors say, until all are done, one is cancelled, or nothing can go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterExecutionInterruptedError
from weftwork.cli.runner.interrupts import Interrupts
from weftwork.cli.runner.planned_run import PlannedRun, RunOutcome
from weftwork.cli.runner.progress import Progress, ProgressPulse
from weftwork.cli.runner.run_listener import RunListener
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.execution.runs.execute_asked import execute_asked
from weftwork.execution.runs.located_job import LocatedJob
from weftwork.execution.steps.step_output import StepStreams
from weftwork.instance.instance import DagsterInstance
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRunStatus
from weftwork.records.tags import AUTO_RETRY_RUN_ID_TAG


class Session:
    """Runs jobs and keeps what became of them.

    Args:
        instance: where the runs are recorded.
        progress: tells the user how they go.
        interrupts: the signals that come.
        run_config: the config of every run; what a run has no op for is left out.
        tags: tags of every run.
        is_verbose: whether log lines of level INFO are told.
        origin: where the code is found by the processes of steps.
        run_id: the id of the run, where there is one; new ones if None.
    """

    def __init__(
        self,
        instance: DagsterInstance,
        progress: Progress,
        interrupts: Interrupts,
        *,
        run_config: Mapping[str, Any],
        tags: Mapping[str, str],
        is_verbose: bool = False,
        origin: CodeOrigin,
        run_id: str | None = None,
    ) -> None:
        self._instance = instance
        self._progress = progress
        self._interrupts = interrupts
        self._run_config = run_config
        self._tags = tags
        self._is_verbose = is_verbose
        self._origin = origin
        self._run_id = run_id

    def run_all(
        self, planned: Sequence[PlannedRun], job_of: Callable[[PlannedRun], JobDefinition]
    ) -> list[RunOutcome]:
        """Run what is planned, in order.

        A run that needs what another failed to make is not started; nothing is started after a cancellation.

        Args:
            planned: the runs.
            job_of: gives the job of a run.
        """
        outcomes: list[RunOutcome] = []
        missing: set[AssetKey] = set()
        for number, run in enumerate(planned, start=1):
            if self._interrupts.received is not None or run.parents & missing:
                outcome = RunOutcome(run, "NOT_STARTED", None, RunListener(self._progress).board)
            else:
                outcome = self._run(number, len(planned), run, job_of(run))
            if outcome.status != "SUCCESS":
                missing |= run.keys
            outcomes.append(outcome)
        return outcomes

    def _run(self, number: int, count: int, run: PlannedRun, job: JobDefinition) -> RunOutcome:
        listener = RunListener(self._progress, is_verbose=self._is_verbose)
        self._progress.begin_run(number, count, run)
        try:
            asked = AskedRun(
                job,
                self._instance,
                run_config=job.drop_unselected_config(self._run_config),
                partition_key=run.partition_key,
                tags={**self._tags, **run.tags},
                run_id=self._run_id,
                code_origin=self._origin,
            )
            located = LocatedJob(self._origin, job.name, job)
            with StepStreams(shows=True):
                driven = execute_asked(
                    asked, located, listener=listener, pulses=[ProgressPulse(self._progress)]
                )
        except (KeyboardInterrupt, DagsterExecutionInterruptedError):  # before there was a run to cancel
            return RunOutcome(run, "CANCELED", None, listener.board)
        finally:
            self._progress.end_run()
        run_id = asked.run.run_id
        return RunOutcome(
            run, driven.status.value, run_id, listener.board, self._start_retry(run_id, driven.status)
        )

    def _start_retry(self, run_id: str, status: DagsterRunStatus) -> str | None:
        """Start the run that was queued when this one failed, if any, and return its id."""
        ended = self._instance.get_run_by_id(run_id) if status is DagsterRunStatus.FAILURE else None
        retry_run_id = ended.tags.get(AUTO_RETRY_RUN_ID_TAG) if ended is not None else None
        if retry_run_id is not None:
            self._instance.start_queued_runs()
        return retry_run_id
