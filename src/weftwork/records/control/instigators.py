"""Schedules, sensors and automation as the store keeps them: their states, their ticks, and what these ask for."""

from __future__ import annotations

from enum import Enum
from typing import Any

from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.run_request import RunRequest
from weftwork.serde.record import Record


class InstigatorKind(Enum):
    """What makes runs by itself."""

    SCHEDULE = "SCHEDULE"
    SENSOR = "SENSOR"
    AUTOMATION = "AUTO_MATERIALIZE"


class InstigatorStatus(Enum):
    """Whether it runs.

    DECLARED_IN_CODE: as its definition says; nobody switched it.
    """

    DECLARED_IN_CODE = "DECLARED_IN_CODE"
    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class TickStatus(Enum):
    """What became of a tick."""

    STARTED = "STARTED"
    SKIPPED = "SKIPPED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"


class InstigatorState(Record):
    """Where a schedule, a sensor or automation stands.

    Attributes:
        instigator: which one: "<code location>:<repository>:<name>".
        kind: what it is.
        status: whether it runs.
        cursor: what its last tick left for the next one.
        last_tick_at: when its last tick was, in seconds since the epoch.
        last_run_key: the run key it asked for last.
        started_at: since when it runs, in seconds since the epoch.
        details: anything else its loop keeps, as plain data.
    """

    instigator: str
    kind: InstigatorKind
    status: InstigatorStatus = InstigatorStatus.DECLARED_IN_CODE
    cursor: str | None = None
    last_tick_at: float | None = None
    last_run_key: str | None = None
    started_at: float | None = None
    details: dict[str, Any] = {}


class Tick(Record):
    """One evaluation of a schedule, a sensor or automation.

    Attributes:
        instigator: which one.
        kind: what it is.
        started_at: when, in seconds since the epoch; for a schedule the time that it was due.
        status: what became of it.
        tick_id: its number in the store; 0 before it is stored.
        ended_at: when it ended, in seconds since the epoch.
        cursor: the cursor that it left.
        run_ids: the runs that were launched for it.
        run_keys: the run keys that it asked for.
        skip_reason: why nothing was asked for.
        error: what its function raised.
        failure_count: how often it has failed in a row, this time included.
        details: anything else, as plain data.
    """

    instigator: str
    kind: InstigatorKind
    started_at: float
    status: TickStatus = TickStatus.STARTED
    tick_id: int = 0
    ended_at: float | None = None
    cursor: str | None = None
    run_ids: list[str] = []
    run_keys: list[str] = []
    skip_reason: str | None = None
    error: SerializableErrorInfo | None = None
    failure_count: int = 0
    details: dict[str, Any] = {}


class RequestedRun(Record, kw_only=False):
    """A run that a tick asked for.

    Attributes:
        request_id: its number in the store.
        instigator: which one asked.
        tick_id: the tick that asked.
        request: what was asked for.
        requested_at: when, in seconds since the epoch.
        run_id: the run that was made; None while there is none.
        launched_at: when it was launched, in seconds since the epoch; None while it waits.
    """

    request_id: int
    instigator: str
    tick_id: int | None
    request: RunRequest
    requested_at: float
    run_id: str | None = None
    launched_at: float | None = None
