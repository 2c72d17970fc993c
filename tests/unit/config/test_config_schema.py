"""Config schemas: what can be written as one, and what is refused."""

from __future__ import annotations

import enum

import pytest

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidConfigDefinitionError,
    DagsterInvalidConfigError,
    DagsterInvalidDefinitionError,
    ParameterCheckError,
)
from weftwork.config.config_type import ANY, INT, Enum, EnumValue
from weftwork.config.containers import Array, Map, Noneable, ScalarUnion
from weftwork.config.evaluation import process_config
from weftwork.config.schema import Field, Permissive, Selector, Shape, to_field
from weftwork.config.sources import StringSource


class Color(enum.Enum):
    RED = "r"
    BLUE = "b"


@pytest.mark.parametrize(
    ("shorthand", "key"),
    [
        (int, "Int"),
        (str, "String"),
        (float, "Float"),
        (bool, "Bool"),
        ([int], "Array.Int"),
        ({str: int}, "Map.String.Int"),
        (Noneable(int), "Noneable.Int"),
        (list, "Array.Any"),
        (StringSource, "StringSourceType"),
    ],
)
def test_shorthand_stands_for_a_type(shorthand, key):
    assert Field(shorthand).config_type.key == key


def test_nested_dicts_become_shapes():
    field = Field({"a": {"b": [{"c": int}]}})

    assert isinstance(field.config_type, Shape)
    assert process_config(field, {"a": {"b": [{"c": 1}]}}).value == {"a": {"b": [{"c": 1}]}}


@pytest.mark.parametrize(
    "bad",
    [
        set,
        1,
        "text",
        [],
        [int, int],
        (int,),
        Field(int),
        {"a": set},
        {"a": {"b": 1}},
        {"a": None},
        {1: int, 2: int},
    ],
)
def test_what_is_no_schema_is_refused_with_both_documented_errors(bad):
    with pytest.raises(DagsterInvalidConfigDefinitionError) as caught:
        Field(bad)
    assert isinstance(caught.value, DagsterInvalidDefinitionError)


def test_the_error_names_the_place_of_the_wrong_part():
    with pytest.raises(DagsterInvalidConfigDefinitionError) as caught:
        Field({"a": {"b": set}})

    assert caught.value.stack == ["a", "b"]
    assert caught.value.current_value is set


@pytest.mark.parametrize("written", [list[int], dict[str, int]])
def test_typing_generics_are_refused_with_what_to_write_instead(written):
    with pytest.raises(DagsterInvalidConfigDefinitionError, match=r"\[int\] for a list"):
        Field(written)


def test_a_field_is_required_where_it_has_no_default():
    assert Field(int).is_required
    assert not Field(int, default_value=3).is_required
    assert not Field(int, is_required=False).is_required
    assert not Field(int, is_required=False).default_provided


@pytest.mark.parametrize(
    ("schema", "default"),
    [
        (Noneable(int), None),
        ({"a": Field(int, default_value=1)}, {"a": 1}),
        ({"a": Noneable(int)}, {"a": None}),
        (Permissive(), {}),
        ({}, {}),
        (Selector({"a": Field(int, default_value=1)}), {"a": 1}),
    ],
)
def test_types_whose_parts_are_optional_have_a_default(schema, default):
    field = Field(schema)

    assert not field.is_required
    assert field.default_value == default


@pytest.mark.parametrize("schema", [int, ANY, [int], {str: int}, {"a": int}, Selector({"a": int})])
def test_other_types_have_none(schema):
    assert Field(schema).is_required


def test_a_default_is_checked_when_the_field_is_made():
    with pytest.raises(DagsterInvalidConfigError) as caught:
        Field(int, default_value="x")
    assert len(caught.value.errors) == 1


def test_a_required_field_has_no_default():
    with pytest.raises(ParameterCheckError, match="is_required"):
        Field(int, default_value=1, is_required=True)


def test_reading_an_absent_default_is_an_error():
    with pytest.raises(ParameterCheckError, match="default_provided"):
        _ = Field(int).default_value


def test_the_default_is_also_shown_as_json():
    assert Field({"a": int}, default_value={"a": 1}).default_value_as_json_str == '{"a": 1}'


def test_a_default_dict_is_not_shared_between_values():
    field = Field({"a": Field({str: int}, default_value={"x": 1})})

    first = process_config(field, {}).value
    first["a"]["y"] = 2

    assert process_config(field, {}).value == {"a": {"x": 1}}


def test_map_keys_and_scalar_unions_are_of_scalars():
    with pytest.raises(ParameterCheckError):
        Map([int], int)
    with pytest.raises(ParameterCheckError):
        ScalarUnion({"a": int}, {"a": int})
    with pytest.raises(ParameterCheckError):
        ScalarUnion(int, int)


def test_enum_takes_enum_values_only():
    with pytest.raises(CheckError):
        Enum("E", ["A"])
    with pytest.raises(ParameterCheckError):
        EnumValue(1)


def test_enums_from_python_enums():
    assert process_config(Enum.from_python_enum(Color), "RED").value is Color.RED
    assert process_config(Enum.from_python_enum_direct_values(Color), "RED").value == "r"
    assert Enum.from_python_enum(Color).config_values == ["RED", "BLUE"]


def test_equal_schemas_are_equal():
    assert Shape({"a": int}) == Shape({"a": int})
    assert Shape({"a": int}).key == Shape({"a": int}).key
    assert Shape({"a": int}) != Shape({"a": str})
    assert Shape({"a": int}) != Permissive({"a": int})
    assert Shape({"a": Field(int, default_value=1)}) != Shape({"a": Field(int, default_value=2)})
    assert Shape({"a": int}, field_aliases={"a": "b"}) != Shape({"a": int})
    assert Array(int) == Array(INT)
    assert hash(Noneable(int)) == hash(Noneable(int))


def test_a_type_of_another_floor_says_its_config_type():
    class Named:
        __weft_config_type__ = INT

    assert to_field(Named()).config_type is INT


def test_a_default_of_an_enum_is_written_as_its_name():
    class Color(enum.Enum):
        RED = 1

    color = Enum.from_python_enum(Color)
    assert Field(color, default_value="RED").default_value == "RED"
    with pytest.raises(DagsterInvalidDefinitionError, match="'RED'"):
        Field(color, default_value=Color.RED)


def test_scalars_have_their_documented_names():
    assert [Field(kind).config_type.given_name for kind in (int, str, float, bool)] == [
        "Int",
        "String",
        "Float",
        "Bool",
    ]
    assert Field([int]).config_type.given_name is None
