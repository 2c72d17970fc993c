"""What building conditions needs: checked parts, tags as tuples, ids, and parts that were read from JSON."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import lru_cache
from typing import Any

from weftwork.base.errors import ParameterCheckError
from weftwork.partitions.cron import is_valid_cron
from weftwork.partitions.definition import digest
from weftwork.serde import deserialize_value, encode
from weftwork.serde.record import TAG_FIELD


@lru_cache(maxsize=65536)
def node_id(parent: str | None, index: int | None, target: str | None, name: str) -> str:
    """Return a digest that names a condition by its place in an expression, its target and its name."""
    return digest("\x1f".join([parent or "", str(index), target or "", name]).encode())[:20]


def check_cron(cron_schedule: Any) -> str:
    """Return a cron schedule.

    Raises:
        ParameterCheckError: if it is not one.
    """
    if not isinstance(cron_schedule, str) or not is_valid_cron(cron_schedule):
        raise ParameterCheckError(
            f"{cron_schedule!r} is not a cron schedule. Expected five fields such as '0 9 * * 1-5', or a word such as "
            f"'@daily'."
        )
    return cron_schedule


def check_selection(selection: Any) -> Any:
    """Return an asset selection.

    Raises:
        ParameterCheckError: if it is not one.
    """
    if not callable(getattr(selection, "resolve", None)):
        raise ParameterCheckError(
            f"Expected an AssetSelection, not {type(selection).__name__}: {selection!r:.200}. "
            f"Write AssetSelection.from_string(...) for text."
        )
    return selection


def to_tag_fields(tag_keys: Set[str] | None, tag_values: Mapping[str, str] | None) -> dict[str, Any]:
    """Return conditions on tags as the fields of a condition."""
    return {
        "tag_keys": tuple(sorted(tag_keys)) if tag_keys is not None else None,
        "tag_values": tuple(sorted(tag_values.items())) if tag_values is not None else None,
    }


def describe_tags(tag_keys: Any, tag_values: Any) -> str:
    """Return conditions on tags as text, empty if there are none."""
    parts = []
    if tag_keys is not None:
        parts.append(f"tag_keys={{{','.join(tag_keys)}}}")
    if tag_values is not None:
        parts.append(f"tag_values={{{','.join(f'{key}:{value}' for key, value in tag_values)}}}")
    return f"({', '.join(parts)})" if parts else ""


def revive(value: Any) -> Any:
    """Return what a part that was read from JSON stands for: a condition, key or selection."""
    if isinstance(value, dict) and TAG_FIELD in value:
        return deserialize_value(encode(value))
    if isinstance(value, (list, tuple)):
        return tuple(revive(item) for item in value)
    return value
