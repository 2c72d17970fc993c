"""One table in one Parquet file, with checksums of its pages and the kind of frame that it was stored from."""

from __future__ import annotations

import os
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError, DagsterStorageError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.io_managers.tables.frame import FrameKind, choose_kind, from_arrow, to_arrow

FRAME_METADATA = "weftwork.frame"
DEFAULT_COMPRESSION = "zstd"


class ParquetFacts:
    """What is known of a table that was written.

    Attributes:
        schema: its pyarrow schema.
        row_count: the number of its rows.
    """

    __slots__ = ("row_count", "schema")

    def __init__(self, schema: Any, row_count: int) -> None:
        self.schema = schema
        self.row_count = row_count


def import_parquet() -> Any:
    """Return ``pyarrow.parquet``.

    Raises:
        DagsterInvariantViolationError: if it is not installed.
    """
    try:
        import pyarrow.parquet  # optional library
    except ImportError as error:
        raise DagsterInvariantViolationError(
            "Parquet files need pyarrow: pip install 'weftwork[pyarrow]'."
        ) from error
    return pyarrow.parquet


def write_table(frame: Any, kind: FrameKind, file: Any, compression: str) -> ParquetFacts:
    """Write a data frame to an open binary file.

    Args:
        frame: the data frame.
        kind: its kind.
        file: the file.
        compression: "zstd", "snappy", "gzip", "lz4", "brotli" or "none".
    """
    parquet = import_parquet()
    table = to_arrow(frame, kind)
    remembered = {**(table.schema.metadata or {}), FRAME_METADATA.encode(): kind.value.encode()}
    parquet.write_table(
        table.replace_schema_metadata(remembered), file, compression=compression, write_page_checksum=True
    )
    return ParquetFacts(table.schema, table.num_rows)


def sink_table(frame: Any, path: str, compression: str) -> ParquetFacts:
    """Write a polars LazyFrame to a path, without holding it in memory."""
    codec: Any = "uncompressed" if compression == "none" else compression
    frame.sink_parquet(path, compression=codec, metadata={FRAME_METADATA: FrameKind.POLARS_LAZY.value})
    written = import_parquet().ParquetFile(path)
    try:
        return ParquetFacts(written.schema_arrow, written.metadata.num_rows)
    finally:
        written.close()


def read_table(
    open_file: Any, where: str, what: object, wanted: FrameKind | None, columns: list[str] | None
) -> Any:
    """Read a data frame from a file.

    Args:
        open_file: returns the open binary file.
        where: its path, for messages.
        what: the value, for messages.
        wanted: the kind of frame; the kind that it was stored from if None.
        columns: the columns to read; all if None.

    Raises:
        FileNotFoundError: if there is no such file.
        DagsterStorageError: if it is damaged.
        DagsterInvariantViolationError: if there is no such column.
    """
    parquet = import_parquet()
    import pyarrow  # optional library; parquet has loaded it

    with open_file() as file:
        try:
            stored = parquet.ParquetFile(file, page_checksum_verification=True)
            check_columns(columns, stored.schema_arrow.names, what)
            table = stored.read(columns=columns)
        except (pyarrow.ArrowException, OSError) as error:
            raise DagsterStorageError(
                f"The stored value of {what} is damaged, or no Parquet file: {where}: {error}. Make it again (materialize "
                f"the asset, or run the step again), or put a copy from a backup there."
            ) from error
    return from_arrow(table, choose_kind(wanted, find_stored_kind(table.schema.metadata)))


def scan_table(path: str, columns: list[str] | None, what: object) -> Any:
    """Return a polars LazyFrame over a file, which is read when the frame is collected.

    Raises:
        FileNotFoundError: if there is no such file.
    """
    import polars  # optional library

    os.stat(path)
    frame = polars.scan_parquet(path)
    if columns is None:
        return frame
    check_columns(columns, frame.collect_schema().names(), what)
    return frame.select(columns)


def find_stored_kind(metadata: Any) -> str | None:
    """Return the name of the class that a table was stored from; pandas says it in its own way."""
    if not metadata:
        return None
    if FRAME_METADATA.encode() in metadata:
        return str(metadata[FRAME_METADATA.encode()], "utf-8")
    return FrameKind.PANDAS.value if b"pandas" in metadata else None


def check_columns(asked: list[str] | None, there: list[str], what: object) -> None:
    """Check that the columns that are asked for are there.

    Raises:
        DagsterInvariantViolationError: if one is not.
    """
    for name in asked or ():
        if name not in there:
            raise DagsterInvariantViolationError(
                f"The table of {what} has no column '{name}'.{did_you_mean(name, there)} It has {quote_names(there)}."
            )
