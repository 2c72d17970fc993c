"""A child that does not outlive its parent."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

_PR_SET_PDEATHSIG = 1
_PR_GET_DUMPABLE = 3
_prctl: Any = None


def prepare() -> None:
    """Load what ``die_with_parent`` needs, in the parent: every child saves the time."""
    global _prctl
    if _prctl is None and sys.platform == "linux":
        import ctypes  # only where processes are started

        _prctl = ctypes.CDLL(None, use_errno=True).prctl
        _prctl(_PR_GET_DUMPABLE)  # the first call makes what the others use


def die_with_parent(parent: int) -> None:
    """Have the system kill this process when its parent ends; on Linux, elsewhere nothing happens.

    Args:
        parent: the process id of the parent, to see whether it ended before.
    """
    prepare()
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def outlive_parent() -> None:
    """Take back ``die_with_parent``: this process goes on when its parent ends."""
    prepare()
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, 0)
