r"""One value in one file: pickled, sealed with its length and checksum, and replaced atomically.

The file is a pickle followed by a seal, which unpickling alone does not read: ``b"\nweft-seal1"``, the length of
the pickle (8 bytes, big endian), and its sha256 (32 bytes). A file without a seal is read as a plain pickle.

A value whose path follows from its key has an owner, between pickle and seal: ``b"\nweft-owner1"``, the owner's name
(UTF-8), the length of the name (4 bytes) and its CRC-32 (4 bytes). The owner is told by the mark of the seal, which is
``b"\nweft-seal2"`` then. Keys that come to the same path are told apart by it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import pickle
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterInvariantViolationError, DagsterStorageError
from weftwork.io_managers.directories import DirectoryMaker, find_value_file, place_file
from weftwork.processes.remains.temporary_files import name_temporary, remove_temporary

SEAL_MARK = b"\nweft-seal1"
OWNED_SEAL_MARK = b"\nweft-seal2"
OWNER_MARK = b"\nweft-owner1"
MAX_OWNER_BYTES = 1024
SEAL_SIZE_BYTES = len(SEAL_MARK) + 8 + 32
_OWNER_TAIL_BYTES = 8
_TAIL_BYTES = len(OWNER_MARK) + MAX_OWNER_BYTES + _OWNER_TAIL_BYTES + SEAL_SIZE_BYTES
_BUFFER_BYTES = 256 * 1024
_FIRST_READ_BYTES = 64 * 1024
_READ_BYTES = 1024 * 1024
_WRONG_CHECKSUM = "its checksum is not the one that was recorded when it was written"
_WHOLE_READ_BYTES = 64 * 1024 * 1024
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
_NAMELESS_FLAGS = os.O_WRONLY | getattr(os, "O_TMPFILE", 0) | getattr(os, "O_CLOEXEC", 0)
_CAN_NAME_LATER = hasattr(os, "O_TMPFILE") and os.path.isdir("/proc/self/fd")
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


class _Seal(NamedTuple):
    """What the end of a file says: the length of its pickle, its checksum, and whose value it is."""

    size_bytes: int
    sha256: bytes
    owner: str


class _SealedWriter:
    """Takes the pickle in pieces; opens a file only when there is enough to write.

    The file of a large value has no name until it is complete, where the system can do that: it goes with a process
    that dies meanwhile. A small one is written so quickly that a name from the start costs less.
    """

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
            if self.fd < 0:
                self._open(_open_nameless)
            self._flush()

    def _flush(self) -> None:
        data = memoryview(self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces))
        while data:
            data = data[os.write(self.fd, data) :]
        self._pieces.clear()
        self._buffered = 0

    def _open(self, opener: Callable[[str, str], tuple[int, str]]) -> None:
        directory, _, name = self.path.rpartition("/")
        self._directories.make(directory)
        try:
            self.fd, self.temporary = opener(directory, name)
        except FileNotFoundError:  # somebody removed the directory
            self._directories.forget()
            self._directories.make(directory)
            self.fd, self.temporary = opener(directory, name)

    def seal(self, owner: str) -> None:
        """Write what is left, the owner if there is one, and the seal."""
        mark = SEAL_MARK
        if owner:
            mark = OWNED_SEAL_MARK
            name = owner.encode("utf-8", "surrogatepass")
            lengths = len(name).to_bytes(4, "big") + zlib.crc32(name).to_bytes(4, "big")
            self._pieces.append(OWNER_MARK + name + lengths)
        self._pieces.append(mark + self.size_bytes.to_bytes(8, "big") + self.digest.digest())
        if self.fd < 0:
            self._open(_open_named)
        self._flush()

    def close(self) -> None:
        """Close the file, which has a name then."""
        if self.fd >= 0 and not self.temporary:
            directory, _, name = self.path.rpartition("/")
            temporary = name_temporary(directory, name)
            # The place of a descriptor is a link to follow, for which the call must be the one with directories.
            os.link(f"/proc/self/fd/{self.fd}", temporary, src_dir_fd=self.fd, follow_symlinks=True)
            self.temporary = temporary
        self._close()

    def _close(self) -> None:
        if self.fd >= 0:
            fd, self.fd = self.fd, -1
            os.close(fd)

    def discard(self) -> None:
        """Remove the file, if there is one."""
        self._close()
        if self.temporary:
            remove_temporary(self.temporary)


def _open_named(directory: str, name: str) -> tuple[int, str]:
    temporary = name_temporary(directory, name)
    return os.open(temporary, _WRITE_FLAGS, 0o600), temporary


def _open_nameless(directory: str, name: str) -> tuple[int, str]:
    """Open a file that has no name yet; one that has, where the system knows no such files."""
    if not _CAN_NAME_LATER:
        return _open_named(directory, name)
    try:
        return os.open(directory, _NAMELESS_FLAGS, 0o600), ""
    except FileNotFoundError:
        raise
    except OSError:
        return _open_named(directory, name)


def save_value(
    path: str, value: Any, directories: DirectoryMaker, *, what: object, owner: str = "", fsync: bool = False
) -> StoredValue:
    """Put a value into a file: all of it, or nothing at all.

    Args:
        path: the file; what was in it before is replaced.
        value: the value.
        directories: makes the directory of the file.
        what: the output whose value it is, for messages.
        owner: whose value it is, as ``name_owner`` says; "" where several may share the file.
        fsync: whether to wait until the value is on the disk, so that it survives a power cut too.

    Returns:
        Where it is, its length and its checksum.

    Raises:
        DagsterInvariantViolationError: if the value cannot be pickled, or the file has the value of another owner.
        DagsterStorageError: if the file cannot be written.
    """
    if owner:
        check_free(path, owner, what, directories.base)
        owner = _cut_owner(owner)
    writer = _SealedWriter(path, directories)
    try:
        _pickle(value, writer, what)
        writer.seal(owner)
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


def _cut_owner(owner: str) -> str:
    """Return the name of an owner as it is kept: one that is very long ends in the digest of all of it."""
    if len(owner) * 4 <= MAX_OWNER_BYTES:
        return owner
    digest = hashlib.sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{owner[:150]}~{digest}"


def check_free(path: str, owner: str, what: object, base: str) -> None:
    """Refuse to write over the value of another owner.

    Args:
        path: the file.
        owner: whose value it would have.
        what: the output, for messages.
        base: the base directory, for messages.

    Raises:
        DagsterInvariantViolationError: if it has the value of another one.
    """
    owner = _cut_owner(owner)
    try:
        other = find_owner(path)
    except OSError:  # writing it tells what is wrong
        return
    if other and other != owner:
        raise DagsterInvariantViolationError(
            f"The value of {what} was not stored: its file {path} has the value of {other}, which would be lost. Both keys "
            f"come to the same path below {base}. Give one of them another key, or an IO manager with another base_dir; if "
            f"{other} is not used any more, remove the file."
        )


def find_owner(path: str) -> str:
    """Return whose value a file has; "" if there is no file, or it does not say.

    Args:
        path: the file, or what has become a directory of it.

    Raises:
        OSError: if it cannot be read.
    """
    try:
        fd = os.open(path, _READ_FLAGS)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    try:
        size_bytes = os.lseek(fd, 0, os.SEEK_END)
        tail = os.pread(fd, _TAIL_BYTES, max(0, size_bytes - _TAIL_BYTES))
    except IsADirectoryError:
        inner = find_value_file(path)
        return find_owner(inner) if inner is not None else ""
    finally:
        os.close(fd)
    seal = len(tail) - SEAL_SIZE_BYTES
    if seal < 0 or not tail.startswith(OWNED_SEAL_MARK, seal):
        return ""
    return _read_owner(tail[:seal]) or ""


def read_checksum(path: str) -> str | None:
    """Return the checksum that stands at the end of a file, in hex; None if it has no seal.

    Raises:
        OSError: if it cannot be read.
    """
    fd = os.open(path, _READ_FLAGS)
    try:
        tail = os.pread(fd, SEAL_SIZE_BYTES, max(0, os.lseek(fd, 0, os.SEEK_END) - SEAL_SIZE_BYTES))
    finally:
        os.close(fd)
    is_sealed = len(tail) == SEAL_SIZE_BYTES and tail.startswith((SEAL_MARK, OWNED_SEAL_MARK))
    return tail[-32:].hex() if is_sealed else None


def _read_owner(data: bytes) -> str | None:
    """Return the owner that stands at the end of the data; None if it is damaged."""
    name_end = len(data) - _OWNER_TAIL_BYTES
    length = int.from_bytes(data[name_end : name_end + 4], "big")
    start = name_end - length
    name = data[start:name_end] if 0 <= start <= name_end else b""
    if not data.endswith(OWNER_MARK, 0, max(start, 0)) or zlib.crc32(name).to_bytes(4, "big") != data[-4:]:
        return None
    return name.decode("utf-8", "surrogatepass")


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


def load_value(path: str, *, what: object, owner: str = "") -> Any:
    """Return the value in a file.

    Args:
        path: the file.
        what: the value, for messages.
        owner: whose value it must be, where the file says whose it is; "" for any.

    Raises:
        FileNotFoundError: if there is no such file.
        DagsterInvariantViolationError: if it has the value of another owner.
        DagsterStorageError: if it cannot be read, is damaged, or holds something that cannot be loaded.
    """
    owner = _cut_owner(owner)
    try:
        try:
            return _load(path, what, owner)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            elsewhere = find_value_file(path)
            if elsewhere is None:
                raise FileNotFoundError(
                    errno.ENOENT,
                    f"There is no stored value of {what}; it was not made yet, or was removed",
                    path,
                ) from None
            return _load(elsewhere, what, owner)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DagsterStorageError(
            f"The value of {what} at {path} cannot be read: {error.strerror or error}. Look at the permissions there."
        ) from error


def _load(path: str, what: object, owner: str) -> Any:
    fd = os.open(path, _READ_FLAGS)
    try:
        data = os.read(fd, _FIRST_READ_BYTES)
        if len(data) == _FIRST_READ_BYTES:
            size_bytes = os.fstat(fd).st_size
            if size_bytes > _WHOLE_READ_BYTES:
                return _load_large(fd, size_bytes, path, what, owner)
            data += _read_rest(fd)
    finally:
        os.close(fd)
    found = _find_seal(data, len(data), path, what)
    if found is not None:
        if hashlib.sha256(memoryview(data)[: found.size_bytes]).digest() != found.sha256:
            raise _damaged(path, what, _WRONG_CHECKSUM)
        _check_owner(found, owner, path, what)
    return _unpickle(lambda: pickle.loads(data), path, what, found is not None)  # noqa: S301 - values of the user's own


def _read_rest(fd: int) -> bytes:
    pieces = []
    while piece := os.read(fd, _READ_BYTES):
        pieces.append(piece)
    return b"".join(pieces)


def _check_owner(found: _Seal, owner: str, path: str, what: object) -> None:
    if found.owner and owner and found.owner != owner:
        raise DagsterInvariantViolationError(
            f"{path} has the value of {found.owner}, not that of {what}: both keys come to the same path. Give one of them "
            f"another key, or an IO manager with another base_dir, and make the value of {what} again."
        )


def _load_large(fd: int, size_bytes: int, path: str, what: object, owner: str) -> Any:
    """Read twice, once for the checksum: large values are not held in memory twice."""
    tail = os.pread(fd, _TAIL_BYTES, size_bytes - _TAIL_BYTES)
    found = _find_seal(tail, size_bytes, path, what)
    if found is not None:
        digest = hashlib.sha256()
        place, end = 0, found.size_bytes
        while place < end:
            piece = os.pread(fd, min(_READ_BYTES, end - place), place)
            digest.update(piece)
            place += len(piece)
        if digest.digest() != found.sha256:
            raise _damaged(path, what, _WRONG_CHECKSUM)
        _check_owner(found, owner, path, what)
    os.lseek(fd, 0, os.SEEK_SET)
    with open(fd, "rb", closefd=False) as file:
        return _unpickle(lambda: pickle.load(file), path, what, found is not None)  # noqa: S301 - values of the user's own


def _find_seal(tail: bytes, size_bytes: int, path: str, what: object) -> _Seal | None:
    """Return what the end of a file says; None for a pickle that has no seal."""
    first = max(0, len(tail) - SEAL_SIZE_BYTES)
    mark = max(tail.rfind(SEAL_MARK, first), tail.rfind(OWNED_SEAL_MARK, first))
    if mark < 0:
        if not tail.endswith(pickle.STOP):
            raise _damaged(path, what, f"it ends after {size_bytes} bytes, in the middle of the value")
        return None
    if mark + SEAL_SIZE_BYTES != len(tail):
        raise _damaged(path, what, f"it ends after {size_bytes} bytes, in the middle of its checksum")
    owner, rest_bytes = "", SEAL_SIZE_BYTES
    if tail.startswith(OWNED_SEAL_MARK, mark):
        known = _read_owner(tail[max(0, len(tail) - _TAIL_BYTES) : mark])
        if known is None:
            raise _damaged(path, what, "the name of its owner is not the one that was written")
        owner = known
        rest_bytes += len(OWNER_MARK) + len(owner.encode("utf-8", "surrogatepass")) + _OWNER_TAIL_BYTES
    length = int.from_bytes(tail[mark + len(SEAL_MARK) :][:8], "big")
    if length != size_bytes - rest_bytes:
        raise _damaged(
            path, what, f"it has {size_bytes - rest_bytes} bytes of the {length} that were written"
        )
    return _Seal(length, tail[mark + len(SEAL_MARK) + 8 :], owner)


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
