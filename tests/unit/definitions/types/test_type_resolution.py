"""What annotations stand for."""

import collections.abc
import typing

import pytest

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.definitions.events import DynamicOutput, MaterializeResult, ObserveResult, Output
from weftwork.definitions.types.builtin_types import Any, Int, Nothing, String
from weftwork.definitions.types.dagster_type import DagsterType, PythonObjectDagsterType
from weftwork.definitions.types.resolution import (
    Dict,
    List,
    Optional,
    Set,
    Tuple,
    make_python_type_usable_as_dagster_type,
    resolve_dagster_type,
    usable_as_dagster_type,
)


class Point:
    pass


@pytest.mark.parametrize(
    ("annotation", "display_name"),
    [
        (None, "Any"), (Any, "Any"), (type(None), "Nothing"), (Nothing, "Nothing"), (int, "Int"), (Int, "Int"),
        (float, "Float"), (str, "String"), (bool, "Bool"), (list, "[Any]"), (dict, "dict"), (set, "set"), (tuple, "tuple"),
        (list[int], "[Int]"), (typing.List[int], "[Int]"), (typing.List, "[Any]"), (dict[str, int], "Dict[String,Int]"),
        (typing.Dict[str, int], "Dict[String,Int]"), (set[int], "Set[Int]"), (tuple[int, str], "Tuple[Int,String]"),
        (tuple[int, ...], "Tuple[Int,...]"), (typing.Optional[int], "Int?"), (int | None, "Int?"), (Point, "Point"),
        (typing.Optional[typing.List[int]], "[Int]?"), (list[Point | None], "[Point?]"),
        (typing.Sequence[int], "[Int]"), (collections.abc.Mapping[str, int], "Dict[String,Int]"), (typing.Sequence, "[Any]"),
        (List, "[Any]"), (List[Int], "[Int]"), (Dict, "dict"), (Dict[String, Int], "Dict[String,Int]"), (Set[int], "Set[Int]"),
        (Tuple[int, str], "Tuple[Int,String]"), (Optional[int], "Int?"), (Output, "Any"), (Output[int], "Int"),
        (Output[None], "Nothing"), (MaterializeResult, "Any"), (MaterializeResult[int], "Int"), (ObserveResult, "Nothing"),
        (list[DynamicOutput[int]], "Int"), (list[DynamicOutput], "Any"), (typing.Annotated[int, "positive"], "Int"),
        (typing.NewType("UserId", int), "Int"), (frozenset[int], "frozenset"),
    ],
)  # fmt: skip
def test_an_annotation_stands_for_a_type(annotation, display_name):
    assert resolve_dagster_type(annotation).display_name == display_name


def test_a_type_stands_for_itself():
    even = DagsterType(name="Even", type_check_fn=lambda _context, value: value % 2 == 0)
    assert resolve_dagster_type(even) is even


@pytest.mark.parametrize(
    "annotation",
    [int | str, typing.Union[int, str, None], typing.Literal["a"], 3, "int", {"a": int}, [int], Optional, Point(),
     typing.TypeVar("T"), list[typing.Union[int, str]], lambda value: value],
)  # fmt: skip
def test_what_is_no_type_is_refused(annotation):
    with pytest.raises(DagsterInvalidDefinitionError):
        resolve_dagster_type(annotation)


def test_a_union_is_refused_with_what_to_write_instead():
    with pytest.raises(DagsterInvalidDefinitionError, match=r"PythonObjectDagsterType\(\(int, str\)\)"):
        resolve_dagster_type(int | str)


def test_nothing_cannot_be_wrapped():
    for build in (
        lambda: resolve_dagster_type(typing.List[None]),
        lambda: List[Nothing],
        lambda: Optional[Nothing],
    ):
        with pytest.raises(DagsterInvalidDefinitionError, match="Nothing carries no value"):
            build()


def test_a_single_dynamic_output_is_no_return_type():
    with pytest.raises(DagsterInvariantViolationError, match="list of them"):
        resolve_dagster_type(DynamicOutput[int])


def test_a_class_can_be_given_a_type_of_its_own():
    @usable_as_dagster_type(name="Coordinates", description="Where it is.")
    class Place:
        pass

    found = resolve_dagster_type(Place)

    assert (found.display_name, found.description) == ("Coordinates", "Where it is.")
    assert isinstance(found, PythonObjectDagsterType)


def test_a_class_can_be_decorated_without_brackets():
    @usable_as_dagster_type
    class Place:
        pass

    assert resolve_dagster_type(Place).unique_name == "Place"


def test_a_class_stands_for_one_type_only():
    class Place:
        pass

    first = PythonObjectDagsterType(Place, name="First")
    make_python_type_usable_as_dagster_type(Place, first)
    make_python_type_usable_as_dagster_type(Place, first)

    with pytest.raises(DagsterInvalidDefinitionError, match="'First' already"):
        make_python_type_usable_as_dagster_type(Place, PythonObjectDagsterType(Place, name="Second"))
    assert resolve_dagster_type(Place) is first


def test_a_class_cannot_be_registered_after_an_annotation_used_it():
    class Place:
        pass

    resolve_dagster_type(Place)

    with pytest.raises(DagsterInvalidDefinitionError, match="before it was registered"):
        make_python_type_usable_as_dagster_type(Place, PythonObjectDagsterType(Place, name="Late"))
