"""How all assets stand, as columns beside those of the graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from weftwork.api.assets import AssetStatus, AssetView, PartitionCounts, list_asset_views
from weftwork.api.catalog.catalog import Catalog, DefinedAsset
from weftwork.api.host import Host
from weftwork.api.view import View
from weftwork.base.errors import DagsterError
from weftwork.partitions.context import partition_loading_context
from weftwork.records.keys import AssetKey
from weftwork.serde.codec import encode

STATUS_NAMES = tuple(status.value for status in AssetStatus)
_UNSETTLED = frozenset({AssetStatus.IN_PROGRESS.value, AssetStatus.FAILED.value})
_MAX_BEHIND = 20_000


class AssetStatusColumns(View):
    """How assets stand: the n-th entry of each column is of the n-th of ``numbers``.

    Attributes:
        version: the version of the graph that the numbers are of.
        cursor: the last event that is in it.
        names: table of states: "MISSING", "MATERIALIZED", "FAILED", "IN_PROGRESS".
        numbers: the assets, by their numbers in the graph.
        status: number of the state of each.
        at: when each was last materialized, in seconds since the epoch; None for never.
        run: the run that last materialized each.
        partitions: for each materialized, failed, in progress and all partitions; None for one without partitions.
        checks: for each how many checks passed, warned and failed last; None if none was ever evaluated.
    """

    version: str
    cursor: int
    names: list[str]
    numbers: list[int]
    status: list[int]
    at: list[float | None]
    run: list[str | None]
    partitions: list[tuple[int, int, int, int] | None]
    checks: list[tuple[int, int, int] | None]


class _Row(NamedTuple):
    """How one asset stands, without how many partitions there are, which may change with time."""

    status: int
    at: float | None
    run: str | None
    partitions: PartitionCounts | None
    checks: tuple[int, int, int] | None

    @property
    def is_settled(self) -> bool:
        """Whether only an event of the asset can change it: it does not depend on how a run stands."""
        if self.partitions is not None:
            return not self.partitions.failed and not self.partitions.in_progress
        return STATUS_NAMES[self.status] not in _UNSETTLED


_UNKNOWN = _Row(STATUS_NAMES.index(AssetStatus.MISSING.value), None, None, None, None)


class _Memory:
    """How all assets of a catalog stood at an event."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.catalog: Catalog | None = None
        self.until = 0
        self.rows: list[_Row] = []
        self.unsettled: set[int] = set()
        self.partitioned: list[int] = []

    def refresh(self, host: Host, catalog: Catalog) -> None:
        """Read again what may have changed."""
        facts = host.instance.automation_facts
        latest = facts.get_max_storage_id() or 0
        numbers: Iterable[int] = range(len(catalog))
        if self.catalog is not catalog or not 0 <= latest - self.until <= _MAX_BEHIND:
            self.rows = [_UNKNOWN] * len(catalog)
            self.unsettled = set()
            self.partitioned = [n for n in numbers if catalog.defined[n].asset.partitions is not None]
        else:
            changed = facts.list_changed_keys(self.until) if latest != self.until else ()
            found = {catalog.find_number(key) for key in changed}
            numbers = sorted(self.unsettled.union(number for number in found if number is not None))
        views = list_asset_views(host.instance, [catalog.keys[number] for number in numbers])
        for number, view in zip(numbers, views, strict=True):
            row = self.rows[number] = _to_row(view)
            (self.unsettled.discard if row.is_settled else self.unsettled.add)(number)
        self.catalog, self.until = catalog, latest


def _to_row(view: AssetView) -> _Row:
    return _Row(
        STATUS_NAMES.index(view.status.value),
        view.materialized_at.timestamp() if view.materialized_at else None,
        view.run_id,
        view.partitions,
        (view.checks.passed, view.checks.warned, view.checks.failed) if view.checks else None,
    )


