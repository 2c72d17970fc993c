"""Processes that belong together: those of a session, and those that carry a mark in their environment."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable

from weftwork.processes.identity import ProcessIdentity, read_stat

_PASSES = 50
_PAUSE_S = 0.002


def lead_session() -> None:
    """Have this process lead a session of its own, also where it leads a process group already."""
    try:
        os.setsid()
    except PermissionError:
        with contextlib.suppress(OSError):
            os.setpgid(0, os.getpgid(os.getppid()))
            os.setsid()


def kill_family(
    leader: ProcessIdentity, mark: str, *, is_recent: bool = False, spares_sessions: bool = False
) -> int:
    """End the processes that began under a leader, but not the one that asks; return how many there were.

    Those are all that carry the mark. A session outlives the process that began it, and a later one may have the
    same number: those that do not carry the mark are only ended if that cannot have happened yet.

    Args:
        leader: the process that began the session; it may be gone, and is ended too if it is not.
        mark: what their environment holds, as NAME=VALUE.
        is_recent: whether the leader was there a short while ago, so that its session can be no other.
        spares_sessions: whether those that have begun a session of their own go on.
    """
    if not leader.is_here:
        return 0
    own = os.getpid()

    def belongs(pid: int) -> bool | None:
        stat = read_stat(pid)
        if stat is None or stat.state in "ZX" or pid == own or stat.started < leader.started:
            return False
        is_of_session = stat.session == leader.pid
        if is_of_session and (is_recent or leader.is_alive):
            return True
        if spares_sessions and not is_of_session:
            return False
        return _carries(pid, mark.encode())

    return _kill_all(belongs)


def kill_marked(mark: str) -> int:
    """End the processes that carry a mark in their environment, but not the one that asks; return how many there were.

    Args:
        mark: what their environment holds, as NAME=VALUE.
    """
    own = os.getpid()
    return _kill_all(lambda pid: pid != own and _carries(pid, mark.encode()))


def is_any_marked(mark: str) -> bool:
    """Return whether a process runs that carries a mark in its environment, or may do so in a moment.

    Args:
        mark: what its environment holds, as NAME=VALUE.
    """
    for _ in range(_PASSES):
        found = {_carries(pid, mark.encode()) for pid in _list_processes()}
        if True in found:
            return True
        if None not in found:
            return False
        time.sleep(_PAUSE_S)
    return False


def _kill_all(belongs: Callable[[int], bool | None]) -> int:
    killed: set[int] = set()
    for _ in range(_PASSES):  # what is killed may have started something in between
        members = {pid: belongs(pid) for pid in _list_processes() if pid not in killed}
        found = [pid for pid, is_member in members.items() if is_member]
        if not found and None not in members.values():
            break
        for pid in found:
            killed.add(pid)
            with contextlib.suppress(OSError):  # it has ended
                os.kill(pid, signal.SIGKILL)
        time.sleep(_PAUSE_S)
    return len(killed)


def _list_processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _carries(pid: int, mark: bytes) -> bool | None:
    """Return whether a process carries a mark; None while that cannot be told, as it just starts."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            environment = file.read()
    except OSError:
        return False
    if environment:
        return mark in environment.split(b"\0")
    stat = read_stat(pid)
    return None if stat is not None and stat.state not in "ZX" and _is_of_user(pid) else False


def _is_of_user(pid: int) -> bool:
    """Return whether it is a process and no thread of the kernel, whose environment is always empty."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            return not file.read().startswith(b"0 ")
    except OSError:
        return False
