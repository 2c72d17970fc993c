"""Records what happens in one run, for the driver of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from weftwork.base.clock import Clock
from weftwork.base.errors import DagsterStorageError
from weftwork.instance.absence import Absence
from weftwork.instance.watchers import Watchers
from weftwork.storage.patience import impatient

if TYPE_CHECKING:
    from weftwork.records.control.leases import Lease
    from weftwork.storage.store import Store
    from weftwork.storage.tables.event_rows import LogItem


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
        meet_absence: makes what knows how long to wait when the store is away; None for the usual.

    Attributes:
        absence: what is to be recorded of an absence that is over; None for nothing.
    """

    __slots__ = (
        "_absence", "_clock", "_meet_absence", "_offered_at", "_store", "_watchers", "absence", "lease", "run_id",
    )  # fmt: skip

    def __init__(
        self,
        store: Store,
        run_id: str,
        watchers: Watchers,
        clock: Clock,
        lease: Lease | None = None,
        meet_absence: Callable[[str], Absence] | None = None,
    ) -> None:
        self._store = store
        self._watchers = watchers
        self._clock = clock
        self.run_id = run_id
        self.lease = lease
        self._offered_at: float | None = None
        self._meet_absence = meet_absence
        self._absence: Absence | None = None
        self.absence: str | None = None

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
            StoreAwayError: if the store was away for too long.
            DagsterStorageError: if it is damaged.
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

    def offer(
        self, items: Sequence[LogItem], freed: Sequence[str] = (), *, wait_s: float
    ) -> tuple[bool, int | None]:
        """Record as ``commit`` does if the store is there; if it is not, the same items are to be offered again.

        Args:
            items: events and lines, oldest first; at least one.
            freed: as of ``commit``.
            wait_s: how long a store is waited for that others hold, in seconds.

        Returns:
            Whether it is recorded, and the storage id of the first.

        Raises:
            DagsterRunConflict: if the lease stands no more.
            StoreAwayError: once, if the store was away for too long; afterwards it is offered for the end of the run.
            DagsterStorageError: if it is damaged.
        """
        try:
            with impatient(wait_s):
                if self._offered_at is None:
                    self._offered_at = self._clock.now()
                    first_id = self._store.append(self.run_id, items, self._offered_at, self.lease, freed)
                else:
                    first_id = self._append_again(items, freed, self._offered_at)
        except DagsterStorageError as error:
            self._note_absence(error)
            return False, None
        if self._absence is not None:
            self.absence, self._absence = self._absence.end(), None
        self._offered_at = None
        if self._watchers:
            self._watchers.tell(self.run_id, items, first_id)
        return True, first_id

    def _note_absence(self, error: DagsterStorageError) -> None:
        """Take note that the store is not there; raise if the run is to wait no longer."""
        if self._absence is None:
            meet = self._meet_absence
            self._absence = meet(self.run_id) if meet is not None else Absence(self.run_id, self._clock)
        self._absence.note(error)

    def _append_again(self, items: Sequence[LogItem], freed: Sequence[str], now: float) -> int:
        """Append what may have been appended by an attempt that was not confirmed."""
        written = self._store.find_appended(self.run_id, items, now)
        if written is not None:
            return written
        return self._store.append(self.run_id, items, now, self.lease, freed)

    def _commit_later(
        self, items: Sequence[LogItem], freed: Sequence[str], now: float, error: DagsterStorageError
    ) -> int:
        """Try again until the store is there; what the lost attempt wrote after all is not written twice."""
        pause_s = _FIRST_PAUSE_S
        while True:
            self._note_absence(error)
            self._clock.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            try:
                written = self._append_again(items, freed, now)
            except DagsterStorageError as again:
                error = again
            else:
                assert self._absence is not None
                self.absence, self._absence = self._absence.end(), None
                return written

    def close(self) -> None:
        """End recording; everything that was committed is there already."""
