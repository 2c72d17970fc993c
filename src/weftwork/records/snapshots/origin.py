"""Where a code location is: its code, or the server that has loaded it."""

from __future__ import annotations

from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.control.tls_files import TlsFiles
from weftwork.serde.record import Record


class LocationOrigin(Record):
    """Where a code location is; one of ``code`` and ``address`` is given.

    Attributes:
        name: the name of the location.
        code: where its code is found; the host starts a server for it.
        address: a code server that somebody else has started: "host:port" or the path of its socket.
        key_file: the file with the key of the code server at ``address``.
        tls: with what the connection to ``address`` is encrypted; None for not.
        env: variables of the environment of its server.
    """

    name: str
    code: CodeOrigin | None = None
    address: str | None = None
    key_file: str | None = None
    tls: TlsFiles | None = None
    env: dict[str, str] = {}

    @property
    def target(self) -> str:
        """Where it is, in a few words."""
        code = self.code
        if code is None:
            return self.address or self.name
        return code.python_file or code.module_name or code.package_name or self.name
