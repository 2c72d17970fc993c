"""A running child process, however it came to be: what it sends, how it is stopped, how it ended."""

from __future__ import annotations

import contextlib
import os
import signal

from weftwork.processes.exit_status import ExitStatus
from weftwork.processes.messages import MessageReader

_ENDED = os.WEXITED | os.WNOWAIT


class Child:
    """A running child.

    Args:
        pid: its process id, which is its process group too.
        reader: what it sends.
        pidfd: a descriptor that becomes readable when it ends; None where the system has none.
    """

    def __init__(self, pid: int, reader: MessageReader, pidfd: int | None) -> None:
        self.pid = pid
        self.reader = reader
        self.pidfd = pidfd
        self._status: ExitStatus | None = None

    def poll(self) -> ExitStatus | None:
        """Return how it ended, or None while it runs."""
        if self._status is None and os.waitid(os.P_PID, self.pid, _ENDED | os.WNOHANG) is not None:
            self._bury()
        return self._status

    def wait(self) -> ExitStatus:
        """Wait for its end."""
        if self._status is None:
            os.waitid(os.P_PID, self.pid, _ENDED)
            self._bury()
        assert self._status is not None
        return self._status

    def _bury(self) -> None:
        """Take note of its end; if that was none as it should be, what it started ends with it.

        Until it is waited for, no other group can have its number.
        """
        found = os.waitid(os.P_PID, self.pid, _ENDED | os.WNOHANG)
        if found is not None and (found.si_code != os.CLD_EXITED or found.si_status != 0):
            self.kill()
        self._status = ExitStatus.from_wait(os.waitpid(self.pid, 0)[1])

    def signal(self, number: int) -> None:
        """Send a signal to it and to all that it started; nothing happens if they are gone."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            if self._status is None:  # it does not lead its group yet
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it, and all that it started, at once."""
        self.signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go of its pipe; call it after the end."""
        self.reader.close()
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None


def open_pidfd(pid: int) -> int | None:
    """Return a descriptor that becomes readable when a process ends; None where there is none, or no such process."""
    opener = getattr(os, "pidfd_open", None)  # Linux
    if opener is None:
        return None
    try:
        found: int = opener(pid)
    except OSError:
        return None
    return found
