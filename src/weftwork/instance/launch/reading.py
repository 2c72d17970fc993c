"""Reading runs: one that is under way is looked after first, so that a dead one is never told to be alive."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from weftwork.base.errors import DagsterStorageError
from weftwork.instance.launch.watching import WatchMethods
from weftwork.instance.runs import HasStatus
from weftwork.records.runs import DagsterRunStatus

LOOK_S = 1.0
"""How often whoever reads runs looks for dead ones at most."""
_WAIT_S = 0.5
_UNDER_WAY = frozenset({DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING})

_Found = TypeVar("_Found")


class ReadingMethods(WatchMethods):
    """Reading runs, whose states are true though nobody may have watched their processes."""

    def _read_runs(
        self, read: Callable[[], _Found], list_runs: Callable[[_Found], Iterable[HasStatus]]
    ) -> _Found:
        """Return what is read of runs; it is read again where some of them were dead and nobody had said so."""
        found = read()
        return read() if self._look(list_runs(found)) else found

    def _look(self, runs: Iterable[HasStatus]) -> bool:
        """Record the ends of dead runs where some of these seem to be under way; return whether there were any."""
        if self.is_ephemeral or not self.run_monitoring_enabled:
            return False
        if time.monotonic() - self._looked_at_s < LOOK_S:
            return False
        if not any(run.status in _UNDER_WAY for run in runs):
            return False
        from weftwork.storage.patience import impatient  # only where runs have processes

        try:
            with impatient(_WAIT_S):
                return bool(self._bury_dead_runs())
        except DagsterStorageError:
            return False  # who may only read is told what is there
