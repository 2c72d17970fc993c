"""Data frames of pandas, polars and pyarrow: which one a value or an annotation is, and the way from one to another."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Union, get_args, get_origin

from weftwork.base.errors import DagsterInvariantViolationError


class FrameKind(Enum):
    """A kind of data frame; the value is the name of its class."""

    PANDAS = "pandas.DataFrame"
    POLARS = "polars.DataFrame"
    POLARS_LAZY = "polars.LazyFrame"
    ARROW = "pyarrow.Table"


_KINDS = {tuple(kind.value.split(".")): kind for kind in FrameKind}


def find_kind(frame_type: Any) -> FrameKind | None:
    """Return the kind of a class of data frames; None for other classes.

    No library is imported: a class is known by its name and the package it is from.
    """
    for base in getattr(frame_type, "__mro__", ()):
        kind = _KINDS.get((base.__module__.partition(".")[0], base.__name__))
        if kind is not None:
            return kind
    return None


def get_kind(value: Any, manager: str, what: object) -> FrameKind:
    """Return the kind of a data frame.

    Args:
        value: the value of an output.
        manager: the IO manager, for the message.
        what: the output, for the message.

    Raises:
        DagsterInvariantViolationError: if it is none.
    """
    kind = find_kind(type(value))
    if kind is not None:
        return kind
    raise DagsterInvariantViolationError(
        f"{manager} stores tables, and the value of {what} is none: a {type(value).__module__}.{type(value).__qualname__}. "
        f"Return a pandas or polars DataFrame, a polars LazyFrame or a pyarrow Table, or give the output another IO manager "
        f"(io_manager_key), such as TypeDispatchIOManager, which stores values of every type."
    )


class WantedFrame:
    """What an input wants: which kind of frame, and whether one for each partition.

    Attributes:
        kind: the kind; None if the annotation says nothing.
        by_partition: whether the annotation is a dict of partition key to frame.
    """

    __slots__ = ("by_partition", "kind")

    def __init__(self, annotation: Any) -> None:
        self.by_partition = False
        annotation = _strip_optional(annotation)
        origin = get_origin(annotation) or annotation
        if isinstance(origin, type) and issubclass(origin, Mapping):
            self.by_partition = True
            arguments = get_args(annotation)
            annotation = _strip_optional(arguments[1]) if len(arguments) == 2 else None
        self.kind: FrameKind | None = find_kind(annotation)


def _strip_optional(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        inner = [item for item in get_args(annotation) if item is not type(None)]
        if len(inner) == 1:
            return inner[0]
    return annotation


def find_wanted(context: Any) -> WantedFrame:
    """Return what an input wants, from its type.

    Args:
        context: the ``InputContext``.
    """
    try:
        dagster_type = context.dagster_type
    except DagsterInvariantViolationError:  # a context that was built without a type
        return WantedFrame(None)
    return WantedFrame(getattr(dagster_type, "typing_type", None))


def find_columns(context: Any) -> list[str] | None:
    """Return the columns that an input asks for by its metadata ``columns``; None for all."""
    asked = context.definition_metadata.get("columns")
    asked = getattr(asked, "value", asked)
    return [str(name) for name in asked] if asked else None


def to_arrow(frame: Any, kind: FrameKind) -> Any:
    """Return a data frame as a pyarrow Table."""
    if kind is FrameKind.ARROW:
        return frame
    if kind is FrameKind.PANDAS:
        import pyarrow  # optional library

        return pyarrow.Table.from_pandas(frame)
    import polars  # optional library

    whole = frame.collect(engine="streaming") if kind is FrameKind.POLARS_LAZY else frame
    return whole.to_arrow(compat_level=polars.CompatLevel.oldest())


def from_arrow(table: Any, kind: FrameKind) -> Any:
    """Return a pyarrow Table as another kind of data frame."""
    if kind is FrameKind.ARROW:
        return table
    if kind is FrameKind.PANDAS:
        return table.to_pandas()
    import polars  # optional library

    frame: Any = polars.from_arrow(table)
    return frame.lazy() if kind is FrameKind.POLARS_LAZY else frame


def join_frames(frames: Iterable[Any], kind: FrameKind) -> Any:
    """Return the rows of several frames as one; a column that some of them lack is null there."""
    parts = list(frames)
    if len(parts) == 1:
        return parts[0]
    if kind is FrameKind.PANDAS:
        import pandas  # optional library

        return pandas.concat(parts, ignore_index=True)
    if kind is FrameKind.ARROW:
        import pyarrow  # optional library

        return pyarrow.concat_tables(parts, promote_options="permissive")
    import polars  # optional library

    return polars.concat(parts, how="diagonal_relaxed")


def choose_kind(wanted: FrameKind | None, stored_as: str | None) -> FrameKind:
    """Return the kind to load a table as: the one that is wanted, else the one that it was stored from.

    Args:
        wanted: what the annotation says.
        stored_as: the name of the class that it was stored from, if it is known.

    Raises:
        DagsterInvariantViolationError: if neither says anything, and no library of data frames is installed.
    """
    if wanted is not None:
        return wanted
    for kind in FrameKind:
        if kind.value == stored_as:
            return kind
    import importlib.util  # only for tables that somebody else stored

    for kind in (FrameKind.POLARS, FrameKind.PANDAS, FrameKind.ARROW):
        if importlib.util.find_spec(kind.value.partition(".")[0]) is not None:
            return kind
    raise DagsterInvariantViolationError(
        "Neither polars, pandas nor pyarrow is installed: pip install 'weftwork[polars]'."
    )
