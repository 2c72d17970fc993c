"""How a process ended, in words."""

from __future__ import annotations

import os
import signal
from typing import NamedTuple


class ExitStatus(NamedTuple):
    """How a process ended.

    Attributes:
        code: its exit code; None if a signal ended it.
        signal: the signal that ended it; None if it exited.
    """

    code: int | None = None
    signal: int | None = None

    @classmethod
    def from_wait(cls, status: int) -> ExitStatus:
        """Return what a status of ``os.waitpid`` means."""
        if os.WIFSIGNALED(status):
            return cls(signal=os.WTERMSIG(status))
        return cls(code=os.WEXITSTATUS(status))

    @property
    def success(self) -> bool:
        """Whether it exited with 0."""
        return self.code == 0

    def __str__(self) -> str:
        if self.signal is None:
            return "an unknown status" if self.code is None else f"exit code {self.code}"
        try:
            name = signal.Signals(self.signal).name
        except ValueError:
            return f"signal {self.signal}"
        hint = " (often: out of memory)" if name == "SIGKILL" else ""
        return f"signal {self.signal} ({name}){hint}"
