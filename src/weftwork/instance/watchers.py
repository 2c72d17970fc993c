"""Who wants to be told of events, in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from weftwork.records.events import DagsterEvent, EventLogEntry
from weftwork.storage.tables.event_rows import LogItem, to_log_entry

Callback = Callable[[EventLogEntry, str], None]


class Watchers:
    """The callbacks for the events of runs."""

    __slots__ = ("_callbacks",)

    def __init__(self) -> None:
        self._callbacks: dict[str, list[Callback]] = {}

    def __bool__(self) -> bool:
        return bool(self._callbacks)

    def add(self, run_id: str, callback: Callback) -> None:
        """Call back for each event of a run that is recorded in this process from now on."""
        self._callbacks.setdefault(run_id, []).append(callback)

    def remove(self, run_id: str, callback: Callback) -> None:
        """Call back no more."""
        remaining = [other for other in self._callbacks.get(run_id, []) if other != callback]
        if remaining:
            self._callbacks[run_id] = remaining
        else:
            self._callbacks.pop(run_id, None)

    def tell(self, run_id: str, items: Sequence[LogItem], first_id: int) -> None:
        """Tell those who watch a run what was recorded."""
        for callback in tuple(self._callbacks.get(run_id, ())):
            for offset, item in enumerate(items):
                callback(to_log_entry(item, run_id, item.timestamp), str(first_id + offset))


def only_events(callback: Callable[[DagsterEvent], None]) -> Callback:
    """Return a callback that hands on events and leaves lines out."""

    def hand_on(entry: EventLogEntry, _cursor: str) -> None:
        if entry.dagster_event is not None:
            callback(entry.dagster_event)

    return hand_on
