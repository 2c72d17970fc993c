"""The life of a code server that a host has started."""

from __future__ import annotations

import faulthandler
import os
import select
import signal
import sys
from typing import Any

from weftwork.code_server.loaded_code import LoadedCode, list_user_files, load_code
from weftwork.code_server.server import CodeServer
from weftwork.instance.configuration.dotenv import find_dotenv, load_dotenv
from weftwork.processes.connections.wire import listen
from weftwork.processes.messages import MessageWriter
from weftwork.records.errors import error_info
from weftwork.records.snapshots.server import ServerFailed, ServerGreeting, ServerLoaded, ServerStart
from weftwork.serde import decode, encode

GREETING_FD_VARIABLE = "WEFTWORK_GREETING_FD"
_FIRST_FD = 700


def main() -> None:
    """Read what is to be loaded, load it, tell the host, and serve."""
    greeting = MessageWriter(_out_of_the_way(int(os.environ.pop(GREETING_FD_VARIABLE))))
    start: ServerStart = decode(_read_line(0), ServerStart)
    lifeline = _out_of_the_way(0)
    _end_with_host(lifeline)
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1)  # the host asks where it hangs
    loaded = _load(start, greeting)
    if loaded is None:
        sys.exit(1)
    from weftwork.code_server import warm  # what requests need, once here instead of in each child

    warm.load()
    listener = listen(start.address)
    server = CodeServer(loaded, listener, bytes.fromhex(start.key), lifeline=lifeline)
    is_known = start.known_hash == loaded.content_hash
    _tell(
        greeting,
        ServerLoaded(
            content_hash=loaded.content_hash,
            content=None if is_known else loaded.content.decode(),
            files=loaded.files,
            warnings=loaded.warnings,
        ),
    )
    greeting.close()
    server.serve()


def _load(start: ServerStart, greeting: MessageWriter) -> LoadedCode | None:
    try:
        dotenv = find_dotenv(os.getcwd())
        if dotenv is not None:
            load_dotenv(dotenv)
        return load_code(start.code)
    except BaseException as error:  # noqa: BLE001 - user code, which may raise anything
        _tell(greeting, ServerFailed(error=error_info(error), files=list_user_files()))
        return None


def _tell(greeting: MessageWriter, message: ServerGreeting) -> None:
    greeting.send(encode(message))


def _out_of_the_way(fd: int) -> int:
    """Return a descriptor in the place of one that code may close or read from, as daemons do; nothing is left to read there."""
    if sys.platform == "win32":
        return fd
    import fcntl  # not on every system

    try:
        moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _FIRST_FD)
    except OSError:  # fewer descriptors are allowed
        return fd
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, fd, inheritable=fd == 0)
    os.close(nothing)
    return moved


def _read_line(fd: int) -> bytes:
    """Read a line without reading on: what follows is the lifeline."""
    found = bytearray()
    while not found.endswith(b"\n"):
        byte = os.read(fd, 1)
        if not byte:
            raise EOFError("The host has gone.")
        found += byte
    return bytes(found)


def _end_with_host(fd: int) -> None:
    """Have the system end this process when the host's end of a pipe is closed, even while a module hangs."""
    if sys.platform != "linux":
        return
    import fcntl  # not on every system

    system: Any = fcntl
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    system.fcntl(fd, system.F_SETOWN, os.getpid())
    system.fcntl(fd, system.F_SETFL, system.fcntl(fd, system.F_GETFL) | os.O_ASYNC)
    if select.select([fd], [], [], 0)[0]:  # it was closed before
        sys.exit(1)
