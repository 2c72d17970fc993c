"""The tables of ticks and of the runs that they ask for: what a tick decides is stored in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from weftwork.records.control.instigators import (
    InstigatorKind,
    InstigatorState,
    RequestedRun,
    Tick,
    TickStatus,
)
from weftwork.records.run_request import RunRequest
from weftwork.serde.codec import decode, encode
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.control.instigators import save_state
from weftwork.storage.tables.query import Query

_INSERT = "INSERT INTO ticks (instigator, kind, status, started_at, body) VALUES (?, ?, ?, ?, ?) RETURNING id"
_UPDATE = "UPDATE ticks SET status = ?, body = ? WHERE id = ?"
_REQUEST = (
    "INSERT INTO requested_runs (instigator, tick_id, run_key, requested_at, body) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (instigator, run_key) DO NOTHING RETURNING id"
)
_REQUEST_COLUMNS = "id, instigator, tick_id, body, requested_at, run_id, launched_at"


class TickTable:
    """Ticks, and the runs that they ask for.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tick: Tick) -> Tick:
        """Add a tick and return it with its number."""
        with self._database.transaction(durable=True) as transaction:
            return _insert(transaction, tick)

    def finish(
        self, tick: Tick, state: InstigatorState | None, requests: Sequence[RunRequest], now: float
    ) -> list[RequestedRun]:
        """Store what a tick came to: its end, where its instigator stands now, and all that it asks for, or nothing.

        Args:
            tick: the tick; it is added if it has no number.
            state: where its instigator stands now; None to leave that as it is.
            requests: the runs that it asks for; one whose run key was asked for before is left out.
            now: the time, in seconds since the epoch.

        Returns:
            The requests that were not left out.
        """
        with self._database.transaction(durable=True) as transaction:
            if tick.tick_id:
                transaction.execute(_UPDATE, (tick.status.value, encode(tick), tick.tick_id))
            else:
                tick = _insert(transaction, tick)
            if state is not None:
                save_state(transaction, state, now)
            added = []
            for request in requests:
                row = (tick.instigator, tick.tick_id, request.run_key, now, encode(request))
                for (number,) in transaction.rows(_REQUEST, row):
                    added.append(RequestedRun(number, tick.instigator, tick.tick_id, request, now))
            return added

    def update(self, tick: Tick) -> None:
        """Write a tick in place of what was known of it."""
        with self._database.transaction() as transaction:
            transaction.execute(_UPDATE, (tick.status.value, encode(tick), tick.tick_id))

    def list(
        self,
        instigator: str,
        *,
        statuses: Collection[TickStatus] | None = None,
        before: float | None = None,
        after: float | None = None,
        before_id: int | None = None,
        limit: int | None = None,
    ) -> list[Tick]:
        """Return ticks, newest first.

        Args:
            instigator: of which schedule, sensor or automation.
            statuses: only those that came to one of these.
            before: only those that started before, in seconds since the epoch.
            after: only those that started after.
            before_id: the number of the last tick of the page before.
            limit: how many at most.
        """
        query = Query(self._database, "SELECT id, body FROM ticks").where("instigator = ?", instigator)
        if statuses is not None:
            query.where_in("status", [status.value for status in statuses])
        query.where_given("started_at < ?", before).where_given("started_at > ?", after)
        query.where_given("id < ?", before_id)
        return [_to_tick(*row) for row in query.page("id", ascending=False, limit=limit).rows()]

    def find(self, tick_id: int) -> Tick | None:
        """Return the tick of that number, or None."""
        rows = self._database.rows("SELECT id, body FROM ticks WHERE id = ?", (tick_id,))
        return _to_tick(*rows[0]) if rows else None

    def delete(
        self,
        *,
        instigator: str | None = None,
        kind: InstigatorKind | None = None,
        statuses: Collection[TickStatus] | None = None,
        before: float,
        is_dry: bool = False,
    ) -> int:
        """Delete ticks that started before a time, and return how many.

        Args:
            instigator: only those of one schedule, sensor or automation.
            kind: only those of this kind.
            statuses: only those that came to one of these.
            before: the time, in seconds since the epoch.
            is_dry: whether to count only.
        """
        query = Query(self._database, "SELECT count(*) FROM ticks" if is_dry else "DELETE FROM ticks")
        query.where("started_at < ?", before).where_given("instigator = ?", instigator)
        query.where_given("kind = ?", kind.value if kind else None)
        if statuses is not None:
            query.where_in("status", [status.value for status in statuses])
        if is_dry:
            return int(query.rows()[0][0])
        with self._database.transaction() as transaction:
            return transaction.execute(query.text, query.args)

    def delete_all_but_latest(self, kind: InstigatorKind, keep: int, *, is_dry: bool = False) -> int:
        """Delete all ticks but the latest of each schedule or sensor, and return how many.

        Args:
            kind: of which kind.
            keep: how many of each are kept.
            is_dry: whether to count only.
        """
        ranked = (
            "FROM ticks WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
            "(PARTITION BY instigator ORDER BY id DESC) AS place FROM ticks WHERE kind = ?) AS ranked WHERE place > ?)"
        )
        if is_dry:
            return int(self._database.rows(f"SELECT count(*) {ranked}", (kind.value, keep))[0][0])
        with self._database.transaction() as transaction:
            return transaction.execute(f"DELETE {ranked}", (kind.value, keep))

    def list_waiting(self, *, limit: int, after_id: int = 0) -> Sequence[RequestedRun]:
        """Return runs that were asked for and not launched yet, oldest first.

        Args:
            limit: how many at most.
            after_id: the number of the last one of the page before.
        """
        query = Query(self._database, f"SELECT {_REQUEST_COLUMNS} FROM requested_runs")
        query.where("launched_at IS NULL").where("id > ?", after_id)
        return [_to_request(row) for row in query.page("id", ascending=True, limit=limit).rows()]

    def find_by_run_keys(self, instigator: str, run_keys: Collection[str]) -> dict[str, RequestedRun]:
        """Return what was asked for with these run keys before, by run key."""
        query = Query(self._database, f"SELECT {_REQUEST_COLUMNS}, run_key FROM requested_runs")
        query.where("instigator = ?", instigator).where_in("run_key", list(run_keys))
        return {row[-1]: _to_request(row[:-1]) for row in query.rows()}

    def reserve(self, request_id: int, run_id: str) -> str:
        """Give a request the id of its run, once: whoever asks again gets the same id."""
        with self._database.transaction() as transaction:
            rows = transaction.rows(
                "UPDATE requested_runs SET run_id = COALESCE(run_id, ?) WHERE id = ? RETURNING run_id",
                (run_id, request_id),
            )
            return str(rows[0][0]) if rows else run_id

    def mark_launched(self, request_id: int, now: float) -> None:
        """Note that the run of a request was launched, or needs no launch any more."""
        with self._database.transaction(durable=True) as transaction:
            transaction.execute("UPDATE requested_runs SET launched_at = ? WHERE id = ?", (now, request_id))


def _insert(transaction: Transaction, tick: Tick) -> Tick:
    row = (tick.instigator, tick.kind.value, tick.status.value, tick.started_at, encode(tick))
    numbered: Tick = tick.replace(tick_id=int(transaction.rows(_INSERT, row)[0][0]))
    return numbered


def _to_tick(number: int, body: Any) -> Tick:
    numbered: Tick = decode(body, Tick).replace(tick_id=number)
    return numbered


def _to_request(row: Any) -> RequestedRun:
    number, instigator, tick_id, body, requested_at, run_id, launched_at = row
    return RequestedRun(
        number, instigator, tick_id, decode(body, RunRequest), requested_at, run_id, launched_at
    )
