"""What is done every now and then while a run goes on, such as renewing its lease."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Sequence
from typing import Protocol

from weftwork.base.errors import (
    DagsterExecutionInterruptedError,
    DagsterInvariantViolationError,
    DagsterRunConflict,
)

SHOW_S = 0.5
"""How long something may have happened that nobody can see yet."""


class Pulse(Protocol):
    """Something that is to be done every now and then.

    Attributes:
        due_s: when it is to be done next, on the clock of ``time.perf_counter``.
    """

    due_s: float

    def beat(self) -> None:
        """Do it, and set the next time.

        Raises:
            DagsterRunConflict: if the run has been given up.
            DagsterExecutionInterruptedError: if the run is to be canceled.
        """
        ...


class Shown(Protocol):
    """What others follow."""

    def show(self) -> None:
        """Record what has happened."""
        ...


class ShowPulse:
    """Has what steps tell recorded also where they tell nothing more for a while.

    Args:
        run: the run.

    Attributes:
        due_s: when it is to be done next, on the clock of ``time.perf_counter``.
    """

    def __init__(self, run: Shown) -> None:
        self.due_s = time.perf_counter() + SHOW_S
        self._run = run

    def beat(self) -> None:
        """Do it, and set the next time."""
        self.due_s = time.perf_counter() + SHOW_S
        self._run.show()


class BeatThread:
    """Has pulses beat in a thread while it is open; what they hear interrupts the thread that opened it.

    Args:
        pulses: what is to be done.
    """

    def __init__(self, pulses: Sequence[Pulse]) -> None:
        self._pulses = pulses
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._target = 0

    def __enter__(self) -> BeatThread:
        if self._pulses:
            self._target = threading.get_ident()
            self._thread = threading.Thread(target=self._work, name="weftwork-pulse", daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while not self._ended.wait(
            max(0.0, min(pulse.due_s for pulse in self._pulses) - time.perf_counter())
        ):
            for pulse in self._pulses:
                if pulse.due_s > time.perf_counter():
                    continue
                try:
                    pulse.beat()
                except DagsterExecutionInterruptedError:
                    self._interrupt()
                except DagsterRunConflict:
                    self._interrupt()
                    return
                except DagsterInvariantViolationError:
                    return  # the home is gone, and the run with it

    def _interrupt(self) -> None:
        if self._ended.is_set():
            return
        if self._target == threading.main_thread().ident and callable(signal.getsignal(signal.SIGTERM)):
            signal.pthread_kill(self._target, signal.SIGTERM)  # its handler interrupts the run
        else:
            import ctypes  # most runs are never interrupted

            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(self._target), ctypes.py_object(DagsterExecutionInterruptedError)
            )
