"""What can be wrong with a config value, where in it, and in which words it is said."""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from weftwork.base.errors import DagsterInvalidConfigDefinitionError, DagsterInvalidDefinitionError
from weftwork.base.text import find_nearest, quote_names

# A path is a linked list, so that a check that finds nothing wrong builds nothing: (parent, kind, key).
# Kinds: "field", "item" (of a list), "key" and "value" (of a map).
Path = tuple[Any, str, Any] | None


class InvalidConfigSchemaError(DagsterInvalidConfigDefinitionError, DagsterInvalidDefinitionError):
    """Something is given as a config schema that is none."""


class PostProcessingError(Exception):
    """A valid value cannot be turned into what the program gets; the message says why."""


class DagsterEvaluationErrorReason(enum.Enum):
    """The kinds of error that a config value can have."""

    RUNTIME_TYPE_MISMATCH = "RUNTIME_TYPE_MISMATCH"
    MISSING_REQUIRED_FIELD = "MISSING_REQUIRED_FIELD"
    MISSING_REQUIRED_FIELDS = "MISSING_REQUIRED_FIELDS"
    FIELD_NOT_DEFINED = "FIELD_NOT_DEFINED"
    FIELDS_NOT_DEFINED = "FIELDS_NOT_DEFINED"
    FIELD_ALIAS_COLLISION = "FIELD_ALIAS_COLLISION"
    SELECTOR_FIELD_ERROR = "SELECTOR_FIELD_ERROR"
    FAILED_POST_PROCESSING = "FAILED_POST_PROCESSING"


class EvaluationStackPathEntry(msgspec.Struct, frozen=True):
    """A step into the field of a dict."""

    field_name: str


class EvaluationStackListItemEntry(msgspec.Struct, frozen=True):
    """A step into the item of a list."""

    list_index: int


class EvaluationStackMapKeyEntry(msgspec.Struct, frozen=True):
    """A step to the key of an entry of a map."""

    map_key: object


class EvaluationStackMapValueEntry(msgspec.Struct, frozen=True):
    """A step to the value of an entry of a map."""

    map_key: object


EvaluationStackEntry = (
    EvaluationStackPathEntry
    | EvaluationStackListItemEntry
    | EvaluationStackMapKeyEntry
    | EvaluationStackMapValueEntry
)

_ENTRY_CLASSES: dict[str, Any] = {
    "field": EvaluationStackPathEntry,
    "item": EvaluationStackListItemEntry,
    "key": EvaluationStackMapKeyEntry,
    "value": EvaluationStackMapValueEntry,
}


class EvaluationStack(msgspec.Struct, frozen=True):
    """The way from the root of a config value to one place in it."""

    entries: Sequence[EvaluationStackEntry]

    @property
    def levels(self) -> list[str]:
        """The names of the fields and the positions on the way."""
        return [
            str(getattr(entry, "field_name", getattr(entry, "list_index", getattr(entry, "map_key", ""))))
            for entry in self.entries
        ]


def _unlink(path: Path) -> list[tuple[str, Any]]:
    links: list[tuple[str, Any]] = []
    while path is not None:
        parent, kind, key = path
        links.append((kind, key))
        path = parent
    links.reverse()
    return links


def describe_path(path: Path) -> str:
    """Return a path as text: ``root:ops:a:config:rows[2]:name``."""
    text = "root"
    for kind, key in _unlink(path):
        if kind == "field":
            text += f":{key}"
        elif kind == "item":
            text += f"[{key}]"
        else:
            text += f":{key!r}:{kind}"
    return text


