"""Time as an argument: a protocol, the system's clock, and a clock for tests."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Where code that decides takes its time from."""

    def now(self) -> float:
        """Return the time in seconds since the epoch (UTC)."""
        ...

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        ...


class SystemClock:
    """The clock of the machine."""

    now = staticmethod(time.time)
    monotonic = staticmethod(time.perf_counter)
    sleep = staticmethod(time.sleep)


class FrozenClock:
    """A clock that moves only when it is told to, or when somebody sleeps on it.

    Args:
        now_s: the time it starts at, in seconds since the epoch.
    """

    def __init__(self, now_s: float = 0.0) -> None:
        self.now_s = now_s

    def now(self) -> float:
        """Return the time that was set."""
        return self.now_s

    def monotonic(self) -> float:
        """Return the time that was set."""
        return self.now_s

    def sleep(self, seconds: float) -> None:
        """Move the time on by ``seconds``."""
        self.now_s += seconds
