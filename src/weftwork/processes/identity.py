"""Which process it is, for good: its id alone may belong to another one later."""

from __future__ import annotations

import os
import sys
from functools import cache, lru_cache

from weftwork.serde.record import Record


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


def _host() -> str:
    return os.uname().nodename


@cache
def _boot() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""
