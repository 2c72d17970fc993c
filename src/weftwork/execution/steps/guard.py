"""Lets another thread stop an attempt at a step: because its time is up, or because the run is canceled."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any


class AttemptStopped(BaseException):
    """Thrown into user code to stop it; never leaves the attempt. No ``except Exception`` of a user holds it back."""


class Guard:
    """Stops the code of one attempt from outside, while it is open.

    Args:
        lock: held while the attempt records what happened, so that it is not stopped halfway.
        give_up: called when the attempt does not end within ``grace_s`` after it was stopped.
        grace_s: how long it may take to end.

    Attributes:
        reason: what the attempt is stopped with; None while it is not.
    """

    def __init__(
        self, lock: Any, give_up: Callable[[BaseException], None] | None = None, grace_s: float = 2.0
    ) -> None:
        self.reason: BaseException | None = None
        self._lock = lock
        self._give_up = give_up
        self._grace_s = grace_s
        self._thread_id: int | None = None
        self._cancel: Callable[[], Any] | None = None
        self._timer: threading.Timer | None = None
        self._is_closed = False

    def open(self, timeout_s: float | None, reason: Callable[[], BaseException] | None = None) -> None:
        """Begin to watch what the calling thread does.

        Args:
            timeout_s: seconds after which it is stopped; None for never.
            reason: makes what it is stopped with then.
        """
        self._thread_id = threading.get_ident()
        if threading.current_thread() is threading.main_thread():
            _main.guard = self
            _main.install()
        if self.reason is not None:
            raise AttemptStopped
        if timeout_s is not None and reason is not None:
            self._start_timer(timeout_s, lambda: self.stop(reason()))

    def _start_timer(self, seconds: float, act: Callable[[], Any]) -> None:
        self._timer = threading.Timer(max(0.0, seconds), act)
        self._timer.daemon = True
        self._timer.start()

    def await_with(self, cancel: Callable[[], Any] | None) -> None:
        """Stop by calling ``cancel`` from now on, as the code awaits something; None for throwing again."""
        with self._lock:
            self._cancel = cancel

    def stop(self, reason: BaseException) -> bool:
        """Stop the attempt; return whether it was running still. Called from any thread."""
        with self._lock:
            if self._is_closed or self.reason is not None:
                return False
            self.reason = reason
            if self._cancel is not None:
                self._cancel()
            elif self._thread_id is not None:
                _throw(self._thread_id)
            if self._give_up is not None:
                self._start_timer(self._grace_s, self._end_grace)
            return True

    def _end_grace(self) -> None:
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        assert self._give_up is not None
        assert self.reason is not None
        self._give_up(self.reason)

    def close(self) -> None:
        """End watching: nothing is thrown any more, and what was thrown and has not arrived is taken back."""
        try:
            with self._lock:
                self._is_closed = True
            if self._timer is not None:
                self._timer.cancel()
            if self.reason is not None and self._thread_id is not None:
                _set_exception(self._thread_id, None)
        except AttemptStopped:
            self._is_closed = True
        if _main.guard is self:
            _main.guard = None

    @property
    def is_closed(self) -> bool:
        """Whether the attempt cannot be stopped any more."""
        return self._is_closed


class _MainThread:
    """The main thread can be stopped even while it waits in the system: by a signal of its own."""

    def __init__(self) -> None:
        self.guard: Guard | None = None
        self.signal_number: int | None = None

    def install(self) -> None:
        number = getattr(signal, "SIGRTMAX", None)
        if self.signal_number is not None or number is None:
            return
        # It is never taken back: a signal that arrives late must find a handler, or it ends the process.
        signal.signal(number, self._handle)
        self.signal_number = number

    def _handle(self, _number: int, _frame: Any) -> None:
        guard = self.guard
        if guard is not None and not guard.is_closed and guard.reason is not None:
            raise AttemptStopped


_main = _MainThread()


def _throw(thread_id: int) -> None:
    if thread_id == threading.main_thread().ident and _main.signal_number is not None:
        signal.pthread_kill(thread_id, _main.signal_number)
    else:
        _set_exception(thread_id, AttemptStopped)


def _set_exception(thread_id: int, kind: type[BaseException] | None) -> None:
    import ctypes  # most runs stop nothing

    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread_id), ctypes.py_object(kind) if kind is not None else None
    )
