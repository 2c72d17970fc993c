"""The partitions of an asset: ranges of neighbours in one state, never a list of a million keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.api.catalog.catalog import DefinedAsset
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.base.errors import DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean
from weftwork.partitions.context import partition_loading_context
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.multi.definition import MultiPartitionsDefinition
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition
from weftwork.records.lookups.assets import AssetPartitionStatus
from weftwork.serde.record import Record

MISSING = "MISSING"
_WORST_FIRST = ("FAILED", "IN_PROGRESS", MISSING, "MATERIALIZED")
_MAX_ROWS = 1000
_MAX_KEYS = 5000
States = Mapping[str, AssetPartitionStatus | None]


class PartitionsQuery(Record):
    """Which partitions of an asset are looked at.

    Attributes:
        key: the asset.
        row: the dimension whose keys are rows; None to choose.
        column: the dimension whose keys go from left to right; None to choose.
        at: keys of other dimensions, each as "dimension=key"; a dimension that is not named shows its worst state.
    """

    key: str
    row: str | None = None
    column: str | None = None
    at: list[str] = []


class PartitionKeysQuery(Record):
    """Which partition keys of an asset are asked for.

    Attributes:
        key: the asset.
        dimension: the dimension, for partitions of several; None for whole keys.
        q: keys that have this text in them.
        status: keys in one of these states.
        offset: how many to leave out first.
        limit: how many at most.
        newest_first: whether the last key comes first.
    """

    key: str
    dimension: str | None = None
    q: str | None = None
    status: list[str] = []
    offset: int = 0
    limit: int = 200
    newest_first: bool = False


class PartitionRange(View):
    """Neighbouring partitions in one state.

    Attributes:
        start: the number of the first.
        count: how many there are.
        first: the key of the first.
        last: the key of the last.
        status: "MISSING", "MATERIALIZED", "FAILED" or "IN_PROGRESS".
    """

    start: int
    count: int
    first: str
    last: str
    status: str


class PartitionRow(View):
    """The partitions of one key of the row dimension."""

    key: str
    ranges: list[PartitionRange]


class DimensionView(View):
    """A dimension of partitions.

    Attributes:
        name: its name; empty where there is only one dimension.
        count: how many keys it has.
        first: its first key.
        last: its last key.
        is_time: whether its keys are windows of time.
    """

    name: str
    count: int
    first: str | None
    last: str | None
    is_time: bool


class AssetPartitions(View):
    """The partitions of an asset.

    Attributes:
        total: how many there are.
        counts: how many are in which state.
        dimensions: the dimensions.
        row: the dimension of the rows; None for one dimension.
        column: the dimension that goes from left to right.
        rows: the rows; a single one with an empty key for one dimension.
        has_more_rows: whether rows are left out.
    """

    total: int
    counts: dict[str, int]
    dimensions: list[DimensionView]
    row: str | None
    column: str
    rows: list[PartitionRow]
    has_more_rows: bool


class PartitionKeyView(View):
    """A partition and its state; the state is None for a key of one dimension of several."""

    key: str
    status: str | None


class PartitionKeyPage(View):
    """A page of partition keys.

    Attributes:
        keys: the keys, in the order of the definition.
        total: how many fit.
    """

    keys: list[PartitionKeyView]
    total: int


class _Axis:
    """The keys of one dimension, numbered without listing them where they are windows of time."""

    def __init__(self, name: str, definition: PartitionsDefinition[Any]) -> None:
        self.name = name
        self._windows = definition if isinstance(definition, TimeWindowPartitionsDefinition) else None
        self._keys: Sequence[str] = () if self._windows is not None else list(definition.get_partition_keys())
        self._numbers = {key: number for number, key in enumerate(self._keys)}
        self.count = definition.get_num_partitions() if self._windows is not None else len(self._keys)

    def find_number(self, key: str) -> int | None:
        number = self._windows.find_number(key) if self._windows is not None else self._numbers.get(key)
        return number if number is not None and 0 <= number < self.count else None

    def keys(self, start: int, end: int) -> Sequence[str]:
        start, end = max(0, start), min(end, self.count)
        if start >= end:
            return ()
        if self._windows is not None:
            return self._windows.get_partition_keys_between_indexes(start, end)
        return self._keys[start:end]

    def key(self, number: int) -> str:
        return self.keys(number, number + 1)[0]

    def view(self) -> DimensionView:
        return DimensionView(
            name=self.name,
            count=self.count,
            first=self.key(0) if self.count else None,
            last=self.key(self.count - 1) if self.count else None,
            is_time=self._windows is not None,
        )

    def ranges(self, statuses: Mapping[int, str]) -> list[PartitionRange]:
        """Return all keys as ranges; those without a status are missing."""
        found: list[PartitionRange] = []
        at = 0
        numbers = sorted(statuses)
        position = 0
        while position < len(numbers):
            start = end = numbers[position]
            status = statuses[start]
            while (
                position < len(numbers) and numbers[position] == end and statuses[numbers[position]] == status
            ):
                end += 1
                position += 1
            if start > at:
                found.append(self._range(at, start, MISSING))
            found.append(self._range(start, end, status))
            at = end
        if at < self.count:
            found.append(self._range(at, self.count, MISSING))
        return found

    def _range(self, start: int, end: int, status: str) -> PartitionRange:
        return PartitionRange(
            start=start, count=end - start, first=self.key(start), last=self.key(end - 1), status=status
        )


def get_asset_partitions(host: Host, entry: DefinedAsset, query: PartitionsQuery) -> AssetPartitions:
    """Return the partitions of an asset as ranges.

    Raises:
        DagsterInvalidSubsetError: if it has none, or a dimension is named that does not exist.
    """
    definition = _get_definition(entry)
    states = host.instance.list_partition_states(entry.asset.key)
    with partition_loading_context(dynamic_partitions_store=host.instance):
        if isinstance(definition, MultiPartitionsDefinition):
            return _view_many(definition, states, query)
        axis = _Axis("", definition)
        statuses = _number(axis, states)
        ranges = axis.ranges(statuses)
        return AssetPartitions(
            total=axis.count, counts=_count(ranges), dimensions=[axis.view()], row=None, column="",
            rows=[PartitionRow(key="", ranges=ranges)], has_more_rows=False,
        )  # fmt: skip


def list_asset_partition_keys(host: Host, entry: DefinedAsset, query: PartitionKeysQuery) -> PartitionKeyPage:
    """Return a page of the partition keys of an asset.

    Raises:
        DagsterInvalidSubsetError: if it has none, or a dimension is named that does not exist.
    """
    definition = _get_definition(entry)
    limit, offset = min(max(1, query.limit), _MAX_KEYS), max(0, query.offset)
    with partition_loading_context(dynamic_partitions_store=host.instance):
        states: States = {}
        if query.dimension is not None:
            if not isinstance(definition, MultiPartitionsDefinition):
                raise DagsterInvalidSubsetError("Its partitions have one dimension: leave 'dimension' out.")
            definition = definition.get_partitions_def_for_dimension(query.dimension)
        else:
            states = host.instance.list_partition_states(entry.asset.key)
        axis = _Axis("", definition)
        if not query.q and not query.status:
            keys, total = _slice(axis, offset, limit, newest_first=query.newest_first), axis.count
        else:
            fitting = [key for key in axis.keys(0, axis.count) if _fits(key, states, query)]
            if query.newest_first:
                fitting.reverse()
            keys, total = fitting[offset : offset + limit], len(fitting)
    has_states = query.dimension is None
    return PartitionKeyPage(
        keys=[
            PartitionKeyView(key=key, status=_text(states.get(key)) if has_states else None) for key in keys
        ],
        total=total,
    )


def _get_definition(entry: DefinedAsset) -> PartitionsDefinition[Any]:
    definition = entry.partitions_def
    if definition is None:
        raise DagsterInvalidSubsetError(f"The asset '{entry.asset.key.to_user_string()}' has no partitions.")
    return definition


def _slice(axis: _Axis, offset: int, limit: int, *, newest_first: bool) -> Sequence[str]:
    if not newest_first:
        return axis.keys(offset, offset + limit)
    end = axis.count - offset
    return list(reversed(axis.keys(end - limit, end)))


def _fits(key: str, states: States, query: PartitionKeysQuery) -> bool:
    if query.q and query.q.casefold() not in key.casefold():
        return False
    return not query.status or _text(states.get(key)) in query.status


def _text(state: AssetPartitionStatus | None) -> str:
    return state.value if state is not None else MISSING


def _number(axis: _Axis, states: States) -> dict[int, str]:
    numbered = ((axis.find_number(key), state) for key, state in states.items() if state is not None)
    return {number: state.value for number, state in numbered if number is not None}


def _count(ranges: Sequence[PartitionRange]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for found in ranges:
        counts[found.status] = counts.get(found.status, 0) + found.count
    return counts


def _view_many(
    definition: MultiPartitionsDefinition, states: States, query: PartitionsQuery
) -> AssetPartitions:
    axes = {part.name: _Axis(part.name, part.partitions_def) for part in definition.partitions_defs}
    column = _choose(query.column, axes, lambda axis: axis.view().is_time, ())
    row = _choose(query.row, axes, lambda _: True, (column,))
    at = dict(text.partition("=")[::2] for text in query.at)
    for name in at:
        _check_dimension(name, axes)
    names = list(axes)
    cells: dict[str, dict[int, list[str]]] = {}
    counts: dict[str, int] = {}
    for key, state in states.items():
        parts = dict(zip(names, definition.split_key(key), strict=True))
        number = axes[column].find_number(parts[column])
        if (
            state is None
            or number is None
            or any(axes[name].find_number(parts[name]) is None for name in names)
        ):
            continue
        counts[state.value] = counts.get(state.value, 0) + 1
        if all(parts[name] == wanted for name, wanted in at.items()):
            cells.setdefault(parts[row], {}).setdefault(number, []).append(state.value)
    depth = 1
    for name in names:
        depth *= 1 if name in (row, column) or name in at else axes[name].count
    total = definition.get_num_partitions()
    missing = total - sum(counts.values())
    return AssetPartitions(
        total=total,
        counts={**counts, **({MISSING: missing} if missing else {})},
        dimensions=[axis.view() for axis in axes.values()],
        row=row,
        column=column,
        rows=[
            PartitionRow(key=key, ranges=axes[column].ranges(_worst(cells.get(key, {}), depth)))
            for key in axes[row].keys(0, _MAX_ROWS)
        ],
        has_more_rows=axes[row].count > _MAX_ROWS,
    )


def _worst(cells: Mapping[int, Sequence[str]], depth: int) -> dict[int, str]:
    """Return the worst state of what lies behind each cell; less than ``depth`` states means that some are missing."""
    found = {}
    for number, states in cells.items():
        all_states = states if len(states) >= depth else [*states, MISSING]
        found[number] = next(state for state in _WORST_FIRST if state in all_states)
    return found


def _choose(name: str | None, axes: Mapping[str, _Axis], suits: Any, taken: Sequence[str]) -> str:
    if name is not None:
        _check_dimension(name, axes)
        return name
    free = [axis.name for axis in axes.values() if axis.name not in taken]
    return next((each for each in free if suits(axes[each])), free[0] if free else taken[0])


def _check_dimension(name: str, axes: Mapping[str, _Axis]) -> None:
    if name not in axes:
        raise DagsterInvalidSubsetError(f"There is no dimension '{name}'.{did_you_mean(name, axes)}")
