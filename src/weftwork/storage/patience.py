"""How long to wait for a store that is locked, full or away: a thread may have little patience, or ask until it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from weftwork.base.errors import DagsterStorageError

Answer = TypeVar("Answer")

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0


class _Patience(threading.local):
    wait_s: float | None = None


_patience = _Patience()


def find_patience() -> float | None:
    """Return how long this thread waits, in seconds; None for as long as is set for the database."""
    return _patience.wait_s


class impatient:  # noqa: N801 - reads as a statement; a class costs less than a generator
    """Has this thread wait only shortly while it is open.

    Args:
        wait_s: how long, in seconds.
    """

    __slots__ = ("_before", "_wait_s")

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s

    def __enter__(self) -> None:
        self._before = _patience.wait_s
        _patience.wait_s = self._wait_s

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _patience.wait_s = self._before


def patiently(ask: Callable[[], Answer], limit_s: float) -> Answer:
    """Ask until the store answers.

    Args:
        ask: asks; it may be called several times.
        limit_s: for how long, in seconds.

    Raises:
        DagsterStorageError: if the store is still away then, or is damaged.
    """
    began, pause_s = time.monotonic(), _FIRST_PAUSE_S
    while True:
        try:
            return ask()
        except DagsterStorageError as error:
            if not error.is_transient or time.monotonic() - began > limit_s:
                raise
        time.sleep(pause_s)
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
