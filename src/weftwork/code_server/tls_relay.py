"""Takes in encrypted connections and hands them on to a code server at a socket of this machine.

It is a process of its own: the server forks a child for each request, and TLS cannot be shared among processes. So the
private key is never in a process that has user code loaded.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from asyncio import StreamReader, StreamWriter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

MAX_CONNECTIONS = 256
_HANDSHAKE_S = 5.0
_CLOSE_S = 2.0
_CHUNK_BYTES = 256 * 1024


class TlsRelay:
    """Hands connections on.

    Args:
        listener: where they come in.
        context: what is shown to those who connect.
        path: the socket of the code server.
    """

    def __init__(self, listener: socket.socket, context: ssl.SSLContext, path: str) -> None:
        self._listener = listener
        self._context = context
        self._path = path
        self._count = 0

    def run(self) -> None:
        """Hand on connections until the process is ended."""
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        asyncio.get_running_loop().set_exception_handler(_stay_silent)
        server = await asyncio.start_server(
            self._hand_on, sock=self._listener, ssl=self._context,
            ssl_handshake_timeout=_HANDSHAKE_S, ssl_shutdown_timeout=_CLOSE_S,
        )  # fmt: skip
        await server.serve_forever()

    async def _hand_on(self, outer_in: StreamReader, outer_out: StreamWriter) -> None:
        self._count += 1
        try:
            if self._count <= MAX_CONNECTIONS:
                inner_in, inner_out = await asyncio.open_unix_connection(self._path)
                try:
                    await _carry((outer_in, inner_out), (inner_in, outer_out))
                finally:
                    await _close(inner_out)
        except OSError:  # one of both has gone
            pass
        finally:
            self._count -= 1
            await _close(outer_out)


async def _carry(*ways: tuple[StreamReader, StreamWriter]) -> None:
    """Carry bytes both ways until one side has ended."""
    tasks = [asyncio.create_task(_pump(source, sink)) for source, sink in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(source: StreamReader, sink: StreamWriter) -> None:
    while chunk := await source.read(_CHUNK_BYTES):
        sink.write(chunk)
        await sink.drain()


async def _close(writer: StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError, TimeoutError):
        await writer.wait_closed()


def _stay_silent(_loop: asyncio.AbstractEventLoop, _context: dict[str, object]) -> None:
    """Say nothing of those who come without TLS, or break off: whoever can reach the port could fill the log."""
