"""Adds events to the log and, in the same transaction, brings the state that follows from them up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.records.event_data import AssetMaterializationPlannedData
from weftwork.records.events import DagsterEvent
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.checks import note_check_evaluated, note_check_planned
from weftwork.storage.tables.event_rows import LogItem, encode_item, event_of, key_text
from weftwork.storage.tables.run_state import STATUS_AFTER_EVENT, advance_run

_INSERT_EVENT = (
    "INSERT INTO events (id, run_id, timestamp, event_type, step_key, asset_key, partition, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_COLUMN_OF_EVENT = {
    "ASSET_MATERIALIZATION": 0,
    "ASSET_OBSERVATION": 1,
    "ASSET_FAILED_TO_MATERIALIZE": 2,
    "ASSET_MATERIALIZATION_PLANNED": 3,
}
_CHECK_PLANNED = "ASSET_CHECK_EVALUATION_PLANNED"
_CHECK_EVALUATED = "ASSET_CHECK_EVALUATION"
_ASSET_EVENTS = frozenset({*_COLUMN_OF_EVENT, _CHECK_PLANNED, _CHECK_EVALUATED, "ASSET_WIPED"})
_UPSERT_ASSET = (
    "INSERT INTO assets (asset_key, materialization_id, observation_id, failure_id, planned_id, planned_run_id, "
    "last_run_id) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (asset_key) DO UPDATE SET "
    "materialization_id = COALESCE(excluded.materialization_id, assets.materialization_id), "
    "observation_id = COALESCE(excluded.observation_id, assets.observation_id), "
    "failure_id = COALESCE(excluded.failure_id, assets.failure_id), "
    "planned_id = COALESCE(excluded.planned_id, assets.planned_id), "
    "planned_run_id = COALESCE(excluded.planned_run_id, assets.planned_run_id), "
    "last_run_id = excluded.last_run_id"
)
_UPSERT_PARTITION = (
    "INSERT INTO asset_partitions (asset_key, partition, materialization_id, observation_id, failure_id, planned_id, "
    "planned_run_id) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (asset_key, partition) DO UPDATE SET "
    "materialization_id = COALESCE(excluded.materialization_id, asset_partitions.materialization_id), "
    "observation_id = COALESCE(excluded.observation_id, asset_partitions.observation_id), "
    "failure_id = COALESCE(excluded.failure_id, asset_partitions.failure_id), "
    "planned_id = COALESCE(excluded.planned_id, asset_partitions.planned_id), "
    "planned_run_id = COALESCE(excluded.planned_run_id, asset_partitions.planned_run_id)"
)


def changes_run(items: Sequence[LogItem]) -> bool:
    """Return whether an event among these moves its run to another state."""
    for item in items:
        event = event_of(item)
        if event is not None and event.event_type_value in STATUS_AFTER_EVENT:
            return True
    return False


class _Effects:
    """What a batch of events changes besides the log."""

    __slots__ = ("assets", "checks", "partitions", "run_changes")

    def __init__(self) -> None:
        self.assets: dict[str, list[Any]] = {}
        self.partitions: dict[tuple[str, str], list[Any]] = {}
        self.checks: list[tuple[int, str, float, DagsterEvent, str]] = []
        self.run_changes: list[tuple[str, DagsterEvent, float]] = []

    def note_asset(
        self, event: DagsterEvent, key: str, partition: str | None, event_id: int, run_id: str
    ) -> None:
        kind = event.event_type_value
        column = _COLUMN_OF_EVENT.get(kind)
        if column is None:
            return
        state = self.assets.setdefault(key, [None, None, None, None, None, None])
        state[column] = event_id
        if column == 3:
            state[4] = run_id
        else:
            state[5] = run_id
        if partition is not None and not _is_range(event):
            slot = self.partitions.setdefault((key, partition), [None, None, None, None, None])
            slot[column] = event_id
            if column == 3:
                slot[4] = run_id

    def write(self, transaction: Transaction) -> None:
        if self.assets:
            transaction.execute_many(_UPSERT_ASSET, [(key, *state) for key, state in self.assets.items()])
        if self.partitions:
            transaction.execute_many(
                _UPSERT_PARTITION, [(*key, *state) for key, state in self.partitions.items()]
            )
        for event_id, run_id, timestamp, event, key in self.checks:
            if event.event_type_value == _CHECK_PLANNED:
                note_check_planned(transaction, key, event.event_specific_data, run_id, timestamp)
            else:
                note_check_evaluated(transaction, key, event.event_specific_data, run_id, event_id, timestamp)
        for run_id, event, timestamp in self.run_changes:
            advance_run(transaction, run_id, event, timestamp)


def _is_range(event: DagsterEvent) -> bool:
    data = event.event_specific_data
    return isinstance(data, AssetMaterializationPlannedData) and data.partition_range_end is not None


def take_event_ids(transaction: Transaction, count: int) -> int:
    """Return the first of ``count`` consecutive ids; they become visible in the order of the ids."""
    rows = transaction.rows(
        "UPDATE counters SET value = value + ? WHERE name = 'event' RETURNING value", (count,)
    )
    return int(rows[0][0]) - count + 1


def append_events(transaction: Transaction, run_id: str, items: Sequence[LogItem], now: float) -> int:
    """Add events and lines to the log and bring the state that follows from them up to date.

    Args:
        transaction: where it happens.
        run_id: the run that they belong to; empty for events outside runs.
        items: events and lines, oldest first.
        now: the time for those that carry none, in seconds since the epoch.

    Returns:
        The storage id of the first; the others follow without gaps.
    """
    first_id = event_id = take_event_ids(transaction, len(items))
    effects = _Effects()
    rows = []
    for item in items:
        event, timestamp = event_of(item), item.timestamp or now
        kind = key = partition = None
        if event is not None:
            kind = event.event_type_value
            if kind in _ASSET_EVENTS:
                asset_key = event.asset_key
                assert asset_key is not None
                key, partition = key_text(asset_key), event.partition
                effects.note_asset(event, key, partition, event_id, run_id)
                if kind in (_CHECK_PLANNED, _CHECK_EVALUATED):
                    effects.checks.append((event_id, run_id, timestamp, event, key))
            elif kind in STATUS_AFTER_EVENT:
                effects.run_changes.append((run_id, event, timestamp))
        rows.append((event_id, run_id, timestamp, kind, item.step_key, key, partition, encode_item(item)))
        event_id += 1
    transaction.execute_many(_INSERT_EVENT, rows)
    effects.write(transaction)
    return first_id


def find_appended(database: Database, run_id: str, items: Sequence[LogItem], now: float) -> int | None:
    """Return the storage id of the first of items that ``append_events`` added with these arguments, or None.

    Args:
        database: the database.
        run_id: the run that they belong to.
        items: events and lines, oldest first.
        now: the time for those that carry none, in seconds since the epoch.
    """
    last = items[-1]
    rows = database.rows(
        "SELECT max(id) FROM events WHERE run_id = ? AND timestamp = ? AND body = ?",
        (run_id, last.timestamp or now, encode_item(last)),
    )
    return rows[0][0] - len(items) + 1 if rows[0][0] is not None else None
