"""The schema of the store and how an older one becomes today's."""

from __future__ import annotations

import os
import time
from functools import cache

from weftwork.base.errors import DagsterStorageError
from weftwork.storage.drivers.database import Database, Transaction

_MIGRATIONS = os.path.join(os.path.dirname(__file__), "migrations")
_VERSION_TABLE = "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at {number} NOT NULL)"


@cache
def list_migrations() -> tuple[tuple[int, str], ...]:
    """Return the numbers and files of the migrations, in order."""
    names = sorted(name for name in os.listdir(_MIGRATIONS) if name.endswith(".sql"))
    return tuple((int(name[:4]), os.path.join(_MIGRATIONS, name)) for name in names)


def current_version() -> int:
    """Return the number of the schema that this code reads and writes."""
    return list_migrations()[-1][0]


def find_version(database: Database) -> int:
    """Return the number of the schema that a database has; 0 for an empty one."""
    if not database.has_table("schema_version"):
        return 0
    return int(database.rows("SELECT max(version) FROM schema_version")[0][0] or 0)


def prepare(database: Database) -> None:
    """Bring a database to today's schema; of many processes that try at once, one does it.

    Raises:
        DagsterStorageError: if a newer version of Weftwork has written it.
    """
    if _check(database, find_version(database)):
        return
    with database.migration() as transaction:
        version = find_version(database)  # another process may have been first
        if not _check(database, version):
            _migrate(transaction, database, version)


def _check(database: Database, version: int) -> bool:
    wanted = current_version()
    if version > wanted:
        raise DagsterStorageError(
            f"{database.location} was written by a newer version of Weftwork (schema {version}, this one knows "
            f"up to {wanted}). Install that version, or use another home."
        )
    return version == wanted


def _migrate(transaction: Transaction, database: Database, version: int) -> None:
    if version == 0:
        transaction.execute(_VERSION_TABLE.format(**database.column_types))
    for number, path in list_migrations():
        if number <= version:
            continue
        with open(path, encoding="utf-8") as file:
            statements = file.read().format(**database.column_types).split(";\n")
        for statement in statements:
            if statement.strip():
                transaction.execute(statement)
        transaction.execute(
            "INSERT INTO schema_version (version, applied_at) VALUES (?, ?)", (number, time.time())
        )
