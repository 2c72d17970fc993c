"""Queues the run that repeats a failed one, in the same transaction that records the failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun, DagsterRunStatus
from weftwork.records.tags import AUTO_RETRY_RUN_ID_TAG, WILL_RETRY_TAG
from weftwork.serde.codec import decode
from weftwork.storage.append import append_events
from weftwork.storage.drivers.database import Transaction
from weftwork.storage.tables.event_rows import LogItem, event_of
from weftwork.storage.tables.run_state import merge_tags
from weftwork.storage.tables.runs import insert_run

PlanRepeat = Callable[[DagsterRun, float], DagsterRun | None]
"""Tells which run repeats one that failed at a time; None if none does."""


def fails_run(items: Sequence[LogItem]) -> bool:
    """Return whether an event among these tells that its run has failed."""
    events = map(event_of, items)
    return any(event is not None and event.event_type_value == "PIPELINE_FAILURE" for event in events)


def queue_repeat(transaction: Transaction, run_id: str, plan_repeat: PlanRepeat, now: float) -> None:
    """Add the run that repeats another one to the queue, if that one has failed and none repeats it yet.

    Either both the failure and its repetition are recorded or neither is: no death in between loses a retry, and
    no second look at the failure makes another.

    Args:
        transaction: the transaction in which the failure is recorded.
        run_id: the run that may have failed.
        plan_repeat: tells which run repeats it.
        now: the time, in seconds since the epoch.
    """
    rows = transaction.rows("SELECT status, body FROM runs WHERE run_id = ?", (run_id,))
    if not rows or rows[0][0] != DagsterRunStatus.FAILURE.value:
        return
    failed: DagsterRun = decode(rows[0][1], DagsterRun).with_status(DagsterRunStatus.FAILURE)
    repeat = plan_repeat(failed, now) if AUTO_RETRY_RUN_ID_TAG not in failed.tags else None
    if repeat is None:
        return
    insert_run(transaction, repeat, now)
    if repeat.status is DagsterRunStatus.QUEUED:
        queued = DagsterEvent(
            event_type_value="PIPELINE_ENQUEUED", job_name=repeat.job_name, timestamp=now,
            text=f"The run is queued to repeat run {run_id}, which failed.",
        )  # fmt: skip
        append_events(transaction, repeat.run_id, [queued], now)
    merge_tags(transaction, run_id, {WILL_RETRY_TAG: "true", AUTO_RETRY_RUN_ID_TAG: repeat.run_id}, now)
