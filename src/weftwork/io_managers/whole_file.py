"""A file that is written beside its place and takes it when it is complete, with its length and checksum."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from weftwork.base.errors import DagsterStorageError
from weftwork.io_managers.directories import DirectoryMaker, place_file
from weftwork.io_managers.value_file import StoredValue
from weftwork.processes.remains.temporary_files import name_temporary, remove_temporary

_READ_BYTES = 1024 * 1024
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


class _HashingFile(io.RawIOBase):
    """Counts and hashes what is written to a file."""

    def __init__(self, file: Any) -> None:
        super().__init__()
        self._file = file
        self.digest = hashlib.sha256()
        self.size_bytes = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size_bytes

    def write(self, data: Any) -> int:
        piece = memoryview(data).cast("B")
        self._file.write(piece)
        self.digest.update(piece)
        self.size_bytes += len(piece)
        return len(piece)


def write_hashed(file: Any, path: str, write: Callable[[Any], None]) -> StoredValue:
    """Write to an open file, and return what was written as length and checksum.

    Args:
        file: the open file.
        path: where it is, for the result.
        write: gets a binary file to write to.
    """
    hashing = _HashingFile(file)
    write(hashing)
    return StoredValue(path, hashing.size_bytes, hashing.digest.hexdigest())


def write_whole(
    path: str, write: Callable[[Any], None], directories: DirectoryMaker, *, what: object
) -> StoredValue:
    """Put bytes into a file: all of them, or nothing at all.

    Args:
        path: the file; what was in it before is replaced.
        write: gets a binary file to write to.
        directories: makes the directory of the file.
        what: the output whose value it is, for messages.

    Raises:
        DagsterStorageError: if the file cannot be written.
    """
    with replace_whole(path, directories, what) as temporary:
        fd = os.open(temporary, _WRITE_FLAGS, 0o600)
        with open(fd, "wb") as file:
            stored = write_hashed(file, path, write)
    return stored


@contextmanager
def replace_whole(path: str, directories: DirectoryMaker, what: object) -> Iterator[str]:
    """Give a path to write to, for a ``with`` block; when it ends well, the file takes its place.

    Args:
        path: the place.
        directories: makes the directory of the file.
        what: the output whose value it is, for messages.

    Raises:
        DagsterStorageError: if the file cannot be written.
    """
    directory, _, name = path.rpartition("/")
    temporary = name_temporary(directory, name)
    try:
        directories.forget()  # it may have been removed since
        directories.make(directory)
        yield temporary
        place_file(temporary, path)
    except OSError as error:
        remove_temporary(temporary)
        raise DagsterStorageError(
            f"The value of {what} could not be stored at {path}: {error.strerror or error}. Nothing was changed there. "
            f"Look at the free space and the permissions of {directories.base}, or set another base_dir."
        ) from error
    except BaseException:
        remove_temporary(temporary)
        raise


def seal_file(temporary: str, path: str) -> StoredValue:
    """Return length and checksum of a file that another library wrote.

    Args:
        temporary: where it is now.
        path: where it will be.
    """
    digest = hashlib.sha256()
    size_bytes = 0
    with open(temporary, "rb") as file:
        while piece := file.read(_READ_BYTES):
            digest.update(piece)
            size_bytes += len(piece)
    return StoredValue(path, size_bytes, digest.hexdigest())
