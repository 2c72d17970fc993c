"""The states of runs in the store: every change is a compare-and-set, and an ended run stays as it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weftwork.records.event_data import JobFailureData
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import ALLOWED_TRANSITIONS, FINISHED_STATUSES, DagsterRun, DagsterRunStatus
from weftwork.records.tags import FAILURE_REASON_TAG
from weftwork.serde.codec import decode, encode

if TYPE_CHECKING:
    from weftwork.storage.drivers.database import Transaction


_S = DagsterRunStatus
STATUS_AFTER_EVENT = {
    "PIPELINE_ENQUEUED": _S.QUEUED,
    "PIPELINE_STARTING": _S.STARTING,
    "PIPELINE_START": _S.STARTED,
    "PIPELINE_SUCCESS": _S.SUCCESS,
    "PIPELINE_FAILURE": _S.FAILURE,
    "PIPELINE_CANCELING": _S.CANCELING,
    "PIPELINE_CANCELED": _S.CANCELED,
    "RUN_SUSPENDED": _S.SUSPENDED,
    "RUN_RESUMED": _S.STARTED,
}
"""What an event of a run makes of its state, by the event's stored name."""


def _advance_sql(target: DagsterRunStatus) -> str:
    sources = sorted(source.value for source, targets in ALLOWED_TRANSITIONS.items() if target in targets)
    listed = ", ".join(f"'{source}'" for source in sources)
    return (
        "UPDATE runs SET status = ?, update_timestamp = ?, start_time = COALESCE(start_time, ?), "
        f"end_time = COALESCE(end_time, ?) WHERE run_id = ? AND status IN ({listed})"
    )


_ADVANCE = {status: _advance_sql(status) for status in DagsterRunStatus}


def can_advance(status: DagsterRunStatus, target: DagsterRunStatus) -> bool:
    """Return whether a run may go from one state to the other."""
    return target in ALLOWED_TRANSITIONS[status]


def advance_run(transaction: Transaction, run_id: str, event: DagsterEvent, timestamp: float) -> bool:
    """Move a run to the state that an event tells, and return whether it moved.

    A change that its present state does not allow leaves it as it is: the event stays in the log, the run
    keeps the first end that it came to.
    """
    target = STATUS_AFTER_EVENT[event.event_type_value]
    started = timestamp if target is _S.STARTED else None
    ended = timestamp if target in FINISHED_STATUSES else None
    moved = transaction.execute(_ADVANCE[target], (target.value, timestamp, started, ended, run_id)) > 0
    tags = tags_after_event(event) if moved else {}
    if tags:
        merge_tags(transaction, run_id, tags, timestamp)
    return moved


def tags_after_event(event: DagsterEvent) -> dict[str, str]:
    """Return the tags that a run gets from an event that moved it."""
    data = event.event_specific_data
    if isinstance(data, JobFailureData) and data.failure_reason is not None:
        return {FAILURE_REASON_TAG: data.failure_reason.value}
    return {}


def merge_tags(transaction: Transaction, run_id: str, tags: dict[str, str], now: float) -> bool:
    """Add tags to a run, replacing those of the same key, and return whether the run exists."""
    rows = transaction.rows("SELECT id, body FROM runs WHERE run_id = ?", (run_id,))
    if not rows:
        return False
    number, body = rows[0]
    run: DagsterRun = decode(body, DagsterRun)
    changed = encode(run.with_tags({**run.tags, **tags}))
    transaction.execute("UPDATE runs SET body = ?, update_timestamp = ? WHERE id = ?", (changed, now, number))
    write_tags(transaction, number, tags)
    return True


def write_tags(transaction: Transaction, run_number: int, tags: dict[str, str]) -> None:
    """Write the rows by which runs are found through their tags."""
    if tags:
        transaction.execute_many(
            "INSERT INTO run_tags (run_number, key, value) VALUES (?, ?, ?) "
            "ON CONFLICT (run_number, key) DO UPDATE SET value = excluded.value",
            [(run_number, key, value) for key, value in tags.items()],
        )
