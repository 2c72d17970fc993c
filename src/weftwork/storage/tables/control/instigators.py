"""The table of schedules, sensors and automation: whether they run and where they stand."""

from __future__ import annotations

from collections.abc import Collection

from weftwork.records.control.instigators import InstigatorKind, InstigatorState, InstigatorStatus
from weftwork.serde.codec import decode, encode
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.query import Query

_SAVE = (
    "INSERT INTO instigators (instigator, kind, status, updated_at, body) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (instigator) DO UPDATE SET kind = excluded.kind, status = excluded.status, "
    "updated_at = excluded.updated_at, body = excluded.body"
)


def save_state(transaction: Transaction, state: InstigatorState, now: float) -> None:
    """Write where an instigator stands, in place of what was known."""
    row = (state.instigator, state.kind.value, state.status.value, now, encode(state))
    transaction.execute(_SAVE, row)


class InstigatorTable:
    """What is asked of schedules, sensors and automation.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, state: InstigatorState, now: float) -> None:
        """Write where an instigator stands, in place of what was known."""
        with self._database.transaction() as transaction:
            save_state(transaction, state, now)

    def find(self, instigator: str) -> InstigatorState | None:
        """Return where an instigator stands, or None if nothing is known of it."""
        rows = self._database.rows("SELECT body FROM instigators WHERE instigator = ?", (instigator,))
        return decode(rows[0][0], InstigatorState) if rows else None

    def list(
        self,
        *,
        kind: InstigatorKind | None = None,
        statuses: Collection[InstigatorStatus] | None = None,
        prefix: str = "",
    ) -> list[InstigatorState]:
        """Return where instigators stand, by name.

        Args:
            kind: only those of this kind.
            statuses: only those in one of these states.
            prefix: what their names begin with.
        """
        query = Query(self._database, "SELECT body FROM instigators")
        query.where_given("kind = ?", kind.value if kind else None)
        if statuses is not None:
            query.where_in("status", [status.value for status in statuses])
        if prefix:
            query.where("substr(instigator, 1, ?) = ?", len(prefix), prefix)
        return [decode(row[0], InstigatorState) for row in query.then("ORDER BY instigator").rows()]

    def delete(self, instigator: str) -> None:
        """Forget an instigator with its ticks and what these asked for."""
        with self._database.transaction() as transaction:
            for table in ("instigators", "ticks", "requested_runs"):
                transaction.execute(f"DELETE FROM {table} WHERE instigator = ?", (instigator,))
