"""What is wrong in a file, told with file, line and path, and with the nearest name that would be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from weftwork.base.text import did_you_mean
from weftwork.components.resolved.source_text import SourceText


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
    error: ValidationError,
    root: Sequence[str | int] = (),
    model: type[BaseModel] | None = None,
    given: Any = None,
) -> list[Problem]:
    """Return what pydantic found to be wrong, each thing once and in words for who wrote the file.

    Args:
        error: what it raised.
        root: where in the file the model begins.
        model: the model, whose fields are named where one was mistyped.
        given: what was validated; tells which parts of a location are of the file, and which name types.
    """
    details = error.errors(include_url=False)
    if details and "said" in details[0].get("ctx", {}):  # told with its places before
        return [_to_problem(_Found(detail, (), None), detail["loc"], None) for detail in details]
    return list(_choose([_Found(detail, detail["loc"], given) for detail in details], tuple(root), model))


class _Found(NamedTuple):
    """One error of pydantic, on the way down to its place.

    Attributes:
        detail: what pydantic says.
        rest: what is left of its location.
        value: what the file says here.
    """

    detail: Any
    rest: tuple[str | int, ...]
    value: Any

    @property
    def branch(self) -> str | None:
        """The type that comes next in the location; None if what comes next is in the file, or nothing does."""
        part = self.rest[0] if self.rest else None
        if not isinstance(part, str) or _holds(self.value, part):
            return None
        is_absent = len(self.rest) == 1 and self.detail["type"] == "missing"
        return None if is_absent else part

    def step(self) -> _Found:
        """Return it one part further down."""
        part = self.rest[0]
        is_in = isinstance(self.value, (Mapping, list, tuple)) and self.branch is None
        return _Found(self.detail, self.rest[1:], _get(self.value, part) if is_in else self.value)


def _holds(value: Any, part: str) -> bool:
    return part in value if isinstance(value, Mapping) else hasattr(value, part)


def _get(value: Any, part: Any) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def _choose(
    found: list[_Found], path: tuple[str | int, ...], model: type[BaseModel] | None
) -> Iterator[Problem]:
    """Yield the problems at and below a place; of several types that it may be, those of the one that was meant."""
    ends = [one for one in found if not one.rest]
    if ends:
        yield _to_problem(ends[0], path, model)
        return
    branches: dict[str, list[_Found]] = {}
    parts: dict[str | int, list[_Found]] = {}
    for one in found:
        branch = one.branch
        (branches if branch is not None else parts).setdefault(branch or one.rest[0], []).append(one.step())  # type: ignore[arg-type]  # a branch is text
    if branches:
        label = min(branches, key=lambda name: _unlikeliness(name, branches[name]))
        yield from _choose(branches[label], path, model)
    for part, below in parts.items():
        yield from _choose(below, (*path, part), model)


def _unlikeliness(label: str, found: list[_Found]) -> tuple[bool, bool, int]:
    """Return how unlikely it is that a type was meant: text, which stands for templates, and another literal come last."""
    is_other = any(one.detail["type"] == "literal_error" for one in found)
    return label == "str", is_other, len(found)


def _to_problem(one: _Found, path: tuple[str | int, ...], model: type[BaseModel] | None) -> Problem:
    told = one.detail.get("ctx") or {}
    kind, given = one.detail["type"], one.detail.get("input")
    if "said" in told:
        return Problem(path, told["said"], kind, given, told["place"] or None)
    return Problem(path, _describe(one, model), kind, given)


def _describe(one: _Found, model: type[BaseModel] | None) -> str:
    kind, loc = one.detail["type"], one.detail["loc"]
    if kind == "extra_forbidden":
        names = _names_beside(model, loc)
        known = f" There are: {', '.join(sorted(names))}." if names else ""
        return f"there is no such field.{did_you_mean(str(loc[-1]), names)}{known}"
    if kind == "missing":
        return "this is required, and not there."
    said = one.detail["msg"]
    return f"{said[:1].lower()}{said[1:]}, not {one.detail.get('input')!r:.100}."


def _names_beside(model: type[BaseModel] | None, loc: Sequence[str | int]) -> list[str]:
    """Return the fields that there are where a field was given that is not there."""
    models = [] if model is None else [model]
    for part in loc[:-1]:
        fields = [one.model_fields[part] for one in models if part in one.model_fields]
        named = [one for one in models if one.__name__ == part]
        if fields:
            models = [kind for field in fields for kind in _models_in(field.annotation)]
        elif named:
            models = named
    return [name for one in models for name in one.model_fields]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def locate(
    error: ValidationError,
    source: SourceText | None,
    root: Sequence[str | int] = (),
    model: type[BaseModel] | None = None,
    given: Any = None,
) -> ValidationError:
    """Return the error with file and line at each thing that is wrong.

    Args:
        error: what pydantic raised.
        source: the file.
        root: where in the file the model begins.
        model: the model.
        given: what was validated.
    """
    if source is None:
        return error
    details: list[InitErrorDetails] = [
        {
            "type": PydanticCustomError(
                problem.kind,
                "{place}: {said}" if source.name else "{said}",
                {"place": problem.place or source.place_of(problem.path), "said": problem.what},
            ),
            "loc": problem.path,
            "input": problem.given,
        }
        for problem in list_problems(error, root, model, given)
    ]
    return ValidationError.from_exception_data(error.title, details)
