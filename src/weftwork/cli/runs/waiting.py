"""Waiting for the end of a run, with an eye on whether its process still lives."""

from __future__ import annotations

import time
from collections.abc import Callable

from weftwork.base.errors import DagsterRunNotFoundError
from weftwork.instance.instance import DagsterInstance
from weftwork.records.runs import DagsterRunStatus

_POLL_S = 0.05
_SLOWEST_POLL_S = 0.5
_STATUS = {DagsterRunStatus.SUCCESS: 0, DagsterRunStatus.FAILURE: 1, DagsterRunStatus.CANCELED: 130}


def wait_for_run(
    instance: DagsterInstance,
    run_id: str,
    timeout_s: float | None = None,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> DagsterRunStatus:
    """Return the state of a run when it has ended, or when the time is over.

    Args:
        instance: where it is recorded.
        run_id: the run.
        timeout_s: how long to wait, in seconds; None for as long as it takes.
        sleep: waits.

    Raises:
        DagsterRunNotFoundError: if there is no such run.
    """
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    pause = _POLL_S
    while True:
        run = instance.get_run_by_id(run_id)
        if run is None:
            raise DagsterRunNotFoundError(f"There is no run with id {run_id}.", invalid_run_id=run_id)
        if run.is_finished or (deadline is not None and time.monotonic() >= deadline):
            return run.status
        sleep(pause)
        pause = min(_SLOWEST_POLL_S, pause * 1.2)
        if pause > 4 * _POLL_S:
            instance.reap_dead_runs()


def exit_status(status: DagsterRunStatus) -> int:
    """Return the exit status of a command that waited for a run: 124 if it has not ended."""
    return _STATUS.get(status, 124)
