"""What an instance does to start runs as processes: launch, run again."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import (
    DagsterInvariantViolationError,
    DagsterLaunchFailedError,
    DagsterRunConflict,
)
from weftwork.base.ids import new_id
from weftwork.instance.configuration.settings import CONFIG_FILE, load_settings
from weftwork.instance.launch.coordination import CoordinationMethods
from weftwork.instance.launch.ends import LEASE_TTL_S
from weftwork.records.event_type import DagsterEventType
from weftwork.records.runs import DagsterRun, DagsterRunStatus
from weftwork.records.tags import normalize_tags

if TYPE_CHECKING:
    from weftwork.processes.exit_status import ExitStatus
    from weftwork.records.control.code_origin import CodeOrigin
    from weftwork.records.control.leases import Lease


_S = DagsterRunStatus


class LaunchMethods(CoordinationMethods):
    """Starting runs as processes.

    Attributes:
        run_starter: asked first to start a run whose lease is held for it: one who has its code loaded may do it
            faster. It returns whether it does, and then sees to its end too.
    """

    run_starter: Callable[[DagsterRun, Lease], bool] | None = None

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self._started: set[str] = set()

    # ------------------------------------------------------------------------------------- launching

    def launch_run(self, run_id: str, workspace: Any = None) -> DagsterRun:
        """Start the process of a run, which goes on when this one ends; return the run.

        While this process lives it sees at once when that one dies, and records it.

        Args:
            run_id: the run; not started yet, with the place of its code.
            workspace: handed on to the run launcher.

        Raises:
            DagsterRunNotFoundError: if there is no such run.
            DagsterInvariantViolationError: if it is under way or has ended, or nothing tells where its code is.
            DagsterRunConflict: if another process launches it.
            DagsterLaunchFailedError: if the process cannot be started; the run has failed then.
        """
        from weftwork.instance.classes.run_launchers import LaunchRunContext  # only where runs have processes
        from weftwork.instance.launch.holder import holder_text  # only where runs have processes
        from weftwork.records.control.leases import run_lease_name  # only where runs have processes

        run = self._get_run(run_id)
        self._check_launch(run)
        lease = self.leases.acquire(run_lease_name(run_id), holder_text("launcher"), LEASE_TTL_S)
        if lease is None:
            raise DagsterRunConflict(f"Run {run_id} is launched by another process.")
        run = self._get_run(run_id)
        if run.status not in (_S.NOT_STARTED, _S.QUEUED):  # another process was faster, and its run is over
            self.leases.release(lease)
            self._check_launch(run)
        self._commit(run, lease, DagsterEventType.RUN_STARTING, "The process of the run is started.")
        try:
            self.run_launcher.launch_run(LaunchRunContext(run, lease, workspace))
            if run_id not in self._started:
                raise DagsterInvariantViolationError("it did not call super().launch_run(context).")
            self._started.discard(run_id)
        except DagsterLaunchFailedError:
            raise
        except Exception as error:  # the launcher may be user code
            reason = f"The launcher of run {run_id} failed: {type(error).__name__}: {error}"
            self._end(run, lease, _S.FAILURE, reason, [])
            raise DagsterLaunchFailedError(reason) from error
        return self._get_run(run_id)

    def start_run(self, run: DagsterRun, lease: Lease) -> None:
        """Start the process of a run whose lease is held for it: what the default run launcher does.

        Args:
            run: the run.
            lease: the lease; the process takes it over.

        Raises:
            DagsterLaunchFailedError: if it cannot be started; the run has failed then.
        """
        from weftwork.instance.launch.launcher import start_run_process  # only where runs have processes
        from weftwork.processes.deaths import watch_death  # only where runs have processes

        run_id = run.run_id
        if self.run_starter is not None and self.run_starter(run, lease):
            self._started.add(run_id)
            return
        try:
            pid = start_run_process(
                run, lease, home=self.root_directory, output_directory=self.compute_log_directory(run_id),
                settings=self.settings_to_pass(),
            )  # fmt: skip
        except OSError as error:
            reason = f"The process of run {run_id} cannot be started: {error}."
            self._end(run, lease, _S.FAILURE, reason, [])
            raise DagsterLaunchFailedError(reason) from error
        self._started.add(run_id)
        watch_death(pid, lambda status: self._hear_of_death(run_id, pid, status))

    def _hear_of_death(self, run_id: str, pid: int, status: ExitStatus) -> None:
        """Note a death, in a thread that may outlive the instance."""
        from weftwork.instance.absence import OUTAGE_S  # only where runs have processes
        from weftwork.storage.patience import patiently  # only where runs have processes

        try:
            patiently(lambda: self.note_run_death(run_id, pid, status), OUTAGE_S)
        except Exception:  # noqa: BLE001 - the top of a thread: its home may be gone, and the next reader finds the run
            return

    def _check_launch(self, run: DagsterRun) -> None:
        if self.is_ephemeral:
            raise DagsterInvariantViolationError(
                "Runs of an instance in memory cannot be launched: another process would not see it. Set DAGSTER_HOME and use "
                "DagsterInstance.get(), or run the job in this process."
            )
        if run.status not in (_S.NOT_STARTED, _S.QUEUED):
            raise DagsterInvariantViolationError(
                f"Run {run.run_id} cannot be launched: it is {run.status.value}. Re-execute it instead."
            )
        if run.code_origin is None:
            raise DagsterInvariantViolationError(
                f"Run {run.run_id} cannot be launched: nothing tells where the code of job '{run.job_name}' is found. Create "
                f"it with code_origin=..., or with `weft job launch`."
            )

    # ------------------------------------------------------------------------------------- repeating

    def repeat_run(
        self,
        run_id: str,
        *,
        from_failure: bool = False,
        steps: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
        code_origin: CodeOrigin | None = None,
    ) -> DagsterRun:
        """Add a run that repeats another one, and return it; ``submit_run`` starts it.

        Args:
            run_id: the run.
            from_failure: whether only what failed runs again, and what depends on it.
            steps: queries for the steps that run again; empty for all.
            tags: tags of the new run, besides those of the old one.
            code_origin: where the code is now; None for where it was.

        Raises:
            DagsterRunNotFoundError: if there is no such run.
            DagsterInvariantViolationError: if what failed is asked for, and the run did not fail.
        """
        from weftwork.instance.launch.retries import plan_repeat  # only where runs have processes

        parent = self._get_run(run_id)
        if from_failure and not parent.is_failure_or_canceled:
            raise DagsterInvariantViolationError(
                f"Run {run_id} cannot be run again from its failure: it neither failed nor was canceled, it is "
                f"{parent.status.value}. Leave out from_failure to run it again as a whole."
            )
        run = plan_repeat(parent, new_id(), from_failure=from_failure, steps=steps, tags=normalize_tags(tags))
        return self.add_run(run.replace(code_origin=code_origin or parent.code_origin))

    # ------------------------------------------------------------------------------------------ ends

    def note_run_death(self, run_id: str, pid: int, status: ExitStatus) -> None:
        """Record the end of a run whose process has ended without recording it."""
        raise NotImplementedError

    def settings_to_pass(self) -> Mapping[str, Any] | None:
        """Return what dagster.yaml would say, for other processes; None where the file in the home says it."""
        values = self._settings.values
        is_said = load_settings(os.path.join(self.root_directory, CONFIG_FILE)).values == values
        return None if is_said else values
