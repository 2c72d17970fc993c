"""ParquetIOManager: data frames as Parquet files, on any file system."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field

from weftwork.definitions.io.configurable_io_manager import ConfigurableIOManagerFactory
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.io_managers.described import DescribedValue
from weftwork.io_managers.directories import DirectoryMaker
from weftwork.io_managers.filesystem import get_base_dir
from weftwork.io_managers.tables.frame import FrameKind, find_columns, find_wanted, get_kind, join_frames
from weftwork.io_managers.tables.parquet_file import (
    DEFAULT_COMPRESSION,
    ParquetFacts,
    read_table,
    scan_table,
    sink_table,
    write_table,
)
from weftwork.io_managers.tables.table_metadata import build_table_metadata
from weftwork.io_managers.upath import UPathIOManager
from weftwork.io_managers.value_file import StoredValue
from weftwork.io_managers.whole_file import replace_whole, seal_file, write_hashed, write_whole


class ParquetFiles(UPathIOManager):
    """Stores each data frame in a Parquet file of its own: what ``ParquetIOManager`` makes.

    Args:
        base_path: the base directory, or an address such as ``s3://bucket/data``.
        compression: of the columns.
    """

    extension = ".parquet"

    def __init__(self, base_path: Any, compression: str = DEFAULT_COMPRESSION) -> None:
        super().__init__(base_path)
        if type(self._base_path) is type(Path()):
            self._base_path = self._base_path.absolute()
        self._compression = compression
        self._directories = DirectoryMaker(str(self._base_path))

    # ------------------------------------------------------------------------------------- storing

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Store a frame; a mapping of partition key to frame for several partitions.

        Raises:
            DagsterInvariantViolationError: if it is no data frame.
            DagsterStorageError: if the file cannot be written.
        """
        super().handle_output(context, obj)
        if _count_partitions(context) > 1:
            context.seal = None  # it is that of the last file alone

    def dump_to_path(self, context: OutputContext, obj: Any, path: Any) -> None:
        """Write a frame to its file: all of it, or nothing."""
        what = DescribedValue(context)
        kind = get_kind(obj, "ParquetIOManager", what)
        if isinstance(path, Path):
            facts, stored = write_parquet(
                obj, kind, os.fspath(path), self._directories, what=what, compression=self._compression
            )
        else:
            written: list[ParquetFacts] = []
            with path.open("wb") as file:
                stored = write_hashed(
                    file,
                    str(path),
                    lambda out: written.append(write_table(obj, kind, out, self._compression)),
                )
            facts = written[0]
        context.seal = stored
        if _count_partitions(context) <= 1:
            context.add_output_metadata(
                build_table_metadata(context, facts.schema, facts.row_count, stored.size_bytes)
            )

    # ------------------------------------------------------------------------------------- loading

    def load_input(self, context: InputContext) -> Any:
        """Return the frame that the annotation of the input asks for.

        Several partitions are one frame where the annotation is a frame, else a dict of partition key to frame.

        Raises:
            FileNotFoundError: if nothing is stored.
            DagsterStorageError: if what is stored is damaged.
        """
        loaded = super().load_input(context)
        wanted = find_wanted(context)
        if not isinstance(loaded, dict) or wanted.by_partition or wanted.kind is None:
            return loaded
        frames = [frame for frame in loaded.values() if frame is not None]
        return join_frames(frames, wanted.kind) if frames else None

    def load_from_path(self, context: InputContext, path: Any) -> Any:
        """Read a frame from its file."""
        wanted = find_wanted(context)
        columns = find_columns(context)
        what = DescribedValue(context)
        try:
            if wanted.kind is FrameKind.POLARS_LAZY and isinstance(path, Path):
                return scan_table(os.fspath(path), columns, what)
            return read_table(lambda: path.open("rb"), str(path), what, wanted.kind, columns)
        except FileNotFoundError as error:
            raise FileNotFoundError(
                error.errno,
                f"There is no stored table of {what}; it was not made yet, or was removed",
                str(path),
            ) from None


def _count_partitions(context: OutputContext) -> int:
    return len(context.asset_partition_keys) if context.has_asset_partitions else 0


def write_parquet(
    frame: Any, kind: FrameKind, path: str, directories: DirectoryMaker, *, what: object, compression: str
) -> tuple[ParquetFacts, StoredValue]:
    """Put a data frame into a file of this machine: all of it, or nothing.

    Args:
        frame: the data frame.
        kind: its kind.
        path: the file.
        directories: makes its directory.
        what: the output, for messages.
        compression: of the columns.
    """
    if kind is FrameKind.POLARS_LAZY:
        with replace_whole(path, directories, what) as temporary:
            facts = sink_table(frame, temporary, compression)
            return facts, seal_file(temporary, path)
    written: list[ParquetFacts] = []
    stored = write_whole(
        path, lambda file: written.append(write_table(frame, kind, file, compression)), directories, what=what
    )
    return written[0], stored


class ParquetIOManager(ConfigurableIOManagerFactory[ParquetFiles]):
    """Stores data frames of pandas, polars and pyarrow as Parquet files; an input gets the kind that it is annotated with.

    Row count, column schema and size are recorded as metadata. An input without annotation gets the kind of frame that
    was stored. ``In(metadata={"columns": [...]})`` or ``AssetIn(metadata=...)`` loads some of the columns.

    Args:
        base_dir: where the files are, a directory or an address such as ``s3://bucket/data``; the storage of the
            instance if None.
        compression: "zstd", "snappy", "gzip", "lz4", "brotli" or "none".

    Example:
        >>> Definitions(assets=[orders], resources={"io_manager": ParquetIOManager(base_dir="data")})
    """

    base_dir: str | None = Field(
        default=None, description="Where the files are; the storage of the instance if absent."
    )
    compression: str = Field(
        default=DEFAULT_COMPRESSION, description="zstd, snappy, gzip, lz4, brotli or none."
    )

    def create_io_manager(self, context: InitResourceContext) -> ParquetFiles:
        """Return the IO manager."""
        return ParquetFiles(get_base_dir(context, self.base_dir), self.compression)
