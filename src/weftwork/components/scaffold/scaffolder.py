"""Scaffolder and ``@scaffold_with``: which files a new component of a type begins with."""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from weftwork.base.errors import CheckError

Params = TypeVar("Params")
T = TypeVar("T")
_ATTRIBUTE = "_scaffolder_cls"


class NoParams(BaseModel):
    """What a scaffolder is asked with that takes nothing."""


@dataclasses.dataclass
class ScaffoldRequest(Generic[Params]):
    """What a new component is asked with.

    Attributes:
        type_name: the class, with its module.
        target_path: the folder that it is to be in.
        scaffold_format: whether a defs.yaml or a Python file declares it.
        project_root: the folder of the project.
        params: what the scaffolder takes.
        append: whether it is added to a defs.yaml that is there already.
    """

    type_name: str
    target_path: Path
    scaffold_format: Literal["yaml", "python"]
    project_root: Path | None
    params: Params
    append: bool = False


class Scaffolder(Generic[Params]):
    """Writes the files that a new component begins with.

    Example:
        >>> class TablesScaffolder(Scaffolder):
        ...     def scaffold(self, request):
        ...         scaffold_component(request, {"schema_name": "sales", "tables": []})
    """

    @classmethod
    def get_scaffold_params(cls) -> type[Any]:
        """Return the model of what it takes."""
        return NoParams

    @abstractmethod
    def scaffold(self, request: ScaffoldRequest[Params]) -> None:
        """Write the files.

        Args:
            request: what is asked.
        """


def scaffold_with(scaffolder_cls: type[Scaffolder[Any]]) -> Callable[[T], T]:
    """Say which scaffolder makes new components of the decorated class.

    Args:
        scaffolder_cls: the scaffolder.

    Example:
        >>> @scaffold_with(TablesScaffolder)
        ... class Tables(Component, Model, Resolvable): ...
    """

    def mark(decorated: T) -> T:
        setattr(decorated, _ATTRIBUTE, scaffolder_cls)
        return decorated

    return mark


def has_scaffolder(decorated: Any) -> bool:
    """Return whether a scaffolder is said for a class or function."""
    return getattr(decorated, _ATTRIBUTE, None) is not None


def get_scaffolder(decorated: Any) -> Scaffolder[Any]:
    """Return the scaffolder that is said for a class or function.

    Raises:
        CheckError: if none is.
    """
    found = getattr(decorated, _ATTRIBUTE, None)
    if found is None:
        raise CheckError(f"{decorated!r} has no scaffolder; it must be decorated with @scaffold_with.")
    made: Scaffolder[Any] = found()
    return made
