"""Which values are of which type."""

import typing

import pytest

import weftwork as dg
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    DagsterUnknownResourceError,
    ParameterCheckError,
)
from weftwork.definitions.events import TypeCheck
from weftwork.definitions.types.builtin_types import Any, Nothing
from weftwork.definitions.types.checking import check_dagster_type
from weftwork.definitions.types.dagster_type import DagsterType, PythonObjectDagsterType
from weftwork.definitions.types.resolution import resolve_dagster_type


@pytest.mark.parametrize(
    ("annotation", "value", "fits"),
    [
        (int, 1, True), (int, True, True), (int, 1.0, False), (int, None, False), (float, 1, False), (float, 1.5, True),
        (bool, 1, False), (str, "a", True), (Any, object(), True), (Nothing, None, True), (Nothing, 3, False),
        (list, [1, "a"], True), (list, (1,), False), (list[int], [1, "a"], False), (list[int], None, False),
        (dict, {}, True), (dict, 3, False), (dict[str, int], {"a": 1}, True), (dict[str, int], {"a": "b"}, False),
        (dict[str, int], {1: 1}, False), (tuple[int, str], (1, "a"), True), (tuple[int, str], (1, 2), False),
        (tuple[int, str], (1,), False), (tuple[int, ...], (1, 2, 3), True), (tuple[int, ...], (1, "a"), False),
        (set[int], {1}, True), (set[int], {"a"}, False), (typing.Optional[int], None, True),
        (typing.Optional[int], 1, True), (typing.Optional[int], "a", False), (list[Any], [1, None], True),
    ],
)  # fmt: skip
def test_a_value_is_of_a_type_or_not(annotation, value, fits):
    assert check_dagster_type(annotation, value).success is fits


def test_the_verdict_says_what_was_expected_and_found():
    verdict = check_dagster_type(list[int], [1, "two"])
    assert verdict.description == "In item 1: Expected int (type Int), found 'two' of Python type str."


def test_a_check_may_return_metadata():
    checked = DagsterType(
        name="Checked", type_check_fn=lambda _c, _v: TypeCheck(False, "too small", {"rows": 3})
    )
    verdict = check_dagster_type(checked, 1)
    assert (verdict.success, verdict.description, verdict.metadata["rows"].value) == (False, "too small", 3)


def test_a_check_must_return_a_verdict():
    wrong = DagsterType(name="Wrong", type_check_fn=lambda _context, _value: 1)
    with pytest.raises(DagsterInvariantViolationError, match=r"'Wrong'.*not 1 of type int"):
        check_dagster_type(wrong, 1)


def test_an_exception_inside_a_check_is_the_users():
    broken = DagsterType(name="Broken", type_check_fn=lambda _context, value: value / 0)
    with pytest.raises(ZeroDivisionError):
        check_dagster_type(broken, 1)


def test_a_check_outside_of_a_run_has_a_log_and_no_resources():
    def check(context, _value):
        context.log.debug("looked")
        return context.resources.database is not None

    with pytest.raises(DagsterUnknownResourceError, match="database"):
        check_dagster_type(
            DagsterType(name="Row", type_check_fn=check, required_resource_keys={"database"}), 1
        )


def test_instances_of_several_classes():
    number = PythonObjectDagsterType(
        (int, float), name="Number", description="A number.", metadata={"unit": "m"}
    )
    assert check_dagster_type(number, 1.5).success
    assert not check_dagster_type(number, "a").success
    assert number.metadata["unit"].value == "m"


@pytest.mark.parametrize("check", [lambda: True, lambda value: True, lambda a, b, c: True])
def test_a_check_takes_two_arguments(check):
    with pytest.raises(DagsterInvalidDefinitionError, match="two arguments"):
        DagsterType(name="Wrong", type_check_fn=check)


@pytest.mark.parametrize(
    "arguments", [{"name": 3}, {"name": "x", "type_check_fn": 3}, {"name": "x", "loader": 3}, {"name": "x", "kind": "LIST"},
                  {"name": "x", "required_resource_keys": "database"}],
)  # fmt: skip
def test_arguments_of_the_wrong_kind_are_refused(arguments):
    with pytest.raises(ParameterCheckError):
        DagsterType(**{"type_check_fn": lambda _context, _value: True, **arguments})


def test_a_type_needs_a_name_or_a_key():
    with pytest.raises(CheckError, match="name or a key"):
        DagsterType(type_check_fn=lambda _context, _value: True)


def test_a_type_with_only_a_key_has_no_unique_name():
    keyed = DagsterType(key="k", type_check_fn=lambda _context, _value: True)
    assert (keyed.display_name, keyed.has_unique_name) == ("k", False)
    with pytest.raises(CheckError):
        _ = keyed.unique_name


def test_the_types_inside_a_type_are_listed():
    assert [inner.display_name for inner in resolve_dagster_type(list[int | None]).inner_types] == [
        "Int?",
        "Int",
    ]


def test_a_failed_check_raised_by_hand_holds_metadata_values():
    error = dg.DagsterTypeCheckDidNotPass("Always fails.", metadata={"why": "because"})

    assert error.metadata == {"why": dg.MetadataValue.text("because")}
