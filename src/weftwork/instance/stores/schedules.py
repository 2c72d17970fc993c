"""Schedules and sensors, as ``instance.schedule_storage``: their states and their ticks."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.instance.stores.delegation import InstanceView
from weftwork.records.control.instigators import InstigatorState, Tick


class ScheduleView(InstanceView):
    """States and ticks of schedules, sensors and automation; ``instance.ticks`` is what writes them."""

    def all_instigator_state(self) -> Sequence[InstigatorState]:
        """Return where all schedules, sensors and automation stand, by name."""
        found: Sequence[InstigatorState] = self._instance.ticks.list_states()
        return found

    def get_ticks(self, instigator: str, limit: int | None = None) -> Sequence[Tick]:
        """Return the ticks of one of them, newest first."""
        found: Sequence[Tick] = self._instance.ticks.list(instigator, limit=limit)
        return found
