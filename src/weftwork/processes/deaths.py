"""Tells of the ends of processes that this one started and does not wait for."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from weftwork.processes.exit_status import ExitStatus

OnDeath = Callable[[ExitStatus], None]


def watch_death(pid: int, on_death: OnDeath) -> threading.Thread:
    """Wait for a child in a thread, which does not keep this process from its end.

    Args:
        pid: the child; nobody else may wait for it.
        on_death: called in that thread with how it ended.

    Returns:
        The thread.
    """

    def wait() -> None:
        try:
            status = ExitStatus.from_wait(os.waitpid(pid, 0)[1])
        except ChildProcessError:  # somebody waited for it: how it ended is not known
            status = ExitStatus()
        on_death(status)

    thread = threading.Thread(target=wait, name=f"weftwork-child-{pid}", daemon=True)
    thread.start()
    return thread
