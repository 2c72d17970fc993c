"""Keys of connections, kept in files that only their owner can read."""

from __future__ import annotations

import os
import secrets

from weftwork.base.errors import DagsterInvariantViolationError

KEY_FILE = "code_server.key"
"""The name of the file in the home of an instance."""

_KEY_BYTES = 32
_SHORTEST_BYTES = 16


def read_key(path: str | None) -> bytes:
    """Return the key in a file.

    Raises:
        DagsterInvariantViolationError: if there is none, it is too short, or others can read it.
    """
    if path is None:
        raise DagsterInvariantViolationError(
            "The server has a key: name the file with it (key_file), or use an instance with a home."
        )
    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            key = file.read(4096).strip()
    except OSError as error:
        raise DagsterInvariantViolationError(
            f"The key file '{path}' cannot be read: {error.strerror}."
        ) from error
    if mode & 0o077:
        raise DagsterInvariantViolationError(f"Others can read the key file '{path}': chmod 600 '{path}'.")
    if len(key) < _SHORTEST_BYTES:
        raise DagsterInvariantViolationError(
            f"The key in '{path}' is too short: {_SHORTEST_BYTES} characters at least."
        )
    return key


def make_key(path: str) -> bytes:
    """Return the key in a file; a new one is written if there is no file."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(path)
    except OSError as error:
        raise DagsterInvariantViolationError(
            f"The key file '{path}' cannot be made: {error.strerror}."
        ) from error
    with open(fd, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
    return read_key(path)
