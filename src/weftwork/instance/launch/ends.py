"""What an instance records of the ends of runs, under their leases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import (
    DagsterRunConflict,
)
from weftwork.instance.absence import FULL_DISK_S, Absence
from weftwork.instance.configuration.setting_methods import SettingsMethods
from weftwork.instance.runs import RunMethods
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_data import JobFailureData, RunFailureReason
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun, DagsterRunStatus

if TYPE_CHECKING:
    from weftwork.records.control.leases import Lease


LEASE_TTL_S = 15.0
DEFAULT_CANCEL_TIMEOUT_S = 30.0
_S = DagsterRunStatus


class EndMethods(SettingsMethods, RunMethods):
    """Recording under a lease, and what is known of the instance for it."""

    @property
    def is_ephemeral(self) -> bool:
        """Whether everything is forgotten with the process."""
        raise NotImplementedError

    @property
    def root_directory(self) -> str:
        """The home."""
        raise NotImplementedError

    def storage_directory(self) -> str:
        """Return the directory where values are stored."""
        raise NotImplementedError

    def compute_log_directory(self, run_id: str) -> str:
        """Return where what a run prints is kept."""
        raise NotImplementedError

    def _setting(self, *path: str) -> Any:
        return self._settings.get(*path)

    def _end(
        self, run: DagsterRun, lease: Lease, status: DagsterRunStatus, message: str, lines: Sequence[str]
    ) -> bool:
        """Record the end of a run under a lease, and give the lease back; return whether it stood."""
        from weftwork.instance.configuration.secrets import (  # only where runs have processes
            build_display_redactor,
        )

        data: Any = None
        kind = DagsterEventType.RUN_CANCELED
        if status is _S.FAILURE:
            kind = DagsterEventType.RUN_FAILURE
            shown = "".join(f"\n    {line}" for line in lines)
            shown = build_display_redactor(self._settings).redact(shown)
            text = f"{message}\nThe last that it printed:{shown}" if lines else message
            data = JobFailureData(SerializableErrorInfo(text), RunFailureReason.RUN_WORKER_RESTART)
        try:
            self._commit(run, lease, kind, message, data)
        except DagsterRunConflict:
            return False  # somebody else was faster
        self.leases.release(lease)
        return True

    def _commit(
        self, run: DagsterRun, lease: Lease, kind: DagsterEventType, message: str, data: Any = None
    ) -> None:
        event = DagsterEvent(
            event_type_value=kind.value, job_name=run.job_name, event_specific_data=data, text=message,
            timestamp=self._clock.now(),
        )  # fmt: skip
        self.open_recorder(run, run.job_name, lease).commit([event])

    # ----------------------------------------------------------------------------------------- facts

    def meet_absence(self, run_id: str) -> Absence:
        """Return what knows how long a run waits for a store that is away, and who is told."""
        folder = None if self.is_ephemeral else self.compute_log_directory(run_id)
        return Absence(run_id, self._clock, folder, self.full_disk_timeout_s)

    @property
    def full_disk_timeout_s(self) -> float:
        """How long a run waits for space on a disk that is full until it fails."""
        told = self._setting("run_monitoring", "full_disk_timeout_seconds")
        return FULL_DISK_S if told is None else float(told)

    @property
    def cancel_timeout_s(self) -> float:
        """How long a run that is canceled may take to end before its processes are killed."""
        told = self._setting("run_monitoring", "cancel_timeout_seconds")
        return DEFAULT_CANCEL_TIMEOUT_S if told is None else float(told)

    def run_output_path(self, run_id: str, stream: str) -> str:
        """Return the file of what the process of a launched run prints besides its steps.

        Args:
            run_id: the run.
            stream: "out" or "err".
        """
        from weftwork.instance.launch.launcher import run_output_path  # only where runs have processes

        return run_output_path(self.compute_log_directory(run_id), stream)
