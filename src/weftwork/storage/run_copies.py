"""Adds the copy of a run that was recorded elsewhere: its log is there to read, and changes nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.records.events import EventLogEntry
from weftwork.records.runs import RunRecord
from weftwork.storage.append import take_event_ids
from weftwork.storage.drivers.database import Database
from weftwork.storage.tables.event_rows import encode_item
from weftwork.storage.tables.runs import insert_run

_INSERT_EVENT = (
    "INSERT INTO events (id, run_id, timestamp, event_type, step_key, body) VALUES (?, ?, ?, ?, ?, ?)"
)
_SET_TIMES = "UPDATE runs SET update_timestamp = ?, start_time = ?, end_time = ? WHERE run_id = ?"


def add_run_copy(database: Database, record: RunRecord, entries: Sequence[EventLogEntry]) -> None:
    """Add a run with its log, all or nothing; assets stand as they stood before.

    Args:
        database: where it is added.
        record: the run with its times.
        entries: its log, oldest first.

    Raises:
        DagsterRunAlreadyExists: if there is a run of that id.
    """
    run = record.dagster_run
    with database.transaction(durable=True) as transaction:
        insert_run(transaction, run, record.create_timestamp.timestamp())
        updated = record.update_timestamp.timestamp()
        transaction.execute(_SET_TIMES, (updated, record.start_time, record.end_time, run.run_id))
        event_id = take_event_ids(transaction, len(entries)) if entries else 0
        rows = []
        for number, entry in enumerate(entries, start=event_id):
            event = entry.dagster_event
            kind = event.event_type_value if event is not None else None
            body = encode_item(entry if event is None else event)
            rows.append((number, run.run_id, entry.timestamp, kind, entry.step_key, body))
        transaction.execute_many(_INSERT_EVENT, rows)
