"""What is told of a table: its columns, constraints, rows and column lineage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.records.keys import AssetKey
from weftwork.serde.record import Record, force_set

_LISTS = (list, tuple)


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
        check_type(self.nullable, bool, "nullable")
        check_type(self.unique, bool, "unique")
        force_set(self, "other", list(check_type(self.other, _LISTS, "other", optional=True) or []))


class TableConstraints(Record, kw_only=False):
    """Constraints of a whole table, in words."""

    other: list[str] = []

    def __post_init__(self) -> None:
        check_type(self.other, _LISTS, "other")


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
        check_type(self.name, str, "name")
        check_type(self.type, str, "type")
        check_type(self.description, str, "description", optional=True)
        if self.constraints is None:
            force_set(self, "constraints", TableColumnConstraints())
        if self.tags is None:
            force_set(self, "tags", {})
        check_type(self.constraints, TableColumnConstraints, "constraints")
        check_type(self.tags, Mapping, "tags")


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
        check_type(self.columns, _LISTS, "columns")
        columns = [
            TableColumn(**column) if isinstance(column, Mapping) else column for column in self.columns
        ]
        if not all(isinstance(column, TableColumn) for column in columns):
            raise CheckError(f"The columns of a TableSchema are TableColumns, not {self.columns!r:.200}.")
        force_set(self, "columns", columns)
        if self.constraints is None:
            force_set(self, "constraints", TableConstraints())
        check_type(self.constraints, TableConstraints, "constraints")

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
        data = dict(check_type(self.data, Mapping, "data"))
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
        check_type(self.column_name, str, "column_name")


class TableColumnLineage(Record, kw_only=False):
    """From which upstream columns each column of an asset is made.

    Args:
        deps_by_column: column name to the columns it is made from.
    """

    deps_by_column: dict[str, list[TableColumnDep]]

    def __post_init__(self) -> None:
        by_column = check_type(self.deps_by_column, Mapping, "deps_by_column")
        for column, deps in by_column.items():
            for dep in check_type(deps, _LISTS, f"deps_by_column['{column}']"):
                check_type(dep, TableColumnDep, f"an entry of deps_by_column['{column}']")
        force_set(self, "deps_by_column", {column: list(deps) for column, deps in by_column.items()})