class EvaluationError:
    """One thing that is wrong with a config value.

    Attributes:
        reason: the kind of error.
        field_names: the fields that are missing, unknown or chosen wrongly.
        nearest: the valid name that was probably meant, if there is one.
        expected: what the schema expects at that place, as text.
    """

    __slots__ = ("_head", "_path", "_shown", "_tail", "expected", "field_names", "nearest", "reason")

    def __init__(
        self,
        reason: DagsterEvaluationErrorReason,
        path: Path,
        message: tuple[str, str, str],
        *,
        expected: str | None = None,
        field_names: Sequence[str] = (),
        nearest: str | None = None,
    ) -> None:
        self.reason = reason
        self._path = path
        self._head, self._shown, self._tail = message
        self.expected = expected
        self.field_names = list(field_names)
        self.nearest = nearest

    @property
    def message(self) -> str:
        """What is wrong, where, what was expected and how to mend it."""
        return self._head + self._shown + self._tail

    @property
    def path(self) -> str:
        """The place as text, such as ``root:ops:a:config:rows``."""
        return describe_path(self._path)

    @property
    def stack(self) -> EvaluationStack:
        """The place as a list of steps from the root."""
        return EvaluationStack([_ENTRY_CLASSES[kind](key) for kind, key in _unlink(self._path)])

    def hide_value(self) -> None:
        """Take the value that was given out of the message, because it is secret."""
        self._shown = ""

    def __repr__(self) -> str:
        return f"EvaluationError({self.reason.name}, {self.message!r})"


def _shorten(value: object, limit: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def wrong_type(path: Path, expected: str, value: object, hint: str = "") -> EvaluationError:
    """Build the error for a value of the wrong type."""
    given = "None" if value is None else type(value).__name__
    shown = "" if value is None else f" {_shorten(value)}"
    message = (f"Expected {expected} at {describe_path(path)}, got {given}", shown, f".{hint}")
    return EvaluationError(
        DagsterEvaluationErrorReason.RUNTIME_TYPE_MISMATCH, path, message, expected=expected
    )


def unknown_fields(
    path: Path, names: Sequence[Any], valid: Collection[str], expected: str
) -> EvaluationError:
    """Build the error for entries that the schema does not have."""
    shown = quote_names([str(name) for name in names])
    nearest = find_nearest(str(names[0]), valid) if len(names) == 1 else None
    many = len(names) > 1
    known = f" Known here: {quote_names(valid)}." if valid else " Nothing can be configured here."
    tail = (f" Did you mean '{nearest}'?" if nearest else "") + known
    reason = DagsterEvaluationErrorReason
    return EvaluationError(
        reason.FIELDS_NOT_DEFINED if many else reason.FIELD_NOT_DEFINED,
        path,
        (f"Unknown config entr{'ies' if many else 'y'} {shown} at {describe_path(path)}.", "", tail),
        expected=expected,
        field_names=[str(name) for name in names],
        nearest=nearest,
    )


def missing_fields(path: Path, names: Sequence[str], example: object, expected: str) -> EvaluationError:
    """Build the error for required entries that are absent."""
    many = len(names) > 1
    reason = DagsterEvaluationErrorReason
    what = f"Missing required config entr{'ies' if many else 'y'} {quote_names(names)}"
    message = (f"{what} at {describe_path(path)}. For example: {_shorten(example, 600)}.", "", "")
    return EvaluationError(
        reason.MISSING_REQUIRED_FIELDS if many else reason.MISSING_REQUIRED_FIELD,
        path,
        message,
        expected=expected,
        field_names=names,
    )


def alias_collision(path: Path, name: str, alias: str) -> EvaluationError:
    """Build the error for a field that is given under its name and its alias."""
    message = (
        f"Config entries '{name}' and '{alias}' at {describe_path(path)} are the same entry. Give one of them.",
        "",
        "",
    )
    return EvaluationError(
        DagsterEvaluationErrorReason.FIELD_ALIAS_COLLISION, path, message, field_names=[name, alias]
    )


def wrong_selection(
    path: Path, chosen: Collection[Any], valid: Collection[str], expected: str
) -> EvaluationError:
    """Build the error for a selector that does not choose exactly one field."""
    given = f"got {quote_names(str(c) for c in chosen)}" if chosen else "got none"
    message = (
        f"Exactly one of {quote_names(valid)} must be given at {describe_path(path)}, {given}.",
        "",
        "",
    )
    return EvaluationError(
        DagsterEvaluationErrorReason.SELECTOR_FIELD_ERROR,
        path,
        message,
        expected=expected,
        field_names=[str(c) for c in chosen],
    )


def failed_processing(path: Path, why: str) -> EvaluationError:
    """Build the error for a valid value that cannot be turned into what the program gets."""
    return EvaluationError(
        DagsterEvaluationErrorReason.FAILED_POST_PROCESSING,
        path,
        (f"The value at {describe_path(path)} cannot be used: {why}", "", ""),
    )
