"""Upgrades of the JSON of values that earlier releases, and the reference, wrote in another form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from weftwork.serde import register_upgrade
from weftwork.serde.record import TAG_FIELD

_METADATA_KINDS = (
    "Text", "Url", "Path", "Notebook", "Json", "Markdown", "PythonArtifact", "Float", "Int", "Bool", "Timestamp",
    "DagsterRun", "DagsterPipelineRun", "DagsterAsset", "DagsterJob", "Table", "TableSchema", "TableColumnLineage",
    "CodeReferences", "Null", "Pool",
)  # fmt: skip
_HAVE_METADATA = ("AssetMaterialization", "AssetObservation", "ExpectationResult", "AssetCheckEvaluation")


def _rename(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda raw: {**raw, TAG_FIELD: name}


def _upgrade_entries(raw: dict[str, Any]) -> dict[str, Any]:
    """Bring metadata that is a list of labelled entries to a dict of label to value."""
    raw = {key: value for key, value in raw.items() if value is not None}
    entries = raw.pop("metadata_entries", None)
    if entries is None:
        return raw
    return {**raw, "metadata": {entry["label"]: entry["entry_data"] for entry in entries}}


def _upgrade_evaluation(raw: dict[str, Any]) -> dict[str, Any]:
    raw = _upgrade_entries(raw)
    if "success" in raw:
        raw["passed"] = raw.pop("success")
    severity = raw.get("severity")
    if isinstance(severity, dict):
        raw["severity"] = severity["__enum__"].rpartition(".")[2]
    return raw


def _upgrade_delta(raw: dict[str, Any]) -> Any:
    return msgspec.to_builtins(timedelta(**{name: raw[name] for name in ("days", "seconds", "microseconds")}))


def _upgrade_lookback(raw: dict[str, Any]) -> dict[str, Any]:
    lookback = raw.get("serializable_lookback_timedelta")
    return {**raw, "lookback_s": msgspec.convert(lookback, timedelta).total_seconds()} if lookback else raw


register_upgrade("SerializableTimeDelta", _upgrade_delta)
register_upgrade("InLatestTimeWindowCondition", _upgrade_lookback)
for _kind in _METADATA_KINDS:
    _today = "DagsterRun" if _kind == "DagsterPipelineRun" else _kind
    register_upgrade(f"{_kind}MetadataEntryData", _rename(f"{_today}MetadataValue"))
for _name in _HAVE_METADATA:
    register_upgrade(_name, _upgrade_evaluation if _name == "AssetCheckEvaluation" else _upgrade_entries)
