"""One value in one DuckDB table: made, replaced by whole or by partition, and read, within a transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.io_managers.tables.duckdb_slice import PARTITION_COLUMN, TableSlice
from weftwork.io_managers.tables.parquet_file import check_columns

_NEW_ROWS = "_weft_new_rows"


def quote(name: str) -> str:
    """Return a name as an identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


class DuckDBTable:
    """A table within a transaction.

    Args:
        connection: the connection.
        schema: the name of its schema.
        name: its own name.
        owner: which value it holds; recorded with the table, so that no two values share one.
        what: the same for people.
    """

    def __init__(self, connection: Any, schema: str, name: str, owner: str, what: object) -> None:
        self._connection = connection
        self._schema = schema
        self._name = name
        self._owner = owner
        self._what = what
        self._quoted = f"{quote(schema)}.{quote(name)}"

    # ---------------------------------------------------------------------------------- what it is

    def list_columns(self) -> list[str]:
        """Return the names of its columns; none if it is not there."""
        return [name for name, _ in self._list_typed()]

    def _list_typed(self) -> list[tuple[str, str]]:
        # Names are compared as DuckDB does, without regard to case.
        rows = self._connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() "
            "AND lower(schema_name) = lower(?) AND lower(table_name) = lower(?) ORDER BY column_index",
            [self._schema, self._name],
        ).fetchall()
        return [(str(name), str(kind)) for name, kind in rows]

    def find_facts(self) -> dict[str, Any]:
        """Return what was recorded with the table: its owner and the kind of frame; nothing if somebody else made it."""
        rows = self._connection.execute(
            "SELECT comment FROM duckdb_tables() WHERE database_name = current_database() "
            "AND lower(schema_name) = lower(?) AND lower(table_name) = lower(?)",
            [self._schema, self._name],
        ).fetchall()
        try:
            facts = json.loads(rows[0][0]) if rows and rows[0][0] else {}
        except ValueError:  # a comment of somebody else
            return {}
        return facts if isinstance(facts, dict) else {}

    def is_zoned(self, expression: str, frame: Any = None) -> bool:
        """Return whether an expression over its rows (or those of a frame) is a time with a zone."""
        source = self._quoted
        if frame is not None:
            self._connection.register(_NEW_ROWS, frame)
            source = quote(_NEW_ROWS)
        described = self._connection.execute(f"DESCRIBE SELECT ({expression}) FROM {source}").fetchall()  # noqa: S608 - the user's own SQL
        return bool(described) and "WITH TIME ZONE" in str(described[0][1])

    def to_expression(self, text: str, frame: Any = None) -> str:
        """Return SQL for what the user wrote: the name of a column is quoted, anything else is SQL already."""
        columns = frame.schema.names if frame is not None else self.list_columns()
        return quote(text) if text.lower() in {name.lower() for name in columns} else text

    # ------------------------------------------------------------------------------------- storing

    def replace_whole(self, frame: Any, kind: str) -> None:
        """Make the table anew with the rows of a pyarrow Table."""
        self._check_owner()
        self._make_schema()
        self._connection.register(_NEW_ROWS, frame)
        self._connection.execute(
            f"CREATE OR REPLACE TABLE {self._quoted} AS SELECT * FROM {quote(_NEW_ROWS)}"  # noqa: S608
        )
        self._record(kind)

    def replace_slice(self, frame: Any, kind: str, taken: TableSlice) -> None:
        """Delete the rows of partitions and insert those of a pyarrow Table.

        A column that is new is added; a column that the new rows lack is null in them.

        Raises:
            DagsterInvariantViolationError: if a row is of another partition, or the table was stored as a whole.
        """
        self._check_owner()
        self._make_schema()
        self._connection.register(_NEW_ROWS, frame)
        rows = f"SELECT * FROM {quote(_NEW_ROWS)}"  # noqa: S608
        parameters: list[str] = []
        if taken.key is not None:
            rows = f'SELECT *, CAST(? AS VARCHAR) AS "{PARTITION_COLUMN}" FROM {quote(_NEW_ROWS)}'  # noqa: S608
            parameters = [taken.key]
        else:
            self._check_rows(frame, taken)
        self._fit_columns(rows, parameters, taken)
        self._connection.execute(f"DELETE FROM {self._quoted} WHERE {taken.condition}", taken.parameters)  # noqa: S608
        self._connection.execute(f"INSERT INTO {self._quoted} BY NAME {rows}", parameters)
        self._record(kind)

    def _make_schema(self) -> None:
        self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(self._schema)}")

    def _check_owner(self) -> None:
        owner = self.find_facts().get("owner")
        if owner is not None and owner != self._owner:
            raise DagsterInvariantViolationError(
                f"The table {self._schema}.{self._name} holds '{owner}', so {self._what} cannot be stored there: DuckDB tells "
                f"names apart neither by case nor by what stands before schema and table. Give one of them another place "
                f"by metadata: {{'schema': ..., 'table': ...}}. If '{owner}' is gone, drop the table."
            )

    def _check_rows(self, frame: Any, taken: TableSlice) -> None:
        found = self._connection.execute(
            f"SELECT count(*) FROM {quote(_NEW_ROWS)} WHERE {taken.condition}",  # noqa: S608 - the user's own SQL
            taken.parameters,
        ).fetchall()
        strange = frame.num_rows - found[0][0]
        if strange:
            raise DagsterInvariantViolationError(
                f"{strange} of the {frame.num_rows} rows of {self._what} are not of the partitions that are stored, so they "
                f"would be doubled each time. By partition_expr its rows are those with {taken.condition}, with "
                f"{', '.join(taken.parameters[:6])}. Filter the rows, or mend partition_expr. Nothing was changed."
            )

    def _fit_columns(self, rows: str, parameters: Sequence[str], taken: TableSlice) -> None:
        there = {name.lower() for name in self.list_columns()}
        if not there:
            self._connection.execute(f"CREATE TABLE {self._quoted} AS {rows} LIMIT 0", parameters)
            return
        if taken.key is not None and PARTITION_COLUMN not in there:
            raise DagsterInvariantViolationError(
                f"The table {self._schema}.{self._name} was stored as a whole, without partitions, so one partition of "
                f"{self._what} cannot be replaced in it. Drop the table, or say by metadata 'partition_expr' which column "
                f"tells the partition."
            )
        for name, kind, *_ in self._connection.execute(f"DESCRIBE {rows}", parameters).fetchall():
            if name.lower() not in there:
                self._connection.execute(f"ALTER TABLE {self._quoted} ADD COLUMN {quote(name)} {kind}")

    def _record(self, kind: str) -> None:
        facts = json.dumps({"owner": self._owner, "frame": kind}).replace("'", "''")
        self._connection.execute(f"COMMENT ON TABLE {self._quoted} IS '{facts}'")

    # ------------------------------------------------------------------------------------- loading

    def check_exists(self) -> None:
        """Check that the table is there.

        Raises:
            FileNotFoundError: if it is not.
        """
        if self.list_columns():
            return
        rows = self._connection.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()"
        ).fetchall()
        wanted = f"{self._schema}.{self._name}"
        raise FileNotFoundError(
            f"There is no table {wanted} for {self._what}; it was not made yet, or was dropped."
            f"{did_you_mean(wanted, [row[0] for row in rows])}"
        )

    def read(self, columns: list[str] | None, taken: TableSlice | None) -> Any:
        """Return rows as a pyarrow Table.

        Args:
            columns: the columns; all if None.
            taken: which rows; all if None.

        Raises:
            DagsterInvariantViolationError: if there is no such column.
        """
        there = self.list_columns()
        shown = [name for name in there if name != PARTITION_COLUMN]
        check_columns(columns, there, self._what)
        chosen = ", ".join(quote(name) for name in columns or shown)
        where = f" WHERE {taken.condition}" if taken is not None else ""
        relation = self._connection.sql(
            f"SELECT {chosen} FROM {self._quoted}{where}",  # noqa: S608 - names are quoted, values are parameters
            params=taken.parameters if taken is not None else [],
        )
        return relation.to_arrow_table()
