"""A query put together from conditions; values are always arguments, never text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.storage.drivers.database import Database


class Query:
    """Collects conditions and writes the statement.

    Args:
        database: the database that it is for.
        head: the statement up to WHERE.
    """

    __slots__ = ("_args", "_conditions", "_database", "_head", "_tail", "_tail_args")

    def __init__(self, database: Database, head: str) -> None:
        self._database = database
        self._head = head
        self._conditions: list[str] = []
        self._args: list[Any] = []
        self._tail = ""
        self._tail_args: list[Any] = []

    def where(self, condition: str, *args: Any) -> Query:
        """Add a condition."""
        self._conditions.append(condition)
        self._args.extend(args)
        return self

    def where_given(self, condition: str, value: Any) -> Query:
        """Add a condition of one argument unless the argument is None."""
        return self if value is None else self.where(condition, value)

    def where_in(self, column: str, values: Sequence[Any]) -> Query:
        """Add the condition that a column is one of any number of values."""
        if len(values) == 1:
            return self.where(f"{column} = ?", values[0])
        condition, args = self._database.in_list(column, values)
        return self.where(condition, *args)

    def then(self, tail: str, *args: Any) -> Query:
        """Add what follows the conditions: order, limit, grouping."""
        self._tail = f"{self._tail} {tail}"
        self._tail_args.extend(args)
        return self

    def page(self, column: str, *, ascending: bool, limit: int | None) -> Query:
        """Order by a column and take at most ``limit`` rows."""
        self.then(f"ORDER BY {column} {'ASC' if ascending else 'DESC'}")
        return self if limit is None else self.then("LIMIT ?", limit)

    @property
    def text(self) -> str:
        """The statement."""
        where = f" WHERE {' AND '.join(self._conditions)}" if self._conditions else ""
        return f"{self._head}{where}{self._tail}"

    @property
    def args(self) -> list[Any]:
        """Its arguments."""
        return self._args + self._tail_args

    def rows(self) -> list[Any]:
        """Run it and return its rows."""
        return self._database.rows(self.text, self.args)
