"""What the answers of this floor have in common: plain JSON with every field, instants in UTC."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.records.values.metadata_value import MetadataValue
from weftwork.serde.record import Record

_MAX_CURSOR_DIGITS = 18
_LARGEST_NUMBER = 2**53
Instant = Annotated[datetime.datetime, msgspec.Meta(tz=True)]
"""A point in time that somebody gives: with its time zone, since that of the server says nothing to them."""

EventNumber = Annotated[int, msgspec.Meta(ge=0, le=_LARGEST_NUMBER)]
"""The number of an event."""

_KIND_SUFFIX = "MetadataValue"


class View(Record, omit_defaults=False, tag=False):
    """Base of what is answered: as JSON it has all its fields and nothing else."""


class MetadataView(View):
    """One metadata value.

    Attributes:
        kind: what it is: "int", "path", "table_schema" and the like.
        value: the value as JSON data.
    """

    kind: str
    value: Any


def view_metadata(metadata: Mapping[str, MetadataValue]) -> dict[str, MetadataView]:
    """Return metadata as it is answered."""
    return {name: MetadataView(kind=_kind(value), value=_plain(value)) for name, value in metadata.items()}


def _kind(value: MetadataValue) -> str:
    name = type(value).__name__.removesuffix(_KIND_SUFFIX)
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _plain(value: MetadataValue) -> Any:
    plain = value.value
    if isinstance(plain, Record):
        plain = _without_tags(msgspec.to_builtins(plain))
    return plain


def _without_tags(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_tags(inner) for key, inner in value.items() if key != "__class__"}
    return [_without_tags(inner) for inner in value] if isinstance(value, list) else value


def read_cursor(cursor: str | None) -> int | None:
    """Return the number that a cursor stands for; None for none.

    Raises:
        DagsterInvalidInvocationError: if it is none that an answer gave.
    """
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _MAX_CURSOR_DIGITS):
        raise DagsterInvalidInvocationError(
            f"'{cursor:.40}' is no cursor. Give the cursor of the page before, or none for the first page."
        )
    return int(cursor)


def to_instant(seconds: float | None) -> datetime.datetime | None:
    """Return seconds since the epoch as an instant in UTC."""
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)
