"""Run launchers: how the process of a run is started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from weftwork.instance.classes.configured import ConfiguredClass

if TYPE_CHECKING:
    from weftwork.records.control.leases import Lease
    from weftwork.records.runs import DagsterRun


class LaunchRunContext(NamedTuple):
    """What a run launcher is asked for.

    Attributes:
        dagster_run: the run.
        lease: the lease that is held for it, which its process takes over.
        workspace: where its code is known; None where that is recorded with the run.
    """

    dagster_run: DagsterRun
    lease: Lease
    workspace: Any = None


class DefaultRunLauncher(ConfiguredClass):
    """Starts each run as a process of this machine, which goes on when the one that started it ends.

    A class of your own that derives from it, named under ``run_launcher`` in dagster.yaml, may prepare what the run
    needs before it calls ``super().launch_run(context)``.

    Args:
        inst_data: the block that names it.
    """

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start the process of a run.

        Raises:
            DagsterLaunchFailedError: if it cannot be started.
        """
        self._instance.start_run(context.dagster_run, context.lease)

    def terminate(self, run_id: str) -> bool:
        """Ask a run to end; False if it has ended already."""
        is_asked: bool = self._instance.cancel_run(run_id)
        return is_asked
