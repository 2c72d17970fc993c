"""Config schemas as JSON schema, for editors, forms and the web application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.config import config_type as scalars
from weftwork.config.config_type import ConfigType, Enum
from weftwork.config.containers import Array, Map, Noneable, ScalarUnion
from weftwork.config.schema import NO_DEFAULT, Field, Selector, Shape, find_implicit_default, to_field

_SCALARS: dict[type[ConfigType], dict[str, Any]] = {
    scalars.Int: {"type": "integer"},
    scalars.Float: {"type": "number"},
    scalars.Bool: {"type": "boolean"},
    scalars.String: {"type": "string"},
}
# The names of entries are text in JSON, whatever the type of a map's keys is.
_KEY_PATTERNS: dict[type[ConfigType], str] = {
    scalars.Int: "^-?[0-9]+$",
    scalars.Float: "^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?$",
    scalars.Bool: "^(true|false)$",
}
_ENV = {
    "type": "object",
    "properties": {"env": {"type": "string"}},
    "required": ["env"],
    "additionalProperties": False,
}


def to_json_schema(schema: Any) -> dict[str, Any]:
    """Return a config schema as JSON schema (draft 2020-12).

    Args:
        schema: a field, a config type, a ``Config`` class, or the shorthand for one.

    Raises:
        DagsterInvalidConfigDefinitionError: if it is no schema.
    """
    exporter = _Exporter()
    result = exporter.convert_field(to_field(schema))
    definitions = {"$defs": exporter.definitions} if exporter.definitions else {}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **result, **definitions}


class _Exporter:
    """Converts types; gathers the definitions that pydantic's types refer to.

    Attributes:
        definitions: name to schema, for ``$defs`` of the whole.
    """

    def __init__(self) -> None:
        self.definitions: dict[str, Any] = {}
        self._adapters = 0

    def convert_field(self, field: Field) -> dict[str, Any]:
        """Return a field as JSON schema."""
        result = dict(self.convert(field.config_type))
        if field.description:
            result["description"] = field.description
        if field.default_provided and not field.is_secret:
            result["default"] = field.default_value
        if field.is_secret:
            result["writeOnly"] = True
        return result

    def convert(self, config_type: ConfigType) -> dict[str, Any]:
        """Return a type as JSON schema."""
        for kind, convert in _CONVERTERS:
            if isinstance(config_type, kind):
                found: dict[str, Any] = convert(self, config_type)
                return found
        simple = _SCALARS.get(type(config_type))
        if simple is not None:
            return dict(simple)
        adapter = getattr(config_type, "adapter", None)
        if adapter is not None:  # a type of pydantic's describes itself
            return {"anyOf": [self._convert_adapter(adapter), _ENV]}
        outer = getattr(config_type, "outer", None)
        return self.convert_field(outer) if isinstance(outer, Field) else {}

    def _convert_adapter(self, adapter: Any) -> dict[str, Any]:
        from pydantic.errors import PydanticInvalidForJsonSchema  # who has an adapter has loaded pydantic

        self._adapters += 1
        prefix = f"T{self._adapters}."
        try:
            schema = dict(adapter.json_schema(ref_template=f"#/$defs/{prefix}{{model}}"))
        except PydanticInvalidForJsonSchema:
            return {}  # such as a type that only a function of the user's checks
        for name, definition in schema.pop("$defs", {}).items():
            self.definitions[f"{prefix}{name}"] = definition
        return schema

    def _convert_enum(self, config_type: Enum) -> dict[str, Any]:
        result = {"enum": config_type.config_values, "title": config_type.key}
        return {"anyOf": [result, _ENV]} if config_type.takes_env else result

    def _convert_shape(self, config_type: Shape) -> dict[str, Any]:
        properties = self._convert_entries(config_type.fields)
        result: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": config_type.allows_extra,
        }
        aliases = {name: alias for name, alias in config_type.field_aliases.items() if name in properties}
        for name, alias in aliases.items():
            properties.setdefault(alias, properties[name])
        required = [name for name, field in config_type.fields.items() if field.is_required]
        if plain := [name for name in required if name not in aliases]:
            result["required"] = plain
        rules = [_one_name(name, alias, name in required) for name, alias in aliases.items()]
        if rules:
            result["allOf"] = rules
        if config_type.description:
            result["description"] = config_type.description
        return result

    def _convert_entries(self, fields: Mapping[str, Field]) -> dict[str, Any]:
        return {name: self.convert_field(field) for name, field in fields.items()}

    def _convert_selector(self, config_type: Selector) -> dict[str, Any]:
        choices = [
            {
                "type": "object",
                "properties": {name: self._convert_choice(field)},
                "required": [name],
                "additionalProperties": False,
            }
            for name, field in config_type.fields.items()
        ]
        if find_implicit_default(config_type) is not NO_DEFAULT:
            choices.append({"type": "object", "maxProperties": 0})
        result: dict[str, Any] = choices[0] if len(choices) == 1 else {"oneOf": choices}
        if config_type.description:
            result["description"] = config_type.description
        return result

    def _convert_choice(self, field: Field) -> dict[str, Any]:
        schema = self.convert_field(field)
        # `{in_process:}` chooses without configuring, where nothing has to be configured.
        may_be_null = isinstance(field.config_type, (Shape, Selector)) and (
            find_implicit_default(field.config_type) is not NO_DEFAULT
        )
        return {"anyOf": [schema, {"type": "null"}]} if may_be_null else schema

    def _convert_map(self, config_type: Map) -> dict[str, Any]:
        result = {"type": "object", "additionalProperties": self.convert(config_type.inner_type)}
        pattern = _KEY_PATTERNS.get(type(config_type.key_type))
        return {**result, "propertyNames": {"pattern": pattern}} if pattern else result

    def _convert_noneable(self, config_type: Noneable) -> dict[str, Any]:
        return {"anyOf": [self.convert(config_type.inner_type), {"type": "null"}]}

    def _convert_array(self, config_type: Array) -> dict[str, Any]:
        return {"type": "array", "items": self.convert(config_type.inner_type)}

    def _convert_union(self, config_type: ScalarUnion) -> dict[str, Any]:
        return {"anyOf": [self.convert(config_type.scalar_type), self.convert(config_type.non_scalar_type)]}


def _one_name(name: str, alias: str, required: bool) -> dict[str, Any]:
    """Return the rule for a field with two names: at most one of them, and one if it is required."""
    choices: list[dict[str, Any]] = [{"required": [name]}, {"required": [alias]}]
    return {"oneOf": choices} if required else {"not": {"required": [name, alias]}}


_CONVERTERS: list[tuple[type[ConfigType], Callable[[_Exporter, Any], dict[str, Any]]]] = [
    (Noneable, _Exporter._convert_noneable),
    (Array, _Exporter._convert_array),
    (Map, _Exporter._convert_map),
    (ScalarUnion, _Exporter._convert_union),
    (Enum, _Exporter._convert_enum),
    (Shape, _Exporter._convert_shape),
    (Selector, _Exporter._convert_selector),
]
