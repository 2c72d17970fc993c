"""The log of a run, page by page."""

from __future__ import annotations

import datetime
import logging

from weftwork.api.view import View, to_instant
from weftwork.instance.instance import DagsterInstance
from weftwork.records.events import EventLogEntry, EventLogRecord
from weftwork.records.runs import DagsterRunStatus


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
