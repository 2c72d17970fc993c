"""A type of values: a name, a check, and how values are loaded from config."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.base.source import describe_function
from weftwork.definitions.events import TypeCheck
from weftwork.definitions.types.loader import DagsterTypeLoader, check_loader
from weftwork.definitions.types.type_check_context import TypeCheckContext
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata

TypeCheckFn = Callable[[TypeCheckContext, Any], "TypeCheck | bool"]
PASSED = TypeCheck(True)


class DagsterTypeKind(Enum):
    """The kinds of type."""

    ANY = "ANY"
    SCALAR = "SCALAR"
    LIST = "LIST"
    NOTHING = "NOTHING"
    NULLABLE = "NULLABLE"
    REGULAR = "REGULAR"


class DagsterType:
    """A type of values that pass between ops.

    Args:
        type_check_fn: (context, value) -> bool or TypeCheck.
        key: a name that is unique in a job (default: ``name``).
        name: the name that people see; needed unless ``key`` is given.
        is_builtin: whether Weftwork itself defines the type.
        description: text for people.
        loader: makes a value from run config, for unconnected inputs.
        required_resource_keys: the resources that the check uses.
        kind: the kind of type.
        typing_type: the Python type of the values.
        metadata: name to value; see ``MetadataValue``.

    Raises:
        ParameterCheckError: if an argument is of the wrong kind.
        DagsterInvalidDefinitionError: if ``type_check_fn`` does not take two arguments.

    Example:
        >>> Even = DagsterType(name="Even", type_check_fn=lambda _context, value: value % 2 == 0)
    """

    is_nothing = False
    is_any = False

    def __init__(
        self,
        type_check_fn: TypeCheckFn,
        key: str | None = None,
        name: str | None = None,
        is_builtin: bool = False,
        description: str | None = None,
        loader: DagsterTypeLoader | None = None,
        required_resource_keys: Iterable[str] | None = None,
        kind: DagsterTypeKind = DagsterTypeKind.REGULAR,
        typing_type: Any = Any,
        metadata: RawMetadata | None = None,
    ) -> None:
        check_type(key, str, "key", optional=True)
        check_type(name, str, "name", optional=True)
        check_type(description, str, "description", optional=True)
        if not key and not name:
            raise CheckError("A DagsterType needs a name or a key.")
        self._name: str | None = name
        self.key: str = key or name or ""
        self._type_check_fn: TypeCheckFn = check_callable(type_check_fn, "type_check_fn")
        _check_two_arguments(type_check_fn, self.key)
        if isinstance(required_resource_keys, str):
            raise ParameterCheckError(
                f"required_resource_keys must be a set of text, not '{required_resource_keys}'."
            )
        self.required_resource_keys: frozenset[str] = frozenset(required_resource_keys or ())
        self.is_builtin: bool = check_type(is_builtin, bool, "is_builtin")
        self._description = description
        self._loader = check_loader(loader)
        self.kind: DagsterTypeKind = check_type(kind, DagsterTypeKind, "kind")
        self._typing_type = typing_type
        self._metadata: Metadata = normalize_metadata(metadata)

    @property
    def display_name(self) -> str:
        """The name that people see."""
        return self._name or self.key

    @property
    def has_unique_name(self) -> bool:
        """Whether the type has a name of its own."""
        return self._name is not None

    @property
    def unique_name(self) -> str:
        """The name of the type's own.

        Raises:
            CheckError: if it has only a key.
        """
        if self._name is None:
            raise CheckError(f"The type '{self.key}' has no name of its own, only a key.")
        return self._name

    @property
    def description(self) -> str | None:
        """Text for people."""
        return self._description

    @property
    def loader(self) -> DagsterTypeLoader | None:
        """Makes a value from run config, for unconnected inputs."""
        return self._loader

    @property
    def typing_type(self) -> Any:
        """The Python type of the values."""
        return self._typing_type

    @property
    def metadata(self) -> Metadata:
        """Name to metadata value."""
        return self._metadata

    @property
    def type_params(self) -> Sequence[DagsterType]:
        """The types directly inside this one."""
        return ()

    @property
    def inner_types(self) -> Sequence[DagsterType]:
        """All the types inside this one, each once."""
        found: dict[str, DagsterType] = {}
        for inner in self.type_params:
            found.setdefault(inner.key, inner)
            for deeper in inner.inner_types:
                found.setdefault(deeper.key, deeper)
        return list(found.values())

    @property
    def type_param_keys(self) -> Sequence[str]:
        """The keys of the types directly inside this one."""
        return [inner.key for inner in self.type_params]

    @property
    def loader_schema_key(self) -> str | None:
        """The key of the config type that the loader takes."""
        return self.loader.schema_type.key if self.loader else None

    @property
    def supports_fan_in(self) -> bool:
        """Whether an input of this type takes a list of several outputs."""
        return False

    def get_inner_type_for_fan_in(self) -> DagsterType:
        """Return the type of each item of a fan-in.

        Raises:
            CheckError: if the type takes no fan-in.
        """
        raise CheckError(f"The type '{self.display_name}' takes no fan-in: use List[...], Any or Nothing.")

    def type_check(self, context: TypeCheckContext | None, value: object) -> TypeCheck:
        """Return whether ``value`` is of this type.

        Raises:
            DagsterInvariantViolationError: if the check returned neither bool nor TypeCheck.
        """
        verdict: Any = self._type_check_fn(context, value)  # type: ignore[arg-type]
        if isinstance(verdict, TypeCheck):
            return verdict
        if verdict is True:
            return PASSED
        if verdict is False:
            return TypeCheck(False)
        if type(verdict).__name__ in (
            "bool_",
            "bool",
        ):  # numpy's booleans come from every comparison of columns
            return TypeCheck(bool(verdict))
        raise DagsterInvariantViolationError(
            f"The check of type '{self.display_name}' ({describe_function(self._type_check_fn)}) must return True, False "
            f"or a TypeCheck, not {verdict!r:.100} of type {type(verdict).__name__}."
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DagsterType):
            return NotImplemented
        return self is other or (
            type(self) is type(other)
            and self.key == other.key
            and self._name == other._name
            and [inner.key for inner in self.type_params] == [inner.key for inner in other.type_params]
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<DagsterType {self.display_name}>"


class PythonObjectDagsterType(DagsterType):
    """The type of the instances of a Python class, or of several.

    Args:
        python_type: the class, or a tuple of classes.
        key: a name that is unique in a job (default: ``name``).
        name: the name that people see (default: that of the class).
        **kwargs: as for ``DagsterType``.

    Raises:
        ParameterCheckError: if ``python_type`` is neither a class nor a tuple of classes.
    """

    def __init__(
        self,
        python_type: type | tuple[type, ...],
        key: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        classes = python_type if isinstance(python_type, tuple) else (python_type,)
        if not classes or not all(isinstance(cls, type) for cls in classes):
            raise ParameterCheckError(
                f"python_type must be a class or a tuple of classes, not {python_type!r:.200}."
            )
        self.python_type = python_type
        self.type_str = (
            python_type.__name__
            if isinstance(python_type, type)
            else f"Union[{', '.join(cls.__name__ for cls in python_type)}]"
        )
        if key is None and name is None:
            name = self.type_str
        kwargs.setdefault(
            "typing_type", python_type if isinstance(python_type, type) else typing.Union[python_type]
        )  # noqa: UP007 - built from a tuple
        super().__init__(key=key, name=name, type_check_fn=self._check_instance, **kwargs)

    def _check_instance(self, _context: Any, value: Any) -> TypeCheck:
        if isinstance(value, self.python_type):
            return PASSED
        return wrong_value(value, f"an instance of {self.type_str}", self)


def wrong_value(value: Any, expected: str, dagster_type: DagsterType | None = None) -> TypeCheck:
    """Return the verdict that ``value`` is not what was expected."""
    of_type = f" (type {dagster_type.display_name})" if dagster_type else ""
    try:
        shown = " ".join(f"{value!r:.200}".split())[:100]  # tables have many lines
    except Exception:  # noqa: BLE001 - the representation is the user's own code
        shown = "a value"
    return TypeCheck(
        False, f"Expected {expected}{of_type}, found {shown} of Python type {type(value).__name__}."
    )


def _check_two_arguments(function: Any, key: str) -> None:
    code = getattr(function, "__code__", None)
    if code is None or code.co_flags & 0x04:  # a callable object, or *args
        return
    given = code.co_argcount - (1 if getattr(function, "__self__", None) is not None else 0)
    required = given - len(function.__defaults__ or ())
    if not required <= 2 <= given:
        raise DagsterInvalidDefinitionError(
            f"The check of type '{key}' takes two arguments, (context, value); {describe_function(function)} takes {given}."
        )
