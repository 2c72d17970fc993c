"""Records what happens in one run, for the driver of the run."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.base.clock import Clock
from weftwork.instance.watchers import Watchers
from weftwork.storage.store import Store
from weftwork.storage.tables.event_rows import LogItem


class Recorder:
    """Adds to the log of one run; each commit is one transaction.

    Args:
        store: where it is recorded.
        run_id: the run.
        watchers: who is told.
        clock: the time for items that carry none.
    """

    __slots__ = ("_clock", "_store", "_watchers", "run_id")

    def __init__(self, store: Store, run_id: str, watchers: Watchers, clock: Clock) -> None:
        self._store = store
        self._watchers = watchers
        self._clock = clock
        self.run_id = run_id

    def commit(self, items: Sequence[LogItem]) -> int | None:
        """Record events and lines, all or none, with the state of run and assets that follows from them.

        Args:
            items: events and lines, oldest first.

        Returns:
            The storage id of the first; the others follow without gaps. None if there are no items.
        """
        if not items:
            return None
        first_id = self._store.append(self.run_id, items, self._clock.now())
        if self._watchers:
            self._watchers.tell(self.run_id, items, first_id)
        return first_id

    def close(self) -> None:
        """End recording; everything that was committed is there already."""
