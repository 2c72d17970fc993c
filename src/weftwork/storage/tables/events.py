"""The log of events: of one run, or over all runs by filter."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogRecord
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.records.lookups.pages import EventHeader, RunShardedEventsCursor, StepMark
from weftwork.storage.drivers.database import Database
from weftwork.storage.tables.event_rows import RECORD_COLUMNS, key_of, key_text, to_record
from weftwork.storage.tables.query import Query

_SELECT = f"SELECT {RECORD_COLUMNS} FROM events"


class Events:
    """What is asked about events.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_of_run(
        self,
        run_id: str,
        *,
        kinds: Collection[DagsterEventType] | None = None,
        after_id: int | None = None,
        limit: int | None = None,
        ascending: bool = True,
    ) -> list[EventLogRecord]:
        """Return the log of a run, oldest first unless asked otherwise.

        Args:
            run_id: the run; empty for what happened outside runs.
            kinds: only events of these kinds; None for events of all kinds and lines.
            after_id: the storage id of the last record of the page before.
            limit: how many at most.
            ascending: whether the oldest come first.
        """
        query = Query(self._database, _SELECT).where("run_id = ?", run_id).where("is_kept = 0")
        query.where_given("id > ?" if ascending else "id < ?", after_id)
        if kinds is not None:
            query.where_in("event_type", [kind.value for kind in kinds])
        return [to_record(row) for row in query.page("id", ascending=ascending, limit=limit).rows()]

    def list(
        self,
        filters: EventRecordsFilter,
        *,
        limit: int | None = None,
        ascending: bool = False,
        job_names: Collection[str] | None = None,
    ) -> list[EventLogRecord]:
        """Return events over all runs, newest first unless asked otherwise.

        Args:
            filters: the conditions.
            limit: how many at most.
            ascending: whether the oldest come first.
            job_names: only events of runs of these jobs.
        """
        query = Query(self._database, _SELECT)
        query.where("event_type = ?", filters.event_type.value)
        if filters.asset_key is not None:
            query.where("asset_key = ?", key_text(filters.asset_key))
        if filters.asset_partitions:
            query.where_in("partition", list(filters.asset_partitions))
        if filters.storage_ids is not None:
            query.where_in("id", list(filters.storage_ids))
        query.where_given("id > ?", _to_id(filters.after_cursor)).where_given(
            "id < ?", _to_id(filters.before_cursor)
        )
        query.where_given("timestamp > ?", filters.after_timestamp)
        query.where_given("timestamp < ?", filters.before_timestamp)
        if job_names is not None:
            condition, args = self._database.in_list("r.job_name", list(job_names))
            query.where(
                f"EXISTS (SELECT 1 FROM runs AS r WHERE r.run_id = events.run_id AND {condition})", *args
            )
        return [to_record(row) for row in query.page("id", ascending=ascending, limit=limit).rows()]

    def list_headers(self, after_id: int, *, limit: int) -> Sequence[EventHeader]:
        """Return what events are about, oldest first, without reading what they tell.

        Args:
            after_id: only events with a greater storage id.
            limit: how many at most.
        """
        query = Query(self._database, "SELECT id, run_id, event_type, asset_key FROM events")
        rows = query.where("id > ?", after_id).page("id", ascending=True, limit=limit).rows()
        return [
            EventHeader(
                row[0],
                row[1],
                DagsterEventType(row[2]) if row[2] else None,
                key_of(row[3]) if row[3] else None,
            )
            for row in rows
        ]

    def list_step_marks(
        self, run_ids: Sequence[str], kinds: Collection[DagsterEventType]
    ) -> Sequence[StepMark]:
        """Return when events of steps happened in runs, oldest first, without reading what they tell.

        Args:
            run_ids: the runs.
            kinds: only events of these kinds.
        """
        query = Query(self._database, "SELECT id, run_id, step_key, event_type, timestamp FROM events")
        query.where_in("run_id", list(run_ids)).where("is_kept = 0").where("step_key IS NOT NULL")
        query.where_in("event_type", [kind.value for kind in kinds])
        rows = query.page("id", ascending=True, limit=None).rows()
        return [StepMark(row[1], row[2], DagsterEventType(row[3]), float(row[4])) for row in rows]

    def list_first_of_runs(self, run_ids: Sequence[str], kind: DagsterEventType) -> Sequence[EventLogRecord]:
        """Return the first event of a kind of each of these runs that has one."""
        first = Query(self._database, "SELECT min(id) FROM events").where_in("run_id", list(run_ids))
        first.where("event_type = ?", kind.value).where("is_kept = 0").then("GROUP BY run_id")
        query = Query(self._database, _SELECT).where(f"id IN ({first.text})", *first.args)
        return [to_record(row) for row in query.rows()]

    def list_asset_partitions_of_run(
        self, run_id: str, kinds: Collection[DagsterEventType] | None = None
    ) -> dict[AssetKey, set[str | None]]:
        """Return the assets, and the partitions of them, that the events of a run are about."""
        query = Query(self._database, "SELECT DISTINCT asset_key, partition FROM events")
        query.where("run_id = ?", run_id).where("asset_key IS NOT NULL")
        if kinds is not None:
            query.where_in("event_type", [kind.value for kind in kinds])
        found: dict[AssetKey, set[str | None]] = {}
        for key, partition in query.rows():
            found.setdefault(key_of(key), set()).add(partition)
        return found

    def latest_id(self) -> int:
        """Return the storage id of the latest event; 0 when there was none."""
        return int(self._database.rows("SELECT value FROM counters WHERE name = 'event'")[0][0])


def _to_id(cursor: int | RunShardedEventsCursor | None) -> int | None:
    return cursor.id if isinstance(cursor, RunShardedEventsCursor) else cursor
