"""The lease of a run: renewed while its process lives, and how it hears that the run is to be canceled."""

from __future__ import annotations

import threading
import time
from typing import Any

from weftwork.base.errors import (
    DagsterExecutionInterruptedError,
    DagsterRunConflict,
    DagsterStorageError,
)
from weftwork.execution.control.shield import shielded
from weftwork.instance.launch.holder import holder_text
from weftwork.records.control.leases import Lease, run_lease_name
from weftwork.records.runs import DagsterRunStatus
from weftwork.storage.patience import impatient

TTL_S = 15.0
BEAT_S = 2.0
_WAIT_S = 0.5
"""How long a beat waits for a store that others hold; the next beat may reach it."""


class RunLease:
    """The lease of one run, held by its process.

    Args:
        instance: where the run is recorded.
        run_id: the run.
        lease: the lease.

    Attributes:
        due_s: when it is to be renewed, on the clock of ``time.perf_counter``.
    """

    def __init__(self, instance: Any, run_id: str, lease: Lease) -> None:
        self.lease = lease
        self.due_s = time.perf_counter() + BEAT_S
        self._instance = instance
        self._run_id = run_id
        self._is_told = False

    @staticmethod
    def acquire(instance: Any, run_id: str) -> RunLease | None:
        """Take the lease of a run that this process is about to record; None where nothing outlives the process.

        Raises:
            DagsterRunConflict: if another process runs it.
        """
        if instance.is_ephemeral:
            return None
        is_main = threading.current_thread() is threading.main_thread()
        holder = holder_text("run", hears_signals=is_main)
        lease = instance.leases.acquire(run_lease_name(run_id), holder, TTL_S)
        if lease is None:
            raise DagsterRunConflict(f"Run {run_id} is run by another process.")
        return RunLease(instance, run_id, lease)

    @staticmethod
    def take_over(instance: Any, run_id: str, epoch: int) -> RunLease:
        """Take the lease of a run from the launcher, which holds it for this process.

        Args:
            instance: where the run is recorded.
            run_id: the run.
            epoch: the epoch of the launcher's lease.

        Raises:
            DagsterRunConflict: if the launcher holds it no more: the run was given up, or runs elsewhere.
        """
        name = run_lease_name(run_id)
        held = instance.leases.find(name)
        if held is None or held.epoch != epoch:
            raise DagsterRunConflict(f"Run {run_id} was given up, or is run by another process.")
        holder = holder_text("run", leads_session=True, hears_signals=True)
        lease = instance.leases.acquire(name, holder, TTL_S, force=True)
        return RunLease(instance, run_id, lease)

    def beat(self) -> None:
        """Renew the lease, and see whether the run is to be canceled.

        Raises:
            DagsterRunConflict: if somebody else has taken it over.
            DagsterExecutionInterruptedError: if the run is to be canceled; told once.
        """
        self.due_s = time.perf_counter() + BEAT_S
        try:
            with shielded(), impatient(_WAIT_S):
                stands = self._instance.leases.renew(self.lease)
                run = self._instance.get_run_by_id(self._run_id)
        except DagsterStorageError:
            return  # the next beat may reach it
        if not stands:
            raise DagsterRunConflict(
                f"Run {self._run_id} was given up by those who watch runs: it ends here."
            )
        if run is not None and run.status is DagsterRunStatus.CANCELING and not self._is_told:
            self._is_told = True
            raise DagsterExecutionInterruptedError("The run is being canceled.")

    def release(self) -> None:
        """Give it back, with all slots that belong to it."""
        try:
            self._instance.leases.release(self.lease)
        except DagsterStorageError:
            return  # it expires
