"""Runs jobs one after the other in this process, until all are done, one is cancelled, or nothing can go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterExecutionInterruptedError
from weftwork.cli.runner.interrupts import Interrupts
from weftwork.cli.runner.planned_run import PlannedRun, RunOutcome
from weftwork.cli.runner.progress import Progress
from weftwork.cli.runner.run_listener import RunListener
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.execution.runs.in_process import execute_job_in_process
from weftwork.instance.instance import DagsterInstance
from weftwork.records.keys import AssetKey


class Session:
    """Runs jobs and keeps what became of them.

    Args:
        instance: where the runs are recorded.
        progress: tells the user how they go.
        interrupts: the signals that come.
        run_config: the config of every run; what a run has no op for is left out.
        tags: tags of every run.
        is_verbose: whether log lines of level INFO are told.
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
    ) -> None:
        self._instance = instance
        self._progress = progress
        self._interrupts = interrupts
        self._run_config = run_config
        self._tags = tags
        self._is_verbose = is_verbose

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
            result = execute_job_in_process(
                job,
                run_config=job.drop_unselected_config(self._run_config),
                instance=self._instance,
                partition_key=run.partition_key,
                tags={**self._tags, **run.tags},
                raise_on_error=False,
                listener=listener,
            )
        except (KeyboardInterrupt, DagsterExecutionInterruptedError):  # before there was a run to cancel
            return RunOutcome(run, "CANCELED", None, listener.board)
        finally:
            self._progress.end_run()
        return RunOutcome(run, result.dagster_run.status.value, result.run_id, listener.board)
