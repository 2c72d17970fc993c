"""A code server that somebody starts by hand, in a container or on another machine."""

from __future__ import annotations

import faulthandler
import os
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.code_server.loaded_code import LoadedCode, load_code
from weftwork.code_server.server import CodeServer
from weftwork.processes.child import Child
from weftwork.processes.connections.tls import build_server_context
from weftwork.processes.connections.wire import is_path, listen
from weftwork.processes.forked import fork_child
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.control.tls_files import TlsFiles


class _Ended(BaseException):
    """The process was asked to end."""


def serve_code(
    origin: CodeOrigin,
    address: str,
    key: bytes,
    on_ready: Callable[[LoadedCode, str], None],
    tls: TlsFiles | None = None,
) -> None:
    """Load code and serve it until Ctrl-C or SIGTERM; runs that it launched go on.

    Args:
        origin: where the code is.
        address: where to listen: "host:port" (port 0 for a free one), or the path of a socket.
        key: the key that those who connect must have.
        on_ready: called once it serves, with the code and the address.
        tls: with what connections are encrypted; None for not.

    Raises:
        DagsterImportError: if the code cannot be imported.
        DagsterInvariantViolationError: if the files for TLS cannot be used, or TLS comes to an end.
        OSError: if it cannot listen there.
    """
    context = build_server_context(tls) if tls is not None else None
    with ExitStack() as stack:
        listener = stack.enter_context(
            listen(address)
        )  # before the load: a port that is taken is told at once
        told = _address_of(listener, address)
        relaying: Child | None = None
        if context is not None:
            from weftwork.code_server.tls_relay import TlsRelay  # asyncio, which only this process needs

            folder = stack.enter_context(TemporaryDirectory(prefix="weft-"))  # for this user only
            outer, listener = listener, stack.enter_context(listen(os.path.join(folder, "code")))
            relay = TlsRelay(outer, context, os.path.join(folder, "code"))
            relaying = fork_child(lambda _writer: relay.run(), close_fds=[listener.fileno()])
            stack.callback(relaying.kill)
            outer.close()
        lifeline = relaying.reader.fileno() if relaying is not None else None
        try:
            _serve(load_code(origin), listener, key, lambda code: on_ready(code, told), lifeline)
        except _Ended:
            return
        if relaying is not None and not relaying.reader.read() and relaying.reader.ended:
            raise DagsterInvariantViolationError(
                "The process that encrypts the connections of this server has ended."
            )


def _serve(
    code: LoadedCode,
    listener: socket.socket,
    key: bytes,
    on_ready: Callable[[LoadedCode], None],
    lifeline: int | None,
) -> None:
    from weftwork.code_server import warm  # what requests need, once here instead of in each child

    warm.load()
    faulthandler.enable()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    on_ready(code)
    CodeServer(code, listener, key, lifeline=lifeline).serve()


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Ended


def _address_of(listener: socket.socket, address: str) -> str:
    if is_path(address):
        return address
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"
