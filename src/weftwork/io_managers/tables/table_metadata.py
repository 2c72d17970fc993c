"""What is recorded about a table that was stored: rows, columns, size, and where the columns come from."""

from __future__ import annotations

from typing import Any

from weftwork.definitions.io.output_context import OutputContext
from weftwork.records.values.tables import TableColumn, TableColumnConstraints, TableSchema

ROW_COUNT_METADATA = "dagster/row_count"
COLUMN_SCHEMA_METADATA = "dagster/column_schema"
COLUMN_LINEAGE_METADATA = "dagster/column_lineage"
SIZE_METADATA = "size_bytes"


def build_table_metadata(
    context: OutputContext, schema: Any, row_count: int, size_bytes: int
) -> dict[str, Any]:
    """Return the metadata of a table.

    Descriptions, tags and constraints of columns that the asset declares under "dagster/column_schema" stay; so does
    the lineage that it declares under "dagster/column_lineage", for the columns that are there.

    Args:
        context: the output.
        schema: the pyarrow schema of the table.
        row_count: the number of its rows.
        size_bytes: the size of what was stored.
    """
    declared = _find_declared(context, COLUMN_SCHEMA_METADATA)
    columns = {column.name: column for column in declared.columns} if declared is not None else {}
    shown = [_build_column(field, columns.get(field.name)) for field in schema]
    found: dict[str, Any] = {
        ROW_COUNT_METADATA: row_count,
        COLUMN_SCHEMA_METADATA: TableSchema(columns=shown, constraints=declared.constraints)
        if declared is not None
        else TableSchema(columns=shown),
        SIZE_METADATA: size_bytes,
    }
    lineage = _find_declared(context, COLUMN_LINEAGE_METADATA)
    if lineage is not None:
        found[COLUMN_LINEAGE_METADATA] = lineage
    return found


def _find_declared(context: OutputContext, name: str) -> Any:
    for metadata in (context.output_metadata, context.definition_metadata):
        declared: Any = metadata.get(name)
        if declared is not None:
            return getattr(declared, "value", declared)
    return None


def _build_column(field: Any, declared: TableColumn | None) -> TableColumn:
    kind = str(field.type).replace("large_", "")
    if declared is None:
        return TableColumn(
            name=field.name, type=kind, constraints=TableColumnConstraints(nullable=field.nullable)
        )
    return TableColumn(
        name=field.name,
        type=kind,
        description=declared.description,
        constraints=declared.constraints,
        tags=declared.tags,
    )
