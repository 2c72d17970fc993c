"""Records what happens in one run, for the driver of the run."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.base.clock import Clock
from weftwork.instance.watchers import Watchers
from weftwork.records.control.leases import Lease
from weftwork.storage.store import Store
from weftwork.storage.tables.event_rows import LogItem


class Recorder:
    """Adds to the log of one run; each commit is one transaction.

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
        first_id = self._store.append(self.run_id, items, self._clock.now(), self.lease, freed)
        if self._watchers:
            self._watchers.tell(self.run_id, items, first_id)
        return first_id

    def close(self) -> None:
        """End recording; everything that was committed is there already."""
