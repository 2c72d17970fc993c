"""What a failing database says, as one clear sentence."""

from __future__ import annotations

from weftwork.base.errors import DagsterStorageError

_SQLITE_SENTENCES = (
    (
        "full",
        "The disk that holds {where} is full; nothing of this write was kept. Free some space and try again.",
    ),
    ("readonly", "{where} cannot be written: check the permissions of the file and of its directory."),
    (
        "unable to open",
        "{where} cannot be opened: check that its directory exists and may be written by this user.",
    ),
    (
        "locked",
        "{where} was locked by another program for {timeout_s:g} s. Find what holds it open, then try again.",
    ),
    (
        "not a database",
        "{where} is not a database, or it is damaged. Move it away to begin anew, or restore a copy.",
    ),
    (
        "malformed",
        "{where} is damaged. Restore a copy, or save what can be read with the sqlite3 command '.recover'.",
    ),
    (
        "disk i/o",
        "The disk that holds {where} cannot be read or written. Check its health and its free space.",
    ),
)
_TRANSIENT = frozenset({"full", "locked", "disk i/o"})
"""Signs of faults that may well pass: somebody frees some space, or lets go of the database."""


def sqlite_fault(error: Exception, location: str, timeout_s: float) -> DagsterStorageError:
    """Return what SQLite's error means to the user."""
    text = str(error)
    lowered = text.lower()
    for sign, sentence in _SQLITE_SENTENCES:
        if sign in lowered:
            told = sentence.format(where=location, timeout_s=timeout_s)
            return DagsterStorageError(told, is_transient=sign in _TRANSIENT, is_full=sign == "full")
    return DagsterStorageError(f"{location} refused a statement: {text}.")


def postgres_fault(error: Exception, location: str) -> DagsterStorageError:
    """Return what PostgreSQL's error means to the user."""
    import psycopg  # optional library

    first_line = str(error).strip().split("\n", 1)[0]
    is_away = isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return DagsterStorageError(
        f"PostgreSQL at {location} refused: {first_line}.",
        is_transient=is_away,
        is_full=isinstance(error, psycopg.errors.DiskFull),
    )
