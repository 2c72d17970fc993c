"""The fields of a class whose objects come from a file: of a pydantic model, a dataclass, or an ``__init__``."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from weftwork.components.errors import ResolutionException

REQUIRED: Any = object()


class ClassField(NamedTuple):
    """One field of a class.

    Attributes:
        name: its name.
        annotation: its type, with everything that ``Annotated`` says.
        default: what it is where the file says nothing; ``REQUIRED`` if it must.
        info: what a pydantic model says of it; None for other classes.
    """

    name: str
    annotation: Any
    default: Any = REQUIRED
    info: FieldInfo | None = None

    @property
    def argument(self) -> str:
        """What the class calls it where an object is made."""
        alias = self.info.validation_alias if self.info is not None else None
        return alias if isinstance(alias, str) else self.name


def list_fields(cls: type) -> list[ClassField]:
    """Return the fields of a class, in order.

    Raises:
        ResolutionException: if it is of a kind whose fields cannot be told, or its annotations cannot be read.
    """
    if issubclass(cls, BaseModel):
        return [_from_info(name, info) for name, info in cls.model_fields.items()]
    if dataclasses.is_dataclass(cls):
        hints = _read_hints(cls, cls)
        return [_from_dataclass(field, hints) for field in dataclasses.fields(cls) if field.init]
    if issubclass(cls, tuple) or cls.__init__ is object.__init__:
        raise ResolutionException(
            f"{cls.__name__} is no class that Resolvable can fill. It must be a pydantic model (derive from Model), a "
            f"dataclass, or a class with __init__ of its own."
        )
    return list(_from_signature(cls))


def _from_info(name: str, info: FieldInfo) -> ClassField:
    annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    default = REQUIRED
    if not info.is_required():
        default = None if info.default is PydanticUndefined else info.default
        if info.default_factory is not None:
            default = dataclasses.MISSING
    return ClassField(name, annotation, default, info)


def _from_dataclass(field: Any, hints: Mapping[str, Any]) -> ClassField:
    has_none = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    return ClassField(field.name, hints[field.name], REQUIRED if has_none else field.default)


def _from_signature(cls: type) -> Iterable[ClassField]:
    made: Any = vars(next(base for base in cls.__mro__ if "__init__" in vars(base)))["__init__"]
    hints = _read_hints(cls, made)
    parameters = list(inspect.signature(made).parameters.values())[1:]
    for parameter in parameters:
        if parameter.kind is parameter.POSITIONAL_ONLY:
            raise ResolutionException(
                f"{cls.__name__}.__init__ has the positional only parameter '{parameter.name}', which no file can name."
            )
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.name not in hints:
            raise ResolutionException(
                f"{cls.__name__}.__init__ does not say of what type '{parameter.name}' is."
            )
        default = REQUIRED if parameter.default is parameter.empty else parameter.default
        yield ClassField(parameter.name, hints[parameter.name], default)


def _read_hints(cls: type, place: Any) -> dict[str, Any]:
    names = {**_surrounding_names(cls), cls.__name__: cls}
    try:
        return get_type_hints(place, localns=names, include_extras=True)
    except (NameError, TypeError) as error:
        raise ResolutionException(
            f"The annotations of {cls.__name__} cannot be read: {error}. Names in them must be known where it is defined."
        ) from error


def _surrounding_names(cls: type) -> Mapping[str, Any]:
    for base in cls.__mro__:
        found = base.__dict__.get("_resolvable_names")
        if found is not None:
            return dict(found)
    return {}


def remember_names(cls: type) -> None:
    """Keep the names that are known where a class is defined, if it is in a function and its annotations are text."""
    if "<locals>" not in cls.__qualname__ or not _has_text_annotations(cls):
        return
    frame: Any = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") != cls.__module__:
        frame = frame.f_back
    if frame is not None:
        setattr(cls, "_resolvable_names", dict(frame.f_locals))  # noqa: B010 - no name for type checkers


def _has_text_annotations(cls: type) -> bool:
    init = vars(cls).get("__init__")
    said = (vars(cls).get("__annotations__", {}), getattr(init, "__annotations__", {}))
    return any(isinstance(hint, str) for hints in said for hint in hints.values())
