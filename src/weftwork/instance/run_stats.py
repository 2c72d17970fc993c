"""What the log of a run tells in numbers: how many steps, how long, how often tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogEntry
from weftwork.serde.record import Record

_T = DagsterEventType


class StepEventStatus(Enum):
    """The state of a step."""

    SKIPPED = "SKIPPED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    IN_PROGRESS = "IN_PROGRESS"


class DagsterRunStatsSnapshot(Record, kw_only=False):
    """A run in numbers; instants in seconds since the epoch."""

    run_id: str
    steps_succeeded: int
    steps_failed: int
    materializations: int
    expectations: int
    enqueued_time: float | None = None
    launch_time: float | None = None
    start_time: float | None = None
    end_time: float | None = None


class RunStepAttempt(Record, kw_only=False):
    """One attempt of a step; instants in seconds since the epoch, None while it has not ended."""

    start_time: float | None
    end_time: float | None = None


class RunStepKeyStatsSnapshot(Record, kw_only=False):
    """A step in numbers; instants in seconds since the epoch."""

    run_id: str
    step_key: str
    status: StepEventStatus | None = None
    start_time: float | None = None
    end_time: float | None = None
    materialization_events: list[EventLogEntry] = []
    expectation_results: list[Any] = []
    attempts: int = 0
    attempts_list: list[RunStepAttempt] = []


_RUN_TIMES = {
    _T.RUN_ENQUEUED: "enqueued_time",
    _T.RUN_STARTING: "launch_time",
    _T.RUN_START: "start_time",
    _T.RUN_SUCCESS: "end_time",
    _T.RUN_FAILURE: "end_time",
    _T.RUN_CANCELED: "end_time",
}
_COUNTED = {
    _T.STEP_SUCCESS: "steps_succeeded",
    _T.STEP_FAILURE: "steps_failed",
    _T.ASSET_MATERIALIZATION: "materializations",
    _T.STEP_EXPECTATION_RESULT: "expectations",
}
_STEP_ENDS = {
    _T.STEP_SUCCESS: StepEventStatus.SUCCESS,
    _T.STEP_FAILURE: StepEventStatus.FAILURE,
    _T.STEP_SKIPPED: StepEventStatus.SKIPPED,
}
_ATTEMPT_STARTS = frozenset({_T.STEP_START, _T.STEP_RESTARTED})


def build_run_stats(run_id: str, log: Iterable[EventLogEntry]) -> DagsterRunStatsSnapshot:
    """Return a run in numbers."""
    counts = dict.fromkeys(_COUNTED.values(), 0)
    times: dict[str, Any] = {}
    for entry in log:
        kind = entry.dagster_event_type
        if kind in _COUNTED:
            counts[_COUNTED[kind]] += 1
        elif kind in _RUN_TIMES:
            times.setdefault(_RUN_TIMES[kind], entry.timestamp)
    return DagsterRunStatsSnapshot(run_id, **counts, **times)


class _StepStats:
    def __init__(self) -> None:
        self.status: StepEventStatus | None = None
        self.end_time: float | None = None
        self.materializations: list[EventLogEntry] = []
        self.expectations: list[Any] = []
        self.attempts: list[RunStepAttempt] = []

    def note(self, entry: EventLogEntry, kind: DagsterEventType) -> None:
        if kind in _ATTEMPT_STARTS:
            self.status = StepEventStatus.IN_PROGRESS
            self.attempts.append(RunStepAttempt(entry.timestamp))
        elif kind in _STEP_ENDS:
            self.status = _STEP_ENDS[kind]
            self.end_time = entry.timestamp
            self._end_attempt(entry.timestamp)
        elif kind is _T.STEP_UP_FOR_RETRY:
            self._end_attempt(entry.timestamp)
        elif kind is _T.ASSET_MATERIALIZATION:
            self.materializations.append(entry)
        elif kind is _T.STEP_EXPECTATION_RESULT:
            self.expectations.append(entry.get_dagster_event().event_specific_data.expectation_result)  # type: ignore[union-attr]

    def _end_attempt(self, timestamp: float) -> None:
        if self.attempts and self.attempts[-1].end_time is None:
            self.attempts[-1] = RunStepAttempt(self.attempts[-1].start_time, timestamp)


def build_step_stats(
    run_id: str, log: Iterable[EventLogEntry], step_keys: Sequence[str] | None = None
) -> list[RunStepKeyStatsSnapshot]:
    """Return the steps of a run in numbers, in the order in which they first appear.

    Args:
        run_id: the run.
        log: its log, oldest first.
        step_keys: only these steps; None for all.
    """
    steps: dict[str, _StepStats] = {}
    for entry in log:
        kind, step_key = entry.dagster_event_type, entry.step_key
        if kind is None or step_key is None or (step_keys is not None and step_key not in step_keys):
            continue
        steps.setdefault(step_key, _StepStats()).note(entry, kind)
    return [_to_snapshot(run_id, key, step) for key, step in steps.items() if step.status is not None]


def _to_snapshot(run_id: str, step_key: str, step: _StepStats) -> RunStepKeyStatsSnapshot:
    return RunStepKeyStatsSnapshot(
        run_id,
        step_key,
        status=step.status,
        start_time=step.attempts[0].start_time if step.attempts else None,
        end_time=step.end_time,
        materialization_events=step.materializations,
        expectation_results=step.expectations,
        attempts=len(step.attempts),
        attempts_list=step.attempts,
    )
