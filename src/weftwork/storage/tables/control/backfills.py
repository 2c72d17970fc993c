"""The tables of backfills and of the partitions that they mean to make."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.records.control.backfills import (
    FINISHED_BACKFILLS,
    Backfill,
    BackfillStatus,
    BackfillTarget,
    TargetStatus,
)
from weftwork.records.keys import AssetKey
from weftwork.serde.codec import decode, encode
from weftwork.storage.drivers.database import Database
from weftwork.storage.tables.event_rows import key_of, key_text
from weftwork.storage.tables.query import Query

_FINISHED = ", ".join(f"'{status.value}'" for status in sorted(FINISHED_BACKFILLS, key=lambda one: one.value))
_OPEN = (
    "FROM backfill_targets JOIN backfills ON backfills.id = backfill_number "
    f"WHERE backfills.status NOT IN ({_FINISHED}) AND backfill_targets.status IN ('WAITING', 'LAUNCHED') AND "
)
_OPEN_TARGETS = f"SELECT asset_key, partition {_OPEN}"
_OPEN_KEYS = f"SELECT DISTINCT asset_key {_OPEN} asset_key IS NOT NULL"


class BackfillTable:
    """What is asked of backfills, and how they go on.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, backfill: Backfill, targets: Sequence[BackfillTarget], now: float) -> None:
        """Add a backfill with everything that it means to make.

        Raises:
            DagsterInvariantViolationError: if there is one of that id.
        """
        with self._database.transaction(durable=True) as transaction:
            rows = transaction.rows(
                "INSERT INTO backfills (backfill_id, status, create_timestamp, update_timestamp, body) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (backfill_id) DO NOTHING RETURNING id",
                (
                    backfill.backfill_id,
                    backfill.status.value,
                    backfill.created_at or now,
                    now,
                    encode(backfill),
                ),
            )
            if not rows:
                raise DagsterInvariantViolationError(
                    f"There is already a backfill with id {backfill.backfill_id}."
                )
            transaction.execute_many(
                "INSERT INTO backfill_targets (backfill_number, asset_key, partition, status, run_id) "
                "VALUES (?, ?, ?, ?, ?)",
                [(rows[0][0], *_target_row(target)) for target in targets],
            )

    def find(self, backfill_id: str) -> Backfill | None:
        """Return the backfill of that id, or None."""
        rows = self._database.rows("SELECT body, status FROM backfills WHERE backfill_id = ?", (backfill_id,))
        return _to_backfill(*rows[0]) if rows else None

    def list(
        self,
        *,
        statuses: Collection[BackfillStatus] | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Sequence[Backfill]:
        """Return backfills, newest first.

        Args:
            statuses: only those in one of these states.
            cursor: the id of the last backfill of the page before.
            limit: how many at most.
        """
        query = Query(self._database, "SELECT body, status FROM backfills")
        if statuses is not None:
            query.where_in("status", [status.value for status in statuses])
        if cursor is not None:
            query.where("id < (SELECT id FROM backfills WHERE backfill_id = ?)", cursor)
        return [_to_backfill(*row) for row in query.page("id", ascending=False, limit=limit).rows()]

    def count(self, statuses: Collection[BackfillStatus] | None = None) -> int:
        """Return how many backfills there are."""
        query = Query(self._database, "SELECT count(*) FROM backfills")
        if statuses is not None:
            query.where_in("status", [status.value for status in statuses])
        return int(query.rows()[0][0])

    def update(self, backfill: Backfill, now: float) -> bool:
        """Write a backfill in place of what was known, and return whether it was not finished before."""
        with self._database.transaction(durable=True) as transaction:
            return (
                transaction.execute(
                    "UPDATE backfills SET status = ?, update_timestamp = ?, body = ? WHERE backfill_id = ? "
                    f"AND status NOT IN ({_FINISHED})",
                    (backfill.status.value, now, encode(backfill), backfill.backfill_id),
                )
                > 0
            )

    def delete(self, backfill_id: str) -> None:
        """Delete a backfill; its runs stay."""
        with self._database.transaction() as transaction:
            transaction.execute(
                "DELETE FROM backfill_targets WHERE backfill_number = (SELECT id FROM backfills WHERE backfill_id = ?)",
                (backfill_id,),
            )
            transaction.execute("DELETE FROM backfills WHERE backfill_id = ?", (backfill_id,))

    def list_targets(
        self,
        backfill_id: str,
        *,
        statuses: Collection[TargetStatus] | None = None,
        after_id: int = 0,
        limit: int | None = None,
    ) -> Sequence[BackfillTarget]:
        """Return what a backfill means to make, in the order in which it was given.

        Args:
            backfill_id: the backfill.
            statuses: only those in one of these states.
            after_id: the number of the last one of the page before.
            limit: how many at most.
        """
        query = Query(
            self._database,
            "SELECT t.asset_key, t.partition, t.status, t.run_id, t.id "
            "FROM backfill_targets AS t JOIN backfills AS b ON b.id = t.backfill_number",
        )
        query.where("b.backfill_id = ?", backfill_id).where("t.id > ?", after_id)
        if statuses is not None:
            query.where_in("t.status", [status.value for status in statuses])
        return [_to_target(row) for row in query.page("t.id", ascending=True, limit=limit).rows()]

    def count_targets(self, backfill_id: str) -> Mapping[TargetStatus, int]:
        """Return how many targets of a backfill are in which state."""
        rows = self._database.rows(
            "SELECT t.status, count(*) FROM backfill_targets AS t JOIN backfills AS b ON b.id = t.backfill_number "
            "WHERE b.backfill_id = ? GROUP BY t.status",
            (backfill_id,),
        )
        return {TargetStatus(status): count for status, count in rows}

    def update_targets(
        self, target_ids: Sequence[int], status: TargetStatus, *, run_id: str | None = None
    ) -> None:
        """Move targets to a state.

        Args:
            target_ids: their numbers.
            status: the state.
            run_id: the run that makes them; None to leave it as it is.
        """
        with self._database.transaction() as transaction:
            transaction.execute_many(
                "UPDATE backfill_targets SET status = ?, run_id = COALESCE(?, run_id) WHERE id = ?",
                [(status.value, run_id, number) for number in target_ids],
            )

    def list_open(self, keys: Collection[AssetKey]) -> dict[AssetKey, set[str | None]]:
        """Return the partitions that backfills in progress mean to make and have not made yet, by asset."""
        if not keys:
            return {}
        condition, args = self._database.in_list("asset_key", [key_text(key) for key in keys])
        found: dict[AssetKey, set[str | None]] = {}
        for text, partition in self._database.rows(_OPEN_TARGETS + condition, args):
            found.setdefault(key_of(text), set()).add(partition)
        return found

    def list_open_keys(self) -> set[AssetKey]:
        """Return the assets of which backfills in progress mean to make something that is not made yet."""
        rows = self._database.rows(_OPEN_KEYS)
        return {key_of(text) for (text,) in rows}


def _target_row(target: BackfillTarget) -> tuple[Any, ...]:
    key = key_text(target.asset_key) if target.asset_key is not None else None
    return key, target.partition, target.status.value, target.run_id


def _to_target(row: Any) -> BackfillTarget:
    key, partition, status, run_id, number = row
    return BackfillTarget(
        key_of(key) if key is not None else None, partition, TargetStatus(status), run_id, number
    )


def _to_backfill(body: Any, status: str) -> Backfill:
    found: Backfill = decode(body, Backfill).replace(status=BackfillStatus(status))
    return found
