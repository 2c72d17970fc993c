"""From a Python annotation to the type that it stands for."""

from __future__ import annotations

import collections.abc
import types
import typing
from collections.abc import Callable
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.definitions.events import DynamicOutput, MaterializeResult, ObserveResult, Output
from weftwork.definitions.types.builtin_loaders import dict_loader
from weftwork.definitions.types.builtin_types import ANY, BOOL, FLOAT, INT, NOTHING, STRING
from weftwork.definitions.types.collection_types import DictType, ListType, OptionalType, SetType, TupleType
from weftwork.definitions.types.dagster_type import DagsterType, PythonObjectDagsterType
from weftwork.definitions.types.loader import DagsterTypeLoader

PYTHON_DICT = PythonObjectDagsterType(
    dict, key="PythonDict", name="dict", description="A Python dict.", loader=dict_loader()
)
PYTHON_SET = PythonObjectDagsterType(set, key="PythonSet", name="set", description="A Python set.")
PYTHON_TUPLE = PythonObjectDagsterType(tuple, key="PythonTuple", name="tuple", description="A Python tuple.")
LIST_OF_ANY = ListType(ANY)

_BUILTIN: dict[Any, DagsterType] = {
    None: ANY, Any: ANY, type(None): NOTHING, bool: BOOL, int: INT, float: FLOAT, str: STRING, list: LIST_OF_ANY,
    dict: PYTHON_DICT, set: PYTHON_SET, tuple: PYTHON_TUPLE, Output: ANY, MaterializeResult: ANY, ObserveResult: NOTHING,
    typing.List: LIST_OF_ANY, typing.Dict: PYTHON_DICT, typing.Set: PYTHON_SET, typing.Tuple: PYTHON_TUPLE,  # noqa: UP006 - users write them
    typing.Sequence: LIST_OF_ANY, typing.Mapping: PYTHON_DICT,
}  # fmt: skip
_registered: dict[type, DagsterType] = {}
_inferred: dict[type, DagsterType] = {}
_LIST_ORIGINS = (list, collections.abc.Sequence)
_DICT_ORIGINS = (dict, collections.abc.Mapping)
_UNION_ORIGINS = (typing.Union, types.UnionType)


class InferredType(PythonObjectDagsterType):
    """The type of the instances of a class that stands in an annotation and was never registered."""

    def __init__(self, python_type: type) -> None:
        full_name = f"{python_type.__module__}.{python_type.__name__}"
        super().__init__(
            python_type,
            key=f"_TypeHintInferred[{full_name}]",
            description=f"Instances of the Python class {full_name}.",
        )

    @property
    def display_name(self) -> str:
        """The name of the class."""
        return self.type_str


class TypeApi:
    """A documented name (List, Dict, …) that is a type itself and makes types with brackets.

    Args:
        name: the documented name.
        build: what the brackets hold -> type.
        bare: the type that the name itself is; None if it needs brackets.
    """

    def __init__(self, name: str, build: Callable[[Any], DagsterType], bare: DagsterType | None) -> None:
        self._name = name
        self._build = build
        self._bare = bare

    def __getitem__(self, inner: Any) -> DagsterType:
        return self._build(inner)

    def to_type(self) -> DagsterType:
        """Return the type that the name itself is.

        Raises:
            DagsterInvalidDefinitionError: if it needs brackets.
        """
        if self._bare is None:
            raise DagsterInvalidDefinitionError(
                f"{self._name} alone is no type: say of what, as in {self._name}[int]."
            )
        return self._bare

    def __repr__(self) -> str:
        return self._name


def _build_dict(inner: Any) -> DagsterType:
    if not isinstance(inner, tuple) or len(inner) != 2:
        raise DagsterInvalidDefinitionError(f"Dict takes two types, as in Dict[str, int], not {inner!r}.")
    return DictType(resolve_dagster_type(inner[0]), resolve_dagster_type(inner[1]))


def _build_tuple(inner: Any) -> DagsterType:
    items = inner if isinstance(inner, tuple) else (inner,)
    if len(items) == 2 and items[1] is Ellipsis:
        return TupleType([resolve_dagster_type(items[0])], any_length=True)
    return TupleType([resolve_dagster_type(item) for item in items])


List = TypeApi("List", lambda inner: ListType(resolve_dagster_type(inner)), LIST_OF_ANY)
Dict = TypeApi("Dict", _build_dict, PYTHON_DICT)
Set = TypeApi("Set", lambda inner: SetType(resolve_dagster_type(inner)), PYTHON_SET)
Tuple = TypeApi("Tuple", _build_tuple, PYTHON_TUPLE)
Optional = TypeApi("Optional", lambda inner: OptionalType(resolve_dagster_type(inner)), None)


def resolve_dagster_type(annotation: Any) -> DagsterType:
    """Return the type that an annotation, a class or a type stands for; None stands for Any.

    Args:
        annotation: a DagsterType, a class, None, or an annotation built with brackets or "|". Text must have been
            evaluated before.

    Raises:
        DagsterInvalidDefinitionError: if it stands for none.
        DagsterInvariantViolationError: if it is a single DynamicOutput.
    """
    try:
        known = _BUILTIN.get(annotation)
    except TypeError:  # what cannot be hashed is no type
        raise _no_type(annotation) from None
    if known is not None:
        return known
    if isinstance(annotation, DagsterType):
        return annotation
    if isinstance(annotation, TypeApi):
        return annotation.to_type()
    if typing.get_origin(annotation) is not None:
        return _resolve_generic(annotation)
    if annotation is DynamicOutput:
        raise _single_dynamic_output()
    if isinstance(annotation, type):
        return _resolve_class(annotation)
    if isinstance(annotation, typing.NewType):
        return resolve_dagster_type(annotation.__supertype__)
    raise _no_type(annotation)


