"""Values as pickles in files: what FilesystemIOManager and ``fs_io_manager`` make."""

from __future__ import annotations

import os
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.config.schema import Field
from weftwork.config.sources import StringSource
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.io_manager import IOManager, io_manager
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.io_managers.described import DescribedValue
from weftwork.io_managers.directories import DirectoryMaker
from weftwork.io_managers.key_path import (
    is_reserved,
    split_partition_key,
    to_partition_path,
    to_relative_path,
)
from weftwork.io_managers.partition_loading import load_partitions, name_neighbours
from weftwork.io_managers.partition_storing import split_by_partition
from weftwork.io_managers.value_file import StoredValue, load_value, save_value
from weftwork.records.values.metadata_value import PathMetadataValue


class PickleFileIOManager(IOManager):
    """Stores each value in a file of its own below a base directory, and loads it again.

    Assets are at the path of their key, their partitions are files inside; other values are at
    ``<run>/<step>/<output>``, with the mapping key of a dynamic item as a further part.

    Args:
        base_dir: the base directory; made when the first value is stored.
        fsync: whether each value is on the disk before its event is recorded, so that it survives a power cut.
    """

    def __init__(self, base_dir: str | os.PathLike[str], fsync: bool = False) -> None:
        self.base_dir = os.path.abspath(os.fspath(base_dir))
        self._fsync = fsync
        self._directories = DirectoryMaker(self.base_dir)

    def get_path(self, context: OutputContext | InputContext, partition_key: str | None = None) -> str:
        """Return the file of a value.

        Args:
            context: the output or input.
            partition_key: the partition of an asset.
        """
        if not context.has_asset_key:
            return f"{self.base_dir}/{to_relative_path(context.get_identifier())}"
        path = f"{self.base_dir}/{to_relative_path(context.asset_key.path)}"
        return path if partition_key is None else f"{path}/{to_partition_path(partition_key)}"

    # ------------------------------------------------------------------------------------ storing

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store the value in its file, all of it or nothing.

        An asset that makes several partitions in one run gives a mapping of partition key to value; each is stored
        in its own file.

        Raises:
            DagsterInvariantViolationError: if it cannot be pickled, or its file has the value of another key.
            DagsterStorageError: if the file cannot be written.
            CheckError: if one value is given for several partitions.
        """
        if not context.has_asset_partitions:
            self._store(context, None, obj)
            return
        values = split_by_partition(context, obj)
        if len(values) == 1:
            [(key, value)] = values.items()
            self._store(context, key, value)
            return
        for key, value in values.items():
            self._save(context, key, value)
        context.add_output_metadata({"path": PathMetadataValue(self.get_path(context))})

    def _store(self, context: OutputContext, partition_key: str | None, value: Any) -> None:
        context.seal = stored = self._save(context, partition_key, value)
        if value is not None:
            context.add_output_metadata({"path": PathMetadataValue(stored.path)})

    def _save(self, context: OutputContext, partition_key: str | None, value: Any) -> StoredValue:
        path = self.get_path(context, partition_key)
        what = DescribedValue(context, partition_key)
        return save_value(path, value, self._directories, what=what, owner=what.owner, fsync=self._fsync)

    # ------------------------------------------------------------------------------------ loading

    def load_input(self, context: InputContext) -> Any:
        """Return the stored value; a dict of partition key to value for several partitions.

        Raises:
            FileNotFoundError: if nothing is stored.
            DagsterInvariantViolationError: if the file has the value of another key.
            DagsterStorageError: if what is stored is damaged or cannot be loaded.
        """
        if context.has_asset_key and context.has_asset_partitions:
            return load_partitions(context, lambda key: self._load(context, key))
        return self._load(context, None)

    def _load(self, context: InputContext, partition_key: str | None) -> Any:
        path = self.get_path(context, partition_key)
        what = DescribedValue(context, partition_key)
        try:
            return load_value(path, what=what, owner=what.owner)
        except FileNotFoundError as error:
            plain = self._find_unencoded(context, partition_key)
            if plain is not None and plain != path:
                return load_value(plain, what=what, owner=what.owner)
            if partition_key is None:
                raise
            directory, _, name = path.rpartition("/")
            hint = name_neighbours(context, name, _list_names(directory))
            raise FileNotFoundError(error.errno, f"{error.strerror}.{hint}", path) from None

    def _find_unencoded(self, context: InputContext, partition_key: str | None) -> str | None:
        """Return the file under the unchanged parts of the key, as other writers of this layout name it."""
        if not context.has_asset_key:
            return None
        partition = split_partition_key(partition_key) if partition_key is not None else ()
        parts = (
            [*context.asset_key.path, *"/".join(partition).split("/")]
            if partition
            else context.asset_key.path
        )
        if any(part in ("", ".", "..") or "/" in part or "\0" in part or is_reserved(part) for part in parts):
            return None  # such a path could lead elsewhere
        path = "/".join([self.base_dir, *parts])
        return path if os.path.isfile(path) else None


def _list_names(directory: str) -> list[str]:
    try:
        return os.listdir(directory)
    except OSError:
        return []


def get_base_dir(context: InitResourceContext, base_dir: str | None) -> str:
    """Return where values are kept: the given directory, or the storage of the instance.

    Args:
        context: the context of the resource.
        base_dir: what the user configured.
    """
    if base_dir:
        return base_dir
    if context.instance is not None:
        return str(context.instance.storage_directory())
    home = os.environ.get("DAGSTER_HOME")
    if home:
        return os.path.join(home, "storage")
    import tempfile  # only without any home

    return tempfile.mkdtemp(prefix="weftwork-storage-")


@io_manager(
    config_schema={
        "base_dir": Field(
            StringSource,
            is_required=False,
            description="Where values are kept; the storage of the instance if absent.",
        )
    },
    description="Values as pickles in files.",
)
def fs_io_manager(init_context: InitResourceContext) -> PickleFileIOManager:
    """Values as pickles in files below ``base_dir``; the function style of ``FilesystemIOManager``."""
    return PickleFileIOManager(
        get_base_dir(init_context, (init_context.resource_config or {}).get("base_dir"))
    )


class CustomPathIOManager(IOManager):
    """Stores each value under the path in the metadata of its output: ``Out(metadata={"path": ...})``.

    Args:
        base_dir: what the paths are relative to.
    """

    def __init__(self, base_dir: str) -> None:
        self.base_dir = os.path.abspath(base_dir)
        self._directories = DirectoryMaker(self.base_dir)

    def _get_path(self, context: OutputContext) -> str:
        path = context.definition_metadata.get("path")
        if not path:
            raise CheckError(
                f"{DescribedValue(context)} has no path: custom_path_fs_io_manager needs Out(metadata={{'path': ...}})."
            )
        return os.path.normpath(os.path.join(self.base_dir, os.fspath(getattr(path, "value", path))))

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store the value under the output's path."""
        path = self._get_path(context)
        context.seal = save_value(path, obj, self._directories, what=DescribedValue(context))
        context.add_output_metadata({"path": PathMetadataValue(path)})

    def load_input(self, context: InputContext) -> Any:
        """Return the value under the path of the output that made it."""
        if context.upstream_output is None:
            raise CheckError(
                f"Input '{context.name}' is not connected to an output, so there is no path to load from."
            )
        return load_value(self._get_path(context.upstream_output), what=DescribedValue(context))


@io_manager(
    config_schema={
        "base_dir": Field(StringSource, is_required=True, description="What the paths are relative to.")
    },
    description="Values as pickles in files whose paths the outputs name.",
)
def custom_path_fs_io_manager(init_context: InitResourceContext) -> CustomPathIOManager:
    """Values as pickles in files: each output names its own by ``Out(metadata={"path": ...})``."""
    return CustomPathIOManager(init_context.resource_config["base_dir"])
