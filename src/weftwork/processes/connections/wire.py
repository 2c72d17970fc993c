"""Connections between processes: authenticated by a key, messages of bytes, bounded in size and time."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from typing import Any, Protocol

from weftwork.processes.connections.tls import TlsChannel, connect_tls
from weftwork.records.control.tls_files import TlsFiles

MAX_CONNECTION_MESSAGE_BYTES = 256 * 1024 * 1024
GREETING_S = 5.0
"""How long the other side may take to show that it has the key."""

_BACKLOG = 128
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Channel(Protocol):
    """Carries messages of bytes, each with its length before it."""

    def set_timeout(self, timeout_s: float | None) -> None:
        """Say how long a single read or write may stand still; None for as long as it takes."""
        ...

    def send_bytes(self, message: bytes) -> None:
        """Send a message."""
        ...

    def recv_bytes(self, maxlength: int) -> bytes:
        """Return the next message."""
        ...

    def close(self) -> None:
        """Close this end."""
        ...


class PlainChannel:
    """Messages over a socket as it is.

    Args:
        connected: the socket; it belongs to the channel from here on.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._connection = Connection(os.dup(connected.fileno()))
        self.send_bytes = self._connection.send_bytes
        self.recv_bytes = self._connection.recv_bytes

    def set_timeout(self, timeout_s: float | None) -> None:
        """Say how long a single read or write may stand still; None for as long as it takes."""
        seconds = max(timeout_s, 0.001) if timeout_s is not None else 0.0
        packed = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, option, packed)

    def close(self) -> None:
        """Close this end."""
        with contextlib.suppress(OSError):
            self._connection.close()
        self._socket.close()


class Wire:
    """One end of a connection whose other end has the key.

    Args:
        connected: the socket, or what carries messages over it; it belongs to the wire from here on.
    """

    def __init__(self, connected: socket.socket | Channel) -> None:
        self._channel: Any = PlainChannel(connected) if isinstance(connected, socket.socket) else connected

    def set_timeout(self, timeout_s: float | None) -> None:
        """Say how long a single read or write may stand still; None for as long as it takes."""
        self._channel.set_timeout(timeout_s)

    def greet(self, key: bytes, *, begins: bool) -> None:
        """Have each side show that it has the key, without sending it.

        Args:
            key: the key.
            begins: whether this side asks first: the one that was called does.

        Raises:
            PermissionError: if the other side does not have the key.
            ConnectionError: if it has gone.
        """
        try:
            if begins:
                deliver_challenge(self._channel, key)
                answer_challenge(self._channel, key)
            else:
                answer_challenge(self._channel, key)
                deliver_challenge(self._channel, key)
        except (AuthenticationError, AssertionError) as error:
            raise PermissionError("The other side does not have the same key.") from error
        except (EOFError, OSError) as error:
            raise _translate(error) from error

    def send(self, message: bytes) -> None:
        """Send a message.

        Raises:
            ConnectionError: if the other side has gone.
            TimeoutError: if it does not read.
        """
        try:
            self._channel.send_bytes(message)
        except OSError as error:
            raise _translate(error) from error

    def receive(self, max_bytes: int = MAX_CONNECTION_MESSAGE_BYTES) -> bytes:
        """Return the next message.

        Args:
            max_bytes: how long it may be at most.

        Raises:
            ConnectionError: if the other side has gone, or sends too much.
            TimeoutError: if it sends nothing.
        """
        try:
            message: bytes = self._channel.recv_bytes(max_bytes)
        except (EOFError, OSError) as error:
            raise _translate(error) from error
        return message

    def close(self) -> None:
        """Close this end."""
        self._channel.close()


def _translate(error: BaseException) -> OSError:
    if isinstance(error, EOFError):
        return ConnectionResetError("The other side has gone.")
    if isinstance(error, BlockingIOError | TimeoutError):
        return TimeoutError("The other side does not answer in time.")
    if isinstance(error, ConnectionError):
        return error
    return ConnectionError(f"The connection is broken: {error}")


def is_path(address: str) -> bool:
    """Return whether an address is the path of a socket, and not "host:port"."""
    return "/" in address


def split_address(address: str) -> tuple[str, int]:
    """Return host and port of "host:port".

    Raises:
        ValueError: if it is none.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"'{address}' is no address: write host:port, or the path of a socket.")
    return host.strip("[]"), int(port)


def listen(address: str) -> socket.socket:
    """Return a socket that listens; one at a path can only be reached by this user.

    Args:
        address: "host:port" (port 0 for a free one), or a path.

    Raises:
        OSError: if the address is taken, or is not of this machine.
        ValueError: if it is no address.
    """
    if not is_path(address):
        host, port = split_address(address)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    listener.listen(_BACKLOG)
    return listener


def is_local(address: str) -> bool:
    """Return whether an address can only be reached from this machine."""
    return is_path(address) or split_address(address)[0] in _LOOPBACK


def connect(address: str, key: bytes, timeout_s: float, tls: TlsFiles | None = None) -> Wire:
    """Return a connection to who listens at an address and has the key.

    Args:
        address: "host:port" or a path.
        key: the key.
        timeout_s: how long the other side may take to answer.
        tls: with what the connection is encrypted; None for not.

    Raises:
        ConnectionError: if nobody listens there, or not as it should.
        DagsterInvariantViolationError: if the files for TLS cannot be used.
        PermissionError: if the other side does not have the key.
        TimeoutError: if it does not answer.
    """
    wire = Wire(_open_path(address, timeout_s) if is_path(address) else _open_port(address, timeout_s, tls))
    try:
        wire.set_timeout(timeout_s)
        wire.greet(key, begins=False)
    except OSError:
        wire.close()
        raise
    return wire


def _open_path(path: str, timeout_s: float) -> socket.socket:
    connected = socket.socket(socket.AF_UNIX)
    connected.settimeout(timeout_s)
    try:
        connected.connect(path)
    except FileNotFoundError as error:
        connected.close()
        raise ConnectionRefusedError(f"Nobody listens at '{path}'.") from error
    except OSError:
        connected.close()
        raise
    connected.settimeout(None)
    return connected


def _open_port(address: str, timeout_s: float, tls: TlsFiles | None) -> socket.socket | TlsChannel:
    host, port = split_address(address)
    connected = socket.create_connection((host, port), timeout=timeout_s)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if tls is None:
        connected.settimeout(None)
        return connected
    try:
        return TlsChannel(connect_tls(connected, host, tls))
    except BaseException:
        connected.close()
        raise