def _resolve_class(python_type: type) -> DagsterType:
    found = _registered.get(python_type) or _inferred.get(python_type)
    if found is None:
        found = _inferred[python_type] = InferredType(python_type)
    return found


def _resolve_generic(annotation: Any) -> DagsterType:
    origin = typing.get_origin(annotation)
    args = typing.get_args(annotation)
    if origin in _UNION_ORIGINS:
        return _resolve_union(annotation, args)
    if origin is typing.Annotated:
        return resolve_dagster_type(annotation.__origin__)
    if origin is DynamicOutput:
        raise _single_dynamic_output()
    if not args or (len(args) == 1 and isinstance(args[0], typing.TypeVar)):
        return resolve_dagster_type(origin)
    if origin in (Output, MaterializeResult):
        return resolve_dagster_type(_none_is_nothing(args[0]))
    if origin in _LIST_ORIGINS:
        return _resolve_list(args[0])
    if origin in _DICT_ORIGINS and len(args) == 2:
        return DictType(resolve_dagster_type(args[0]), resolve_dagster_type(args[1]))
    if origin is set:
        return SetType(resolve_dagster_type(args[0]))
    if origin is tuple:
        return _build_tuple(args)
    if isinstance(origin, type):
        return _resolve_class(origin)
    raise _no_type(annotation)


def _resolve_list(item: Any) -> DagsterType:
    if item is DynamicOutput:
        return ANY
    if typing.get_origin(item) is DynamicOutput:
        return resolve_dagster_type(_none_is_nothing(typing.get_args(item)[0]))
    return ListType(resolve_dagster_type(item))


def _resolve_union(annotation: Any, args: tuple[Any, ...]) -> DagsterType:
    others = [arg for arg in args if arg is not type(None)]
    if len(others) == 1 and len(others) < len(args):
        return OptionalType(resolve_dagster_type(others[0]))
    raise _no_type(annotation)


def _none_is_nothing(annotation: Any) -> Any:
    return type(None) if annotation is None else annotation


def _single_dynamic_output() -> DagsterInvariantViolationError:
    return DagsterInvariantViolationError(
        "DynamicOutput alone is no return type: return a list of them (list[DynamicOutput[int]]), or yield them."
    )


def _no_type(annotation: Any) -> DagsterInvalidDefinitionError:
    shown = f"{annotation!r:.200}"
    hint = ""
    origin = typing.get_origin(annotation)
    if origin in _UNION_ORIGINS:
        names = ", ".join(getattr(arg, "__name__", str(arg)) for arg in typing.get_args(annotation))
        hint = f" For one of several classes use PythonObjectDagsterType(({names})), or Any."
    elif origin is typing.Literal:
        hint = " For one of several values use a DagsterType with a check of its own, or Any."
    elif isinstance(annotation, str):
        hint = " It is text: give the type itself."
    elif isinstance(annotation, typing.TypeVar):
        hint = " For a type that is not known use Any."
    elif isinstance(annotation, (dict, list)):
        hint = " A config schema is no type of values."
    return DagsterInvalidDefinitionError(
        f"{shown} is no type of values. Expected a class, a DagsterType, None, or list, dict, set, tuple and Optional of "
        f"these.{hint}"
    )


def make_python_type_usable_as_dagster_type(python_type: type, dagster_type: DagsterType) -> None:
    """Have annotations with a class stand for a type of your own.

    Args:
        python_type: the class.
        dagster_type: the type that it stands for.

    Raises:
        DagsterInvalidDefinitionError: if the class stands for another type already.
    """
    check_type(python_type, type, "python_type")
    check_type(dagster_type, DagsterType, "dagster_type")
    earlier = _registered.get(python_type)
    if earlier is not None and earlier is not dagster_type:
        raise DagsterInvalidDefinitionError(
            f"The class {python_type.__name__} stands for the type '{earlier.display_name}' already; it cannot stand for "
            f"'{dagster_type.display_name}' too."
        )
    if python_type in _inferred:
        raise DagsterInvalidDefinitionError(
            f"The class {python_type.__name__} was used in an annotation before it was registered as the type "
            f"'{dagster_type.display_name}'. Register it where the class is defined, before any op uses it."
        )
    _registered[python_type] = dagster_type


def usable_as_dagster_type(
    name: str | type | None = None, description: str | None = None, loader: DagsterTypeLoader | None = None
) -> Any:
    """Decorate a class so that annotations with it stand for a type with a name, a text and a loader of your own.

    Args:
        name: the name that people see (default: that of the class).
        description: text for people.
        loader: makes a value from run config, for unconnected inputs.

    Raises:
        DagsterInvalidDefinitionError: if the class stands for another type already.

    Example:
        >>> @usable_as_dagster_type(description="A point in the plane.")
        ... class Point: ...
    """
    if isinstance(name, type):
        return usable_as_dagster_type()(name)

    def decorate(python_type: type) -> type:
        made = PythonObjectDagsterType(
            python_type, name=name or python_type.__name__, description=description, loader=loader
        )
        make_python_type_usable_as_dagster_type(python_type, made)
        return python_type

    return decorate
