"""Small values by key: cursors and the like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from weftwork.storage.drivers.database import Database
from weftwork.storage.tables.query import Query


class KeyValues:
    """Text by key.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get_cursor_values(self, keys: Iterable[str]) -> dict[str, str]:
        """Return the values of those keys that have one."""
        query = Query(self._database, "SELECT key, value FROM kvs").where_in("key", sorted(keys))
        return dict(query.rows())

    def set_cursor_values(self, pairs: Mapping[str, str]) -> None:
        """Set values, replacing those of the same key."""
        with self._database.transaction() as transaction:
            transaction.execute_many(
                "INSERT INTO kvs (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                list(pairs.items()),
            )
