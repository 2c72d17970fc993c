"""Checking values: what is accepted, what it becomes, and every error with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.config_type import ANY, ConfigType, ConfigTypeKind, Enum, EnumValue
from weftwork.config.containers import Array, Map, Noneable, ScalarUnion
from weftwork.config.errors import (
    DagsterEvaluationErrorReason,
    EvaluationStackListItemEntry,
    EvaluationStackMapValueEntry,
    EvaluationStackPathEntry,
    PostProcessingError,
)
from weftwork.config.evaluation import build_config_value, process_config, validate_config
from weftwork.config.schema import Field, Permissive, Selector, Shape
from weftwork.config.sources import BoolSource, IntSource, StringSource

LETTERS = Enum("Letters", [EnumValue("A", python_value=1), EnumValue("B")])
Reason = DagsterEvaluationErrorReason


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (int, 1, 1),
        (float, 1, 1.0),
        (float, 1.5, 1.5),
        (str, "x", "x"),
        (bool, False, False),
        (ANY, None, None),
        (ANY, [1, {}], [1, {}]),
        ([int], [1, 2], [1, 2]),
        ({int: str}, {1: "x"}, {1: "x"}),
        (Noneable(int), None, None),
        (Permissive({"a": int}), {"a": 1, "b": object}, {"a": 1, "b": object}),
        (Selector({"a": int, "b": str}), {"b": "x"}, {"b": "x"}),
        (Selector({"a": Field(int, default_value=3)}), {}, {"a": 3}),
        (Selector({"a": {"x": Field(int, default_value=1)}}), {"a": None}, {"a": {"x": 1}}),
        (LETTERS, "A", 1),
        (LETTERS, "B", "B"),
        (Array(LETTERS), ["A"], [1]),
        (Map(str, LETTERS), {"k": "A"}, {"k": 1}),
        (Noneable(LETTERS), "A", 1),
        (Field(LETTERS, default_value="A"), "B", "B"),
        (ScalarUnion(int, {"a": str}), 1, 1),
        (ScalarUnion(int, {"a": str}), {"a": "x"}, {"a": "x"}),
        (ScalarUnion(int, {"a": LETTERS}), {"a": "A"}, {"a": 1}),
        (Shape({"a": int}, field_aliases={"a": "b"}), {"b": 1}, {"a": 1}),
        (Shape({"a": int}, field_aliases={"a": "b"}), {"a": 1}, {"a": 1}),
        ({"a": Field(int, is_required=False)}, {}, {}),
        (
            {"a": Field({"b": Field(int, default_value=2), "c": int}, default_value={"c": 1})},
            {},
            {"a": {"b": 2, "c": 1}},
        ),
    ],
)
def test_accepted(schema, value, expected):
    result = process_config(schema, value)

    assert result.success, result.errors
    assert result.value == expected
    assert type(result.value) is type(expected)


@pytest.mark.parametrize(
    ("schema", "value", "reasons"),
    [
        (int, True, [Reason.RUNTIME_TYPE_MISMATCH]),
        (int, "1", [Reason.RUNTIME_TYPE_MISMATCH]),
        (str, 1, [Reason.RUNTIME_TYPE_MISMATCH]),
        (bool, 1, [Reason.RUNTIME_TYPE_MISMATCH]),
        (float, True, [Reason.RUNTIME_TYPE_MISMATCH]),
        (int, None, [Reason.RUNTIME_TYPE_MISMATCH]),
        ([int], (1, 2), [Reason.RUNTIME_TYPE_MISMATCH]),
        ([int], [1, "x", None], [Reason.RUNTIME_TYPE_MISMATCH] * 2),
        ({int: str}, {"1": 2}, [Reason.RUNTIME_TYPE_MISMATCH] * 2),
        ({"a": int}, None, [Reason.RUNTIME_TYPE_MISMATCH]),
        ({"a": int}, {"b": 1}, [Reason.FIELD_NOT_DEFINED, Reason.MISSING_REQUIRED_FIELD]),
        ({}, {"b": 1, "c": 1}, [Reason.FIELDS_NOT_DEFINED]),
        ({"a": int, "b": int}, {}, [Reason.MISSING_REQUIRED_FIELDS]),
        (Selector({"a": int, "b": int}), {}, [Reason.SELECTOR_FIELD_ERROR]),
        (Selector({"a": int, "b": int}), {"a": 1, "b": 1}, [Reason.SELECTOR_FIELD_ERROR]),
        (Selector({"a": int, "b": int}), {"c": 1}, [Reason.FIELD_NOT_DEFINED]),
        (Selector({"a": int}), "a", [Reason.RUNTIME_TYPE_MISMATCH]),
        (LETTERS, "C", [Reason.RUNTIME_TYPE_MISMATCH]),
        (LETTERS, 1, [Reason.RUNTIME_TYPE_MISMATCH]),
        (ScalarUnion(int, {"a": str}), "s", [Reason.RUNTIME_TYPE_MISMATCH]),
        (ScalarUnion(int, {"a": str}), None, [Reason.RUNTIME_TYPE_MISMATCH]),
        (Shape({"a": int}, field_aliases={"a": "b"}), {"a": 1, "b": 2}, [Reason.FIELD_ALIAS_COLLISION]),
    ],
)
def test_refused(schema, value, reasons):
    result = process_config(schema, value)

    assert not result.success
    assert result.value is None
    assert [error.reason for error in result.errors] == reasons


def test_every_error_is_collected_with_its_place():
    schema = {"rows": [{"b": int}], "by_name": {str: int}}

    result = process_config(schema, {"rows": [{"b": 1}, {"b": "x"}, {"c": 1}], "by_name": {"k": "v"}, "z": 0})

    assert [(error.reason, error.path) for error in result.errors] == [
        (Reason.FIELD_NOT_DEFINED, "root"),
        (Reason.RUNTIME_TYPE_MISMATCH, "root:rows[1]:b"),
        (Reason.FIELD_NOT_DEFINED, "root:rows[2]"),
        (Reason.MISSING_REQUIRED_FIELD, "root:rows[2]"),
        (Reason.RUNTIME_TYPE_MISMATCH, "root:by_name:'k':value"),
    ]


def test_the_stack_of_an_error_is_the_way_to_it():
    error = process_config({"rows": [{str: int}]}, {"rows": [{"k": "x"}]}).errors[0]

    assert error.stack.entries == [
        EvaluationStackPathEntry("rows"),
        EvaluationStackListItemEntry(0),
        EvaluationStackMapValueEntry("k"),
    ]
    assert error.stack.levels == ["rows", "0", "k"]


def test_an_error_says_what_was_meant_and_how_to_mend_it():
    unknown = process_config({"limit": Field(int, default_value=1)}, {"limti": 3}).errors[0]
    missing = process_config({"a": int, "b": {"c": str}}, {}).errors[0]
    enum_error = process_config(Enum("Color", [EnumValue("RED"), EnumValue("BLUE")]), "REDD").errors[0]

    assert unknown.nearest == "limit"
    assert "Did you mean 'limit'?" in unknown.message
    assert "{'a': 0, 'b': {'c': '...'}}" in missing.message
    assert missing.field_names == ["a", "b"]
    assert enum_error.nearest == "RED"


def test_values_of_secret_fields_are_kept_out_of_messages():
    result = process_config({"password": Field(int, is_secret=True)}, {"password": "hunter2"})

    assert "hunter2" not in result.errors[0].message
    assert "root:password" in result.errors[0].message


def test_long_values_are_cut_in_messages():
    assert len(process_config(int, "x" * 10_000).errors[0].message) < 300


def test_a_value_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("NAME", "wool")
    monkeypatch.setenv("COUNT", "3")
    schema = {"name": StringSource, "count": IntSource, "literal": Field(StringSource, default_value="x")}

    result = process_config(schema, {"name": {"env": "NAME"}, "count": {"env": "COUNT"}})

    assert result.value == {"name": "wool", "count": 3, "literal": "x"}


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("0", False), ("false", False), ("", False), ("FALSE", False), ("true", True), ("1", True)],
)
def test_what_a_variable_means_as_a_bool(monkeypatch, text, meaning):
    monkeypatch.setenv("FLAG", text)

    assert process_config(BoolSource, {"env": "FLAG"}).value is meaning


def test_validation_does_not_read_the_environment():
    assert validate_config(IntSource, {"env": "NOT_SET_ANYWHERE"}).value == {"env": "NOT_SET_ANYWHERE"}


def test_variables_that_are_missing_or_wrong_are_errors_without_their_value(monkeypatch):
    monkeypatch.setenv("SECRET", "hunter2hunter2")

    result = process_config(
        {"a": IntSource, "b": StringSource}, {"a": {"env": "SECRET"}, "b": {"env": "NOT_SET_ANYWHERE"}}
    )

    assert [error.reason for error in result.errors] == [Reason.FAILED_POST_PROCESSING] * 2
    assert [error.path for error in result.errors] == ["root:a", "root:b"]
    assert "hunter2" not in "".join(error.message for error in result.errors)
    assert "NOT_SET_ANYWHERE" in result.errors[1].message


def test_build_config_value_raises_with_all_errors():
    with pytest.raises(DagsterInvalidConfigError, match="^Error in config for job a") as caught:
        build_config_value({"a": int, "b": int}, {"a": "x", "b": "y"}, "Error in config for job a")
    assert len(caught.value.errors) == 2


def test_a_type_of_the_users_own_may_process_its_values():
    class Even(ConfigType):
        kind = ConfigTypeKind.ANY

        def validate(self, value, path, errors):
            return value

        def post_process(self, value):
            if value % 2:
                raise PostProcessingError(f"{value} is odd.")
            return value // 2

    assert process_config({"a": Even()}, {"a": 4}).value == {"a": 2}
    assert process_config({"a": Even()}, {"a": 3}).errors[0].reason is Reason.FAILED_POST_PROCESSING


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)
SCHEMAS = st.recursive(
    st.sampled_from([int, str, float, bool, ANY, LETTERS]),
    lambda inner: (
        inner.map(Noneable)
        | inner.map(Array)
        | inner.map(lambda t: Map(str, t))
        | st.dictionaries(st.text(max_size=3), inner, max_size=3).map(Shape)
        | st.dictionaries(st.text(max_size=3), inner, min_size=1, max_size=2).map(Selector)
    ),
    max_leaves=6,
)


@given(SCHEMAS, JSON)
def test_any_value_is_either_accepted_or_explained(schema, value):
    result = process_config(schema, value)

    assert result.success == (not result.errors)
    assert all(error.message and error.path.startswith("root") for error in result.errors)


@given(SCHEMAS, JSON)
def test_a_validated_value_is_valid(schema, value):
    first = validate_config(schema, value)

    if first.success:
        assert validate_config(schema, first.value).value == first.value
