"""A code server that somebody starts by hand, in a container or on another machine."""

from __future__ import annotations

import faulthandler
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from weftwork.code_server.loaded_code import LoadedCode, load_code
from weftwork.code_server.server import CodeServer
from weftwork.processes.connections.wire import is_path, listen
from weftwork.records.control.code_origin import CodeOrigin


class _Ended(BaseException):
    """The process was asked to end."""


def serve_code(
    origin: CodeOrigin, address: str, key: bytes, on_ready: Callable[[LoadedCode, str], None]
) -> None:
    """Load code and serve it until Ctrl-C or SIGTERM; runs that it launched go on.

    Args:
        origin: where the code is.
        address: where to listen: "host:port" (port 0 for a free one), or the path of a socket.
        key: the key that those who connect must have.
        on_ready: called once it serves, with the code and the address.

    Raises:
        DagsterImportError: if the code cannot be imported.
        OSError: if it cannot listen there.
    """
    listener = listen(address)  # before the load, which may take long: a port that is taken is told at once
    try:
        code = load_code(origin)
        from weftwork.code_server import warm  # what requests need, once here instead of in each child

        warm.load()
        faulthandler.enable()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _end)
        on_ready(code, _address_of(listener, address))
        CodeServer(code, listener, key).serve()
    except _Ended:
        return
    finally:
        listener.close()


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _Ended


def _address_of(listener: socket.socket, address: str) -> str:
    if is_path(address):
        return address
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"
