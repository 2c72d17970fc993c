"""Directories for values: made once, private, and turned from a file where a longer key needs it.

Keys ``[p]`` and ``[p, c]`` both have a place: when ``p`` must become a directory, its value moves to
``p/_value`` (a name that no part of a key is encoded to). The move is two renames; between them, the value
is at ``.p.moving/_value``, where reading finds it too.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from weftwork.io_managers.key_path import VALUE_NAME

_MAX_REMEMBERED = 10_000


class DirectoryMaker:
    """Makes directories below a base directory and remembers which are there.

    Args:
        base: the base directory; files below it may be turned into directories.
    """

    __slots__ = ("_made", "base")

    def __init__(self, base: str) -> None:
        self.base = base
        self._made: set[str] = set()

    def make(self, directory: str) -> None:
        """Make a directory and those above it, for this user only; one that is there is fine.

        Raises:
            OSError: if it cannot be made.
        """
        if directory in self._made:
            return
        try:
            os.mkdir(directory, 0o700)
        except FileExistsError:
            if not os.path.isdir(directory):
                self._turn_into_directory(directory)
        except (FileNotFoundError, NotADirectoryError):
            parent = os.path.dirname(directory)
            if parent in ("", directory):
                raise
            self._made.discard(parent)
            self.make(parent)
            self._made.discard(directory)
            os.makedirs(directory, 0o700, exist_ok=True)
        if len(self._made) >= _MAX_REMEMBERED:
            self._made.clear()
        self._made.add(directory)

    def forget(self) -> None:
        """Forget which directories are there, because one is not there any more."""
        self._made.clear()

    def _turn_into_directory(self, path: str) -> None:
        if not path.startswith(f"{self.base}/"):
            raise NotADirectoryError(20, "A file is where a directory should be", path)
        moving = _name_moving(path)
        os.makedirs(moving, 0o700, exist_ok=True)
        try:
            os.rename(path, f"{moving}/{VALUE_NAME}")
        except FileNotFoundError:  # another process moves it just now
            os.makedirs(path, 0o700, exist_ok=True)
            return
        try:
            os.rename(moving, path)
        except OSError:  # another process has made the directory already
            os.rename(f"{moving}/{VALUE_NAME}", f"{path}/{VALUE_NAME}")
            os.rmdir(moving)


def is_local(path: Any) -> bool:
    """Return whether a path is on a file system of this machine: a ``pathlib.Path``, or a ``UPath`` without an address."""
    return isinstance(path, Path) and getattr(path, "protocol", "") in ("", "file", "local")


def _name_moving(path: str) -> str:
    directory, _, name = path.rpartition("/")
    return f"{directory}/.{name}.moving"


def place_file(temporary: str, path: str) -> str:
    """Put a finished file into its place, over what was there.

    Returns:
        Where it is: ``path``, or inside it where longer keys have made a directory of it.

    Raises:
        OSError: if it cannot be done.
    """
    try:
        os.replace(temporary, path)
    except IsADirectoryError:
        path = f"{path}/{VALUE_NAME}"
        os.replace(temporary, path)
    return path


def find_value_file(path: str) -> str | None:
    """Return where the value of a path is, if it is not at the path itself; None if it is nowhere."""
    for candidate in (f"{path}/{VALUE_NAME}", f"{_name_moving(path)}/{VALUE_NAME}"):
        if os.path.isfile(candidate):
            return candidate
    return None
