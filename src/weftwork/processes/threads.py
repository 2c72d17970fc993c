"""Whether this process may be forked: other threads may hold locks that nobody in the child will ever release."""

from __future__ import annotations

import os
import sys
import threading

_HARMLESS = ("jemalloc_bg_thd", "polars-ooc")
"""The beginnings of the names of threads of libraries that see to forks themselves."""


def find_thread_in_the_way() -> str | None:
    """Return the name of a thread that makes a fork of this process unsafe; None if it is safe.

    Libraries such as OpenBLAS end their threads when a process forks and start them anew; so where only threads
    are left that Python does not know, a child that ends at once is forked to see whether they go.
    """
    own = [thread.name for thread in threading.enumerate() if thread is not threading.current_thread()]
    if own:
        return own[0]
    if sys.platform != "linux" or not _list_native():
        return None
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    left = _list_native()
    return left[0] if left else None


def _list_native() -> list[str]:
    """Return the names of the threads of this process besides the calling one, without the harmless ones."""
    here = str(threading.get_native_id())
    names = []
    for thread in os.listdir("/proc/self/task"):
        if thread == here:
            continue
        try:
            with open(f"/proc/self/task/{thread}/comm", encoding="utf-8", errors="replace") as file:
                name = file.read().strip()
        except OSError:
            continue  # it has ended
        if not name.startswith(_HARMLESS):
            names.append(name)
    return names
