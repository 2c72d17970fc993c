"""SQLite, in one file or in memory."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterStorageError
from weftwork.serde.codec import encode
from weftwork.storage.drivers.faults import sqlite_fault
from weftwork.storage.patience import find_patience

if TYPE_CHECKING:
    import sqlite3

_FOREIGN_CONNECTIONS: list[Any] = []
"""Connections that a fork copied: closing one here would disturb the process that owns it."""


class SqliteDatabase:
    """A database in one file, safe for many processes and threads, or in memory.

    Args:
        path: the file, or ":memory:".
        busy_timeout_s: how long to wait, in seconds, while another process writes (default 60).
    """

    column_types: Mapping[str, str] = {
        "id": "INTEGER PRIMARY KEY AUTOINCREMENT",
        "event_id": "INTEGER PRIMARY KEY",
        "key": "TEXT",
        "bytes": "BLOB",
        "number": "REAL",
    }

    def __init__(self, path: str, *, busy_timeout_s: float = 60.0) -> None:
        self.location = path
        self._in_memory = path == ":memory:"
        self._busy_timeout_s = busy_timeout_s
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._pid = 0
        self._set_wait_s = busy_timeout_s

    def _connected(self) -> sqlite3.Connection:
        connection = self._connection
        if connection is not None and (self._in_memory or self._pid == os.getpid()):
            return connection
        if connection is not None:
            _FOREIGN_CONNECTIONS.append(connection)
            self._lock = threading.RLock()
        self._connection = self._open()
        self._set_wait_s = self._busy_timeout_s
        self._pid = os.getpid()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        import sqlite3  # not everybody who defines or runs needs a database

        try:
            if not self._in_memory:
                os.close(os.open(self.location, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(
                self.location, timeout=self._busy_timeout_s, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise DagsterStorageError(
                f"{self.location} cannot be opened ({reason}): check that its directory may be written by this user."
            ) from error
        try:
            for pragma in self._pragmas():
                connection.execute(pragma)
        except sqlite3.Error as error:
            connection.close()
            raise sqlite_fault(error, self.location, self._busy_timeout_s) from error
        return connection

    def _pragmas(self) -> tuple[str, ...]:
        if self._in_memory:
            return ("PRAGMA synchronous=OFF", "PRAGMA temp_store=MEMORY")
        return ("PRAGMA synchronous=NORMAL", "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-16384")

    @contextmanager
    def _faults(self) -> Iterator[None]:
        import sqlite3  # see _open

        try:
            yield
        except sqlite3.Error as error:
            raise sqlite_fault(error, self.location, find_patience() or self._busy_timeout_s) from error

    @contextmanager
    def _turn(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Have the connection for this thread alone, which waits as long as it has patience."""
        wait_s = find_patience()
        if not self._lock.acquire(timeout=-1 if wait_s is None else wait_s):
            raise DagsterStorageError(f"Another thread waits for {self.location}.", is_transient=True)
        try:
            with self._faults():
                self._wait(connection, wait_s or self._busy_timeout_s)
                yield
        finally:
            self._lock.release()

    def _wait(self, connection: sqlite3.Connection, wait_s: float) -> None:
        """Have the connection wait so long for others; most statements wait as long as those before."""
        if wait_s != self._set_wait_s:
            connection.execute(f"PRAGMA busy_timeout={int(wait_s * 1000)}")
            self._set_wait_s = wait_s

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[_SqliteTransaction]:
        """Open a transaction that writes; see ``Database``."""
        connection = self._connected()
        with self._turn(connection):
            full = durable and not self._in_memory
            if full:
                connection.execute("PRAGMA synchronous=FULL")
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield _SqliteTransaction(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            finally:
                if full:
                    connection.execute("PRAGMA synchronous=NORMAL")

    @contextmanager
    def migration(self) -> Iterator[_SqliteTransaction]:
        """Open a transaction that nobody else's migration can overlap; see ``Database``."""
        if self._in_memory:
            with self.transaction() as transaction:
                yield transaction
            return
        import fcntl  # only a file on disk has other processes

        # The journal mode cannot be changed inside a transaction, so a file lock guards the first start.
        handle = os.open(self.location + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            with self._faults():
                self._connected().execute("PRAGMA journal_mode=WAL").fetchall()
            with self.transaction(durable=True) as transaction:
                yield transaction
        finally:
            os.close(handle)

    def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query."""
        connection = self._connected()
        with self._turn(connection):
            return connection.execute(sql, args).fetchall()

    def has_table(self, name: str) -> bool:
        """Return whether there is a table of that name."""
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)))

    def in_list(self, column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """Return the condition that a column is one of any number of values; see ``Database``."""
        return f"{column} IN (SELECT value FROM json_each(?))", [encode(list(values)).decode()]

    def list_faults(self) -> list[str]:
        """Return what the database says is wrong with itself; see ``Database``."""
        found = [row[0] for row in self.rows("PRAGMA integrity_check(20)")]
        return [] if found == ["ok"] else [f"{self.location}: {line}" for line in found]

    def close(self) -> None:
        """Let go of the database."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._in_memory or self._pid == os.getpid():
            with self._lock:
                connection.close()
        else:
            _FOREIGN_CONNECTIONS.append(connection)

    def __del__(self) -> None:
        if getattr(self, "_connection", None) is not None:
            self.close()


class _SqliteTransaction:
    __slots__ = ("_connection", "excludes_writers")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.excludes_writers = True

    def execute(self, sql: str, args: Sequence[Any] = ()) -> int:
        return self._connection.execute(sql, args).rowcount

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(sql, rows)

    def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        return self._connection.execute(sql, args).fetchall()
