"""TypeDispatchIOManager: each value in a file of the format that fits its type, as a pickle where none does."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field

from weftwork.definitions.io.configurable_io_manager import ConfigurableIOManagerFactory
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.io_managers.by_type.frame_format import FrameFormat
from weftwork.io_managers.by_type.value_format import ArrayFormat, BytesFormat, TextFormat, ValueFormat
from weftwork.io_managers.described import DescribedValue
from weftwork.io_managers.filesystem import PickleFileIOManager, get_base_dir
from weftwork.io_managers.ownership.path_owners import PathOwners
from weftwork.io_managers.tables.table_metadata import SIZE_METADATA
from weftwork.io_managers.value_file import StoredValue, check_free
from weftwork.io_managers.whole_file import write_whole


class TypedFiles(PickleFileIOManager):
    """Stores each value in the first format that fits it: what ``TypeDispatchIOManager`` makes.

    Args:
        base_dir: the base directory.
        formats: the formats, in the order in which they are asked.
    """

    def __init__(self, base_dir: str, formats: Sequence[ValueFormat]) -> None:
        super().__init__(base_dir)
        self._formats = tuple(formats)
        self._owners = {id(each): PathOwners(Path(self.base_dir), each.extension) for each in self._formats}

    def get_path(self, context: OutputContext | InputContext, partition_key: str | None = None) -> str:
        """Return the file of a value, without the extension of its format.

        A key that itself ends in an extension is encoded there, so that it is not taken for the file of another.
        """
        path = super().get_path(context, partition_key)
        for extension in (each.extension for each in self._formats):
            if path.endswith(extension):
                return f"{path[: -len(extension)]}%2E{extension[1:]}"
        return path

    # ------------------------------------------------------------------------------------- storing

    def _store(self, context: OutputContext, partition_key: str | None, value: Any) -> None:
        super()._store(context, partition_key, value)
        if value is not None:
            context.add_output_metadata({SIZE_METADATA: context.seal.size_bytes})

    def _save(self, context: OutputContext, partition_key: str | None, value: Any) -> StoredValue:
        path = self.get_path(context, partition_key)
        place = super().get_path(context)
        if context.has_asset_key:
            what = DescribedValue(context, partition_key)
            check_free(path, what.owner, what, self.base_dir)
            for known in self._formats:
                self._owners[id(known)].check(context, place, {partition_key: Path(path + known.extension)})
        chosen = next((each for each in self._formats if each.fits(value)), None)
        if chosen is None:
            stored = super()._save(context, partition_key, value)
        else:
            stored = self._write(context, partition_key, value, chosen, path)
            if context.has_asset_key:
                self._owners[id(chosen)].add(context, place, {partition_key: Path(path + chosen.extension)})
        # What another format left there would be taken for the value.
        for each in (*self._formats, None):
            if each is not chosen:
                _remove(path if each is None else path + each.extension)
        return stored

    def _write(
        self, context: OutputContext, partition_key: str | None, value: Any, chosen: ValueFormat, path: str
    ) -> StoredValue:
        found: list[Mapping[str, Any] | None] = []
        stored = write_whole(
            path + chosen.extension,
            lambda file: found.append(chosen.write(context, value, file)),
            self._directories,
            what=DescribedValue(context, partition_key),
        )
        if found[0] and (not context.has_asset_partitions or len(context.asset_partition_keys) == 1):
            context.add_output_metadata(found[0])
        return stored

    # ------------------------------------------------------------------------------------- loading

    def _load(self, context: InputContext, partition_key: str | None) -> Any:
        path = self.get_path(context, partition_key)
        # The newest, where a crash left the value before it beside it.
        newest: tuple[int, ValueFormat | None] = (_find_age(path), None)
        for each in self._formats:
            age = _find_age(path + each.extension)
            if age > newest[0]:
                newest = (age, each)
        if newest[1] is None:
            return super()._load(context, partition_key)
        file = path + newest[1].extension
        if context.has_asset_key:
            self._owners[id(newest[1])].check(context, super().get_path(context), {partition_key: Path(file)})
        return newest[1].read(context, file)


def _find_age(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns if os.path.isfile(path) else -1
    except OSError:
        return -1


def _remove(path: str) -> None:
    if os.path.isfile(path):
        os.unlink(path)


class TypeDispatchIOManager(ConfigurableIOManagerFactory[TypedFiles]):
    """Stores each value in a file of the format that fits its type.

    Data frames are Parquet files, text and bytes are themselves, arrays are files of numpy, everything else is a
    pickle as ``FilesystemIOManager`` writes it. Sizes, and row counts and columns of tables, are recorded as metadata.
    A subclass adds formats of its own.

    Args:
        base_dir: where the files are; the storage of the instance if None.

    Example:
        >>> class Ours(TypeDispatchIOManager):
        ...     def list_formats(self):
        ...         return [PngFormat(), *super().list_formats()]
        >>> Definitions(assets=[orders], resources={"io_manager": Ours(base_dir="data")})
    """

    base_dir: str | None = Field(
        default=None, description="Where the files are; the storage of the instance if absent."
    )

    def list_formats(self) -> list[ValueFormat]:
        """Return the formats in the order in which they are asked whether they fit; a pickle is the last resort."""
        return [FrameFormat(), TextFormat(), BytesFormat(), ArrayFormat()]

    def create_io_manager(self, context: InitResourceContext) -> TypedFiles:
        """Return the IO manager."""
        return TypedFiles(get_base_dir(context, self.base_dir), self.list_formats())
