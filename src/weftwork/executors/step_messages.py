"""What the process of a step tells the process of its run."""

from __future__ import annotations

import os

import msgspec

from weftwork.execution.steps.attempt import Outcome
from weftwork.records.errors import SerializableErrorInfo, error_info
from weftwork.records.events import DagsterEvent, EventLogEntry
from weftwork.serde.codec import decode, encode
from weftwork.serde.record import Record
from weftwork.storage.tables.event_rows import encode_item

LogItem = DagsterEvent | EventLogEntry
_TEMPORARY = b"!"  # the first byte; events begin with a bracket, ends with a brace


class StepEnded(Record):
    """An attempt at a step came to its end, or gave items or outputs and goes on.

    Attributes:
        status: as of ``Outcome``; "lost" if the process could not begin.
        produced: the outputs that were given.
        items: the items of dynamic outputs: (output, mapping key).
        wait_s: seconds before the next attempt, for a retry.
        error: what it failed with.
    """

    status: str
    produced: list[str] = []
    items: list[tuple[str, str]] = []
    wait_s: float = 0.0
    error: SerializableErrorInfo | None = None


def encode_items(items: list[LogItem]) -> bytes:
    """Return events and lines as one message."""
    return b"[" + b",".join(encode_item(item) for item in items) + b"]"


def encode_end(outcome: Outcome) -> bytes:
    """Return the end of an attempt as one message."""
    error = error_info(outcome.error) if outcome.error is not None else None
    return encode(
        StepEnded(
            status=outcome.status, produced=sorted(outcome.produced), items=outcome.items,
            wait_s=outcome.wait_s, error=error,
        )
    )  # fmt: skip


def encode_temporary(path: str) -> bytes:
    """Return as one message that a temporary file is about to be made: whoever hears it can remove it."""
    return _TEMPORARY + os.fsencode(path)


def decode_temporary(message: bytes) -> str | None:
    """Return the temporary file that a message tells of; None for any other message."""
    return os.fsdecode(message[1:]) if message[:1] == _TEMPORARY else None


def decode_message(message: bytes) -> list[LogItem] | StepEnded:
    """Return what a message says that is not of a temporary file."""
    if message[:1] != b"[":
        return decode(message, StepEnded)
    try:
        return decode(message, list[LogItem])
    except msgspec.ValidationError:
        items: list[msgspec.Raw] = decode(message, list[msgspec.Raw])
        return [_readable(raw) for raw in items]


def _readable(raw: msgspec.Raw) -> LogItem:
    """Return an item, or a line that shows it when its values had no JSON form of their own."""
    try:
        return decode(bytes(raw), LogItem)
    except msgspec.ValidationError as error:
        text = bytes(raw[:2000]).decode(errors="replace")
        return EventLogEntry(level=40, user_message=f"An event could not be read ({error}): {text}")
