r"""One value in one file: pickled, sealed with its length and checksum, and replaced atomically.

The file is a pickle followed by a seal, which unpickling alone does not read: ``b"\nweft-seal1"``, the length of
the pickle (8 bytes, big endian), and its sha256 (32 bytes). A file without a seal is read as a plain pickle.
"""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterInvariantViolationError, DagsterStorageError
from weftwork.io_managers.directories import DirectoryMaker, find_value_file, name_temporary, place_file

SEAL_MARK = b"\nweft-seal1"
SEAL_SIZE_BYTES = len(SEAL_MARK) + 8 + 32
_BUFFER_BYTES = 256 * 1024
_FIRST_READ_BYTES = 64 * 1024
_READ_BYTES = 1024 * 1024
_WRONG_CHECKSUM = "its checksum is not the one that was recorded when it was written"
_WHOLE_READ_BYTES = 64 * 1024 * 1024
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
_READ_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)
_PICKLE_ERRORS = (pickle.PicklingError, AttributeError, TypeError, RecursionError)


class StoredValue(NamedTuple):
    """Where a value was put, and what it is recognised by.

    Attributes:
        path: its file.
        size_bytes: the length of its pickle.
        sha256: the checksum of its pickle, in hex.
    """

    path: str
    size_bytes: int
    sha256: str


