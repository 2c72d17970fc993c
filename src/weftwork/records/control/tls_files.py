"""The files with which one side of an encrypted connection shows who it is, and knows whom to trust."""

from __future__ import annotations

from weftwork.serde.record import Record


class TlsFiles(Record):
    """What one side of a connection needs for TLS, as PEM files.

    Attributes:
        ca_file: the authority whose certificates are trusted; those of the system if None.
        cert_file: the certificate that is shown, with those between it and the authority.
        key_file: its private key.
    """

    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
