"""Config schemas as JSON schema."""

from __future__ import annotations

import datetime

import pytest

from weftwork.config.config_type import ANY, Enum, EnumValue
from weftwork.config.containers import Map, Noneable
from weftwork.config.json_schema import to_json_schema
from weftwork.config.pythonic.config import Config
from weftwork.config.schema import Field, Permissive, Selector
from weftwork.config.sources import IntSource


def _plain(schema):
    result = to_json_schema(schema)
    assert result.pop("$schema").startswith("https://json-schema.org/")
    return result


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (int, {"type": "integer"}),
        (ANY, {}),
        ([str], {"type": "array", "items": {"type": "string"}}),
        (Map(str, float), {"type": "object", "additionalProperties": {"type": "number"}}),
        (Field(Noneable(bool), is_required=False), {"anyOf": [{"type": "boolean"}, {"type": "null"}]}),
        (Enum("E", [EnumValue("A")]), {"enum": ["A"], "title": "E"}),
        (Permissive(), {"type": "object", "properties": {}, "additionalProperties": True, "default": {}}),
    ],
)
def test_each_type_has_its_form(schema, expected):
    assert _plain(schema) == expected


def test_fields_tell_defaults_descriptions_and_what_is_required():
    schema = {"a": Field(int, description="how many"), "b": Field(str, default_value="x", is_secret=True)}

    assert _plain(schema) == {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "description": "how many"},
            "b": {"type": "string", "writeOnly": True},
        },
        "required": ["a"],
        "additionalProperties": False,
    }


def test_a_selector_has_exactly_one_property():
    result = _plain(Selector({"a": int, "b": str}))

    assert [choice["required"] for choice in result["oneOf"]] == [["a"], ["b"]]


def test_a_source_is_a_literal_or_a_variable():
    literal, variable = _plain(IntSource)["anyOf"]

    assert literal == {"type": "integer"}
    assert list(variable["properties"]) == ["env"]


def test_config_classes_and_their_pydantic_types():
    class Window(Config):
        start: datetime.date
        days: int = 7

    properties = _plain(Window)["properties"]

    assert properties["start"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert properties["days"]["default"] == 7
