"""Records what happens in one run, for the driver of the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from weftwork.base.clock import Clock
from weftwork.base.errors import DagsterStorageError
from weftwork.instance.watchers import Watchers
from weftwork.storage.patience import impatient

if TYPE_CHECKING:
    from weftwork.records.control.leases import Lease
    from weftwork.storage.store import Store
    from weftwork.storage.tables.event_rows import LogItem


OUTAGE_S = 600
"""How long a run waits for a store that is locked, full or away, in seconds."""
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0
_QUIET_S = 3.0
"""How long a store may be busy before anybody is told."""


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

    __slots__ = ("_away_since", "_clock", "_is_told", "_offered_at", "_store", "_watchers", "lease", "run_id")

    def __init__(
        self, store: Store, run_id: str, watchers: Watchers, clock: Clock, lease: Lease | None = None
    ) -> None:
        self._store = store
        self._watchers = watchers
        self._clock = clock
        self.run_id = run_id
        self.lease = lease
        self._offered_at: float | None = None
        self._away_since = 0.0
        self._is_told = False

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
            DagsterStorageError: if the store has been away for ten minutes, or is damaged.
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
        if self._is_told:
            _say("The store is there again; run %s goes on.", self.run_id)
        self._offered_at, self._away_since, self._is_told = None, 0.0, False
        if self._watchers:
            self._watchers.tell(self.run_id, items, first_id)
        return True, first_id

    def _note_absence(self, error: DagsterStorageError) -> None:
        """Take note that the store is not there; raise the error if it will not be."""
        now_s = self._clock.monotonic()
        self._away_since = self._away_since or now_s
        if not error.is_transient or now_s - self._away_since > OUTAGE_S:
            raise error
        if now_s - self._away_since > _QUIET_S and not self._is_told:
            self._is_told = True
            _say("%s Run %s waits up to %d min for it.", error, self.run_id, OUTAGE_S // 60)

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
        _say("%s Run %s waits up to %d min for it.", error, self.run_id, OUTAGE_S // 60)
        began, pause_s = self._clock.monotonic(), _FIRST_PAUSE_S
        while True:
            self._clock.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            try:
                written = self._append_again(items, freed, now)
            except DagsterStorageError as again:
                if not again.is_transient or self._clock.monotonic() - began > OUTAGE_S:
                    raise
            else:
                _say("The store is there again; run %s goes on.", self.run_id)
                return written

    def close(self) -> None:
        """End recording; everything that was committed is there already."""


def _say(text: str, *facts: object) -> None:
    import logging  # only in trouble

    logging.getLogger("weftwork").warning(text, *facts)
