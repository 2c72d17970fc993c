"""Where the lines of plain Python loggers go: the log of the step that runs here and now."""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token
from typing import Any

_current: ContextVar[Any] = ContextVar("weftwork_logging_place", default=None)
_active: dict[int, Any] = {}
"""The places of all scopes that are open, in any thread; each is put in and taken out in one step."""


class LogScope:
    """While it is open, captured lines go to the log of one place.

    Args:
        place: an object with the attribute ``log``, which is read only when something is logged.
    """

    __slots__ = ("_place", "_token")

    def __init__(self, place: Any) -> None:
        self._place = place

    def __enter__(self) -> LogScope:
        self._token: Token[Any] = _current.set(self._place)
        _active[id(self)] = self._place
        return self

    def __exit__(self, *_exc_info: object) -> None:
        _current.reset(self._token)
        del _active[id(self)]


def find_log_place() -> Any:
    """Return the place whose log captured lines go to here and now, or None."""
    place = _current.get()
    while place is None and _active:  # a thread that the step started does not know its context
        with suppress(RuntimeError, StopIteration):  # a scope was opened or closed just now
            place = next(reversed(_active.values()))
    return place
