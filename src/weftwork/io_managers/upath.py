"""UPathIOManager: base of IO managers that keep each value at a path, on any file system."""

from __future__ import annotations

import inspect
import os
from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.io_manager import IOManager
from weftwork.definitions.io.output_context import OutputContext
from weftwork.io_managers.directories import DirectoryMaker, find_value_file, is_local
from weftwork.io_managers.key_path import VALUE_NAME, split_partition_key, to_partition_path, to_relative_path
from weftwork.io_managers.ownership.path_owners import PathOwners
from weftwork.io_managers.partition_loading import (
    allows_missing,
    load_partitions,
    name_neighbours,
    pick_loaded,
)
from weftwork.io_managers.partition_storing import split_by_partition
from weftwork.records.values.metadata_value import PathMetadataValue

IOContext = InputContext | OutputContext


class UPathIOManager(IOManager):
    """Base of IO managers that keep each value at a path: subclasses say how a value is written and read.

    A path is a ``UPath`` where ``base_path`` is one (any file system of fsspec), else a ``pathlib.Path``. Assets
    are at the path of their key and their partitions inside, with ``extension`` appended; other values are at
    ``<run>/<step>/<output>``. A subclass whose ``load_from_path`` is a coroutine function loads the partitions of
    an input concurrently.

    Args:
        base_path: where everything is kept; the working directory if None.

    Attributes:
        extension: what file names end in, with its dot; None or "" for nothing.

    Example:
        >>> class TextIOManager(UPathIOManager):
        ...     extension = ".txt"
        ...     def dump_to_path(self, context, obj, path):
        ...         path.write_text(obj)
        ...     def load_from_path(self, context, path):
        ...         return path.read_text()
    """

    extension: str | None = None

    def __init__(self, base_path: Any = None) -> None:
        if self.extension and "." not in self.extension:
            raise AssertionError(
                f"The extension of {type(self).__name__} must begin with a dot: '.{self.extension}', not '{self.extension}'."
            )
        self._base_path: Any = _to_path(base_path)
        self._owners: PathOwners | None = None

    # ---------------------------------------------------------------------------- what users write

    @abstractmethod
    def dump_to_path(self, context: OutputContext, obj: Any, path: Any) -> None:
        """Write a value.

        Args:
            context: the output.
            obj: the value.
            path: where; its directory is there.
        """

    @abstractmethod
    def load_from_path(self, context: InputContext, path: Any) -> Any:
        """Read a value; may be a coroutine function.

        Args:
            context: the input.
            path: where it is.

        Raises:
            FileNotFoundError: if there is none.
        """

    def get_metadata(self, context: OutputContext, obj: Any) -> Mapping[str, Any]:
        """Return metadata of a value besides its path; subclasses may override it.

        Args:
            context: the output.
            obj: the value.
        """
        return {}

    # --------------------------------------------------------------------------------- file system

    @property
    def fs(self) -> Any:
        """The fsspec file system of the base path.

        Raises:
            CheckError: if the base path is not a ``UPath``.
        """
        return self._get_upath_attribute("fs")

    @property
    def storage_options(self) -> dict[str, Any]:
        """The options of the file system of the base path."""
        return dict(getattr(self._base_path, "storage_options", None) or {})

    def _get_upath_attribute(self, name: str) -> Any:
        if isinstance(self._base_path, Path) and not hasattr(self._base_path, name):
            import upath  # optional library

            return getattr(upath.UPath(self._base_path), name)
        return getattr(self._base_path, name)

    def make_directory(self, path: Any) -> None:
        """Make a directory and those above it."""
        path.mkdir(parents=True, exist_ok=True)

    def unlink(self, path: Any) -> None:
        """Remove a file."""
        path.unlink()

    def path_exists(self, path: Any) -> bool:
        """Return whether there is something at a path."""
        return bool(path.exists())

    def has_output(self, context: OutputContext) -> bool:
        """Return whether the value of an output is stored."""
        return self.path_exists(self._get_path(context))

    # --------------------------------------------------------------------------------------- paths

    def get_op_output_relative_path(self, context: IOContext) -> Any:
        """Return where a value that is no asset is kept, relative to the base path."""
        return Path(to_relative_path(context.get_identifier()))

    def get_asset_relative_path(self, context: IOContext) -> Any:
        """Return where an asset is kept, relative to the base path, without the extension."""
        return Path(to_relative_path(context.asset_key.path))

    def get_path_for_partition(self, context: IOContext, path: Any, partition: str) -> Any:
        """Return where a partition of an asset is kept, without the extension; subclasses may override it.

        Args:
            context: the input or output.
            path: where the asset is kept.
            partition: the partition's key; for several dimensions, their keys joined by slashes.
        """
        return self.make_safe_partition_path(path, partition)

    def make_safe_partition_path(self, base_path: Any, partition: str) -> Any:
        """Return a path below ``base_path`` for a partition's key, whatever the key is.

        Args:
            base_path: where the asset is kept.
            partition: the key; a slash in it separates directories.
        """
        return base_path.joinpath(to_partition_path(partition))

    def _get_path_without_extension(self, context: IOContext) -> Any:
        relative = (
            self.get_asset_relative_path(context)
            if context.has_asset_key
            else self.get_op_output_relative_path(context)
        )
        return self._base_path.joinpath(str(relative))

    def _with_extension(self, path: Any) -> Any:
        return path.with_name(f"{path.name}{self.extension}") if self.extension else path

    def _get_path(self, context: IOContext) -> Any:
        return self._with_extension(self._get_path_without_extension(context))

    def _get_partition_path(self, context: IOContext, partition_key: str) -> Any:
        path = self._get_path_without_extension(context)
        if type(self).get_path_for_partition is UPathIOManager.get_path_for_partition:
            return self._with_extension(path.joinpath(to_partition_path(partition_key)))
        formatted = "/".join(split_partition_key(partition_key))
        return self._with_extension(self.get_path_for_partition(context, path, formatted))

    # ------------------------------------------------------------------------------------- storing

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Write the value to its path, and record the path and ``get_metadata`` as metadata.

        An asset that makes several partitions in one run gives a mapping of partition key to value; each is written
        to its own path, and the folder is recorded.

        Raises:
            CheckError: if one value is given for several partitions.
        """
        if not context.has_asset_key:
            self._write(context, obj, self._get_path(context))
            return
        values = split_by_partition(context, obj) if context.has_asset_partitions else {None: obj}
        paths = {
            key: self._get_path(context) if key is None else self._get_partition_path(context, key)
            for key in values
        }
        place, owners = self._get_path_without_extension(context), self._get_owners()
        owners.check(context, place, paths)
        if len(values) == 1:
            [(key, value)] = values.items()
            self._write(context, value, paths[key])
        else:
            for key, value in values.items():
                self._dump(context, value, paths[key])
            context.add_output_metadata({"path": PathMetadataValue(str(place))})
        owners.add(context, place, paths)

    def _write(self, context: OutputContext, value: Any, path: Any) -> None:
        path = self._dump(context, value, path)
        context.add_output_metadata(
            {"path": PathMetadataValue(str(path)), **self.get_metadata(context=context, obj=value)}
        )

    def _dump(self, context: OutputContext, value: Any, path: Any) -> Any:
        """Write a value; return where, which is inside of the path where longer keys have made a directory of it."""
        try:
            self.make_directory(path.parent)
        except (FileExistsError, NotADirectoryError):  # the value of a shorter key is there
            if not is_local(path):
                raise
            DirectoryMaker(str(self._base_path.absolute())).make(str(path.parent.absolute()))
        path = _find_moved(path)
        context.log.debug(self.get_writing_output_log_message(path))
        try:
            self.dump_to_path(context=context, obj=value, path=path)
        except IsADirectoryError:
            if not (is_local(path) and path.is_dir()):
                raise
            path = path / VALUE_NAME
            self.dump_to_path(context=context, obj=value, path=path)
        return path

    def _get_owners(self) -> PathOwners:
        if self._owners is None or self._owners.base is not self._base_path:
            self._owners = PathOwners(self._base_path, self.extension or "")
        return self._owners

    # ------------------------------------------------------------------------------------- loading

    def load_input(self, context: InputContext) -> Any:
        """Return the value at the input's path; a dict of partition key to value for several partitions.

        Raises:
            FileNotFoundError: if nothing is stored, and the input does not allow missing partitions.
        """
        is_async = inspect.iscoroutinefunction(self.load_from_path)
        if context.has_asset_key and context.has_asset_partitions:
            keys = context.asset_partition_keys
            self._check_owner(context, {key: self._get_partition_path(context, key) for key in keys})
            if not is_async:
                return load_partitions(context, lambda key: self._load_partition(context, key))
            loaded = _run(self._load_partitions_async(context))
            return pick_loaded(context, loaded)
        path = self._get_path(context)
        if context.has_asset_key:
            self._check_owner(context, {None: path})
        path = _find_moved(path)
        context.log.debug(self.get_loading_input_log_message(path))
        loaded = self.load_from_path(context=context, path=path)
        return _run(loaded) if is_async else loaded

    def _check_owner(self, context: InputContext, paths: Mapping[str | None, Any]) -> None:
        self._get_owners().check(context, self._get_path_without_extension(context), paths)

    def load_partitions(self, context: InputContext) -> dict[str, Any]:
        """Return partition key to value of the partitions of an input that are stored."""
        found = {}
        for key in context.asset_partition_keys:
            try:
                found[key] = self._load_partition(context, key)
            except FileNotFoundError:
                if not allows_missing(context):
                    raise
                context.log.warning(self.get_missing_partition_log_message(key))
        return found

    async def load_partitions_async(self, context: InputContext) -> dict[str, Any]:
        """Return partition key to value of the partitions of an input, loaded concurrently."""
        return await self._load_partitions_async(context)

    def _load_partition(self, context: InputContext, partition_key: str) -> Any:
        path = _find_moved(self._get_partition_path(context, partition_key))
        context.log.debug(self.get_loading_input_partition_log_message(path, partition_key))
        try:
            return self.load_from_path(context=context, path=path)
        except FileNotFoundError as error:
            error.add_note(self._name_neighbours(context, path))
            raise

    def _name_neighbours(self, context: InputContext, path: Any) -> str:
        try:
            hint = name_neighbours(context, path.name, (each.name for each in path.parent.iterdir()))
        except OSError:
            hint = " No partition of it is stored there."
        return f"There is no {path.name} in {path.parent}.{hint}"

    async def _load_partitions_async(self, context: InputContext) -> dict[str, Any]:
        import asyncio  # only for loading concurrently

        keys = context.asset_partition_keys
        loaded = await asyncio.gather(
            *(self._load_partition(context, key) for key in keys), return_exceptions=True
        )
        found = {}
        for key, value in zip(keys, loaded, strict=True):
            if isinstance(value, FileNotFoundError) and allows_missing(context):
                context.log.warning(self.get_missing_partition_log_message(key))
            elif isinstance(value, BaseException):
                raise value
            else:
                found[key] = value
        return found

    # ------------------------------------------------------------------------------------ messages

    def get_writing_output_log_message(self, path: Any) -> str:
        """Return what is logged before a value is written."""
        return f"Writing {path} with {type(self).__name__}."

    def get_loading_input_log_message(self, path: Any) -> str:
        """Return what is logged before a value is read."""
        return f"Reading {path} with {type(self).__name__}."

    def get_loading_input_partition_log_message(self, path: Any, partition_key: str) -> str:
        """Return what is logged before a partition is read."""
        return f"Reading partition {partition_key} from {path} with {type(self).__name__}."

    def get_missing_partition_log_message(self, partition_key: str) -> str:
        """Return what is logged where a partition is not stored."""
        return f"Partition {partition_key} is not stored; it is skipped, because the input allows missing partitions."


def _find_moved(path: Any) -> Any:
    """Return where the value of a path is, whose path has become a directory of longer keys; else the path."""
    if is_local(path) and path.is_dir() and (moved := find_value_file(str(path))) is not None:
        return type(path)(moved)
    return path


def _to_path(base_path: Any) -> Any:
    if base_path is None:
        return Path()
    if isinstance(base_path, str):
        if "://" not in base_path:
            return Path(base_path)
        try:
            import upath  # optional library
        except ImportError as error:
            raise DagsterInvalidDefinitionError(
                f"The path '{base_path}' needs universal_pathlib: pip install 'weftwork[storage]'."
            ) from error
        return upath.UPath(base_path)
    if hasattr(base_path, "joinpath"):
        return base_path
    return Path(os.fspath(base_path))


def _run(coroutine: Any) -> Any:
    """Run a coroutine to its end, also where a loop runs in this thread already."""
    import asyncio  # only for coroutines

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    from concurrent.futures import ThreadPoolExecutor  # a thread of its own has no running loop

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
