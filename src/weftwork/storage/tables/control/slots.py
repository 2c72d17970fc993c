"""The tables of pools and of their slots, which belong to leases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from weftwork.records.control.leases import Lease, SlotClaim
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.query import Query

_WAIT_S = 30.0
"""Who has not asked for so long waits no more; others may go first."""

_DELETE_DEAD = (
    "DELETE FROM slots WHERE NOT EXISTS (SELECT 1 FROM leases WHERE leases.name = slots.lease_name "
    "AND leases.epoch = slots.epoch AND leases.expires_at > ?)"
)
_WAIT = (
    "INSERT INTO slots (pool, lease_name, epoch, step_key, priority, asked_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (pool, lease_name, step_key) DO UPDATE SET epoch = excluded.epoch, "
    "priority = excluded.priority, seen_at = excluded.seen_at RETURNING claimed_at, asked_at"
)
_COUNT_AHEAD = (
    "SELECT count(*) FROM slots WHERE pool = ? AND claimed_at IS NULL AND seen_at > ? "
    "AND NOT (lease_name = ? AND step_key = ?) AND (priority > ? OR (priority = ? AND "
    "(asked_at < ? OR (asked_at = ? AND (lease_name < ? OR (lease_name = ? AND step_key < ?))))))"
)
_COLUMNS = "pool, lease_name, step_key, priority, asked_at, claimed_at"


def release_slots(transaction: Transaction, lease: Lease, step_keys: Sequence[str]) -> None:
    """Give back, or wait no more for, the slots of steps in the transaction that ends the steps."""
    transaction.execute_many(
        "DELETE FROM slots WHERE lease_name = ? AND epoch = ? AND step_key = ?",
        [(lease.name, lease.epoch, key) for key in step_keys],
    )


class SlotTable:
    """Pools with their limits, and who holds or waits for their slots.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, pool: str, lease: Lease, step_key: str, limit: int, priority: int, now: float) -> bool:
        """Give a slot to a step, or let it wait.

        Args:
            pool: the pool.
            lease: the lease that the slot will belong to.
            step_key: the step.
            limit: how many slots the pool has.
            priority: of those that wait, the greatest goes first, then the one that asked first.
            now: the time, in seconds since the epoch.

        Returns:
            Whether the step has the slot now. False also if the lease stands no more.
        """
        with self._database.transaction() as transaction:
            _lock_pool(transaction, pool)
            transaction.execute(f"{_DELETE_DEAD} AND pool = ?", (now, pool))
            alive = transaction.rows(
                "SELECT 1 FROM leases WHERE name = ? AND epoch = ? AND expires_at > ?",
                (lease.name, lease.epoch, now),
            )
            if not alive:
                return False
            claimed_at, asked_at = transaction.rows(
                _WAIT, (pool, lease.name, lease.epoch, step_key, priority, now, now)
            )[0]
            if claimed_at is not None:
                return True
            held = transaction.rows(
                "SELECT count(*) FROM slots WHERE pool = ? AND claimed_at IS NOT NULL", (pool,)
            )[0][0]
            ahead = transaction.rows(
                _COUNT_AHEAD,
                (pool, now - _WAIT_S, lease.name, step_key, priority, priority, asked_at, asked_at,
                 lease.name, lease.name, step_key),
            )[0][0]  # fmt: skip
            if held + ahead >= limit:
                return False
            transaction.execute(
                "UPDATE slots SET claimed_at = ? WHERE pool = ? AND lease_name = ? AND step_key = ?",
                (now, pool, lease.name, step_key),
            )
            return True

    def release(self, pool: str, lease: Lease, step_key: str) -> bool:
        """Give a slot back, or wait no more for one; return whether there was one."""
        with self._database.transaction() as transaction:
            return (
                transaction.execute(
                    "DELETE FROM slots WHERE pool = ? AND lease_name = ? AND epoch = ? AND step_key = ?",
                    (pool, lease.name, lease.epoch, step_key),
                )
                > 0
            )

    def free(
        self, *, pool: str | None = None, lease_name: str | None = None, step_key: str | None = None
    ) -> int:
        """Take slots from whoever holds or waits for them, and return how many."""
        conditions = {"pool": pool, "lease_name": lease_name, "step_key": step_key}
        given = {column: value for column, value in conditions.items() if value is not None}
        where = " AND ".join(f"{column} = ?" for column in given)
        with self._database.transaction() as transaction:
            return transaction.execute(
                f"DELETE FROM slots{f' WHERE {where}' if where else ''}", tuple(given.values())
            )

    def free_expired(self, now: float) -> int:
        """Give back all slots whose lease stands no more, and return how many."""
        with self._database.transaction() as transaction:
            return transaction.execute(_DELETE_DEAD, (now,))

    def list_claims(self, pool: str | None = None) -> list[SlotClaim]:
        """Return who holds or waits for slots, by pool and in the order in which they asked."""
        query = Query(self._database, f"SELECT {_COLUMNS} FROM slots").where_given("pool = ?", pool)
        rows = query.then("ORDER BY pool, priority DESC, asked_at, lease_name, step_key").rows()
        return [SlotClaim(*row) for row in rows]

    def list_limits(self) -> Mapping[str, int | None]:
        """Return the limit of each known pool; None where the default of the instance holds."""
        return dict(self._database.rows("SELECT name, slot_limit FROM pools ORDER BY name"))

    def find_limit(self, pool: str) -> int | None:
        """Return the limit of a pool that was set, or None."""
        rows = self._database.rows("SELECT slot_limit FROM pools WHERE name = ?", (pool,))
        return rows[0][0] if rows else None

    def set_limit(self, pool: str, limit: int | None) -> None:
        """Set the limit of a pool; None makes it known with the default of the instance."""
        with self._database.transaction() as transaction:
            transaction.execute(
                "INSERT INTO pools (name, slot_limit) VALUES (?, ?) "
                "ON CONFLICT (name) DO UPDATE SET slot_limit = excluded.slot_limit",
                (pool, limit),
            )

    def delete_limit(self, pool: str) -> None:
        """Forget the limit of a pool."""
        with self._database.transaction() as transaction:
            transaction.execute("DELETE FROM pools WHERE name = ?", (pool,))


def _lock_pool(transaction: Transaction, pool: str) -> None:
    """Let nobody else count the slots of a pool before this transaction ends."""
    transaction.execute(
        "INSERT INTO pools (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name", (pool,)
    )
