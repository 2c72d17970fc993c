"""The processes that belong to an instance: this server, code servers, the processes of runs."""

from __future__ import annotations

import datetime
import os
import socket

from weftwork.api.host import Host
from weftwork.api.view import View, to_instant
from weftwork.instance.launch.holder import RunHolder
from weftwork.processes.identity import read_stat
from weftwork.records.control.leases import RUN_LEASE_PREFIX, Lease

_CLOCK_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class ProcessView(View):
    """A process.

    Attributes:
        kind: "server", "code_server", "run", or "other" for another holder of a lease.
        name: what it works on: the code location, the run.
        host: the machine that it runs on; None where that is not known.
        pid: its process id; None where it is not known.
        is_alive: whether it runs; None where that cannot be seen from here.
        memory_bytes: how much memory it has; None where that cannot be seen from here.
        cpu_s: how many seconds of CPU it has used; None where that cannot be seen from here.
        state: how it stands: the state of the code location or of the run.
        lease_until: until when it holds its lease unless it is renewed.
        is_expired: whether its lease has expired and nobody has taken it over.
    """

    kind: str
    name: str
    host: str | None
    pid: int | None
    is_alive: bool | None
    memory_bytes: int | None
    cpu_s: float | None
    state: str | None
    lease_until: datetime.datetime | None
    is_expired: bool


class ProcessList(View):
    """All processes that belong to an instance."""

    processes: list[ProcessView]


def list_processes(host: Host) -> ProcessList:
    """Return all processes that belong to an instance, as far as they can be seen from here."""
    here = socket.gethostname()
    now = host.now()
    server = _view("server", "web server", here, os.getpid(), "running", None, now=now)
    codes = [
        _view("code_server", one.name, here if one.pid else None, one.pid, one.status.value, None, now=now)
        for one in host.workspace.locations
    ]
    leases = host.instance.leases.list_all()
    return ProcessList(processes=[server, *codes, *(_view_lease(host, lease) for lease in leases)])


def _view_lease(host: Host, lease: Lease) -> ProcessView:
    holder = RunHolder.find_in(lease.holder)
    is_run = lease.name.startswith(RUN_LEASE_PREFIX)
    name = lease.name.removeprefix(RUN_LEASE_PREFIX)
    run = host.instance.get_run_by_id(name) if is_run else None
    process = holder.process if holder is not None else None
    shown = _view(
        "run" if is_run else "other", name, process.host if process else None, process.pid if process else None,
        run.status.value if run else None, lease, now=host.now(),
    )  # fmt: skip
    if process is None or not process.is_here:
        return shown.replace(is_alive=None, memory_bytes=None, cpu_s=None)  # type: ignore[no-any-return]
    return shown.replace(is_alive=process.is_alive)  # type: ignore[no-any-return]


def _view(
    kind: str, name: str, host: str | None, pid: int | None, state: str | None, lease: Lease | None, *, now: float
) -> ProcessView:  # fmt: skip
    memory, cpu = _usage(pid) if pid is not None else (None, None)
    return ProcessView(
        kind=kind,
        name=name,
        host=host,
        pid=pid,
        is_alive=None if pid is None else read_stat(pid) is not None,
        memory_bytes=memory,
        cpu_s=cpu,
        state=state,
        lease_until=to_instant(lease.expires_at) if lease is not None else None,
        is_expired=lease is not None and lease.expires_at < now,
    )


def _usage(pid: int) -> tuple[int | None, float | None]:
    """Return memory and CPU of a process, where the system has files of it."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except (OSError, ValueError, IndexError):
        return None, None
    return pages * _PAGE_BYTES, (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS
