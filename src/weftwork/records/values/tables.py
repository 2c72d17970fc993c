"""What is told of a table: its columns, constraints, rows and column lineage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.records.keys import AssetKey
from weftwork.serde.record import Record, force_set


class TableColumnConstraints(Record, kw_only=False):
    """Constraints of one column.

    Args:
        nullable: whether the column may hold nulls (default True).
        unique: whether its values are unique (default False).
        other: further constraints in words.
    """

    nullable: bool = True
    unique: bool = False
    other: list[str] = []

    def __post_init__(self) -> None:
        force_set(self, "other", list(self.other or []))


class TableConstraints(Record, kw_only=False):
    """Constraints of a whole table, in words."""

    other: list[str] = []


class TableColumn(Record, kw_only=False):
    """One column of a table.

    Args:
        name: its name.
        type: its type as text (default "string").
        description: what it holds.
        constraints: what its values keep to.
        tags: text to text.
    """

    name: str
    type: str = "string"
    description: str | None = None
    constraints: TableColumnConstraints = TableColumnConstraints()
    tags: dict[str, str] = {}

    def __post_init__(self) -> None:
        if self.constraints is None:
            force_set(self, "constraints", TableColumnConstraints())
        if self.tags is None:
            force_set(self, "tags", {})


class TableSchema(Record, kw_only=False):
    """The columns of a table and its constraints.

    Args:
        columns: the columns, in order.
        constraints: the table's own constraints.

    Example:
        >>> TableSchema.from_name_type_dict({"id": "int"}).columns[0].name
        'id'
    """

    columns: list[TableColumn]
    constraints: TableConstraints = TableConstraints()

    def __post_init__(self) -> None:
        columns = [
            TableColumn(**column) if isinstance(column, Mapping) else column for column in self.columns
        ]
        if not all(isinstance(column, TableColumn) for column in columns):
            raise CheckError(f"The columns of a TableSchema are TableColumns, not {self.columns!r:.200}.")
        force_set(self, "columns", columns)
        if self.constraints is None:
            force_set(self, "constraints", TableConstraints())

    @staticmethod
    def from_name_type_dict(name_type_dict: Mapping[str, str]) -> TableSchema:
        """Return the schema whose columns have these names and types."""
        return TableSchema(
            columns=[TableColumn(name=name, type=kind) for name, kind in name_type_dict.items()]
        )


class TableRecord(Record, kw_only=False):
    """One row of a table.

    Args:
        data: column name to text, number, boolean or None.
    """

    data: dict[str, Any]

    def __post_init__(self) -> None:
        data = dict(self.data)
        for name, value in data.items():
            if value is not None and not isinstance(value, (str, int, float, bool)):
                raise CheckError(
                    f"Column '{name}' of a TableRecord must be text, a number or a boolean, not {value!r:.100}."
                )
        force_set(self, "data", data)


class TableColumnDep(Record, kw_only=False):
    """A column of an upstream asset that a column is made from.

    Args:
        asset_key: the upstream asset.
        column_name: its column.
    """

    asset_key: AssetKey
    column_name: str

    def __post_init__(self) -> None:
        force_set(self, "asset_key", AssetKey.from_coercible(self.asset_key))


class TableColumnLineage(Record, kw_only=False):
    """From which upstream columns each column of an asset is made.

    Args:
        deps_by_column: column name to the columns it is made from.
    """

    deps_by_column: dict[str, list[TableColumnDep]]

    def __post_init__(self) -> None:
        force_set(
            self, "deps_by_column", {name: list(deps) for name, deps in dict(self.deps_by_column).items()}
        )