class AllStatuses:
    """How all assets stand, read as far as it may have changed.

    Args:
        host: what is asked.
        catalog: its assets.

    Attributes:
        version: changes whenever any of it does.
    """

    def __init__(self, host: Host, catalog: Catalog) -> None:
        memory: _Memory = host.memory.setdefault(_Memory, _Memory())
        with memory.lock:
            memory.refresh(host, catalog)
            self._rows = memory.rows.copy()
            self._cursor = memory.until
            unsettled = [(number, memory.rows[number]) for number in sorted(memory.unsettled)]
            partitioned = memory.partitioned
        self._catalog = catalog
        self._totals = _count_partitions(host, catalog, partitioned)
        varying = encode([unsettled, sorted(self._totals.items())])
        digest = hashlib.blake2b(varying, digest_size=8).hexdigest()
        self.version = f"{catalog.version}-{self._cursor}-{digest}"

    def to_columns(self) -> AssetStatusColumns:
        """Return it as columns."""
        return _to_columns(self._catalog, self._cursor, range(len(self._rows)), self._rows, self._totals)


def get_asset_statuses(host: Host, catalog: Catalog, numbers: Sequence[int]) -> AssetStatusColumns:
    """Return how some assets stand.

    Args:
        host: what is asked.
        catalog: its assets.
        numbers: those that are asked for.
    """
    cursor = host.instance.automation_facts.get_max_storage_id() or 0
    views = list_asset_views(host.instance, [catalog.keys[number] for number in numbers])
    partitioned = [number for number in numbers if catalog.defined[number].asset.partitions is not None]
    totals = _count_partitions(host, catalog, partitioned)
    return _to_columns(catalog, cursor, numbers, [_to_row(view) for view in views], totals)


def _to_columns(
    catalog: Catalog, cursor: int, numbers: Sequence[int], rows: Sequence[_Row], totals: Mapping[int, int]
) -> AssetStatusColumns:
    return AssetStatusColumns(
        version=catalog.version,
        cursor=cursor,
        names=list(STATUS_NAMES),
        numbers=list(numbers),
        status=[row.status for row in rows],
        at=[row.at for row in rows],
        run=[row.run for row in rows],
        partitions=[
            _columns_of(row.partitions, totals.get(number)) for number, row in zip(numbers, rows, strict=True)
        ],
        checks=[row.checks for row in rows],
    )


def _count_partitions(host: Host, catalog: Catalog, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many partitions assets have, by number; each definition is counted once."""
    counts: dict[tuple[int, int], int] = {}
    found = {}
    with partition_loading_context(dynamic_partitions_store=host.instance):
        for number in numbers:
            entry = catalog.defined[number]
            if entry.repository is not None and entry.asset.partitions is not None:
                place = (id(entry.repository), entry.asset.partitions)
                if place not in counts:
                    counts[place] = _count(entry)
                found[number] = counts[place]
    return found


def view_assets(host: Host, entries: Sequence[DefinedAsset]) -> list[AssetView]:
    """Return how assets stand, with their groups and the number of their partitions."""
    keys: list[AssetKey] = [entry.asset.key for entry in entries]
    views = list_asset_views(host.instance, keys)
    counts: dict[tuple[int, int], int] = {}
    with partition_loading_context(dynamic_partitions_store=host.instance):
        return [_complete(view, entry, counts) for view, entry in zip(views, entries, strict=True)]


def _complete(view: AssetView, entry: DefinedAsset, counts: dict[tuple[int, int], int]) -> AssetView:
    asset = entry.asset
    partitions = view.partitions
    if entry.repository is not None and asset.partitions is not None:
        place = (id(entry.repository), asset.partitions)
        if place not in counts:
            counts[place] = _count(entry)
        known = partitions or PartitionCounts(materialized=0, failed=0, in_progress=0)
        partitions = known.replace(total=counts[place])
    key = asset.key.to_escaped_user_string()
    completed: AssetView = view.replace(key=key, group=asset.group, partitions=partitions)
    return completed


def _count(entry: DefinedAsset) -> int:
    definition = entry.partitions_def
    try:
        return definition.get_num_partitions() if definition is not None else 0
    except DagsterError:
        return 0  # a dynamic definition that the instance knows nothing of


def _columns_of(counts: PartitionCounts | None, total: int | None) -> tuple[int, int, int, int] | None:
    if counts is None:
        return None if total is None else (0, 0, 0, total)
    return counts.materialized, counts.failed, counts.in_progress, total or 0
