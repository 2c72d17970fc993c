"""Records what happens in one run, for the driver of the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from weftwork.base.clock import Clock
from weftwork.base.errors import DagsterStorageError
from weftwork.instance.watchers import Watchers

if TYPE_CHECKING:
    from weftwork.records.control.leases import Lease
    from weftwork.storage.store import Store
    from weftwork.storage.tables.event_rows import LogItem


OUTAGE_S = 600
"""How long a run waits for a store that is locked, full or away, in seconds."""
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0


class Recorder:
    """Adds to the log of one run; each commit is one transaction.

    A store that is locked, full or away is waited for; nothing is lost, doubled or reordered.

    Args:
        store: where it is recorded.
        run_id: the run.
        watchers: who is told.
        clock: the time for items that carry none.
        lease: the lease of the run under which it is written; None for none.
    """

    __slots__ = ("_clock", "_store", "_watchers", "lease", "run_id")

    def __init__(
        self, store: Store, run_id: str, watchers: Watchers, clock: Clock, lease: Lease | None = None
    ) -> None:
        self._store = store
        self._watchers = watchers
        self._clock = clock
        self.run_id = run_id
        self.lease = lease

    def commit(self, items: Sequence[LogItem], freed: Sequence[str] = ()) -> int | None:
        """Record events and lines, all or none, with the state of run and assets that follows from them.

        A commit under a lease renews it.

        Args:
            items: events and lines, oldest first.
            freed: the steps that end with it: their slots of pools, which belong to the lease, are given back.

        Returns:
            The storage id of the first; the others follow without gaps. None if there are no items.

        Raises:
            DagsterRunConflict: if the lease stands no more; nothing is recorded then.
        """
        if not items:
            return None
        now = self._clock.now()
        try:
            first_id = self._store.append(self.run_id, items, now, self.lease, freed)
        except DagsterStorageError as error:
            if not error.is_transient:
                raise
            first_id = self._commit_later(items, freed, now, error)
        if self._watchers:
            self._watchers.tell(self.run_id, items, first_id)
        return first_id

    def _commit_later(
        self, items: Sequence[LogItem], freed: Sequence[str], now: float, error: DagsterStorageError
    ) -> int:
        """Try again until the store is there; what the lost attempt wrote after all is not written twice."""
        import logging  # only in trouble

        _say = logging.getLogger("weftwork").warning
        _say("%s Run %s waits up to %d min for it.", error, self.run_id, OUTAGE_S // 60)
        began, pause_s = self._clock.monotonic(), _FIRST_PAUSE_S
        while True:
            self._clock.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            try:
                written = self._store.find_appended(self.run_id, items, now)
                if written is None:
                    written = self._store.append(self.run_id, items, now, self.lease, freed)
            except DagsterStorageError as again:
                if not again.is_transient or self._clock.monotonic() - began > OUTAGE_S:
                    raise
            else:
                _say("The store is there again; run %s goes on.", self.run_id)
                return written

    def close(self) -> None:
        """End recording; everything that was committed is there already."""
