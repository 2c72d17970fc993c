"""Metadata as a started process reports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.base.errors import DagsterPipesExecutionError
from weftwork.base.text import did_you_mean
from weftwork.pipes.protocol import PIPES_METADATA_TYPE_INFER
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import normalize_metadata
from weftwork.records.values.metadata_value import MetadataValue
from weftwork.records.values.tables import (
    TableColumn,
    TableColumnConstraints,
    TableColumnDep,
    TableColumnLineage,
    TableConstraints,
    TableRecord,
    TableSchema,
)


def _read_schema(said: Any) -> TableSchema:
    whole = said if isinstance(said, Mapping) else {"columns": said}
    columns = [
        TableColumn(**{**column, "constraints": TableColumnConstraints(**(column.get("constraints") or {}))})
        for column in whole["columns"]
    ]
    if whole.get("constraints"):
        return TableSchema(columns=columns, constraints=TableConstraints(**whole["constraints"]))
    return TableSchema(columns=columns)


def _read_table(said: Mapping[str, Any]) -> Any:
    schema = said.get("schema")
    records = [TableRecord(record) for record in said["records"]]
    return MetadataValue.table(records, _read_schema(schema) if schema is not None else None)


def _read_lineage(said: Mapping[str, Any]) -> Any:
    deps = {
        column: [
            TableColumnDep(
                asset_key=AssetKey.from_user_string(dep["asset_key"]), column_name=dep["column_name"]
            )
            for dep in known
        ]
        for column, known in said["deps_by_column"].items()
    }
    return MetadataValue.column_lineage(TableColumnLineage(deps_by_column=deps))


_KINDS: dict[str, Callable[[Any], Any]] = {
    "text": MetadataValue.text,
    "url": MetadataValue.url,
    "path": MetadataValue.path,
    "notebook": MetadataValue.notebook,
    "json": MetadataValue.json,
    "md": MetadataValue.md,
    "float": MetadataValue.float,
    "int": MetadataValue.int,
    "bool": MetadataValue.bool,
    "timestamp": MetadataValue.timestamp,
    "dagster_run": MetadataValue.dagster_run,
    "asset": lambda value: MetadataValue.asset(AssetKey.from_user_string(value)),
    "null": lambda _: MetadataValue.null(),
    "table": _read_table,
    "table_schema": lambda value: MetadataValue.table_schema(_read_schema(value)),
    "table_column_lineage": _read_lineage,
    PIPES_METADATA_TYPE_INFER: lambda value: normalize_metadata({"value": value})["value"],
}


def read_metadata(said: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return metadata for what a process reports: name to ``{"raw_value": ..., "type": ...}``.

    Raises:
        DagsterPipesExecutionError: if a type is not known.
    """
    return {name: _read(name, value) for name, value in (said or {}).items()}


def _read(name: str, value: Any) -> Any:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind not in _KINDS:
        raise DagsterPipesExecutionError(
            f"The process reports metadata '{name}' of the type {kind!r}, which is not known.{did_you_mean(str(kind), _KINDS)}"
        )
    return _KINDS[kind](value["raw_value"])
