"""Config schemas as JSON schema, for editors, forms and the web application."""

from __future__ import annotations

from typing import Any

from weftwork.config import config_type as scalars
from weftwork.config.config_type import ConfigType, Enum
from weftwork.config.containers import Array, Map, Noneable, ScalarUnion
from weftwork.config.schema import Field, Permissive, Selector, Shape, to_field

_SCALARS: dict[type[ConfigType], dict[str, Any]] = {
    scalars.Int: {"type": "integer"},
    scalars.Float: {"type": "number"},
    scalars.Bool: {"type": "boolean"},
    scalars.String: {"type": "string"},
}


def to_json_schema(schema: Any) -> dict[str, Any]:
    """Return a config schema as JSON schema (draft 2020-12).

    Args:
        schema: a field, a config type, or the shorthand for one.
    """
    result = _convert_field(to_field(schema))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **result}


def _convert_field(field: Field) -> dict[str, Any]:
    result = dict(_convert(field.config_type))
    if field.description:
        result["description"] = field.description
    if field.default_provided:
        result["default"] = field.default_value
    if field.is_secret:
        result["writeOnly"] = True
    return result


def _convert(config_type: ConfigType) -> dict[str, Any]:
    for kind, convert in _CONVERTERS:
        if isinstance(config_type, kind):
            found: dict[str, Any] = convert(config_type)
            return found
    simple = _SCALARS.get(type(config_type))
    if simple is not None:
        return dict(simple)
    adapter = getattr(config_type, "adapter", None)
    if adapter is not None:  # a type of pydantic's describes itself
        return {"anyOf": [adapter.json_schema(), _ENV]}
    outer = getattr(config_type, "outer", None)
    return _convert_field(outer) if isinstance(outer, Field) else {}


_ENV = {
    "type": "object",
    "properties": {"env": {"type": "string"}},
    "required": ["env"],
    "additionalProperties": False,
}


def _convert_enum(config_type: Enum) -> dict[str, Any]:
    return {"enum": config_type.config_values, "title": config_type.key}


def _convert_shape(config_type: Shape) -> dict[str, Any]:
    result: dict[str, Any] = {
        "type": "object",
        "properties": {name: _convert_field(field) for name, field in config_type.fields.items()},
        "additionalProperties": isinstance(config_type, Permissive),
    }
    required = [name for name, field in config_type.fields.items() if field.is_required]
    if required:
        result["required"] = required
    if config_type.description:
        result["description"] = config_type.description
    return result


def _convert_selector(config_type: Selector) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: _convert_field(field) for name, field in config_type.fields.items()},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _convert_map(config_type: Map) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": _convert(config_type.inner_type)}


_CONVERTERS: list[tuple[type[ConfigType], Any]] = [
    (Noneable, lambda t: {"anyOf": [_convert(t.inner_type), {"type": "null"}]}),
    (Array, lambda t: {"type": "array", "items": _convert(t.inner_type)}),
    (Map, _convert_map),
    (ScalarUnion, lambda t: {"anyOf": [_convert(t.scalar_type), _convert(t.non_scalar_type)]}),
    (Enum, _convert_enum),
    (Shape, _convert_shape),
    (Selector, _convert_selector),
]
