"""Config as a tree of types, as clients of the schema know it; made from the JSON schema of the config."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weftwork.graphql.entry import Thing, thing
from weftwork.serde.codec import encode

_SCALARS = {"integer": "Int", "string": "String", "boolean": "Bool", "number": "Float"}
_SOURCES = {"Int": "IntSourceType", "String": "StringSourceType", "Bool": "BoolSourceType"}
_NULL = {"type": "null"}


class ConfigTypes:
    """The types of a config, each once, by its key.

    Args:
        schema: the JSON schema of the config.

    Attributes:
        root: the type of the whole.
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._types: dict[str, Thing] = {}
        self.root = self.add(schema)

    def list_all(self) -> list[Thing]:
        """Return all types, by their keys."""
        return [self._types[key] for key in sorted(self._types)]

    def add(self, schema: Mapping[str, Any]) -> Thing:
        """Return the type that a JSON schema describes; those inside of it become known with it."""
        description = schema.get("description")
        choices: Sequence[Mapping[str, Any]] = schema.get("anyOf") or ()
        if choices:
            return self._add_choice(choices, description)
        if "oneOf" in schema:
            fields = [self._option(choice) for choice in schema["oneOf"]]
            return self._composite("Selector", fields, description)
        if "enum" in schema:
            return self._enum(schema)
        kind = schema.get("type")
        if kind == "array":
            inner = self.add(schema.get("items") or {})
            return self._keep("ArrayConfigType", f"Array.{inner['key']}", description, inner, ofType=inner)
        if kind == "object":
            return self._add_object(schema, description)
        return self._scalar(_SCALARS.get(str(kind), "Any"))

    def _add_object(self, schema: Mapping[str, Any], description: str | None) -> Thing:
        values = schema.get("additionalProperties", False)
        if "properties" not in schema and isinstance(values, Mapping):
            inner, key = self.add(values), self._scalar("String")
            return self._keep(
                "MapConfigType", f"Map.{key['key']}.{inner['key']}", description, key, inner,
                keyType=key, valueType=inner, keyLabelName=schema.get("title"),
            )  # fmt: skip
        if "properties" not in schema:
            return self._keep("RegularConfigType", "Permissive", description, givenName="Permissive")
        required = set(schema.get("required", ()))
        fields = [
            self.field(name, inner, is_required=name in required)
            for name, inner in schema["properties"].items()
        ]
        return self._composite("Permissive" if values else "Shape", fields, description)

    def field(self, name: str, schema: Mapping[str, Any], *, is_required: bool) -> Thing:
        """Return a field of a composite type."""
        inner = self.add(schema)
        return {
            "name": name,
            "description": schema.get("description"),
            "configType": inner,
            "configTypeKey": inner["key"],
            "isRequired": is_required,
            "isSecret": bool(schema.get("writeOnly")),
            "defaultValueAsJson": encode(schema["default"]).decode() if "default" in schema else None,
        }

    def _option(self, choice: Mapping[str, Any]) -> Thing:
        ((name, inner),) = choice["properties"].items()
        alone = [one for one in inner.get("anyOf", ()) if one != _NULL]
        if len(alone) == 1 and len(alone) != len(inner["anyOf"]):
            return self.field(name, alone[0], is_required="default" not in alone[0])
        return self.field(name, inner, is_required="default" not in inner)

    def _add_choice(self, choices: Sequence[Mapping[str, Any]], description: str | None) -> Thing:
        others = [choice for choice in choices if choice != _NULL]
        if len(others) < len(choices):
            inner = self.add(others[0]) if len(others) == 1 else self._add_choice(others, None)
            return self._keep(
                "NullableConfigType", f"Noneable.{inner['key']}", description, inner, ofType=inner
            )
        scalar, other = self.add(others[0]), self.add(others[-1])
        is_source = set(others[-1].get("properties", ())) == {"env"}
        key = _SOURCES.get(scalar["key"]) if is_source else None
        return self._keep(
            "ScalarUnionConfigType", key or f"ScalarUnion.{scalar['key']}-{other['key']}", description, scalar, other,
            scalarType=scalar, nonScalarType=other, scalarTypeKey=scalar["key"], nonScalarTypeKey=other["key"],
        )  # fmt: skip

    def _enum(self, schema: Mapping[str, Any]) -> Thing:
        values = [{"value": str(value), "description": None} for value in schema["enum"]]
        name = schema.get("title") or _digest("Enum", [one["value"] for one in values])
        return self._keep("EnumConfigType", name, schema.get("description"), givenName=name, values=values)

    def _scalar(self, name: str) -> Thing:
        return self._keep("RegularConfigType", name, None, givenName=name)

    def _composite(self, kind: str, fields: Sequence[Thing], description: str | None) -> Thing:
        ordered = sorted(fields, key=lambda one: str(one["name"]))
        told = [{name: value for name, value in one.items() if name != "configType"} for one in ordered]
        return self._keep(
            "CompositeConfigType", _digest(kind, [told, description]), description, fields=ordered,
            is_selector=kind == "Selector",
        )  # fmt: skip

    def _keep(
        self,
        typename: str,
        key: str,
        description: str | None,
        *params: Thing,
        is_selector: bool = False,
        **fields: Any,
    ) -> Thing:
        known = self._types.get(key)
        if known is None:
            known = self._types[key] = thing(
                typename, key=key, description=description, isSelector=is_selector,
                typeParamKeys=[one["key"] for one in params], **fields,
            )  # fmt: skip
            known["recursiveConfigTypes"] = lambda _info: list(_list_inner(known, {key}))
        return known


def _list_inner(kind: Thing, seen: set[str]) -> Iterator[Thing]:
    """Yield the types inside of a type, each once."""
    direct = [one["configType"] for one in kind.get("fields", ())]
    names = ("ofType", "scalarType", "nonScalarType", "keyType", "valueType")
    for inner in [*direct, *(kind[name] for name in names if name in kind)]:
        if inner["key"] not in seen:
            seen.add(inner["key"])
            yield inner
            yield from _list_inner(inner, seen)


def _digest(kind: str, content: Any) -> str:
    return f"{kind}.{hashlib.sha1(encode(content), usedforsecurity=False).hexdigest()}"


def view_config_field(schema: str | None) -> Thing | None:
    """Return the field "config" of an op or resource; None if it takes none.

    Args:
        schema: what config it takes, as JSON schema in JSON text.
    """
    if schema is None:
        return None
    import msgspec  # only here

    content = msgspec.json.decode(schema)
    types = ConfigTypes({})
    return types.field("config", content, is_required=bool(content.get("required")))
