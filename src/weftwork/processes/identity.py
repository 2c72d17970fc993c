"""Which process it is, for good: its id alone may belong to another one later."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from functools import cache, lru_cache

from weftwork.serde.record import Record

_PASSES = 50
_PAUSE_S = 0.002


class ProcessIdentity(Record):
    """A process.

    Attributes:
        host: the machine that it runs on.
        boot: when that machine was started, as the system names it.
        pid: its process id.
        started: when it was started, in ticks of the system since the boot; 0 where that is unknown.
    """

    host: str
    boot: str
    pid: int
    started: int

    @property
    def is_here(self) -> bool:
        """Whether it runs, or ran, on this machine since it was started."""
        return (self.host, self.boot) == (_host(), _boot())

    @property
    def is_alive(self) -> bool:
        """Whether it still runs; only known of processes that are here. One that waits to be reaped does not."""
        if not self.is_here:
            return False
        stat = read_stat(self.pid)
        if sys.platform != "linux":
            try:
                os.kill(self.pid, 0)
            except OSError:
                return False
            return True
        return stat is not None and stat.started == self.started and stat.state not in "ZX"

    def signal(self, number: int) -> bool:
        """Send it a signal; return whether it was there."""
        if not self.is_alive:
            return False
        try:
            os.kill(self.pid, number)
        except OSError:
            return False
        return True


class ProcessStat(Record, tag=False):
    """What the system tells of a process.

    Attributes:
        state: a letter; "Z" for one that has ended and waits to be reaped.
        session: the session that it belongs to.
        started: when it was started, in ticks since the boot.
    """

    state: str
    session: int
    started: int


def this_process() -> ProcessIdentity:
    """Return the process that asks."""
    return _identify(os.getpid())


@lru_cache(maxsize=1)
def _identify(pid: int) -> ProcessIdentity:
    stat = read_stat(pid)
    return ProcessIdentity(
        host=_host(), boot=_boot(), pid=pid, started=stat.started if stat is not None else 0
    )


def find_process(pid: int) -> ProcessIdentity | None:
    """Return the process that has an id now; None if there is none."""
    stat = read_stat(pid)
    return ProcessIdentity(host=_host(), boot=_boot(), pid=pid, started=stat.started) if stat else None


def read_stat(pid: int) -> ProcessStat | None:
    """Return what the system tells of a process; None if it is gone, or where the system tells nothing."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return ProcessStat(state=fields[0], session=int(fields[3]), started=int(fields[19]))


def kill_session(leader: int, mark: str) -> int:
    """End all processes that belong to a session and carry a mark in their environment; return how many there were.

    The leader may be gone already: the mark makes sure that they are not those of another, later session.

    Args:
        leader: the process that began the session.
        mark: what their environment holds, as NAME=VALUE.
    """
    killed: set[int] = set()
    for _ in range(_PASSES):  # what is killed may have started something in between
        members = {
            pid: _belongs(pid, leader, mark.encode()) for pid in _list_processes() if pid not in killed
        }
        found = [pid for pid, belongs in members.items() if belongs]
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


def _belongs(pid: int, leader: int, mark: bytes) -> bool | None:
    """Return whether a process is of a session and carries a mark; None while that cannot be told, as it just starts."""
    stat = read_stat(pid)
    if stat is None or stat.session != leader or stat.state in "ZX":
        return False
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            environment = file.read()
    except OSError:
        return False
    return mark in environment.split(b"\0") if environment else None


def _host() -> str:
    return os.uname().nodename


@cache
def _boot() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""
