"""The queue of an instance: runs are submitted, wait for their turn or their time, and are launched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import (
    DagsterInvalidConfigError,
    DagsterInvariantViolationError,
    DagsterLaunchFailedError,
    DagsterRunConflict,
)
from weftwork.instance.launch.launching import LaunchMethods
from weftwork.instance.launch.run_queue import choose_queued, due_at, explain_queued
from weftwork.records.event_type import DagsterEventType
from weftwork.records.runs import IN_PROGRESS_STATUSES, DagsterRun, DagsterRunStatus, RunsFilter
from weftwork.records.tags import TO_SUBMIT_TAG

if TYPE_CHECKING:
    from weftwork.records.control.leases import Lease

_MAX_EXPLAINED = 2000
_QUEUE_LEASE = "run-queue"
_SUBMIT_LEASE = "run-queue-submit"
_QUEUE_TTL_S = 10.0
_QUEUE_TRIES = 100
_QUEUE_PAUSE_S = 0.05
_S = DagsterRunStatus


class QueueMethods(LaunchMethods):
    """Submitting runs, and starting those that wait."""

    def submit_run(self, run_id: str, workspace: Any = None) -> DagsterRun:
        """Hand a run to the run coordinator: it is queued, and launched as soon as the limits in dagster.yaml let it.

        Args:
            run_id: the run.
            workspace: handed on to the run coordinator.

        Returns:
            The run: QUEUED, or further if it was launched at once.

        Raises:
            DagsterRunNotFoundError: if there is no such run.
            DagsterInvariantViolationError: if it is under way or has ended, or nothing tells where its code is.
        """
        from weftwork.instance.classes.run_coordinators import (
            SubmitRunContext,
        )  # only where runs have processes

        run = self._get_run(run_id)
        self._check_launch(run)
        self.run_coordinator.submit_run(SubmitRunContext(run, workspace))
        return self._get_run(run_id)

    def enqueue_run(self, run_id: str) -> DagsterRun:
        """Queue a run; what the queueing run coordinator does. See ``submit_run``."""
        run = self._get_run(run_id)
        self._check_launch(run)
        self._report_run(run, DagsterEventType.RUN_ENQUEUED, "The run is queued.")
        self.start_queued_runs()
        return self._get_run(run_id)

    def start_queued_runs(self) -> list[str]:
        """Launch the queued runs that the limits let start now, and return their ids.

        Runs that repeat a failed one are submitted first where the run coordinator is the user's own. Those that wait for
        their time take nobody's place: a process of the queue looks again when it has come.
        """
        if self.is_ephemeral:
            return []
        now = self._clock.now()
        delayed = self._submit_repeats(now) if self._has_own_coordinator else []
        launched: list[str] = []
        if self.get_run_ids(RunsFilter(statuses=[_S.QUEUED]), limit=1):
            lease = self._lock_queue()
            if lease is None:
                return []
            try:
                queued, running = self._list_queue()
                delayed += [run for run in queued if due_at(run) > now]
                launched = self._launch_chosen(queued, running, now)
            finally:
                self.leases.release(lease)
        if delayed:
            self._have_queue_watched()
        return launched

    def _launch_chosen(
        self, queued: Sequence[DagsterRun], running: Sequence[DagsterRun], now: float
    ) -> list[str]:
        config = self._queue_config()
        chosen = choose_queued(
            queued,
            running,
            now=now,
            max_runs=config.max_concurrent_runs,
            tag_limits=config.tag_concurrency_limits,
        )
        launched = []
        for run in chosen:
            try:
                self.launch_run(run.run_id)
                launched.append(run.run_id)
            except (DagsterLaunchFailedError, DagsterRunConflict, DagsterInvariantViolationError):
                continue  # that run has failed, or was taken
        return launched

    def _submit_repeats(self, now: float) -> list[DagsterRun]:
        """Hand the runs that repeat failed ones to the user's run coordinator; return those that wait for their time."""
        waiting = self._list_to_submit()
        if not waiting:
            return []
        from weftwork.instance.launch.holder import holder_text  # only where runs have processes

        lease = self.leases.acquire(_SUBMIT_LEASE, holder_text("launcher"), _QUEUE_TTL_S)
        if lease is not None:
            try:
                for run in self._list_to_submit():
                    if due_at(run) <= now:
                        self._submit_repeat(run)
            finally:
                self.leases.release(lease)
        return [run for run in waiting if due_at(run) > now]

    def _list_to_submit(self) -> Sequence[DagsterRun]:
        conditions = RunsFilter(statuses=[_S.NOT_STARTED], tags={TO_SUBMIT_TAG: "true"})
        return self.get_runs(conditions, ascending=True)

    def _submit_repeat(self, run: DagsterRun) -> None:
        try:
            _ = self.run_coordinator
        except DagsterInvalidConfigError:
            return  # its module is not found by this process; others see the run too
        try:
            self.submit_run(run.run_id)
        except Exception as error:  # noqa: BLE001 - the coordinator is user code
            reason = f"The run coordinator did not take the run: {type(error).__name__}: {error}"
            self.report_run_failed(run, reason)
        self.add_run_tags(run.run_id, {TO_SUBMIT_TAG: "false"})

    def list_delayed(self) -> list[DagsterRun]:
        """Return the runs that repeat a failed one and wait for their time."""
        now = self._clock.now()
        waiting = [*self.get_runs(RunsFilter(statuses=[_S.QUEUED])), *self._list_to_submit()]
        return [run for run in waiting if due_at(run) > now]

    def _have_queue_watched(self) -> None:
        """See to it that a process looks at the queue when the time of those that wait for it has come."""
        from weftwork.instance.launch.queue_watch import start_queue_process  # only for such runs

        start_queue_process(self, self.leases)

    def watch_queue(self, epoch: int) -> None:
        """Launch the runs that wait for their time as it comes, until none does: what the process of the queue does.

        Args:
            epoch: the epoch of the lease that is held for this process.
        """
        from weftwork.instance.launch.queue_watch import watch_queue  # only for such runs

        watch_queue(self, self.leases, self._clock, epoch)

    def _lock_queue(self) -> Lease | None:
        """Return the lease of who starts queued runs; None if others hold it all the time, who see what is queued."""
        from weftwork.instance.launch.holder import holder_text  # only where runs have processes

        holder = holder_text("launcher")
        for _ in range(_QUEUE_TRIES):
            lease = self.leases.acquire(_QUEUE_LEASE, holder, _QUEUE_TTL_S)
            if lease is not None:
                return lease
            self._clock.sleep(_QUEUE_PAUSE_S)
        return None

    def explain_queue(self) -> Mapping[str, str]:
        """Return for each run in the queue, by its id, what it waits for in a sentence; nothing for a very long queue."""
        if self.get_runs_count(RunsFilter(statuses=[_S.QUEUED])) > _MAX_EXPLAINED:
            return {}
        queued, running = self._list_queue()
        config = self._queue_config()
        return explain_queued(
            queued, running, now=self._clock.now(), max_runs=config.max_concurrent_runs,
            tag_limits=config.tag_concurrency_limits,
        )  # fmt: skip

    def explain_wait(self, run: DagsterRun) -> str | None:
        """Return what a run waits for in a sentence: its turn, or the store; None if it does not wait."""
        if run.status is _S.QUEUED:
            return self.explain_queue().get(run.run_id)
        if run.is_finished or self.is_ephemeral:
            return None
        from weftwork.instance.absence import find_wait  # only for people

        return find_wait(self.compute_log_directory(run.run_id))

    def _list_queue(self) -> tuple[Sequence[DagsterRun], Sequence[DagsterRun]]:
        """Return the runs that wait, oldest first, and those that are under way."""
        queued = self.get_runs(RunsFilter(statuses=[_S.QUEUED]), ascending=True)
        return queued, self.get_runs(RunsFilter(statuses=list(IN_PROGRESS_STATUSES)))
