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
    raise DagsterExecutionInterruptedError("The run was asked to end (SIGTERM).")
