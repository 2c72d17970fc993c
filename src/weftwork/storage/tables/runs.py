"""The table of runs: adding, finding, listing by filter and page, tagging, deleting."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError, DagsterRunAlreadyExists, DagsterRunNotFoundError
from weftwork.records.runs import (
    FINISHED_STATUSES,
    DagsterRun,
    DagsterRunStatus,
    RunHeader,
    RunRecord,
    RunsFilter,
)
from weftwork.records.tags import BACKFILL_ID_TAG
from weftwork.serde.codec import build_reader, encode
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.query import Query
from weftwork.storage.tables.run_state import merge_tags, write_tags

_INSERT = (
    "INSERT INTO runs (run_id, job_name, status, snapshot_id, create_timestamp, update_timestamp, body) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_id) DO NOTHING RETURNING id"
)
_COLUMNS = "id, body, status, create_timestamp, update_timestamp, start_time, end_time"
_HEADER_COLUMNS = "run_id, job_name, status, create_timestamp, start_time, end_time"
_STATUSES = {status.value: status for status in DagsterRunStatus}
_ORDER_COLUMNS = {
    None: "id",
    "id": "id",
    "create_timestamp": "create_timestamp",
    "update_timestamp": "update_timestamp",
    "start_time": "start_time",
    "end_time": "end_time",
}
_read_run = build_reader(DagsterRun)
_DELETE_TAGS = "DELETE FROM run_tags WHERE run_number = (SELECT id FROM runs WHERE run_id = ?)"
_KEEP_FAILED_PARTITIONS = (
    "UPDATE asset_partitions SET failure_id = planned_id WHERE planned_run_id = ? "
    "AND planned_id > COALESCE(materialization_id, 0) "
    "AND EXISTS (SELECT 1 FROM runs WHERE run_id = ? AND status = 'FAILURE')"
)
_IS_UNREFERENCED = (
    "NOT EXISTS (SELECT 1 FROM assets AS a WHERE a.asset_key = events.asset_key "
    "AND events.id IN (a.materialization_id, a.observation_id, a.failure_id)) "
    "AND NOT EXISTS (SELECT 1 FROM asset_partitions AS p WHERE p.asset_key = events.asset_key "
    "AND p.partition = events.partition AND events.id IN (p.materialization_id, p.observation_id, p.failure_id)) "
    "AND NOT EXISTS (SELECT 1 FROM asset_checks AS c WHERE c.event_id = events.id)"
)
_DELETE_UNREFERENCED_EVENTS = f"DELETE FROM events WHERE run_id = ? AND {_IS_UNREFERENCED}"
_KEPT_FOR_NOTHING = f"FROM events WHERE is_kept = 1 AND {_IS_UNREFERENCED}"
_LAST_CHARACTER = "\U0010ffff"
_ENDED = ", ".join(f"'{status.value}'" for status in sorted(FINISHED_STATUSES, key=lambda one: one.value))


def insert_run(transaction: Transaction, run: DagsterRun, now: float) -> None:
    """Add a run.

    Raises:
        DagsterRunAlreadyExists: if there is one of that id.
    """
    row = (run.run_id, run.job_name, run.status.value, run.job_snapshot_id, now, now, encode(run))
    inserted = transaction.rows(_INSERT, row)
    if not inserted:
        raise DagsterRunAlreadyExists(f"There is already a run with id {run.run_id}.")
    write_tags(transaction, inserted[0][0], run.tags)


class Runs:
    """What is asked about runs, and what is done to them besides running.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, run_id: str) -> RunRecord | None:
        """Return the run of that id, or None."""
        rows = Query(self._database, f"SELECT {_COLUMNS} FROM runs").where("run_id = ?", run_id).rows()
        return _to_record(rows[0]) if rows else None

    def has(self, run_id: str) -> bool:
        """Return whether there is a run of that id."""
        return bool(self._database.rows("SELECT 1 FROM runs WHERE run_id = ?", (run_id,)))

    def list(
        self,
        filters: RunsFilter | None = None,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        ascending: bool = False,
        order_by: str | None = None,
    ) -> Sequence[RunRecord]:
        """Return runs, newest first unless asked otherwise.

        Args:
            filters: the conditions.
            cursor: the id of the last run of the page before.
            limit: how many at most.
            ascending: whether the oldest come first.
            order_by: the column to order by (default "id", the order in which they were added).

        Raises:
            CheckError: if there is no such column.
        """
        if order_by not in _ORDER_COLUMNS:
            known = ", ".join(sorted(name for name in _ORDER_COLUMNS if name))
            raise CheckError(f"Runs cannot be ordered by '{order_by}'. Expected one of {known}.")
        query = self._filtered(f"SELECT {_COLUMNS} FROM runs", filters)
        sign, direction = (">", "ASC") if ascending else ("<", "DESC")
        # Runs with the same instant go by number, and those without one come as if it were the earliest.
        column = _ORDER_COLUMNS[order_by]
        keys = "id" if column == "id" else f"COALESCE({column}, 0), id"
        if cursor is not None:
            query.where(f"({keys}) {sign} (SELECT {keys} FROM runs WHERE run_id = ?)", cursor)
        query.then("ORDER BY " + ", ".join(f"{key} {direction}" for key in keys.rsplit(", ", 1)))
        if limit is not None:
            query.then("LIMIT ?", limit)
        return [_to_record(row) for row in query.rows()]

    def list_headers(self, filters: RunsFilter | None, *, limit: int) -> Sequence[RunHeader]:
        """Return runs without what they were asked to do, newest first."""
        query = self._filtered(f"SELECT {_HEADER_COLUMNS} FROM runs", filters)
        rows = query.page("id", ascending=False, limit=limit).rows()
        return [RunHeader(row[0], row[1], _STATUSES[row[2]], *row[3:]) for row in rows]

    def list_ids(
        self, filters: RunsFilter | None = None, *, cursor: str | None = None, limit: int | None = None
    ) -> Sequence[str]:
        """Return the ids of runs, newest first."""
        query = self._filtered("SELECT run_id FROM runs", filters)
        if cursor is not None:
            query.where("id < (SELECT id FROM runs WHERE run_id = ?)", cursor)
        return [row[0] for row in query.page("id", ascending=False, limit=limit).rows()]

    def list_ids_with_prefix(self, prefix: str, *, limit: int) -> Sequence[str]:
        """Return the ids of runs that begin with a text, newest first."""
        query = Query(self._database, "SELECT run_id FROM runs")
        query.where("run_id >= ?", prefix).where("run_id < ?", prefix + _LAST_CHARACTER)
        return [row[0] for row in query.page("id", ascending=False, limit=limit).rows()]

    def count(self, filters: RunsFilter | None = None) -> int:
        """Return how many runs there are."""
        return int(self._filtered("SELECT count(*) FROM runs", filters).rows()[0][0])

    def list_group(self, root_run_id: str) -> Sequence[RunRecord]:
        """Return a run and those that repeat it, oldest first."""
        filters = RunsFilter(tags={"dagster/root_run_id": root_run_id})
        children = self.list(filters, ascending=True)
        root = self.find(root_run_id)
        return [root, *children] if root else children

    def list_tag_keys(self) -> Sequence[str]:
        """Return the keys of all tags."""
        return [row[0] for row in self._database.rows("SELECT DISTINCT key FROM run_tags ORDER BY key")]

    def list_tags(
        self, keys: Sequence[str], *, value_prefix: str | None = None, limit: int | None = None
    ) -> Sequence[tuple[str, set[str]]]:
        """Return the values that tags of these keys have.

        Args:
            keys: the keys.
            value_prefix: what the values begin with.
            limit: how many values at most, over all keys.
        """
        if not keys:
            return []
        query = Query(self._database, "SELECT DISTINCT key, value FROM run_tags").where_in("key", list(keys))
        if value_prefix:
            query.where("substr(value, 1, ?) = ?", len(value_prefix), value_prefix)
        query.then("ORDER BY key, value")
        values: dict[str, set[str]] = {}
        for key, value in (query if limit is None else query.then("LIMIT ?", limit)).rows():
            values.setdefault(key, set()).add(value)
        return list(values.items())

    def add_tags(self, run_id: str, tags: Mapping[str, str], now: float) -> None:
        """Add tags to a run, replacing those of the same key.

        Raises:
            DagsterRunNotFoundError: if there is no such run.
        """
        with self._database.transaction() as transaction:
            if not merge_tags(transaction, run_id, dict(tags), now):
                raise DagsterRunNotFoundError(f"There is no run with id {run_id}.", invalid_run_id=run_id)

    def delete(self, run_id: str) -> None:
        """Delete a run and its events, except those that the state of an asset refers to."""
        with self._database.transaction() as transaction:
            transaction.execute(_KEEP_FAILED_PARTITIONS, (run_id, run_id))
            transaction.execute(_DELETE_TAGS, (run_id,))
            transaction.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))
            transaction.execute(_DELETE_UNREFERENCED_EVENTS, (run_id,))
            transaction.execute("UPDATE events SET is_kept = 1 WHERE run_id = ?", (run_id,))

    def list_ended(self, *, with_size: bool) -> Sequence[tuple[str, float, int]]:
        """Return the ids of ended runs, when they ended and the size of their logs, the latest first.

        Args:
            with_size: whether the sizes are asked for, in bytes; without, they are 0.
        """
        size = (
            "(SELECT sum(length(body)) FROM events WHERE events.run_id = runs.run_id)" if with_size else "0"
        )
        rows = self._database.rows(
            f"SELECT run_id, COALESCE(end_time, update_timestamp) AS ended, COALESCE({size}, 0) FROM runs "
            f"WHERE status IN ({_ENDED}) ORDER BY ended DESC, id DESC"
        )
        return [(run_id, ended, int(found)) for run_id, ended, found in rows]

    def delete_kept_events(self, *, is_dry: bool) -> int:
        """Delete the events of deleted runs that no state refers to any more, and return how many."""
        if is_dry:
            return int(self._database.rows(f"SELECT count(*) {_KEPT_FOR_NOTHING}")[0][0])
        with self._database.transaction() as transaction:
            return transaction.execute(f"DELETE {_KEPT_FOR_NOTHING}")

    def _filtered(self, head: str, filters: RunsFilter | None) -> Query:
        query = Query(self._database, head)
        if filters is None:
            return query
        if filters.run_ids is not None:
            if not filters.run_ids:
                raise CheckError(
                    "A RunsFilter with run_ids needs at least one id; leave run_ids out to ask for all."
                )
            query.where_in("run_id", filters.run_ids)
        query.where_given("job_name = ?", filters.job_name)
        query.where_given("snapshot_id = ?", filters.snapshot_id)
        if filters.statuses:
            query.where_in("status", [status.value for status in filters.statuses])
        _filter_times(query, filters)
        self._filter_tags(query, filters)
        return query

    def _filter_tags(self, query: Query, filters: RunsFilter) -> None:
        for key, value in filters.tags.items():
            values = [value] if isinstance(value, str) else list(value)
            condition, args = self._database.in_list("value", values)
            query.where(f"id IN (SELECT run_number FROM run_tags WHERE key = ? AND {condition})", key, *args)
        if filters.exclude_subruns:
            query.where(
                "NOT EXISTS (SELECT 1 FROM run_tags AS t WHERE t.run_number = runs.id AND t.key = ?)",
                BACKFILL_ID_TAG,
            )


def _filter_times(query: Query, filters: RunsFilter) -> None:
    for condition, instant in (
        ("update_timestamp > ?", filters.updated_after),
        ("update_timestamp < ?", filters.updated_before),
        ("create_timestamp > ?", filters.created_after),
        ("create_timestamp < ?", filters.created_before),
    ):
        query.where_given(condition, instant.timestamp() if instant is not None else None)


def _to_record(row: Any) -> RunRecord:
    number, body, status, created, updated, started, ended = row
    run: DagsterRun = _read_run(body)
    return RunRecord(
        storage_id=number,
        dagster_run=run.with_status(_STATUSES[status]),
        create_timestamp=datetime.datetime.fromtimestamp(created, datetime.UTC),
        update_timestamp=datetime.datetime.fromtimestamp(updated, datetime.UTC),
        start_time=started,
        end_time=ended,
    )
