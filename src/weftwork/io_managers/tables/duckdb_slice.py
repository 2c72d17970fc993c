"""Which rows of a DuckDB table are the partitions of a value, as a condition in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.text import quote_names
from weftwork.partitions.keys import TimeWindow

PARTITION_COLUMN = "_partition"
PARTITION_EXPR_METADATA = "partition_expr"


class TableSlice:
    """The rows of some partitions.

    Attributes:
        condition: in SQL, true for exactly these rows.
        parameters: the values in it.
        key: the key that is written into the column ``_partition``; None where the table has its own columns for it.
    """

    __slots__ = ("condition", "key", "parameters")

    def __init__(self, condition: str, parameters: Sequence[str], key: str | None = None) -> None:
        self.condition = condition
        self.parameters = list(parameters)
        self.key = key


def build_key_slice(keys: Sequence[str]) -> TableSlice:
    """Return the rows whose column ``_partition`` has one of some keys."""
    marks = ", ".join("?" for _ in keys)
    key = str(keys[0]) if len(keys) == 1 else None
    return TableSlice(f'"{PARTITION_COLUMN}" IN ({marks})', [str(key) for key in keys], key)


def build_expression_slice(
    expression: Any, context: Any, keys: Sequence[Any], zoned: Mapping[str, bool]
) -> TableSlice:
    """Return the rows of the partitions of a value, by the expression that the asset gives.

    Args:
        expression: SQL, or for several dimensions a mapping of dimension to SQL.
        context: the input or output.
        keys: the partitions.
        zoned: expression to whether it is a time with a zone.

    Raises:
        DagsterInvalidDefinitionError: if the expressions do not fit the dimensions.
    """
    partitions_def = context.asset_partitions_def
    if isinstance(expression, Mapping):
        return _build_many_dimensions(expression, partitions_def, keys, zoned)
    if hasattr(partitions_def, "get_partitions_def_for_dimension"):
        raise DagsterInvalidDefinitionError(
            f"'{PARTITION_EXPR_METADATA}' of asset '{context.asset_key.to_user_string()}' must be a mapping of dimension to "
            f"SQL, because the asset has the dimensions {quote_names(partitions_def.partition_dimension_names)}."
        )
    if hasattr(partitions_def, "time_window_for_partition_key"):
        windows = _merge([partitions_def.time_window_for_partition_key(key) for key in keys])
        slices = [_build_window(str(expression), window, zoned) for window in windows]
        return TableSlice(
            " OR ".join(one.condition for one in slices), [text for one in slices for text in one.parameters]
        )
    marks = ", ".join("?" for _ in keys)
    return TableSlice(f"CAST(({expression}) AS VARCHAR) IN ({marks})", [str(key) for key in keys])


def _build_many_dimensions(
    expressions: Mapping[str, str], partitions_def: Any, keys: Sequence[Any], zoned: Mapping[str, bool]
) -> TableSlice:
    conditions: list[str] = []
    parameters: list[str] = []
    for key in keys:
        by_dimension = key.keys_by_dimension
        if set(by_dimension) != set(expressions):
            raise DagsterInvalidDefinitionError(
                f"'{PARTITION_EXPR_METADATA}' has {quote_names(expressions)}; the dimensions are {quote_names(by_dimension)}."
            )
        parts = []
        for name, expression in expressions.items():
            dimension = partitions_def.get_partitions_def_for_dimension(name)
            if hasattr(dimension, "time_window_for_partition_key"):
                window = dimension.time_window_for_partition_key(by_dimension[name])
                part = _build_window(expression, window, zoned)
            else:
                part = TableSlice(f"CAST(({expression}) AS VARCHAR) = ?", [by_dimension[name]])
            parts.append(part.condition)
            parameters += part.parameters
        conditions.append(" AND ".join(parts))
    return TableSlice(" OR ".join(f"({condition})" for condition in conditions), parameters)


def _merge(windows: Sequence[Any]) -> list[TimeWindow]:
    """Return as few windows as cover the same time."""
    merged: list[TimeWindow] = []
    for window in sorted(windows, key=lambda one: one.start):
        if merged and window.start <= merged[-1].end:
            merged[-1] = TimeWindow(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(TimeWindow(window.start, window.end))
    return merged


def _build_window(expression: str, window: Any, zoned: Mapping[str, bool]) -> TableSlice:
    kind = "TIMESTAMPTZ" if zoned.get(expression) else "TIMESTAMP"
    ends = [window.start, window.end]
    # A time without a zone is one of the partitions' own zone.
    shown = [(end if zoned.get(expression) else end.replace(tzinfo=None)).isoformat() for end in ends]
    value = f"CAST(({expression}) AS {kind})"
    return TableSlice(f"({value} >= CAST(? AS {kind}) AND {value} < CAST(? AS {kind}))", shown)
