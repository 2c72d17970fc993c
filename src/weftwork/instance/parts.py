"""What the parts of an instance share: the store, who watches, and the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weftwork.base.clock import Clock, SystemClock
from weftwork.instance.absence import Absence
from weftwork.instance.watchers import Watchers

if TYPE_CHECKING:
    from weftwork.instance.control.backfills import Backfills
    from weftwork.instance.control.leases import Leases
    from weftwork.instance.control.ticks import Ticks
    from weftwork.storage.store import Store, Tables
    from weftwork.storage.tables.control.audit import AuditTable
    from weftwork.storage.tables.key_values import KeyValues


class InstanceParts:
    """Base of the parts of an instance.

    Args:
        store: where everything is recorded.
        clock: where the time comes from.
    """

    def __init__(self, store: Store, clock: Clock | None = None) -> None:
        self._store = store
        self._clock: Clock = clock if clock is not None else SystemClock()
        self._watchers = Watchers()

    @property
    def _tables(self) -> Tables:
        return self._store.tables

    def meet_absence(self, run_id: str) -> Absence:
        """Return what knows how long a run waits for a store that is away, and who is told."""
        return Absence(run_id, self._clock)

    @property
    def leases(self) -> Leases:
        """Who may act under which name: processes of runs, daemons."""
        from weftwork.instance.control.leases import Leases  # only who asks loads it

        return Leases(self._store, self._clock)

    @property
    def ticks(self) -> Ticks:
        """Schedules, sensors and automation: where they stand, their ticks, and the runs they ask for."""
        from weftwork.instance.control.ticks import Ticks  # only who asks loads it

        return Ticks(self._store, self._clock)

    @property
    def backfills(self) -> Backfills:
        """Backfills, and the partitions that each means to make."""
        from weftwork.instance.control.backfills import Backfills  # only who asks loads it

        return Backfills(self._store, self._clock)

    @property
    def audit(self) -> AuditTable:
        """What was done to the instance, and by whom."""
        return self._tables.audit

    @property
    def daemon_cursor_storage(self) -> KeyValues:
        """Small values by key: cursors and the like."""
        return self._tables.key_values
