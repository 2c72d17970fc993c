"""An event or a line of a log as a row, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from weftwork.records.event_type import FAILURE_EVENTS
from weftwork.records.events import DagsterEvent, EventLogEntry, EventLogRecord
from weftwork.records.keys import AssetKey
from weftwork.serde.codec import build_reader, encode
from weftwork.serde.unread import Unread

LogItem = DagsterEvent | EventLogEntry

RECORD_COLUMNS = "events.id, events.run_id, events.timestamp, events.body"
_FAILURE_VALUES = frozenset(kind.value for kind in FAILURE_EVENTS)
_read_item = build_reader(LogItem)
_read_path = build_reader(list[str])
_NO_METADATA: dict[str, Any] = {}
# The first databases have keys of several dimensions as Python shows them: "partition":"'2024-01-01|eu'".
_QUOTED_START = b'"partition":"\''
_QUOTED_KEY = re.compile(rb'"partition":"\'([^"\'|]+(?:\|[^"\'|]+)+)\'"')


def key_text(key: AssetKey) -> str:
    """Return an asset key as the store writes it: its parts as a JSON list without spaces."""
    return encode(key.path).decode()


def key_of(text: str) -> AssetKey:
    """Return the key that ``key_text`` wrote."""
    return AssetKey(_read_path(text))


def event_of(item: LogItem) -> DagsterEvent | None:
    """Return the event of an item; None for a line."""
    return item if isinstance(item, DagsterEvent) else item.dagster_event


def encode_item(item: LogItem) -> bytes:
    """Return an event or a line as JSON; what JSON cannot hold is written as Python would show it."""
    try:
        return encode(item)
    except (TypeError, ValueError):
        return encode(_to_plain(msgspec.to_builtins(item, enc_hook=repr)))


def _to_plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_to_plain(key): _to_plain(inner) for key, inner in value.items()}
    return [_to_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def to_log_entry(item: LogItem, run_id: str, timestamp: float) -> EventLogEntry:
    """Return an event, or a line, as an entry of the log of a run."""
    if isinstance(item, EventLogEntry):
        return item
    return EventLogEntry(
        level=40 if item.event_type_value in _FAILURE_VALUES else 10 if run_id else 20,
        user_message=item.message,
        run_id=run_id,
        timestamp=timestamp,
        step_key=item.step_key,
        job_name=item.job_name,
        dagster_event=item,
        log_metadata=_NO_METADATA,
    )


def to_entry(run_id: str, timestamp: float, body: bytes) -> EventLogEntry:
    """Return what a row holds as an entry of the log."""
    if _QUOTED_START in body:
        body = _QUOTED_KEY.sub(rb'"partition":"\1"', body)
    return to_log_entry(_read_item(body), run_id, timestamp)


def to_record(row: Sequence[Any]) -> EventLogRecord:
    """Return a row of ``RECORD_COLUMNS`` as a record, whose entry is read when it is first looked at."""
    return EventLogRecord(storage_id=row[0], event_log_entry=Unread(_read_entry, row))  # type: ignore[arg-type]


def _read_entry(row: Sequence[Any]) -> EventLogEntry:
    return to_entry(row[1], row[2], row[3])
