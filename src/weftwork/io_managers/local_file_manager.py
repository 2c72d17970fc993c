"""Files that steps hand on by handle: ``FileHandle``, ``LocalFileHandle`` and ``local_file_manager``."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from weftwork.base.arguments import check_type
from weftwork.base.ids import new_id
from weftwork.config.schema import Field
from weftwork.config.sources import StringSource
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.resource_definition import ResourceDefinition, resource

_CHUNK_BYTES = 1 << 20


class FileHandle(ABC):
    """Where a file lies that a file manager has written."""

    @property
    @abstractmethod
    def path_desc(self) -> str:
        """Where it lies, for people."""


class LocalFileHandle(FileHandle):
    """A file on this machine.

    Args:
        path: where it lies.
    """

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path: str = check_type(path, str, "path")

    @property
    def path(self) -> str:
        """Where it lies."""
        return self._path

    @property
    def path_desc(self) -> str:
        """Where it lies, for people."""
        return self._path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LocalFileHandle) and other._path == self._path

    def __hash__(self) -> int:
        return hash(self._path)

    def __repr__(self) -> str:
        return f"LocalFileHandle({self._path!r})"


class LocalFileManager:
    """Writes files into a folder, under names of its own, and reads them by handle.

    Args:
        base_dir: the folder.
    """

    def __init__(self, base_dir: str | os.PathLike[str]) -> None:
        self.base_dir = str(base_dir)
        self._copies: list[Path] = []

    def ensure_base_dir_exists(self) -> None:
        """Make the folder if it is not there."""
        Path(self.base_dir).mkdir(parents=True, exist_ok=True)

    def write_data(self, data: bytes, ext: str | None = None) -> LocalFileHandle:
        """Write bytes to a new file.

        Args:
            data: the bytes.
            ext: what the name of the file ends in, after a dot.
        """
        target = self._new_path(check_type(ext, str, "ext", optional=True))
        target.write_bytes(check_type(data, bytes, "data"))
        return LocalFileHandle(str(target))

    def write(self, file_obj: IO[Any], mode: str = "wb", ext: str | None = None) -> LocalFileHandle:
        """Write what an open file holds to a new file.

        Args:
            file_obj: the open file.
            mode: "wb" for bytes, "w" for text.
            ext: what the name of the file ends in, after a dot.
        """
        target = self._new_path(check_type(ext, str, "ext", optional=True))
        with target.open(mode, encoding=None if "b" in mode else "utf-8") as written:
            while chunk := file_obj.read(_CHUNK_BYTES):
                written.write(chunk)
        return LocalFileHandle(str(target))

    @contextmanager
    def read(self, file_handle: LocalFileHandle, mode: str = "rb") -> Iterator[IO[Any]]:
        """Open a file for a ``with`` block.

        Args:
            file_handle: the file.
            mode: "rb" for bytes, "r" for text.
        """
        check_type(file_handle, LocalFileHandle, "file_handle")
        with Path(file_handle.path).open(mode, encoding=None if "b" in mode else "utf-8") as opened:
            yield opened

    def read_data(self, file_handle: LocalFileHandle) -> bytes:
        """Return the bytes of a file."""
        return Path(check_type(file_handle, LocalFileHandle, "file_handle").path).read_bytes()

    def copy_handle_to_local_temp(self, file_handle: LocalFileHandle) -> str:
        """Return the path of a copy in the folder for temporary files.

        The copy lasts until ``delete_local_temp``, or the end of the run.
        """
        import tempfile  # slow to import, and only for copies

        data = self.read_data(file_handle)
        descriptor, name = tempfile.mkstemp()
        with os.fdopen(descriptor, "wb") as copy:
            copy.write(data)
        self._copies.append(Path(name))
        return name

    def delete_local_temp(self) -> None:
        """Delete the copies that were made."""
        while self._copies:
            self._copies.pop().unlink(missing_ok=True)

    def _new_path(self, ext: str | None) -> Path:
        self.ensure_base_dir_exists()
        name = new_id() + (f".{ext}" if ext else "")
        target = Path(self.base_dir, name).resolve()
        if target.parent != Path(self.base_dir).resolve():
            raise ValueError(f"ext must be the end of a file's name, not {ext!r}.")
        return target


@resource(
    config_schema={
        "base_dir": Field(
            StringSource, is_required=False, description="The folder; one of the instance if absent."
        )
    }
)
def _open_local_file_manager(context: InitResourceContext) -> Iterator[LocalFileManager]:
    """Writes files that steps hand on by handle into a folder of this machine."""
    base_dir = context.resource_config.get("base_dir")
    manager = LocalFileManager(base_dir or _find_folder(context))
    try:
        yield manager
    finally:
        manager.delete_local_temp()


def _find_folder(context: InitResourceContext) -> str:
    if context.instance is not None:
        folder: str = context.instance.file_manager_directory(context.run_id or "files")
        return folder
    import tempfile  # slow to import, and only without an instance that has a folder

    return tempfile.mkdtemp()


local_file_manager: ResourceDefinition = _open_local_file_manager
