"""What the store asks of a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = Sequence[Any]


class Transaction(Protocol):
    """Statements that take effect together.

    Attributes:
        excludes_writers: whether nobody else writes before it has ended, so that what it has read stands until then.
    """

    excludes_writers: bool

    def execute(self, sql: str, args: Sequence[Any] = ()) -> int:
        """Run a statement and return how many rows it changed."""
        ...

    def execute_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once for each row of arguments."""
        ...

    def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query, or of a statement with RETURNING."""
        ...


class Database(Protocol):
    """A database; arguments of statements are marked by ``?`` everywhere.

    Attributes:
        location: where it is, for messages.
        column_types: what ``{name}`` stands for in a migration.
    """

    location: str
    column_types: Mapping[str, str]

    def transaction(self, *, durable: bool = False) -> AbstractContextManager[Transaction]:
        """Open a transaction that writes; it is rolled back when the block raises.

        Args:
            durable: whether it survives a power cut when the block has ended, not only a crash of the process.
        """
        ...

    def migration(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that nobody else's migration can overlap."""
        ...

    def rows(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        """Return the rows of a query."""
        ...

    def has_table(self, name: str) -> bool:
        """Return whether there is a table of that name."""
        ...

    def in_list(self, column: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """Return the condition that a column is one of any number of values, and its arguments."""
        ...

    def list_faults(self) -> list[str]:
        """Return what the database says is wrong with itself; nothing if it is whole."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
