"""A request to end the process, as an interruption of the run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from weftwork.base.errors import DagsterExecutionInterruptedError


@contextmanager
def termination_interrupts() -> Iterator[None]:
    """Have SIGTERM raise ``DagsterExecutionInterruptedError`` while this is open, so that a run ends as canceled.

    Nothing changes outside the main thread, or where somebody handles the signal already.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise DagsterExecutionInterruptedError(f"The run was asked to end ({signal.Signals(number).name}).")


@contextmanager
def raise_execution_interrupts() -> Iterator[None]:
    """Have SIGINT and SIGTERM raise ``DagsterExecutionInterruptedError`` while this is open.

    Nothing changes outside the main thread.

    Example:
        >>> with raise_execution_interrupts():
        ...     wait_for_something_long()
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
