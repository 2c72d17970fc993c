"""Single values as text: ids, instants, durations, counts, states."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import click

from weftwork.records.event_message import format_duration

NOTHING = "-"
_COLOURS = {
    "SUCCESS": "green", "MATERIALIZED": "green", "passed": "green", "ok": "green",
    "FAILURE": "red", "FAILED": "red", "failed": "red",
    "CANCELED": "yellow", "CANCELING": "yellow", "RETRYING": "yellow", "retry": "yellow", "warned": "yellow",
    "SKIPPED": "bright_black", "MISSING": "bright_black", "skipped": "bright_black",
    "STARTED": "cyan", "RUNNING": "cyan", "IN_PROGRESS": "cyan",
}  # fmt: skip


def short_id(run_id: str) -> str:
    """Return the beginning of a run id, as much as is needed to name it."""
    return run_id[:8]


def instant(value: datetime.datetime | None) -> str:
    """Return an instant in local time, to the second."""
    return value.astimezone().strftime("%Y-%m-%d %H:%M:%S") if value is not None else NOTHING


def clock_time(value: datetime.datetime) -> str:
    """Return the local time of day, to the millisecond."""
    return value.astimezone().strftime("%H:%M:%S.%f")[:-3]


def duration(seconds: float | None) -> str:
    """Return a duration as people write it."""
    return format_duration(seconds * 1000) if seconds is not None else NOTHING


def rows(count: int | None) -> str:
    """Return a number of rows; empty if it is not known."""
    if count is None:
        return ""
    return f"{count:,} row{'' if count == 1 else 's'}"


def counted(count: int, noun: str) -> str:
    """Return a number with its noun in the right form."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def some_of(names: Sequence[str], limit: int = 3) -> str:
    """Return the first of some names and how many more there are."""
    shown = ", ".join(names[:limit])
    return f"{shown}, +{len(names) - limit}" if len(names) > limit else shown


def coloured(state: str, text: str | None = None) -> str:
    """Return a state, or text that tells of it, in the colour of the state."""
    shown = text if text is not None else state
    colour = _COLOURS.get(state)
    return click.style(shown, fg=colour) if colour else shown
