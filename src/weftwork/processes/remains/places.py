"""Where the processes of a run write temporary files outside the home, noted before the first one is made there."""

from __future__ import annotations

import contextlib
import os

from weftwork.processes.remains.temporary_files import remove_abandoned

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)
NOTES = "run.places"
"""The file of the notes, beside what the run prints."""


class PlaceNotes:
    """Notes the directories of temporary files, so that whoever records the death of a run can remove what is there.

    Args:
        folder: the directory of the notes.
        inside: the directory that is looked through in any case.
    """

    def __init__(self, folder: str, inside: str) -> None:
        self._path = os.path.join(folder, NOTES)
        self._inside = inside.rstrip("/") + "/"
        self._noted: set[str] = set()

    def note(self, path: str) -> None:
        """Take note of a temporary file that is about to be made.

        Args:
            path: the file.
        """
        directory = os.path.dirname(path)
        if directory in self._noted:
            return
        self._noted.add(directory)
        if not path.startswith(self._inside):
            with contextlib.suppress(OSError):  # the file itself may be made all the same
                _append(self._path, os.fsencode(directory) + b"\0")

    def close(self) -> None:
        """Forget them: the run has ended by itself."""
        with contextlib.suppress(OSError):
            os.unlink(self._path)


def remove_noted(folder: str) -> None:
    """Remove the temporary files of dead processes where a run has noted that it writes some, and the notes.

    Args:
        folder: the directory of the notes.
    """
    path = os.path.join(folder, NOTES)
    try:
        with open(path, "rb") as file:
            places = file.read().split(b"\0")[:-1]
    except OSError:
        return
    for place in places:
        remove_abandoned(os.fsdecode(place), is_deep=False)
    with contextlib.suppress(OSError):
        os.unlink(path)


def _append(path: str, data: bytes) -> None:
    try:
        fd = os.open(path, _APPEND, 0o600)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        fd = os.open(path, _APPEND, 0o600)
    try:
        os.write(fd, data)
    finally:
        os.close(fd)
