"""A child process that is a fresh Python interpreter: it has nothing of its parent but what it is sent."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence

from weftwork.processes.child import Child, open_pidfd
from weftwork.processes.messages import MessageReader, MessageWriter
from weftwork.processes.parent_death import die_with_parent

_FIRST_FREE_FD = 16
REQUEST_FD = 3
ANSWER_FD = 4
"""The descriptors by which a spawned child reads what it is asked and writes what it answers."""


def spawn_child(module: str, request: bytes, *, environment: Mapping[str, str] | None = None) -> Child:
    """Start a fresh interpreter that runs a module.

    The module calls ``begin_spawned`` first. The child leads a process group of its own and dies with its parent.

    Args:
        module: the name of the module, as for ``python -m``.
        request: what it is asked; of any length.
        environment: its environment; that of this process if None.

    Raises:
        OSError: if the system has no room for another process.
    """
    asked_read, asked_write = os.pipe()
    answer_read, answer_write = os.pipe()
    try:
        pid = spawn_with_fds(
            [sys.executable, "-m", module, str(os.getpid())],
            {REQUEST_FD: asked_read, ANSWER_FD: answer_write},
            environment,
        )
    except OSError:
        os.close(answer_read)
        os.close(asked_write)
        raise
    finally:
        os.close(asked_read)
        os.close(answer_write)
    child = Child(pid, MessageReader(answer_read), open_pidfd(pid))
    try:
        MessageWriter(asked_write).send(request)
    except BrokenPipeError:
        pass  # it died at once: its end will be heard
    finally:
        os.close(asked_write)
    return child


def spawn_with_fds(
    arguments: Sequence[str], fds: Mapping[int, int], environment: Mapping[str, str] | None
) -> int:
    """Start a program with some descriptors under given numbers; return its process id."""
    import fcntl  # not where there is no fork

    copies = {target: fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FREE_FD) for target, fd in fds.items()}
    try:
        return os.posix_spawn(
            sys.executable,
            list(arguments),
            dict(environment if environment is not None else os.environ),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                *((os.POSIX_SPAWN_DUP2, fd, target) for target, fd in copies.items()),
            ],
            setpgroup=0,
            setsigdef=[signal.SIGTERM, signal.SIGINT, signal.SIGPIPE],
        )
    finally:
        for fd in copies.values():
            os.close(fd)


def begin_spawned() -> tuple[bytes, MessageWriter]:
    """Return what this process, which ``spawn_child`` started, is asked, and where it answers."""
    begin_server()
    os.set_inheritable(ANSWER_FD, False)
    with open(REQUEST_FD, "rb") as asked:
        data = asked.read()
    return data[4:], MessageWriter(ANSWER_FD)


def begin_server() -> None:
    """Have this process, which was started with ``REQUEST_FD``, end with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for its parent to decide
    die_with_parent(int(sys.argv[1]))
    os.set_inheritable(REQUEST_FD, False)
