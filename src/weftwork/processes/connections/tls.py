"""TLS for connections between machines: what each side shows of itself, and whom it trusts."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.records.control.tls_files import TlsFiles

if TYPE_CHECKING:
    import ssl

_HEADER = struct.Struct("!i")
_NOT_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")


def build_server_context(files: TlsFiles) -> ssl.SSLContext:
    """Return what a server shows and whom it lets in.

    Args:
        files: its certificate and key; with ``ca_file`` those who connect must show a certificate of that authority.

    Raises:
        DagsterInvariantViolationError: if a file is missing, or is none of its kind.
    """
    import ssl  # only who uses TLS

    if files.cert_file is None or files.key_file is None:
        raise DagsterInvariantViolationError("TLS takes a certificate and its key: give both files.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load_certificate(context, files.cert_file, files.key_file)
    if files.ca_file is not None:
        _load_authorities(context, files.ca_file)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def connect_tls(connected: socket.socket, host: str, files: TlsFiles) -> ssl.SSLSocket:
    """Return a connection that is encrypted, to a server that has shown who it is.

    Args:
        connected: the connection; its timeout holds for the greeting.
        host: the name of the server, which its certificate must have.
        files: whom this side trusts, and what it shows of itself.

    Raises:
        DagsterInvariantViolationError: if a file is missing, or is none of its kind.
        ConnectionError: if the server does not speak TLS, or is not who it should be.
    """
    import ssl  # only who uses TLS

    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if files.ca_file is not None:
        context = ssl.SSLContext(
            ssl.PROTOCOL_TLS_CLIENT
        )  # trusts this authority, and not those of the system
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        _load_authorities(context, files.ca_file)
    if files.cert_file is not None:
        _load_certificate(context, files.cert_file, files.key_file)
    try:
        return context.wrap_socket(connected, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise ConnectionError(
            f"its certificate is not trusted: {error.verify_message.rstrip('.')} (ca_file names the authority that is)"
        ) from error
    except ssl.SSLError as error:
        is_plain = error.reason in _NOT_TLS
        told = "it does not speak TLS: start it with --tls-cert and --tls-key" if is_plain else str(error)
        raise ConnectionError(told) from error


def _load_certificate(context: ssl.SSLContext, cert_file: str, key_file: str | None) -> None:
    try:
        context.load_cert_chain(cert_file, key_file, password=_no_password)
    except OSError as error:
        files = f"'{cert_file}'" + (f" and '{key_file}'" if key_file is not None else "")
        raise DagsterInvariantViolationError(
            f"{files} cannot be used as certificate and key: {_reason_of(error)}."
        ) from error


def _load_authorities(context: ssl.SSLContext, ca_file: str) -> None:
    try:
        context.load_verify_locations(ca_file)
    except OSError as error:
        raise DagsterInvariantViolationError(
            f"'{ca_file}' cannot be used as the certificate of an authority: {_reason_of(error)}."
        ) from error


def _reason_of(error: OSError) -> str:
    return getattr(error, "reason", None) or error.strerror or str(error)


def _no_password() -> str:
    raise DagsterInvariantViolationError("The key of the certificate has a password: give one without.")


class TlsChannel:
    """Messages over TLS, in the form of ``multiprocessing.connection``.

    Args:
        connected: the connection; it belongs to the channel from here on.
    """

    def __init__(self, connected: ssl.SSLSocket) -> None:
        self._socket = connected

    def set_timeout(self, timeout_s: float | None) -> None:
        """Say how long a single read or write may stand still; None for as long as it takes."""
        self._socket.settimeout(max(timeout_s, 0.001) if timeout_s is not None else None)

    def send_bytes(self, message: bytes) -> None:
        """Send a message."""
        self._socket.sendall(_HEADER.pack(len(message)) + message)

    def recv_bytes(self, maxlength: int) -> bytes:
        """Return the next message."""
        (size,) = _HEADER.unpack(self._read(_HEADER.size))
        if not 0 <= size <= maxlength:
            raise OSError(f"a message of {size:,} bytes, {maxlength:,} are allowed")
        return self._read(size)

    def _read(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            part = self._socket.recv(min(size - len(found), 1 << 20))
            if not part:
                raise EOFError
            found += part
        return bytes(found)

    def close(self) -> None:
        """Close this end."""
        self._socket.close()
