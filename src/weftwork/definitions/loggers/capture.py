"""Lines of plain Python loggers, captured into the log of the step that runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from weftwork.definitions.loggers.log_scope import find_log_place

BUILTIN_LOGGER = "dagster.builtin"


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
