"""Pages of results, and where the next one begins."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogEntry, EventLogRecord
from weftwork.records.keys import AssetKey
from weftwork.serde.record import Record

_T = DagsterEventType
RUN_STATUS_CHANGE_EVENTS = frozenset({
    _T.RUN_ENQUEUED, _T.RUN_STARTING, _T.RUN_START, _T.RUN_SUCCESS, _T.RUN_FAILURE, _T.RUN_CANCELING, _T.RUN_CANCELED,
    _T.RUN_SUSPENDED, _T.RUN_RESUMED,
})  # fmt: skip


class PaginatedResults(Record, kw_only=False):
    """A page of results.

    Attributes:
        results: the results.
        cursor: where the next page begins; empty when nothing was ever found.
        has_more: whether there is a next page.
    """

    results: list[Any]
    cursor: str
    has_more: bool

    def __class_getitem__(cls, _item: Any) -> type[PaginatedResults]:
        return cls  # written as PaginatedResults[str] in annotations

    def __iter__(self) -> Iterator[Any]:
        return iter((self.results, self.cursor, self.has_more))

    @classmethod
    def create_from_sequence(
        cls, seq: Sequence[Any], limit: int, ascending: bool, cursor: str | None = None
    ) -> PaginatedResults:
        """Return one page of a sequence that is all there.

        Args:
            seq: all results, in ascending order.
            limit: how many the page holds at most.
            ascending: whether to go from the first to the last, or back.
            cursor: the cursor of the page before.
        """
        ordered = list(seq) if ascending else list(reversed(seq))
        start = int(cursor) if cursor else 0
        page = ordered[start : start + limit]
        return cls(page, str(start + len(page)), start + len(page) < len(ordered))


class EventLogConnection(Record, kw_only=False):
    """A page of the log of a run.

    Attributes:
        records: the records.
        cursor: where the next page begins.
        has_more: whether there is a next page.
    """

    records: list[EventLogRecord]
    cursor: str
    has_more: bool


class RunShardedEventsCursor(Record, kw_only=False):
    """A place in the log that also says since when runs must have changed.

    Args:
        id: the storage id after or before which events are asked for.
        run_updated_after: accepted for compatibility: one log holds all runs, so the id is enough.
    """

    id: int
    run_updated_after: datetime.datetime


class EventHeader(Record, kw_only=False):
    """What an event is about, without what it tells.

    Attributes:
        storage_id: its number, growing over all runs.
        run_id: the run; empty for what happened outside runs.
        event_type: the kind of event; None for a line that somebody logged.
        asset_key: the asset that it is about.
    """

    storage_id: int
    run_id: str
    event_type: DagsterEventType | None = None
    asset_key: AssetKey | None = None

    @property
    def changes_run(self) -> bool:
        """Whether the run is in another state since."""
        return self.event_type in RUN_STATUS_CHANGE_EVENTS


class StepMark(NamedTuple):
    """When something happened to a step, without what it tells.

    Attributes:
        run_id: the run.
        step_key: the step.
        kind: what happened.
        timestamp: when, in seconds since the epoch.
    """

    run_id: str
    step_key: str
    kind: DagsterEventType
    timestamp: float


class PlannedMaterializationInfo(Record, kw_only=False):
    """The latest event that said that a run means to make an asset."""

    storage_id: int
    run_id: str


def entries_of(records: Sequence[EventLogRecord]) -> list[EventLogEntry]:
    """Return the entries without their places."""
    return [record.event_log_entry for record in records]
