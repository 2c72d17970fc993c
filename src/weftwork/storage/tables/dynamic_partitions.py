"""The table of the keys of dynamic partitions, in the order in which they were added."""

from __future__ import annotations

from collections.abc import Sequence

from weftwork.records.lookups.pages import PaginatedResults
from weftwork.storage.drivers.database import Database
from weftwork.storage.tables.query import Query

_INSERT = "INSERT INTO dynamic_partitions (definition, partition) VALUES (?, ?) ON CONFLICT DO NOTHING"


class DynamicPartitions:
    """What is asked about dynamic partitions, and how they are added and deleted.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, definition: str) -> list[str]:
        """Return the keys of a definition, in the order in which they were added."""
        return [row[0] for row in self._keys("SELECT partition FROM dynamic_partitions", definition).rows()]

    def list_page(
        self, definition: str, *, limit: int, ascending: bool, cursor: str | None
    ) -> PaginatedResults:
        """Return one page of the keys of a definition."""
        query = Query(self._database, "SELECT id, partition FROM dynamic_partitions")
        query.where("definition = ?", definition)
        query.where_given("id > ?" if ascending else "id < ?", int(cursor) if cursor else None)
        rows = query.page("id", ascending=ascending, limit=limit + 1).rows()
        page = rows[:limit]
        return PaginatedResults(
            [row[1] for row in page], str(page[-1][0]) if page else cursor or "", len(rows) > limit
        )

    def list_existing(self, definition: str, keys: Sequence[str]) -> set[str]:
        """Return those of ``keys`` that the definition has."""
        query = Query(self._database, "SELECT partition FROM dynamic_partitions")
        return {
            row[0] for row in query.where("definition = ?", definition).where_in("partition", keys).rows()
        }

    def add(self, definition: str, keys: Sequence[str]) -> None:
        """Add keys; those that are there stay where they are."""
        with self._database.transaction() as transaction:
            transaction.execute_many(_INSERT, [(definition, key) for key in keys])

    def delete(self, definition: str, key: str) -> None:
        """Delete a key, if it is there."""
        with self._database.transaction() as transaction:
            transaction.execute(
                "DELETE FROM dynamic_partitions WHERE definition = ? AND partition = ?", (definition, key)
            )

    def _keys(self, head: str, definition: str) -> Query:
        return Query(self._database, head).where("definition = ?", definition).then("ORDER BY id")
