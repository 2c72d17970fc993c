"""Ctrl-C and SIGTERM: the first cancels cleanly and says so, the second ends at once; a terminal that goes ends nothing."""

from __future__ import annotations

import os
import signal
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from weftwork.base.errors import DagsterExecutionInterruptedError

_FIRST = b"\nCancelling: the running step is stopped, the run is recorded as canceled. Again: stop at once.\n"
_SECOND = b"\nStopped at once.\n"


class Interrupts:
    """The signals that came.

    Attributes:
        received: the number of the first signal; None if none came.
    """

    def __init__(self) -> None:
        self.received: int | None = None

    @property
    def exit_status(self) -> int | None:
        """What the process ends with if a signal came: 128 + its number, as shells have it."""
        return None if self.received is None else 128 + self.received

    def handle(self, number: int, _frame: FrameType | None) -> NoReturn:
        """Cancel, or end at once if that was already under way."""
        if self.received is not None:
            os.write(2, _SECOND)
            os._exit(128 + number)
        self.received = number
        os.write(2, _FIRST)  # not through a stream: the signal may have come while one was being written to
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise DagsterExecutionInterruptedError


def _let_terminal_go(_number: int, _frame: FrameType | None) -> None:
    """Go on without the terminal, which is gone: what would be shown there is shown nowhere."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        if _is_terminal(descriptor):
            os.dup2(nothing, descriptor)
    os.close(nothing)


def _is_terminal(descriptor: int) -> bool:
    """Return whether a descriptor is a terminal, also one that is gone, which the system says no more."""
    try:
        return os.isatty(descriptor) or stat.S_ISCHR(os.fstat(descriptor).st_mode)
    except OSError:
        return False


@contextmanager
def cancel_on_signals() -> Iterator[Interrupts]:
    """Cancel what runs inside the block when Ctrl-C is pressed or SIGTERM comes; go on when the terminal goes."""
    interrupts = Interrupts()
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield interrupts
        return
    before: dict[int, Any] = {
        number: signal.signal(number, interrupts.handle) for number in (signal.SIGINT, signal.SIGTERM)
    }
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # else `nohup` has said it already
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, _let_terminal_go)
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
