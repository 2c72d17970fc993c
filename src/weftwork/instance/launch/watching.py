"""What an instance does with runs that are under way: cancel them, and find those whose process is gone."""

from __future__ import annotations

import math
import os
import time
from typing import TYPE_CHECKING

from weftwork.instance.launch.ends import LEASE_TTL_S
from weftwork.instance.launch.queueing import QueueMethods
from weftwork.records.event_type import DagsterEventType
from weftwork.records.runs import DagsterRunStatus

if TYPE_CHECKING:
    from weftwork.instance.launch.holder import RunHolder
    from weftwork.instance.launch.judgement import Verdict
    from weftwork.processes.exit_status import ExitStatus
    from weftwork.records.control.leases import Lease


_S = DagsterRunStatus
_RECENT_S = 60.0
"""For how long after its lease has expired no other process can have got the id of the one that held it."""


class WatchMethods(QueueMethods):
    """Canceling runs, and noticing that one is dead."""

    _looked_at_s = -math.inf
    """When somebody looked for dead runs last, on the clock of ``time.monotonic``."""

    # ------------------------------------------------------------------------------------- canceling

    def cancel_run(self, run_id: str, *, force: bool = False) -> bool:
        """Ask a run to end: its steps are interrupted, its resources torn down, and it is CANCELED.

        A run that has no process yet is canceled at once. One that does not end is stopped by those who watch
        runs after ``run_monitoring: cancel_timeout_seconds``.

        Args:
            run_id: the run.
            force: whether it is recorded as CANCELED now and its processes are killed.

        Returns:
            False if it had ended already.

        Raises:
            DagsterRunNotFoundError: if there is no such run.
        """
        import signal  # only where runs have processes

        from weftwork.instance.launch.holder import RunHolder  # only where runs have processes
        from weftwork.records.control.leases import run_lease_name  # only where runs have processes

        run = self._get_run(run_id)
        if run.is_finished:
            return False
        lease = self.leases.find(run_lease_name(run_id))
        if run.status is not _S.CANCELING:
            self._report_run(run, DagsterEventType.RUN_CANCELING, "The run is to be canceled.")
        if force or lease is None:
            self.stop_run(run_id, "The run was canceled by force." if force else "The run was canceled.")
            return True
        holder = RunHolder.find_in(lease.holder)
        if holder is not None and holder.hears_signals and (holder.leads_session or run.status is _S.STARTED):
            holder.process.signal(signal.SIGTERM)
        return True

    def stop_run(self, run_id: str, message: str, status: DagsterRunStatus = _S.CANCELED) -> bool:
        """Kill the processes of a run and record how it ended; what it still writes is refused.

        Args:
            run_id: the run.
            message: why.
            status: CANCELED or FAILURE.

        Returns:
            False if it had ended already.
        """
        from weftwork.instance.launch.holder import RunHolder, holder_text  # only where runs have processes
        from weftwork.records.control.leases import run_lease_name  # only where runs have processes

        lease = self.leases.find(run_lease_name(run_id))
        holder = RunHolder.find_in(lease.holder) if lease is not None else None
        own = self.leases.acquire(run_lease_name(run_id), holder_text("reaper"), LEASE_TTL_S, force=True)
        assert own is not None
        if holder is not None and lease is not None:
            self._kill(run_id, holder, lease)
        run = self._get_run(run_id)
        if run.is_finished:
            self.leases.release(own)
            return False
        return self._end(run, own, status, message, [])

    def _kill(self, run_id: str, holder: RunHolder, lease: Lease) -> None:
        """Kill what there is of a run on this machine, and remove what it was writing."""
        import signal  # only where runs have processes

        from weftwork.instance.launch.holder import run_mark  # only where runs have processes
        from weftwork.processes.remains.families import (  # only where runs have processes
            kill_family,
            kill_marked,
        )
        from weftwork.processes.remains.places import remove_noted  # only where runs have processes
        from weftwork.processes.remains.temporary_files import (
            remove_abandoned,  # only where runs have processes
        )

        if holder.role == "launcher" and holder.process.is_here:
            kill_marked(run_mark(run_id))
        if holder.role != "run" or not holder.process.is_here:
            return
        holder.process.signal(signal.SIGKILL)
        if holder.leads_session:
            is_recent = self._clock.now() - lease.expires_at < _RECENT_S
            kill_family(holder.process, run_mark(run_id), is_recent=is_recent)
        remove_abandoned(self.storage_directory())
        remove_noted(self.compute_log_directory(run_id))

    # ------------------------------------------------------------------------------------ monitoring

    def reap_dead_runs(self, now: float | None = None) -> list[str]:
        """Record the end of runs whose process is gone, and stop those that overstay; return their ids.

        A process of this machine is seen to be gone at once; one of another machine when its lease has expired.

        Args:
            now: the time, in seconds since the epoch; None for that of the clock.
        """
        if self.is_ephemeral or not self.run_monitoring_enabled:
            return []
        ended = self._bury_dead_runs(now)
        self.start_queued_runs()  # also what a process queued that died before it could start it
        return ended

    def _bury_dead_runs(self, now: float | None = None) -> list[str]:
        from weftwork.records.control.leases import RUN_LEASE_PREFIX  # only where runs have processes

        now = self._clock.now() if now is None else now
        ended = []
        self._looked_at_s = math.inf  # reading a run here is no reason to look for dead ones
        try:
            for lease in self.leases.list_all(RUN_LEASE_PREFIX):
                run_id = lease.name.removeprefix(RUN_LEASE_PREFIX)
                if self._act(run_id, lease, self._judge(run_id, lease, now)):
                    ended.append(run_id)
        finally:
            self._looked_at_s = time.monotonic()
        return ended

    def _judge(self, run_id: str, lease: Lease, now: float) -> Verdict:
        from weftwork.instance.launch.holder import RunHolder  # only where runs have processes
        from weftwork.instance.launch.judgement import RunFacts, judge  # only where runs have processes

        record = self.get_run_record_by_id(run_id)
        holder = RunHolder.find_in(lease.holder)
        is_here = holder is not None and holder.process.is_here
        is_alive = holder is not None and holder.process.is_alive
        is_launching = holder is not None and holder.role == "launcher"
        if is_launching and is_here and (not is_alive or lease.expires_at <= now):
            has_process = _has_process(run_id)  # which will take the lease over
            is_launching, is_alive = is_alive and not has_process, has_process
        facts = RunFacts(
            run=record.dagster_run if record is not None else None,
            changed_at=record.update_timestamp.timestamp() if record is not None else 0.0,
            started_at=record.start_time if record is not None else None,
            expires_at=lease.expires_at,
            renewed_at=lease.expires_at - lease.ttl_s if holder is not None and holder.role == "run" else 0.0,
            is_launching=is_launching,
            is_here=is_here,
            is_alive=is_alive,
        )
        return judge(
            facts, now, cancel_timeout_s=self.cancel_timeout_s,
            max_runtime_s=self._setting("run_monitoring", "max_runtime_seconds"),
        )  # fmt: skip

    def _act(self, run_id: str, lease: Lease, verdict: Verdict) -> bool:
        from weftwork.instance.launch.judgement import Verdict  # only where runs have processes

        if verdict is Verdict.KEEP:
            return False
        if verdict is Verdict.RELEASE:
            self.leases.release(lease)
            return False
        if verdict is Verdict.STOP_HANGING:
            return self.stop_run(
                run_id, "The run did not end when it was canceled; its processes were killed."
            )
        if verdict is Verdict.STOP_OVERTIME:
            return self.stop_run(
                run_id, "The run took longer than it may; its processes were killed.", _S.FAILURE
            )
        return self._bury(run_id, lease, None)

    def _bury(self, run_id: str, lease: Lease | None, status: ExitStatus | None) -> bool:
        """Record the end of a run whose process is gone; return whether nobody else has."""
        from weftwork.instance.absence import find_wait, forget_wait  # only where runs have processes
        from weftwork.instance.launch.holder import RunHolder, holder_text  # only where runs have processes
        from weftwork.instance.launch.launcher import read_last_lines  # only where runs have processes
        from weftwork.records.control.leases import run_lease_name  # only where runs have processes

        holder = RunHolder.find_in(lease.holder) if lease is not None else None
        own = self.leases.acquire(
            run_lease_name(run_id), holder_text("reaper"), LEASE_TTL_S,
            force=holder is not None and holder.process.is_here,
        )  # fmt: skip
        if own is None:
            return False
        if holder is not None and lease is not None:
            self._kill(run_id, holder, lease)  # what it left
        run = self.get_run_by_id(run_id)
        if run is None or run.is_finished:
            self.leases.release(own)
            return False
        how = f"{status}" if status is not None else "it is gone"
        lines = read_last_lines(self.run_output_path(run_id, "err"))
        folder = self.compute_log_directory(run_id)
        if (waited := find_wait(folder)) is not None:
            lines = [*lines, waited]
            forget_wait(folder)
        if run.status is _S.CANCELING:
            return self._end(
                run, own, _S.CANCELED, f"The process of the run ended while it was canceled: {how}.", []
            )
        what = "ended before the run did" if run.status is _S.STARTED else "ended before the run began"
        return self._end(run, own, _S.FAILURE, f"The process of the run {what}: {how}.", lines)

    def note_run_death(self, run_id: str, pid: int, status: ExitStatus) -> None:
        """Record the end of a run whose process has ended without recording it."""
        from weftwork.instance.launch.holder import RunHolder  # only where runs have processes
        from weftwork.records.control.leases import run_lease_name  # only where runs have processes

        run = self.get_run_by_id(run_id)
        lease = self.leases.find(run_lease_name(run_id))
        holder = RunHolder.find_in(lease.holder) if lease is not None else None
        if run is None or run.is_finished or (holder is None and lease is not None):
            return
        if holder is not None and (holder.role == "reaper" or holder.process.pid not in (pid, os.getpid())):
            return
        self._bury(run_id, lease, status)
        self.start_queued_runs()


def _has_process(run_id: str) -> bool:
    """Return whether there is a process of a launched run on this machine."""
    from weftwork.instance.launch.holder import run_mark  # only where runs have processes
    from weftwork.processes.remains.families import is_any_marked  # only where runs have processes

    return is_any_marked(run_mark(run_id))
