"""Signals that would interrupt a run at a bad moment: kept back while something is recorded, and told right after."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Shield:
    """What the main thread is shielded from; other threads are never interrupted by signals."""

    def __init__(self) -> None:
        self.depth = 0
        self.main = threading.main_thread().ident
        self.pending: list[tuple[int, Any]] = []

    def guard(self, handler: Any) -> Any:
        """Return a handler that passes a signal on to another one when nothing is shielded."""

        def handle(number: int, frame: FrameType | None) -> None:
            if self.depth:
                self.pending.append((number, handler))
            else:
                handler(number, frame)

        return handle

    def live_on(self) -> None:
        """Take the thread that forked this process for its main thread, as Python does."""
        self.main = threading.get_ident()

    def tell_pending(self) -> None:
        """Pass on what was kept back."""
        while self.pending and not self.depth:
            number, handler = self.pending.pop(0)
            handler(number, None)


_shield = _Shield()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_shield.live_on)


def _is_main() -> bool:
    return threading.get_ident() == _shield.main


@contextmanager
def guarded_signals() -> Iterator[None]:
    """Have the handlers of SIGINT and SIGTERM obey ``shielded`` while this is open."""
    if not _is_main():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, _shield.guard(handler))
    try:
        yield
    finally:
        for number, handler in before.items():
            if callable(handler):
                signal.signal(number, handler)


class shielded:  # noqa: N801 - reads as a statement; a class costs less than a generator
    """Keeps signals back while it is open; they are told at its end."""

    __slots__ = ()

    def __enter__(self) -> None:
        if _is_main():
            _shield.depth += 1

    def __exit__(self, *_exception: object) -> None:
        if _is_main():
            _shield.depth -= 1
            if _shield.pending:
                _shield.tell_pending()


class unshielded:  # noqa: N801 - reads as a statement; a class costs less than a generator
    """Lets signals through while it is open, those that were kept back first."""

    __slots__ = ("_depth",)

    def __init__(self) -> None:
        self._depth: int | None = None

    def __enter__(self) -> None:
        if not _is_main():
            return
        self._depth = _shield.depth
        try:
            _shield.depth = 0
            if _shield.pending:
                _shield.tell_pending()
        except BaseException:
            _shield.depth = self._depth
            raise

    def __exit__(self, *_exception: object) -> None:
        if self._depth is not None:
            _shield.depth = self._depth
