"""What is wrong in a file, told with file, line and path, and with the nearest name that would be right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from weftwork.base.text import did_you_mean
from weftwork.components.resolved.source_text import SourceText

_OTHER_BRANCH = "string_type"


class Problem:
    """One thing that is wrong.

    Args:
        path: where it is, from the top of the file.
        what: what is wrong.
        kind: what pydantic calls it.
        given: what the file says.
        place: file and line, where that was told already.
    """

    __slots__ = ("path", "what", "kind", "given", "place")

    def __init__(
        self, path: tuple[str | int, ...], what: str, kind: str, given: Any, place: str | None = None
    ) -> None:
        self.path = path
        self.what = what
        self.kind = kind
        self.given = given
        self.place = place

    def describe(self) -> str:
        """Return it in one line, with the place first."""
        place = f"{self.place} " if self.place is not None else ""
        return f"{place}{'.'.join(str(part) for part in self.path) or 'the document'}: {self.what}"


def list_problems(
    error: ValidationError, root: Sequence[str | int] = (), model: type[BaseModel] | None = None
) -> list[Problem]:
    """Return what pydantic found to be wrong, each thing once and in words for who wrote the file.

    Args:
        error: what it raised.
        root: where in the file the model begins.
        model: the model, whose fields are named where one was mistyped.
    """
    found: dict[tuple[str | int, ...], Problem] = {}
    for detail in error.errors(include_url=False):
        value = detail.get("input")
        told = detail.get("ctx") or {}
        if "said" in told:
            found[detail["loc"]] = Problem(detail["loc"], told["said"], detail["type"], value, told["place"])
            continue
        path = (*root, *_real_path(detail["loc"]))
        known = found.get(path)
        if known is not None and detail["type"] == _OTHER_BRANCH:
            continue  # every field may be a template, and so text: that it is none is no news
        what = _describe(detail, model)
        if known is not None and known.kind != _OTHER_BRANCH:
            what = known.what if what in known.what else f"{known.what}; or: {what}"
        found[path] = Problem(path, what, detail["type"], value)
    return _without_outer_text(list(found.values()))


def _without_outer_text(problems: list[Problem]) -> list[Problem]:
    """Leave out that a value is no text where something inside of it is wrong."""
    inner = {problem.path[:length] for problem in problems for length in range(len(problem.path))}
    return [problem for problem in problems if problem.kind != _OTHER_BRANCH or problem.path not in inner]


def _real_path(loc: Iterable[str | int]) -> list[str | int]:
    """Return a location without the names of types that pydantic puts into it for unions."""
    return [part for part in loc if isinstance(part, int) or not _is_branch(part)]


def _is_branch(part: str) -> bool:
    return part in _SCALARS or part.endswith("Model") or any(mark in part for mark in "[]()") or "-" in part


_SCALARS = frozenset(
    {"str", "int", "float", "bool", "none", "list", "dict", "tuple", "constrained-int", "enum"}
)


def _describe(detail: Any, model: type[BaseModel] | None) -> str:
    kind, loc = detail["type"], detail["loc"]
    if kind == "extra_forbidden":
        names = list(model.model_fields) if model is not None and len(loc) == 1 else []
        known = f" There are: {', '.join(sorted(names))}." if names else ""
        return f"there is no such field.{did_you_mean(str(loc[-1]), names)}{known}"
    if kind == "missing":
        return "this is required, and not there."
    said = detail["msg"]
    return f"{said[:1].lower()}{said[1:]}, not {detail.get('input')!r:.100}."


def locate(
    error: ValidationError,
    source: SourceText | None,
    root: Sequence[str | int] = (),
    model: type[BaseModel] | None = None,
) -> ValidationError:
    """Return the error with file and line at each thing that is wrong.

    Args:
        error: what pydantic raised.
        source: the file.
        root: where in the file the model begins.
        model: the model.
    """
    if source is None:
        return error
    details: list[InitErrorDetails] = [
        {
            "type": PydanticCustomError(
                problem.kind,
                "{place}: {said}",
                {"place": problem.place or source.place_of(problem.path), "said": problem.what},
            ),
            "loc": problem.path,
            "input": problem.given,
        }
        for problem in list_problems(error, root, model)
    ]
    return ValidationError.from_exception_data(error.title, details)
