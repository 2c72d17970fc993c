"""Schedules, sensors and automation of an instance: their states, their ticks, and the runs they ask for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from weftwork.base.clock import Clock
from weftwork.base.ids import new_id
from weftwork.records.control.instigators import (
    InstigatorKind,
    InstigatorState,
    InstigatorStatus,
    RequestedRun,
    Tick,
    TickStatus,
)
from weftwork.records.run_request import RunRequest
from weftwork.storage.store import Store


class Ticks:
    """What schedules, sensors and automation leave: states, ticks, and an outbox of requested runs.

    A tick's end, its cursor and its requests are stored together or not at all. Launching drains the outbox:
    ``reserve_run_id``, add and launch the run of that id, ``mark_launched``. Whoever dies in between is
    continued by whoever comes next, under the same id.

    Args:
        store: where they are kept.
        clock: where the time comes from.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def find_state(self, instigator: str) -> InstigatorState | None:
        """Return where an instigator stands, or None if nothing is known of it."""
        return self._store.tables.instigators.find(instigator)

    def list_states(
        self,
        *,
        kind: InstigatorKind | None = None,
        statuses: Collection[InstigatorStatus] | None = None,
        prefix: str = "",
    ) -> Sequence[InstigatorState]:
        """Return where instigators stand, by name; see ``InstigatorTable.list``."""
        return self._store.tables.instigators.list(kind=kind, statuses=statuses, prefix=prefix)

    def save_state(self, state: InstigatorState) -> None:
        """Write where an instigator stands, in place of what was known."""
        self._store.tables.instigators.save(state, self._clock.now())

    def delete_instigator(self, instigator: str) -> None:
        """Forget an instigator with its ticks and what these asked for."""
        self._store.tables.instigators.delete(instigator)

    def begin(self, tick: Tick) -> Tick:
        """Add a tick that begins, and return it with its number."""
        return self._store.tables.ticks.add(tick)

    def finish(
        self, tick: Tick, state: InstigatorState | None = None, requests: Sequence[RunRequest] = ()
    ) -> Sequence[RequestedRun]:
        """Store what a tick came to, where its instigator stands now and all that it asks for, or nothing of it.

        Args:
            tick: the tick.
            state: where its instigator stands now; None to leave that as it is.
            requests: the runs that it asks for; one whose run key was asked for before is left out.

        Returns:
            The requests that were not left out.
        """
        return self._store.tables.ticks.finish(tick, state, requests, self._clock.now())

    def update(self, tick: Tick) -> None:
        """Write a tick in place of what was known of it."""
        self._store.tables.ticks.update(tick)

    def find(self, tick_id: int) -> Tick | None:
        """Return the tick of that number, or None."""
        return self._store.tables.ticks.find(tick_id)

    def list(
        self,
        instigator: str,
        *,
        statuses: Collection[TickStatus] | None = None,
        before: float | None = None,
        after: float | None = None,
        before_id: int | None = None,
        limit: int | None = None,
    ) -> Sequence[Tick]:
        """Return ticks, newest first; see ``TickTable.list``."""
        return self._store.tables.ticks.list(
            instigator, statuses=statuses, before=before, after=after, before_id=before_id, limit=limit
        )

    def list_waiting(self, *, limit: int = 100, after_id: int = 0) -> Sequence[RequestedRun]:
        """Return runs that were asked for and not launched yet, oldest first."""
        return self._store.tables.ticks.list_waiting(limit=limit, after_id=after_id)

    def find_by_run_keys(self, instigator: str, run_keys: Collection[str]) -> dict[str, RequestedRun]:
        """Return what was asked for with these run keys before, by run key."""
        return self._store.tables.ticks.find_by_run_keys(instigator, run_keys)

    def reserve_run_id(self, request_id: int) -> str:
        """Return the id of the run of a request: a new one the first time, and the same ever after."""
        return self._store.tables.ticks.reserve(request_id, new_id())

    def mark_launched(self, request_id: int) -> None:
        """Note that the run of a request was launched, or needs no launch any more."""
        self._store.tables.ticks.mark_launched(request_id, self._clock.now())
