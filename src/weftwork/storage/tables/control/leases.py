"""The table of leases: every change is a compare-and-set on the epoch."""

from __future__ import annotations

from weftwork.base.errors import DagsterRunConflict
from weftwork.records.control.leases import Lease
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.query import Query

_COLUMNS = "name, holder, epoch, expires_at, ttl_s"
_TAKE = (
    f"INSERT INTO leases ({_COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
    "holder = excluded.holder, epoch = excluded.epoch, expires_at = excluded.expires_at, ttl_s = excluded.ttl_s"
)
_TAKE_IF_FREE = f"{_TAKE} WHERE leases.expires_at <= ? OR leases.holder = excluded.holder"
_RENEW = "UPDATE leases SET expires_at = CASE WHEN expires_at > ? THEN expires_at ELSE ? END WHERE name = ? AND epoch = ?"
_EXPIRY = "SELECT expires_at FROM leases WHERE name = ? AND epoch = ?"
_SPARED_SHARE = 0.1
"""How much of its time a lease may have used before it is renewed by the way: writing it with every step costs pages."""


def hold_lease(transaction: Transaction, lease: Lease, now: float) -> None:
    """Make sure that a lease still stands, until the transaction ends; it is renewed by the way, if that is worth it.

    Raises:
        DagsterRunConflict: if somebody else has taken it over, or it was given back.
    """
    until = now + lease.ttl_s
    if transaction.excludes_writers:
        found = transaction.rows(_EXPIRY, (lease.name, lease.epoch))
        if found and found[0][0] > until - lease.ttl_s * _SPARED_SHARE:
            return
    if not transaction.execute(_RENEW, (until, until, lease.name, lease.epoch)):
        raise DagsterRunConflict(
            f"{lease.holder} holds the lease '{lease.name}' no more: it expired or was taken over, and what it "
            f"writes is refused. What runs under it must end."
        )


class LeaseTable:
    """Giving, renewing and ending leases.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def acquire(self, name: str, holder: str, ttl_s: float, now: float, *, force: bool) -> Lease | None:
        """Give a lease to a holder; None if another holder's lease still stands.

        Args:
            name: what it is for.
            holder: who asks; its own lease of that name is replaced.
            ttl_s: for how long, in seconds.
            now: the time, in seconds since the epoch.
            force: whether to take it from whoever holds it.
        """
        with self._database.transaction() as transaction:  # after a power cut there is no holder left
            rows = transaction.rows(
                "UPDATE counters SET value = value + 1 WHERE name = 'lease' RETURNING value"
            )
            lease = Lease(name, holder, int(rows[0][0]), now + ttl_s, ttl_s)
            row = (name, holder, lease.epoch, lease.expires_at, ttl_s)
            taken = (
                transaction.execute(_TAKE, row) if force else transaction.execute(_TAKE_IF_FREE, (*row, now))
            )
            if not taken:
                return None
            transaction.execute("DELETE FROM slots WHERE lease_name = ?", (name,))
            return lease

    def renew(self, lease: Lease, now: float) -> bool:
        """Let a lease last its time from now on, and return whether it still stood."""
        until = now + lease.ttl_s
        with self._database.transaction() as transaction:
            return transaction.execute(_RENEW, (until, until, lease.name, lease.epoch)) > 0

    def release(self, lease: Lease) -> bool:
        """End a lease and give its slots back, and return whether it still stood."""
        with self._database.transaction() as transaction:
            ended = transaction.execute(
                "DELETE FROM leases WHERE name = ? AND epoch = ?", (lease.name, lease.epoch)
            )
            if ended:
                transaction.execute("DELETE FROM slots WHERE lease_name = ?", (lease.name,))
            return ended > 0

    def find(self, name: str) -> Lease | None:
        """Return the lease of that name, expired or not, or None."""
        rows = Query(self._database, f"SELECT {_COLUMNS} FROM leases").where("name = ?", name).rows()
        return Lease(*rows[0]) if rows else None

    def list(self, prefix: str = "", *, expired_at: float | None = None) -> list[Lease]:
        """Return leases, those that expire first first.

        Args:
            prefix: what their names begin with.
            expired_at: only those that have expired at this time, in seconds since the epoch.
        """
        query = Query(self._database, f"SELECT {_COLUMNS} FROM leases")
        if prefix:
            query.where("substr(name, 1, ?) = ?", len(prefix), prefix)
        query.where_given("expires_at <= ?", expired_at)
        return [Lease(*row) for row in query.then("ORDER BY expires_at, name").rows()]
