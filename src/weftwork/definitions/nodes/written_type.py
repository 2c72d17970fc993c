"""A type as the user wrote it, resolved to a DagsterType when it is first asked for."""

from __future__ import annotations

import typing
from types import GenericAlias, NoneType, UnionType
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.types.dagster_type import DagsterType
from weftwork.definitions.types.resolution import TypeApi, resolve_dagster_type


class NoValue:
    """The class of the mark that something was not given."""

    def __repr__(self) -> str:
        return "<not given>"

    def __reduce__(self) -> str:
        return "NO_VALUE"


NO_VALUE: Any = NoValue()
_TYPE_FORMS = (DagsterType, TypeApi, GenericAlias, UnionType, typing.TypeVar, typing.NewType)


def check_written_type(written: Any, where: str) -> Any:
    """Return ``written`` if it can name a type.

    Args:
        written: what the user gave as ``dagster_type``, or NO_VALUE.
        where: where it stands, for the message ("In", "Out").

    Raises:
        DagsterInvalidDefinitionError: if it is no type.
    """
    if isinstance(written, type) or written is NO_VALUE or written is None:
        return written
    if isinstance(written, _TYPE_FORMS) or type(written).__module__ == "typing":
        return written
    hint = f" To refer to a type by its name, pass the type itself: {where}({written})." if isinstance(written, str) else (
        f" Did you mean its type, {type(written).__name__}?" if not callable(written) else "")  # fmt: skip
    raise DagsterInvalidDefinitionError(
        f"{where}(dagster_type=…) takes a Python type, a typing form or a DagsterType, not "
        f"{type(written).__name__}: {written!r:.100}.{hint}"
    )


def is_nothing(written: Any) -> bool:
    """Return whether a written type is Nothing: a dependency without a value."""
    return written is NoneType or (isinstance(written, DagsterType) and written.is_nothing)


class Typed:
    """Something with a type that is resolved when it is first asked for."""

    __slots__ = ("_type", "written_type")

    def __init__(self, written_type: Any) -> None:
        self.written_type = written_type
        self._type: DagsterType | None = None

    @property
    def dagster_type(self) -> DagsterType:
        """The type of its values.

        Raises:
            DagsterInvalidDefinitionError: if what the user wrote is no type.
        """
        found = self._type
        if found is None:
            found = self._type = resolve_written_type(self.written_type)
        return found

    @property
    def is_nothing(self) -> bool:
        """Whether it carries no value and only orders steps."""
        return is_nothing(self.written_type)


def resolve_written_type(written: Any) -> DagsterType:
    """Return the DagsterType of what the user wrote; Any where nothing was written."""
    return resolve_dagster_type(None if written is NO_VALUE else written)
