"""The table of what was done, by whom."""

from __future__ import annotations

from weftwork.records.control.audit import AuditRecord
from weftwork.storage.drivers.database import Database
from weftwork.storage.tables.query import Query

_INSERT = "INSERT INTO audit (timestamp, caller, role, action, target, error) VALUES (?, ?, ?, ?, ?, ?)"


class AuditTable:
    """What was done; it only grows.

    Args:
        database: where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, timestamp: float, *, caller: str, role: str, action: str, target: str, error: str | None
    ) -> None:
        """Note what was done; see ``AuditRecord``."""
        with self._database.transaction(durable=True) as transaction:
            transaction.execute(_INSERT, (timestamp, caller, role, action, target, error))

    def list(self, *, before_id: int | None = None, limit: int = 100) -> list[AuditRecord]:
        """Return what was done, latest first.

        Args:
            before_id: only what was done before this.
            limit: how much at most.
        """
        query = Query(self._database, "SELECT id, timestamp, caller, role, action, target, error FROM audit")
        query.where_given("id < ?", before_id).page("id", ascending=False, limit=limit)
        return [
            AuditRecord(
                id=row[0],
                timestamp=row[1],
                caller=row[2],
                role=row[3],
                action=row[4],
                target=row[5],
                error=row[6],
            )
            for row in query.rows()
        ]
