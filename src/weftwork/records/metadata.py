"""From plain values to metadata values, and the names of metadata that the system knows."""

from __future__ import annotations

import datetime
import os
import typing
from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidMetadata,
    DagsterTypeCheckDidNotPass,
    ParameterCheckError,
)
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import (
    BoolMetadataValue,
    CodeReferencesMetadataValue,
    DagsterAssetMetadataValue,
    DagsterJobMetadataValue,
    DagsterRunMetadataValue,
    FloatMetadataValue,
    IntMetadataValue,
    JsonMetadataValue,
    MarkdownMetadataValue,
    MetadataValue,
    NotebookMetadataValue,
    NullMetadataValue,
    PathMetadataValue,
    PoolMetadataValue,
    PythonArtifactMetadataValue,
    TableColumnLineageMetadataValue,
    TableMetadataValue,
    TableSchemaMetadataValue,
    TextMetadataValue,
    TimestampMetadataValue,
    UrlMetadataValue,
)
from weftwork.records.values.tables import TableColumnLineage, TableSchema

StoredMetadataValue = (
    TextMetadataValue | UrlMetadataValue | PathMetadataValue | NotebookMetadataValue | JsonMetadataValue
    | MarkdownMetadataValue | PythonArtifactMetadataValue | FloatMetadataValue | IntMetadataValue
    | BoolMetadataValue | TimestampMetadataValue | DagsterRunMetadataValue | DagsterAssetMetadataValue
    | DagsterJobMetadataValue | TableMetadataValue | TableSchemaMetadataValue | TableColumnLineageMetadataValue
    | NullMetadataValue | PoolMetadataValue | CodeReferencesMetadataValue
)  # fmt: skip
Metadata = dict[str, StoredMetadataValue]
RawMetadataValue = (
    MetadataValue | TableSchema | TableColumnLineage | AssetKey | os.PathLike[str] | dict[Any, Any] | float | int
    | list[Any] | str | datetime.datetime | None
)  # fmt: skip
RawMetadata = Mapping[str, RawMetadataValue]

_BUILDERS: dict[type, Any] = {
    str: TextMetadataValue,
    bool: BoolMetadataValue,
    int: IntMetadataValue,
    float: FloatMetadataValue,
    dict: JsonMetadataValue,
    list: JsonMetadataValue,
    AssetKey: DagsterAssetMetadataValue,
    TableSchema: TableSchemaMetadataValue,
    TableColumnLineage: TableColumnLineageMetadataValue,
    type(None): lambda _: NullMetadataValue(),
    datetime.datetime: MetadataValue.timestamp,
}
_STORED_KINDS: frozenset[type] = frozenset(typing.get_args(StoredMetadataValue))


def normalize_metadata(metadata: RawMetadata | None, *, allow_invalid: bool = False) -> Metadata:
    """Return metadata with every plain value turned into a metadata value.

    Args:
        metadata: name to plain value or metadata value; None for none.
        allow_invalid: whether a value of no known kind is kept as its representation.

    Raises:
        DagsterInvalidMetadata: if a value is of no kind that can be recorded.
        ParameterCheckError: if it is no mapping of text.
    """
    if not metadata:
        return {}
    if metadata.__class__ is dict and _STORED_KINDS.issuperset(map(type, metadata.values())):
        return metadata.copy()  # as when it comes back from the store
    if not isinstance(metadata, Mapping):
        raise ParameterCheckError(
            f"Metadata must be a mapping of text to values, not {type(metadata).__name__}."
        )
    return {
        name: normalize_metadata_value(name, value, allow_invalid=allow_invalid)
        for name, value in metadata.items()
    }


def normalize_metadata_value(name: str, value: Any, *, allow_invalid: bool = False) -> Any:
    """Return one plain value as a metadata value; see ``normalize_metadata``."""
    build = _BUILDERS.get(value.__class__)
    if build is None and isinstance(value, MetadataValue):
        return value
    if not isinstance(name, str):
        raise ParameterCheckError(f"Metadata names are text, not {name!r}.")
    try:
        return build(value) if build else _build_by_instance(value)
    except (DagsterInvalidMetadata, CheckError) as error:
        if allow_invalid:
            return TextMetadataValue(f"[{type(value).__name__}] (unserializable)")
        raise DagsterInvalidMetadata(f"Metadata '{name}': {error}") from None


def _build_by_instance(value: Any) -> Any:
    if isinstance(value, os.PathLike):
        return PathMetadataValue(value)
    for kind in (str, bool, int, float, dict, list):
        if isinstance(value, kind):
            return _BUILDERS[kind](kind(value))  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        return JsonMetadataValue(dict(value))
    if not isinstance(value, type) and hasattr(value, "item") and getattr(value, "shape", None) == ():
        return _BUILDERS[type(value.item())](value.item())  # a numpy scalar
    raise DagsterInvalidMetadata(
        f"a value of type {type(value).__name__} cannot be recorded: {value!r:.100}. Use text, numbers, booleans, None, "
        f"dicts and lists of these, paths, asset keys, table schemas, datetimes, or MetadataValue."
    )


DagsterTypeCheckDidNotPass.normalize = staticmethod(normalize_metadata)
