"""Metadata values as entries of the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.graphql.entry import Thing, thing
from weftwork.records.keys import AssetKey
from weftwork.records.values import metadata_value as values
from weftwork.records.values.tables import TableSchema
from weftwork.serde.codec import encode

_MAX_INT = 2**31


def asset_key(key: AssetKey) -> Thing:
    """Return an asset key."""
    return {"path": list(key.path)}


def pairs(mapping: Mapping[str, str]) -> list[Thing]:
    """Return tags as a list of keys and values."""
    return [{"key": key, "value": value} for key, value in mapping.items()]


def metadata_entries(metadata: Mapping[str, Any]) -> list[Thing]:
    """Return metadata as entries."""
    return [_entry(label, value) for label, value in metadata.items()]


def _entry(label: str, value: Any) -> Thing:
    build = _BUILDERS.get(type(value))
    typename, fields = build(value) if build is not None else ("TextMetadataEntry", {"text": str(value)})
    return thing(typename, label=label, description=None, **fields)


def _table_schema(schema: TableSchema | None) -> Thing:
    columns = schema.columns if schema is not None else []
    return {
        "columns": [{"name": one.name, "type": one.type, "description": one.description} for one in columns]
    }


def _int(value: Any) -> tuple[str, Thing]:
    number = value.value
    fits = number is not None and -_MAX_INT <= number < _MAX_INT
    return "IntMetadataEntry", {"intValue": number if fits else None, "intRepr": str(number)}


def _float(value: Any) -> tuple[str, Thing]:
    number = value.value
    is_number = isinstance(number, float)
    return "FloatMetadataEntry", {"floatValue": number if is_number else None, "floatRepr": str(number)}


def _table(value: Any) -> tuple[str, Thing]:
    records = [encode(record.data).decode() for record in value.records]
    return "TableMetadataEntry", {"table": {"schema": _table_schema(value.schema), "records": records}}


def _lineage(value: Any) -> tuple[str, Thing]:
    deps = value.column_lineage.deps_by_column
    lineage = [
        {
            "columnName": name,
            "columnDeps": [
                {"assetKey": asset_key(dep.asset_key), "columnName": dep.column_name} for dep in found
            ],
        }
        for name, found in deps.items()
    ]
    return "TableColumnLineageMetadataEntry", {"lineage": lineage}


def _references(value: Any) -> tuple[str, Thing]:
    found = []
    for one in value.code_references:
        target = getattr(one, "url", None) or f"{one.file_path}:{one.line_number or 1}"
        found.append({"label": one.label, "target": target})
    return "CodeReferencesMetadataEntry", {"codeReferences": found}


def _plain(typename: str, field: str) -> Callable[[Any], tuple[str, Thing]]:
    return lambda value: (typename, {field: value.value})


_BUILDERS: dict[type, Callable[[Any], tuple[str, Thing]]] = {
    values.TextMetadataValue: lambda value: ("TextMetadataEntry", {"text": value.text or ""}),
    values.UrlMetadataValue: lambda value: ("UrlMetadataEntry", {"url": value.url or ""}),
    values.PathMetadataValue: lambda value: ("PathMetadataEntry", {"path": str(value.path)}),
    values.NotebookMetadataValue: lambda value: ("NotebookMetadataEntry", {"path": str(value.path)}),
    values.JsonMetadataValue: lambda value: ("JsonMetadataEntry", {"jsonString": encode(value.data).decode()}),
    values.MarkdownMetadataValue: lambda value: ("MarkdownMetadataEntry", {"mdStr": value.md_str or ""}),
    values.PythonArtifactMetadataValue: lambda value: (
        "PythonArtifactMetadataEntry", {"module": value.module, "name": value.name},
    ),
    values.FloatMetadataValue: _float,
    values.IntMetadataValue: _int,
    values.BoolMetadataValue: _plain("BoolMetadataEntry", "boolValue"),
    values.TimestampMetadataValue: _plain("TimestampMetadataEntry", "timestamp"),
    values.DagsterRunMetadataValue: lambda value: ("PipelineRunMetadataEntry", {"runId": value.run_id}),
    values.DagsterAssetMetadataValue: lambda value: (
        "AssetMetadataEntry", {"assetKey": asset_key(value.asset_key)},
    ),
    values.DagsterJobMetadataValue: lambda value: ("JobMetadataEntry", {
        "jobName": value.job_name, "locationName": value.location_name, "repositoryName": value.repository_name,
    }),
    values.NullMetadataValue: lambda _: ("NullMetadataEntry", {}),
    values.PoolMetadataValue: lambda value: ("PoolMetadataEntry", {"pool": value.pool}),
    values.TableSchemaMetadataValue: lambda value: (
        "TableSchemaMetadataEntry", {"schema": _table_schema(value.schema)},
    ),
    values.TableMetadataValue: _table,
    values.TableColumnLineageMetadataValue: _lineage,
    values.CodeReferencesMetadataValue: _references,
}  # fmt: skip