class _SealedWriter:
    """Takes the pickle in pieces; opens the temporary file only when there is enough to write."""

    __slots__ = ("_buffered", "_directories", "_pieces", "digest", "fd", "path", "size_bytes", "temporary")

    def __init__(self, path: str, directories: DirectoryMaker) -> None:
        self.path = path
        self.temporary = ""
        self.fd = -1
        self.digest = hashlib.sha256()
        self.size_bytes = 0
        self._directories = directories
        self._pieces: list[bytes] = []
        self._buffered = 0

    def write(self, piece: bytes) -> None:
        """Take a piece."""
        if piece.__class__ is not bytes:
            piece = bytes(piece)
        self.digest.update(piece)
        self.size_bytes += len(piece)
        self._pieces.append(piece)
        self._buffered += len(piece)
        if self._buffered >= _BUFFER_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what was taken."""
        if self.fd < 0:
            self.fd, self.temporary = self._open()
        data = memoryview(self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces))
        while data:
            data = data[os.write(self.fd, data) :]
        self._pieces.clear()
        self._buffered = 0

    def _open(self) -> tuple[int, str]:
        directory, _, name = self.path.rpartition("/")
        self._directories.make(directory)
        temporary = name_temporary(directory, name)
        try:
            return os.open(temporary, _WRITE_FLAGS, 0o600), temporary
        except FileNotFoundError:  # somebody removed the directory
            self._directories.forget()
            self._directories.make(directory)
            return os.open(temporary, _WRITE_FLAGS, 0o600), temporary

    def seal(self) -> None:
        """Write what is left, and the seal."""
        self._pieces.append(SEAL_MARK + self.size_bytes.to_bytes(8, "big") + self.digest.digest())
        self.flush()

    def close(self) -> None:
        """Close the file."""
        if self.fd >= 0:
            fd, self.fd = self.fd, -1
            os.close(fd)

    def discard(self) -> None:
        """Remove the temporary file, if there is one."""
        self.close()
        if self.temporary:
            try:
                os.unlink(self.temporary)
            except OSError:
                return


def save_value(
    path: str, value: Any, directories: DirectoryMaker, *, what: object, fsync: bool = False
) -> StoredValue:
    """Put a value into a file: all of it, or nothing at all.

    Args:
        path: the file; what was in it before is replaced.
        value: the value.
        directories: makes the directory of the file.
        what: the output whose value it is, for messages.
        fsync: whether to wait until the value is on the disk, so that it survives a power cut too.

    Returns:
        Where it is, its length and its checksum.

    Raises:
        DagsterInvariantViolationError: if the value cannot be pickled.
        DagsterStorageError: if the file cannot be written.
    """
    writer = _SealedWriter(path, directories)
    try:
        _pickle(value, writer, what)
        writer.seal()
        if fsync:
            os.fsync(writer.fd)
        writer.close()
        placed = place_file(writer.temporary, path)
        if fsync:
            _sync_directory(os.path.dirname(path))
    except OSError as error:
        writer.discard()
        raise DagsterStorageError(
            f"The value of {what} could not be stored at {path}: {error.strerror or error}. Nothing was changed there. "
            f"Look at the free space and the permissions of {directories.base}, or set another base_dir."
        ) from error
    except BaseException:
        writer.discard()
        raise
    return StoredValue(placed, writer.size_bytes, writer.digest.hexdigest())


def _pickle(value: Any, writer: _SealedWriter, what: object) -> None:
    try:
        pickle.Pickler(writer, pickle.HIGHEST_PROTOCOL).dump(value)
    except _PICKLE_ERRORS as error:
        kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
        raise DagsterInvariantViolationError(
            f"The value of {what} cannot be stored in a file, because it cannot be pickled: a {kind}, {_show(value)}. Python "
            f"says: {error}. Lambdas, and functions and classes that are defined inside functions, cannot be pickled, nor "
            f"can open files, locks and connections. Return plain data, define the function or class at the top of a module, "
            f"or give the output another IO manager (io_manager_key), such as InMemoryIOManager for runs in one process."
        ) from error


def _show(value: Any) -> str:
    try:
        return f"{value!r:.200}"
    except Exception as error:  # noqa: BLE001 - a repr is user code; what is too deep to pickle is too deep to show
        return f"whose repr raises {type(error).__name__}"


def _sync_directory(path: str) -> None:
    fd = os.open(path, _READ_FLAGS)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def load_value(path: str, *, what: object) -> Any:
    """Return the value in a file.

    Args:
        path: the file.
        what: the value, for messages.

    Raises:
        FileNotFoundError: if there is no such file.
        DagsterStorageError: if it cannot be read, is damaged, or holds something that cannot be loaded.
    """
    try:
        try:
            return _load(path, what)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            elsewhere = find_value_file(path)
            if elsewhere is None:
                raise FileNotFoundError(
                    errno.ENOENT,
                    f"There is no stored value of {what}; it was not made yet, or was removed",
                    path,
                ) from None
            return _load(elsewhere, what)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DagsterStorageError(
            f"The value of {what} at {path} cannot be read: {error.strerror or error}. Look at the permissions there."
        ) from error


def _load(path: str, what: object) -> Any:
    fd = os.open(path, _READ_FLAGS)
    try:
        data = os.read(fd, _FIRST_READ_BYTES)
        if len(data) == _FIRST_READ_BYTES:
            size_bytes = os.fstat(fd).st_size
            if size_bytes > _WHOLE_READ_BYTES:
                return _load_large(fd, size_bytes, path, what)
            data += _read_rest(fd)
    finally:
        os.close(fd)
    found = _find_seal(data, len(data), path, what)
    if found is not None and hashlib.sha256(memoryview(data)[: found[0]]).digest() != found[1]:
        raise _damaged(path, what, _WRONG_CHECKSUM)
    return _unpickle(lambda: pickle.loads(data), path, what, found is not None)  # noqa: S301 - values of the user's own


def _read_rest(fd: int) -> bytes:
    pieces = []
    while piece := os.read(fd, _READ_BYTES):
        pieces.append(piece)
    return b"".join(pieces)


def _load_large(fd: int, size_bytes: int, path: str, what: object) -> Any:
    """Read twice, once for the checksum: large values are not held in memory twice."""
    tail = os.pread(fd, SEAL_SIZE_BYTES, size_bytes - SEAL_SIZE_BYTES)
    found = _find_seal(tail, size_bytes, path, what)
    if found is not None:
        digest = hashlib.sha256()
        place, end = 0, found[0]
        while place < end:
            piece = os.pread(fd, min(_READ_BYTES, end - place), place)
            digest.update(piece)
            place += len(piece)
        if digest.digest() != found[1]:
            raise _damaged(path, what, _WRONG_CHECKSUM)
    os.lseek(fd, 0, os.SEEK_SET)
    with open(fd, "rb", closefd=False) as file:
        return _unpickle(lambda: pickle.load(file), path, what, found is not None)  # noqa: S301 - values of the user's own


def _find_seal(tail: bytes, size_bytes: int, path: str, what: object) -> tuple[int, bytes] | None:
    """Return length and checksum from the end of a file; None for a pickle that has no seal."""
    mark = tail.rfind(SEAL_MARK, max(0, len(tail) - SEAL_SIZE_BYTES))
    if mark < 0:
        if not tail.endswith(pickle.STOP):
            raise _damaged(path, what, f"it ends after {size_bytes} bytes, in the middle of the value")
        return None
    if mark + SEAL_SIZE_BYTES != len(tail):
        raise _damaged(path, what, f"it ends after {size_bytes} bytes, in the middle of its checksum")
    numbers = tail[mark + len(SEAL_MARK) :]
    length = int.from_bytes(numbers[:8], "big")
    if length != size_bytes - SEAL_SIZE_BYTES:
        raise _damaged(
            path, what, f"it has {size_bytes - SEAL_SIZE_BYTES} bytes of the {length} that were written"
        )
    return length, numbers[8:]


def _damaged(path: str, what: object, why: str) -> DagsterStorageError:
    return DagsterStorageError(
        f"The stored value of {what} is damaged: {path}: {why}. Make it again (materialize the asset, or run the step "
        f"again), or put a copy from a backup there."
    )


def _unpickle(load: Callable[[], Any], path: str, what: object, is_sealed: bool) -> Any:
    try:
        return load()
    except Exception as error:  # unpickling runs user code, and damaged data may raise anything
        if not is_sealed and isinstance(
            error, (EOFError, pickle.UnpicklingError, ValueError, IndexError, KeyError)
        ):
            raise _damaged(
                path, what, f"it is no complete pickle ({type(error).__name__}: {error})"
            ) from error
        raise DagsterStorageError(
            f"The stored value of {what} at {path} is complete, but Python cannot load it here: {type(error).__name__}: "
            f"{error}. A module, class or attribute that it needs is missing or has changed since it was stored. Bring it "
            f"back under its old name, install the missing package, or make the value again."
        ) from error
