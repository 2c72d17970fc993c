"""A field of a record that is read when somebody first looks at it; for everybody else it is the value itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weftwork.serde.record import Record


class Unread:
    """What a field holds before anybody has looked at it; records compare, show, copy and write it as its value.

    Args:
        read: makes the value of its source.
        source: what it is made of.
    """

    __slots__ = ("_source", "_value")

    def __init__(self, read: Callable[[Any], Any], source: Any) -> None:
        self._source: tuple[Callable[[Any], Any], Any] | None = (read, source)

    def value(self) -> Any:
        """Return the value; it is made once."""
        source = self._source
        if source is not None:
            self._value = source[0](source[1])
            self._source = None  # after the value is there: another thread may look at the same time
        return self._value

    def __eq__(self, other: object) -> bool:
        return bool(self.value() == (other.value() if isinstance(other, Unread) else other))

    def __hash__(self) -> int:
        return hash(self.value())

    def __repr__(self) -> str:
        return repr(self.value())

    def __reduce__(self) -> Any:
        return _same, (self.value(),)


def _same(value: Any) -> Any:
    return value


class _ReadField:
    """The descriptor of a field that may hold an ``Unread``."""

    __slots__ = ("_member",)

    def __init__(self, member: Any) -> None:
        self._member = member

    def __get__(self, record: Any, owner: type | None = None) -> Any:
        if record is None:
            return self
        value = self._member.__get__(record)
        if value.__class__ is Unread:
            value = value.value()
            self._member.__set__(record, value)
        return value

    def __set__(self, record: Any, value: Any) -> None:
        self._member.__set__(record, value)


def let_be_unread(record_type: type[Record], name: str) -> None:
    """Let a field of a record be given as ``Unread``.

    Args:
        record_type: the class of the record.
        name: the field.
    """
    setattr(record_type, name, _ReadField(record_type.__dict__[name]))
