"""Run config with the defaults of its schema written out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_EMPTY: tuple[Any, ...] = ({}, {"config": {}})


def fill_defaults(schema: Mapping[str, Any], given: Any) -> Any:
    """Return config with what it leaves out as the schema has it by default; what is given stays as it is.

    Args:
        schema: the JSON schema that the config fits.
        given: the config.
    """
    properties = schema.get("properties")
    if not isinstance(given, Mapping) or not properties:
        return given
    filled = {}
    for name, inner in properties.items():
        if name in given:
            filled[name] = fill_defaults(inner, given[name])
        elif inner.get("default", {}) not in _EMPTY:
            filled[name] = inner["default"]
    return {**filled, **{name: value for name, value in given.items() if name not in properties}}
