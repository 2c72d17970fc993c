"""Serves the application on a socket, and drops who takes too long to ask."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.web.guard.asgi import App

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HEADER_TIMEOUT_S = 15.0
_MAX_HEADER_BYTES = 64 * 1024
_MAX_SOCKET_BYTES = 1024 * 1024
_SHUTDOWN_S = 3
_TRIES = 20


class ImpatientProtocol(H11Protocol):
    """Closes a connection on which no whole request head arrives in time."""

    header_timeout_s = _HEADER_TIMEOUT_S
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take in bytes; while they are no whole request head, the time runs on."""
        super().data_received(data)
        if self._is_answering():
            self._stop_waiting()
        elif self._timer is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.header_timeout_s, self._give_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self._is_answering() and not self.transport.is_closing():
            self.transport.close()


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    return host in _LOOPBACK


def open_socket(host: str, port: int, *, may_move: bool) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: the address.
        port: the port; 0 for any.
        may_move: whether one of the next ports will do where this one is taken.

    Raises:
        DagsterInvalidInvocationError: if there is no such address, or the port is taken.
    """
    reason = ""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for offset in range(_TRIES if may_move else 1):
        try:
            return socket.create_server((host, port + offset), family=family, backlog=512)
        except OSError as error:
            reason = error.strerror or str(error)
    raise DagsterInvalidInvocationError(
        f"Port {port} of {host} cannot be listened on: {reason}. Give another one with --port, or 0 for a free one."
    )


def serve(
    app: App,
    listening: socket.socket,
    *,
    log_level: str = "warning",
    on_ready: Callable[[], Any] | None = None,
) -> None:
    """Serve an application until SIGINT or SIGTERM.

    Args:
        app: the application.
        listening: the socket.
        log_level: what of the server's own log is shown.
        on_ready: called when requests are answered.
    """
    config = uvicorn.Config(
        app, http=ImpatientProtocol, ws="websockets-sansio", lifespan="on", log_level=log_level, access_log=False,
        server_header=False, proxy_headers=False, timeout_graceful_shutdown=_SHUTDOWN_S,
        h11_max_incomplete_event_size=_MAX_HEADER_BYTES, ws_max_size=_MAX_SOCKET_BYTES,
    )  # fmt: skip
    before = signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # uvicorn hands the signal on when it has ended
    try:
        with contextlib.suppress(KeyboardInterrupt):  # how it is meant to end
            _Server(config, on_ready).run(sockets=[listening])
    finally:
        signal.signal(signal.SIGTERM, before)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], Any] | None) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_ready is not None and self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        end_streams = getattr(self.config.app, "end_streams", None)
        if end_streams is not None:  # they never end by themselves, and all others wait for them
            end_streams()
        # A stream of somebody who takes nothing is cut off here, which uvicorn would log as an error.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
