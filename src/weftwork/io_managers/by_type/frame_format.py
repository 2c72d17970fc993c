"""Data frames as Parquet files, as one of the formats of TypeDispatchIOManager."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Any

from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.io_managers.by_type.value_format import ValueFormat
from weftwork.io_managers.described import DescribedValue
from weftwork.io_managers.tables.frame import FrameKind, find_columns, find_kind, find_wanted, get_kind
from weftwork.io_managers.tables.parquet_file import (
    DEFAULT_COMPRESSION,
    read_table,
    scan_table,
    write_table,
)
from weftwork.io_managers.tables.table_metadata import SIZE_METADATA, build_table_metadata


class FrameFormat(ValueFormat):
    """Data frames of pandas, polars and pyarrow; an input gets the kind that it is annotated with."""

    extension = ".parquet"

    def fits(self, value: Any) -> bool:
        """Return whether it is a data frame, and pyarrow is there to store it and has a type for each column."""
        kind = find_kind(type(value))
        if kind is None or importlib.util.find_spec("pyarrow") is None:
            return False
        return kind is not FrameKind.PANDAS or _is_plain(value)

    def write(self, context: OutputContext, value: Any, file: Any) -> Mapping[str, Any] | None:
        """Write the frame; return its row count and columns."""
        kind = get_kind(value, "TypeDispatchIOManager", DescribedValue(context))
        facts = write_table(value, kind, file, DEFAULT_COMPRESSION)
        found = build_table_metadata(context, facts.schema, facts.row_count, 0)
        del found[SIZE_METADATA]  # recorded for values of every type
        return found

    def read(self, context: InputContext, path: str) -> Any:
        """Return the frame."""
        wanted, columns, what = find_wanted(context).kind, find_columns(context), DescribedValue(context)
        if wanted is FrameKind.POLARS_LAZY:
            return scan_table(path, columns, what)
        return read_table(lambda: open(path, "rb"), path, what, wanted, columns)


def _is_plain(frame: Any) -> bool:
    """Return whether a pandas frame can be told as Arrow: not with objects of any class, or two columns of one name."""
    import pyarrow  # optional library

    try:
        pyarrow.Schema.from_pandas(frame)
    except (pyarrow.ArrowException, TypeError, ValueError, KeyError):
        return False
    return bool(frame.columns.is_unique)
