"""The log of a run, page by page."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.api.error_view import ErrorView, view_error
from weftwork.api.runs import resolve_run_id
from weftwork.api.view import MetadataView, View, read_cursor, to_instant, view_metadata
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent, EventLogEntry, EventLogRecord
from weftwork.records.runs import DagsterRunStatus
from weftwork.serde.record import Record

LINE = "LOG"
_MAX_PAGE = 5000
_BATCH = 2000
_MAX_READ = 50_000


class LogLine(View):
    """One entry of the log of a run.

    Attributes:
        id: its number, growing over all runs.
        timestamp: when it happened.
        level: "DEBUG", "INFO", "WARNING", "ERROR" or "CRITICAL".
        step_key: the step; None for the run as a whole.
        event_type: the kind of event; None for a line that somebody logged.
        message: what it says.
        error: the exception that it tells of, with its stack.
    """

    id: int
    timestamp: datetime.datetime
    level: str
    step_key: str | None
    event_type: str | None
    message: str
    error: str | None


class LogPage(View):
    """A page of the log of a run.

    Attributes:
        lines: the entries, oldest first.
        cursor: where the next page begins; a later call with it returns what was added since.
        has_more: whether there is more already.
        status: the state of the run when the page was read; None if there is no such run.
    """

    lines: list[LogLine]
    cursor: str | None
    has_more: bool
    status: DagsterRunStatus | None

    @property
    def is_end(self) -> bool:
        """Whether nothing will follow: the run has ended and the page is its last."""
        return not self.has_more and self.status in _ENDED


_ENDED = (None, DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)


def list_run_log(
    instance: DagsterInstance, run_id: str, *, cursor: str | None = None, limit: int = 1000
) -> LogPage:
    """Return a page of the log of a run, oldest first.

    Args:
        instance: where it is recorded.
        run_id: the run.
        cursor: the cursor of the page before; None for the first page.
        limit: how many entries at most.
    """
    run = instance.get_run_by_id(run_id)  # before the log: what is logged until the end is then on the page
    page = instance.get_records_for_run(run_id, cursor=cursor, limit=limit)
    return LogPage(
        lines=[view_entry(record) for record in page.records],
        cursor=page.cursor or None,
        has_more=page.has_more,
        status=run.status if run is not None else None,
    )


def view_entry(record: EventLogRecord) -> LogLine:
    """Return an entry of a log as it is answered."""
    entry = record.event_log_entry
    kind = entry.dagster_event_type
    instant = to_instant(entry.timestamp)
    assert instant is not None
    return LogLine(
        id=record.storage_id,
        timestamp=instant,
        level=entry.level if isinstance(entry.level, str) else logging.getLevelName(entry.level),
        step_key=entry.step_key,
        event_type=kind.name if kind is not None else None,
        message=entry.message,
        error=_error_of(entry),
    )


def _error_of(entry: EventLogEntry) -> str | None:
    if entry.error_info is not None:
        return entry.error_info.to_string()
    data = entry.dagster_event.event_specific_data if entry.dagster_event is not None else None
    error = getattr(data, "error", None)
    return error.to_string() if error is not None else None


class LogQuery(Record):
    """Which entries of the log of a run are asked for; every condition given must hold.

    Attributes:
        cursor: the cursor of the page before.
        limit: how many at most.
        step: entries of one of these steps.
        type: events of one of these kinds; "LOG" for lines that somebody logged.
        level: entries of one of these levels, "DEBUG" to "CRITICAL".
        q: entries whose message or error has this text, in any case.
        newest_first: whether to go back from the end; ``cursor`` then leads to older ones.
    """

    cursor: str | None = None
    limit: int = 1000
    step: list[str] = []
    type: list[str] = []
    level: list[str] = []
    q: str | None = None
    newest_first: bool = False


class LogEntry(View):
    """One entry of the log of a run.

    Attributes:
        id: its number, growing over all runs.
        timestamp: when, in seconds since the epoch.
        level: "DEBUG", "INFO", "WARNING", "ERROR" or "CRITICAL".
        step: the step; None for the run as a whole.
        type: the kind of event; "LOG" for a line that somebody logged.
        message: what it says.
        asset: the asset that it is about.
        partition: the partition that it is about.
        metadata: what it tells.
        error: the exception that it tells of.
    """

    id: int
    timestamp: float
    level: str
    step: str | None
    type: str
    message: str
    asset: str | None
    partition: str | None
    metadata: dict[str, MetadataView]
    error: ErrorView | None


class LogEntries(View):
    """A page of the log of a run.

    Attributes:
        entries: the entries.
        cursor: where the next page begins; a later call with it returns what was added since.
        has_more: whether there is more already.
        status: the state of the run when the page was read.
    """

    entries: list[LogEntry]
    cursor: str | None
    has_more: bool
    status: DagsterRunStatus


def find_log_entries(instance: DagsterInstance, run_id: str, query: LogQuery) -> LogEntries:
    """Return a page of the log of a run.

    Raises:
        DagsterRunNotFoundError: if there is no such run, or more than one.
    """
    run_id = resolve_run_id(instance, run_id)
    run = instance.get_run_by_id(run_id)  # before the log: what is logged until the end is then on the page
    assert run is not None
    limit = min(max(1, query.limit), _MAX_PAGE)
    read_cursor(query.cursor)
    kinds = _kinds_of(query.type)
    found: list[LogEntry] = []
    cursor, has_more, read = query.cursor, True, 0
    while has_more and len(found) < limit and read < _MAX_READ:
        page = instance.get_records_for_run(
            run_id, cursor=cursor, of_type=kinds, limit=_BATCH if query.step or query.level or query.q else limit,
            ascending=not query.newest_first,
        )  # fmt: skip
        read += len(page.records)
        cursor, has_more = page.cursor or None, page.has_more
        for record in page.records:
            if _fits(record.event_log_entry, query):
                found.append(view_log_entry(record))
                if len(found) == limit:
                    has_more = has_more or record is not page.records[-1]
                    cursor = str(record.storage_id)
                    break
    return LogEntries(entries=found, cursor=cursor, has_more=has_more, status=run.status)


def view_log_entry(record: EventLogRecord) -> LogEntry:
    """Return an entry of a log with all that it tells."""
    entry = record.event_log_entry
    event = entry.dagster_event
    error = entry.error_info or getattr(event and event.event_specific_data, "error", None)
    key = event.asset_key if event else None
    return LogEntry(
        id=record.storage_id,
        timestamp=entry.timestamp,
        level=_level_of(entry),
        step=entry.step_key,
        type=event.event_type.name if event else LINE,
        message=entry.message,
        asset=key.to_user_string() if key is not None else None,
        partition=event.partition if event else None,
        metadata=view_metadata(_metadata_of(event)) if event else {},
        error=view_error(error) if error is not None else None,
    )


def _metadata_of(event: DagsterEvent) -> Mapping[str, Any]:
    data = event.event_specific_data
    for holder in (getattr(data, "materialization", None), getattr(data, "asset_observation", None), data):
        metadata = getattr(holder, "metadata", None)
        if metadata:
            return metadata  # type: ignore[no-any-return]
    return {}


def _level_of(entry: EventLogEntry) -> str:
    return entry.level if isinstance(entry.level, str) else logging.getLevelName(entry.level)


def _kinds_of(names: Sequence[str]) -> list[DagsterEventType] | None:
    """Return the kinds of events to read; None for all, and where lines are asked for as well."""
    if not names or LINE in map(str.upper, names):
        return None
    known = DagsterEventType.__members__
    return [known[name.upper()] for name in names if name.upper() in known]


def _fits(entry: EventLogEntry, query: LogQuery) -> bool:
    level, kind = _level_of(entry), entry.dagster_event_type
    if query.step and entry.step_key not in query.step:
        return False
    if query.level and level not in map(str.upper, query.level):
        return False
    if query.type and (kind.name if kind is not None else LINE) not in map(str.upper, query.type):
        return False
    if query.q:
        text = query.q.casefold()
        return text in entry.message.casefold() or text in (_error_of(entry) or "").casefold()
    return True
