"""The builtin types: Any, Nothing and the scalars, and their documented names."""

from __future__ import annotations

import typing
from typing import Any as AnyValue

from weftwork.definitions.events import TypeCheck
from weftwork.definitions.types.builtin_loaders import any_loader, scalar_loader
from weftwork.definitions.types.dagster_type import PASSED, DagsterType, DagsterTypeKind, wrong_value

# The documented names are the Python types themselves, so that one name serves annotations and config.
Any = typing.Any
Bool = bool
Float = float
Int = int
String = str
Nothing = type(None)


class AnyType(DagsterType):
    """The type of every value; its check is never needed."""

    is_any = True

    def __init__(self) -> None:
        super().__init__(
            type_check_fn=lambda _context, _value: PASSED, name="Any", is_builtin=True, loader=any_loader(),
            kind=DagsterTypeKind.ANY, typing_type=typing.Any,
        )  # fmt: skip

    @property
    def supports_fan_in(self) -> bool:
        """Always True."""
        return True

    def get_inner_type_for_fan_in(self) -> DagsterType:
        """Return the type itself."""
        return self


class NothingType(DagsterType):
    """The type of dependencies that carry no value."""

    is_nothing = True

    def __init__(self) -> None:
        super().__init__(
            type_check_fn=self._check_nothing, name="Nothing", is_builtin=True, kind=DagsterTypeKind.NOTHING,
            typing_type=type(None),
        )  # fmt: skip

    def _check_nothing(self, _context: AnyValue, value: AnyValue) -> TypeCheck:
        return PASSED if value is None else wrong_value(value, "no value (None)", self)

    @property
    def supports_fan_in(self) -> bool:
        """Always True."""
        return True

    def get_inner_type_for_fan_in(self) -> DagsterType:
        """Return the type itself."""
        return self


class ScalarType(DagsterType):
    """The type of the values of one Python scalar.

    Args:
        name: the documented name.
        python_type: the Python type.
    """

    def __init__(self, name: str, python_type: type) -> None:
        self.python_type = python_type
        super().__init__(
            type_check_fn=self._check_scalar, name=name, is_builtin=True, loader=scalar_loader(python_type),
            kind=DagsterTypeKind.SCALAR, typing_type=python_type,
        )  # fmt: skip

    def _check_scalar(self, _context: AnyValue, value: AnyValue) -> TypeCheck:
        if isinstance(value, self.python_type):
            return PASSED
        return wrong_value(value, f"{self.python_type.__name__}", self)


ANY = AnyType()
NOTHING = NothingType()
BOOL = ScalarType("Bool", bool)
FLOAT = ScalarType("Float", float)
INT = ScalarType("Int", int)
STRING = ScalarType("String", str)
BUILTIN_TYPES = (ANY, BOOL, FLOAT, INT, STRING, NOTHING)
