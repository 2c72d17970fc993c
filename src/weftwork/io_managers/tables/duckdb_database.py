"""A DuckDB database that several processes share: opened for one transaction at a time, waiting for its turn."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from weftwork.base.errors import DagsterInvariantViolationError, DagsterStorageError

MEMORY = ":memory:"
_FIRST_WAIT_S = 0.005
_LONGEST_WAIT_S = 0.25
_LOCK_MARK = "lock"
_ATTACHED_MARK = "already attached"  # another thread opens or closes the file just now
T = TypeVar("T")


def import_duckdb() -> Any:
    """Return the library.

    Raises:
        DagsterInvariantViolationError: if it is not installed.
    """
    try:
        import duckdb  # optional library
        import pyarrow  # noqa: F401 - optional library; tables come and go as Arrow
    except ImportError as error:
        raise DagsterInvariantViolationError(
            "DuckDBIOManager needs duckdb and pyarrow: pip install 'weftwork[duckdb,pyarrow]'."
        ) from error
    return duckdb


class DuckDBDatabase:
    """Runs transactions on a database file, which one process at a time may have open.

    Args:
        path: the file, or ":memory:".
        config: settings of DuckDB.
        timeout_s: how long to wait for other processes.
        sleep: waits some seconds.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        path: str,
        config: Mapping[str, Any],
        timeout_s: float,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path if path == MEMORY or ":" in path.partition("/")[0] else os.path.abspath(path)
        self._config = dict(config)
        self._timeout_s = timeout_s
        self._sleep = sleep
        self._clock = clock
        self._memory: Any = None

    def run(self, work: Callable[[Any], T], what: object) -> T:
        """Do work in one transaction: all of it, or nothing; again where another transaction was in its way.

        Args:
            work: gets the connection.
            what: the value that is stored or loaded, for messages.

        Raises:
            DagsterStorageError: if the database cannot be opened, stays in use, or refuses.
        """
        duckdb = import_duckdb()
        end = self._clock() + self._timeout_s
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                return self._run_once(duckdb, work)
            except duckdb.Error as error:
                if not _may_pass(duckdb, error) or self._clock() >= end:
                    raise self._translate(duckdb, error, what) from error
            self._sleep(wait_s * (0.5 + random.random()))
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)

    def _run_once(self, duckdb: Any, work: Callable[[Any], T]) -> T:
        connection = self._open(duckdb)
        try:
            connection.begin()
            try:
                result = work(connection)
                connection.commit()
            except BaseException:
                _roll_back(duckdb, connection)
                raise
            return result
        finally:
            connection.close()

    def _open(self, duckdb: Any) -> Any:
        if self.path != MEMORY:
            directory = os.path.dirname(self.path)
            if directory and ":" not in directory.partition("/")[0]:
                os.makedirs(directory, 0o700, exist_ok=True)
            return duckdb.connect(self.path, config=self._config)
        if self._memory is None:
            self._memory = duckdb.connect(MEMORY, config=self._config)
        return self._memory.cursor()

    def _translate(self, duckdb: Any, error: Exception, what: object) -> DagsterStorageError:
        if isinstance(error, duckdb.IOException) and _LOCK_MARK in str(error).lower():
            return DagsterStorageError(
                f"The database {self.path} was in use by another process for {self._timeout_s:g} s, so the table of {what} "
                f"could not be reached. End the other program, or raise lock_timeout_s. DuckDB says: {error}"
            )
        return DagsterStorageError(
            f"The table of {what} in {self.path} could not be stored or loaded; nothing was changed. DuckDB says: {error}"
        )


def _may_pass(duckdb: Any, error: Exception) -> bool:
    """Return whether waiting may help: another process has the file, or another transaction has the table."""
    if isinstance(error, duckdb.TransactionException) or _ATTACHED_MARK in str(error):
        return True
    return isinstance(error, duckdb.IOException) and _LOCK_MARK in str(error).lower()


def _roll_back(duckdb: Any, connection: Any) -> None:
    try:
        connection.rollback()
    except duckdb.Error:  # the transaction has ended itself
        return
