"""What the started process is told of the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterError
from weftwork.records.keys import AssetKey


def build_context_data(context: Any, extras: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what the started process is told.

    Args:
        context: the context of the op.
        extras: what it is told besides.
    """
    keys = list_expected_keys(context)
    range_ = _ask(context, "partition_key_range")
    window = _ask(context, "partition_time_window") if range_ is not None else None
    names = [key.to_user_string() for key in keys]
    return {
        "asset_keys": names or None,
        "code_version_by_asset_key": _code_versions(context, keys) if names else None,
        "provenance_by_asset_key": _provenance(context, keys) if names else None,
        "partition_key": range_.start if range_ is not None and range_.start == range_.end else None,
        "partition_key_range": {"start": range_.start, "end": range_.end} if range_ is not None else None,
        "partition_time_window": {"start": window.start.isoformat(), "end": window.end.isoformat()}
        if window
        else None,
        "run_id": context.run_id,
        "job_name": context.job_name,
        "retry_number": context.retry_number,
        "extras": dict(extras or {}),
    }


def list_expected_keys(context: Any) -> list[AssetKey]:
    """Return the assets that the step makes, in order; none for an op that makes none."""
    definition = _ask(context, "assets_def") if getattr(context, "has_assets_def", False) else None
    if definition is None or not getattr(definition, "has_keys", True):
        return []
    return sorted(_ask(context, "selected_asset_keys") or ())


def _ask(context: Any, name: str) -> Any:
    """Return an attribute of a context; None where the step is not of the kind that has it."""
    try:
        return getattr(context, name)
    except (DagsterError, AttributeError):
        return None


def _code_versions(context: Any, keys: list[AssetKey]) -> dict[str, str | None]:
    known = _ask(context, "assets_def").code_versions_by_key
    return {key.to_user_string(): known.get(key) for key in keys}


def _provenance(context: Any, keys: list[AssetKey]) -> dict[str, Any]:
    found = {}
    for key in keys:
        known = context.get_asset_provenance(key)
        found[key.to_user_string()] = None if known is None else {
            "code_version": known.code_version,
            "input_data_versions": {other.to_user_string(): version.value for other, version in known.input_data_versions.items()},
            "is_user_provided": known.is_user_provided,
        }  # fmt: skip
    return found
