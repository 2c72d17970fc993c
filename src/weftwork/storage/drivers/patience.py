"""How long a thread waits for a database that others hold: as long as is set for it, or shortly."""

from __future__ import annotations

import threading
from types import TracebackType


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
