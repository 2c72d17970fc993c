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
