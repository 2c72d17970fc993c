"""Backfills of an instance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from weftwork.base.clock import Clock
from weftwork.records.control.backfills import Backfill, BackfillStatus, BackfillTarget, TargetStatus
from weftwork.storage.store import Store


class Backfills:
    """Backfills, and the partitions that each means to make.

    Args:
        store: where they are kept.
        clock: where the time comes from.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, backfill: Backfill, targets: Sequence[BackfillTarget]) -> None:
        """Add a backfill with everything that it means to make.

        Raises:
            DagsterInvariantViolationError: if there is one of that id.
        """
        self._store.tables.backfills.add(backfill, targets, self._clock.now())

    def find(self, backfill_id: str) -> Backfill | None:
        """Return the backfill of that id, or None."""
        return self._store.tables.backfills.find(backfill_id)

    def list(
        self,
        *,
        statuses: Collection[BackfillStatus] | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Sequence[Backfill]:
        """Return backfills, newest first; ``cursor`` is the id of the last one of the page before."""
        return self._store.tables.backfills.list(statuses=statuses, cursor=cursor, limit=limit)

    def count(self, statuses: Collection[BackfillStatus] | None = None) -> int:
        """Return how many backfills there are."""
        return self._store.tables.backfills.count(statuses)

    def update(self, backfill: Backfill) -> bool:
        """Write a backfill in place of what was known; False if it was finished already and stays as it is."""
        return self._store.tables.backfills.update(backfill, self._clock.now())

    def list_targets(
        self,
        backfill_id: str,
        *,
        statuses: Collection[TargetStatus] | None = None,
        after_id: int = 0,
        limit: int | None = None,
    ) -> Sequence[BackfillTarget]:
        """Return what a backfill means to make, in the order in which it was given."""
        return self._store.tables.backfills.list_targets(
            backfill_id, statuses=statuses, after_id=after_id, limit=limit
        )

    def count_targets(self, backfill_id: str) -> Mapping[TargetStatus, int]:
        """Return how many targets of a backfill are in which state."""
        return self._store.tables.backfills.count_targets(backfill_id)

    def update_targets(
        self, target_ids: Sequence[int], status: TargetStatus, *, run_id: str | None = None
    ) -> None:
        """Move targets to a state; ``run_id`` names the run that makes them."""
        self._store.tables.backfills.update_targets(target_ids, status, run_id=run_id)
