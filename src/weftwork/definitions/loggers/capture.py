"""Lines of plain Python loggers, captured into the log of the step that runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar, Token
from typing import Any

BUILTIN_LOGGER = "dagster.builtin"

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


class CaptureHandler(logging.Handler):
    """Sends lines to the log of the step that runs; outside of steps it does nothing.

    Args:
        managed: the logger whose lines are captured only in runs that manage it; None for those of every run.
    """

    def __init__(self, managed: str | None = None) -> None:
        super().__init__()
        self._managed = managed

    def emit(self, record: logging.LogRecord) -> None:
        """Send one line on, unless a logger further down has sent it already."""
        if hasattr(record, "dagster_meta") or getattr(_sent, "record", None) is record:
            return
        place = find_log_place()
        if place is None:
            return
        log = place.log
        if self._managed is not None and self._managed not in log.managed_names:
            return
        _sent.record = record
        if log.isEnabledFor(record.levelno):
            log.handle(record)


_sent = threading.local()
_handler = CaptureHandler()
_managed: dict[str, CaptureHandler] = {}


def find_log_place() -> Any:
    """Return the place whose log captured lines go to here and now, or None."""
    place = _current.get()
    while place is None and _active:  # a thread that the step started does not know its context
        with suppress(RuntimeError, StopIteration):  # a scope was opened or closed just now
            place = next(reversed(_active.values()))
    return place


def capture_python_loggers(names: Iterable[str], level: int | str | None = None) -> None:
    """Have the lines of some Python loggers captured, in runs that manage them; asking again changes nothing.

    Args:
        names: the loggers; "root" for all.
        level: the level that they are set to; None leaves it.
    """
    for name in names:
        python_logger = logging.getLogger(None if name == "root" else name)
        handler = _managed.get(name)
        if handler is None:
            handler = _managed[name] = CaptureHandler(name)
        if handler not in python_logger.handlers:
            python_logger.addHandler(handler)
        if level is not None:
            python_logger.setLevel(level)


def get_dagster_logger(name: str | None = None) -> logging.Logger:
    """Return a Python logger whose lines are captured into the run, wherever in the code they are logged.

    Args:
        name: what to put behind "dagster.builtin." (default: nothing).

    Example:
        >>> def load(path):  # a plain function that an op calls
        ...     get_dagster_logger().info("loading %s", path)
    """
    base = logging.getLogger(BUILTIN_LOGGER)
    if _handler not in base.handlers:
        base.addHandler(_handler)
        base.setLevel(logging.DEBUG)
    if name is None:
        return base
    named = logging.getLogger(f"{BUILTIN_LOGGER}.{name}")
    named.setLevel(logging.DEBUG)
    return named
