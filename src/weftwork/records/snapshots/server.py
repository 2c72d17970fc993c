"""What a host and the code server that it starts tell each other at the beginning."""

from __future__ import annotations

from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.errors import SerializableErrorInfo
from weftwork.serde.record import Record


class ServerStart(Record):
    """What a code server is told when it starts.

    Attributes:
        code: where the code is found.
        address: where it is to listen.
        key: the key of its connections, in hexadecimal digits.
        known_hash: the hash of the definitions that the host has from before.
    """

    code: CodeOrigin
    address: str
    key: str
    known_hash: str | None = None


class ServerLoaded(Record):
    """The code is loaded, and the server listens.

    Attributes:
        content_hash: the hash of the definitions.
        content: the JSON text of the ``LocationSnapshot``; None where the host has it.
        files: the user's files that were imported.
        warnings: what does not work, in sentences.
    """

    content_hash: str
    content: str | None = None
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class ServerFailed(Record):
    """The code cannot be loaded.

    Attributes:
        error: why, with the user's own lines.
        files: the user's files that were imported before it failed.
    """

    error: SerializableErrorInfo
    files: tuple[str, ...] = ()


ServerGreeting = ServerLoaded | ServerFailed
