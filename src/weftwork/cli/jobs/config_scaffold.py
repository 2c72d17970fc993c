"""A run config to fill in, as YAML: what must be given stands there, what may be given stands in comments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from weftwork.config.containers import Noneable
from weftwork.config.redaction import MASK
from weftwork.config.schema import Field, Selector

_STEP = "  "
_MAX_DEFAULT = 60


def list_scaffold(config_type: Any, *, required_only: bool = False) -> list[str]:
    """Return the lines of a YAML that fits a type once its examples are replaced.

    Args:
        config_type: the type of the run config.
        required_only: whether what may be left out is left out.
    """
    lines: list[str] = []
    for name, field in config_type.fields.items():
        part, is_live = _lines(name, field, required_only)
        lines += part if is_live else _comment(part)
    return lines


def _lines(name: str, field: Field, required_only: bool) -> tuple[list[str], bool]:
    """Return the lines of an entry, and whether it must be given."""
    inner = _fields_of(field.config_type)
    if inner is None:
        return _leaf(name, field, required_only)
    parts = [_lines(key, nested, required_only) for key, nested in inner.items()]
    if isinstance(field.config_type, Selector):  # one of them is given
        parts = [(lines, number == 0 and field.is_required) for number, (lines, _) in enumerate(parts)]
    is_live = field.is_required and any(live for _, live in parts)
    body = [
        _STEP + line for lines, live in parts for line in (lines if live or not is_live else _comment(lines))
    ]
    if not body or (required_only and not is_live):
        return [], False
    return [*_about(field), f"{name}:", *body], is_live


def _fields_of(config_type: Any) -> Mapping[str, Field] | None:
    while isinstance(config_type, Noneable):
        config_type = config_type.inner_type
    fields: Mapping[str, Field] | None = getattr(config_type, "fields", None)
    return fields or None


def _leaf(name: str, field: Field, required_only: bool) -> tuple[list[str], bool]:
    kind = field.config_type.describe()
    if field.is_required:
        return [*_about(field), f"{name}: {_text(field.config_type.example())}  # {kind}"], True
    is_nothing = kind == "Any" and not field.default_provided
    if required_only or is_nothing:
        return [], False
    default = MASK if field.is_secret and field.default_provided else field.default_value_or_mark
    shown = _text(default) if field.default_provided else _text(field.config_type.example())
    if len(shown) > _MAX_DEFAULT:
        shown = shown[:_MAX_DEFAULT] + "…"
    return [*_about(field), f"{name}: {shown}  # {kind}"], False


def _about(field: Field) -> list[str]:
    return [f"# {line.strip()}" for line in (field.description or "").strip().splitlines() if line.strip()]


def _comment(lines: list[str]) -> list[str]:
    return [line if line.startswith("#") else f"# {line}" for line in lines]


def _text(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)  # JSON is YAML, on one line
