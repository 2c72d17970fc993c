"""The process that looks at the queue when the time of a run has come that repeats a failed one after a pause."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

from weftwork.base.errors import DagsterStorageError
from weftwork.instance.home import HOME_VARIABLE
from weftwork.instance.launch.holder import RUN_VARIABLE, RunHolder, holder_text
from weftwork.instance.launch.launcher import EPOCH_VARIABLE, SETTINGS_VARIABLE
from weftwork.instance.launch.run_queue import due_at
from weftwork.processes.detached import start_detached
from weftwork.serde.codec import encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from weftwork.base.clock import Clock
    from weftwork.instance.control.leases import Leases
    from weftwork.records.control.leases import Lease
    from weftwork.records.runs import DagsterRun

_LEASE = "run-queue-watch"
_TTL_S = 15.0
_LOOK_S = 2.0


class Queue(Protocol):
    """What is asked of an instance."""

    @property
    def root_directory(self) -> str:
        """The home."""
        ...

    def settings_to_pass(self) -> Mapping[str, Any] | None:
        """Return what dagster.yaml would say, for other processes."""
        ...

    def list_delayed(self) -> list[DagsterRun]:
        """Return the runs that wait for their time."""
        ...

    def start_queued_runs(self) -> Sequence[str]:
        """Launch the queued runs that may start now."""
        ...


def start_queue_process(queue: Queue, leases: Leases) -> None:
    """Start the process that looks at the queue, unless there is one; if it cannot be started, whoever reads runs looks.

    Args:
        queue: the instance.
        leases: its leases.
    """
    held = leases.find(_LEASE)
    holder = RunHolder.find_in(held.holder) if held is not None else None
    is_dead = (
        holder is not None
        and holder.role == "watch"
        and holder.process.is_here
        and not holder.process.is_alive
    )
    lease = leases.acquire(_LEASE, holder_text("launcher"), _TTL_S, force=is_dead)
    if lease is None:
        return
    environment = {**os.environ, HOME_VARIABLE: queue.root_directory, EPOCH_VARIABLE: str(lease.epoch)}
    environment.pop(RUN_VARIABLE, None)  # it belongs to no run
    environment.pop(SETTINGS_VARIABLE, None)
    settings = queue.settings_to_pass()
    if settings is not None:
        environment[SETTINGS_VARIABLE] = encode(settings).decode()
    command = [sys.executable, "-m", "weftwork.cli.queue_process"]
    try:
        start_detached(command, stdout=os.devnull, stderr=os.devnull, environment=environment)
    except OSError:
        leases.release(lease)


def watch_queue(queue: Queue, leases: Leases, clock: Clock, epoch: int) -> None:
    """Launch runs as their time comes, until none waits for it.

    Args:
        queue: the instance.
        leases: its leases.
        clock: where the time comes from.
        epoch: the epoch of the lease that is held for this process.
    """
    held = leases.find(_LEASE)
    lease = (
        leases.acquire(_LEASE, holder_text("watch"), _TTL_S, force=True)
        if held and held.epoch == epoch
        else None
    )
    while lease is not None:
        if not _start_due(queue, leases, clock, lease):
            leases.release(lease)
            # One may have been added while the lease was held still, by somebody who relied on this process.
            lease = leases.acquire(_LEASE, holder_text("watch"), _TTL_S) if queue.list_delayed() else None


def _start_due(queue: Queue, leases: Leases, clock: Clock, lease: Lease) -> bool:
    """Wait for the next run whose time comes, and launch it; return whether there was one, and the lease stands."""
    try:
        delayed = queue.list_delayed()
        if not delayed or not leases.renew(lease):
            return False
        left_s = min(due_at(run) for run in delayed) - clock.now()
        clock.sleep(min(max(left_s, 0.0), _LOOK_S))
        if left_s <= _LOOK_S:
            queue.start_queued_runs()
    except DagsterStorageError:
        clock.sleep(_LOOK_S)
    return True
