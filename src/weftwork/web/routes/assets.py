"""Routes of assets."""

from __future__ import annotations

from weftwork.api.access.caller import Permission
from weftwork.api.actions.assets import Done, ReportBody, WipeBody, report_asset_event, wipe_assets
from weftwork.api.actions.launching import (
    ChecksBody,
    Launched,
    MaterializeBody,
    execute_checks,
    materialize,
    observe,
)
from weftwork.api.actions.partitions import (
    DynamicKeysBody,
    add_dynamic_partitions,
    delete_dynamic_partitions,
)
from weftwork.api.catalog.catalog import get_catalog, parse_key
from weftwork.api.catalog.comparison import AssetEventDiff, CompareQuery, compare_asset_events
from weftwork.api.catalog.detail import AssetReport, get_asset_report
from weftwork.api.catalog.dynamic_partitions import (
    DynamicPartitionKeys,
    DynamicPartitionsList,
    DynamicPartitionsQuery,
    list_dynamic_partition_keys,
    list_dynamic_partitions,
)
from weftwork.api.catalog.graph import AssetGraphView, build_asset_graph
from weftwork.api.catalog.history import (
    AssetEventPage,
    AssetEventQuery,
    CheckExecutionPage,
    list_asset_events,
    list_check_executions,
)
from weftwork.api.catalog.lineage import LineageQuery, LineageView, get_lineage
from weftwork.api.catalog.partitions import (
    AssetPartitions,
    PartitionKeyPage,
    PartitionKeysQuery,
    PartitionsQuery,
    get_asset_partitions,
    list_asset_partition_keys,
)
from weftwork.api.catalog.staleness import StaleAssets, find_stale_assets
from weftwork.api.catalog.status import AllStatuses, AssetStatusColumns, get_asset_statuses
from weftwork.api.catalog.table import AssetQuery, AssetRows, find_assets
from weftwork.records.keys import AssetCheckKey
from weftwork.serde.record import Record
from weftwork.web.route import Call, Versioned, get, post


class KeyQuery(Record):
    """Names an asset.

    Attributes:
        key: its key, parts joined by "/"; one inside a part is written as backslash and "/".
    """

    key: str


class StatusQuery(Record):
    """Whose status is asked for.

    Attributes:
        key: these assets; all if there is none.
    """

    key: list[str] = []


class CheckQuery(Record):
    """Which evaluations of a check are asked for.

    Attributes:
        key: the asset.
        name: the check.
        cursor: the cursor of the page before.
        limit: how many at most.
    """

    key: str
    name: str
    cursor: str | None = None
    limit: int = 50


def _version_graph(call: Call) -> Versioned:
    catalog = get_catalog(call.host)
    return Versioned(catalog.version, lambda: build_asset_graph(catalog))


def _version_statuses(call: Call) -> Versioned | None:
    if call.query.key:
        return None
    found = AllStatuses(call.host, get_catalog(call.host))
    return Versioned(found.version, found.to_columns)


def _version_stale(call: Call) -> Versioned:
    version, stale = find_stale_assets(call.host, get_catalog(call.host))
    return Versioned(version, lambda: stale)


def _get_statuses(call: Call) -> AssetStatusColumns:
    catalog = get_catalog(call.host)
    numbers = (catalog.find_number(parse_key(text)) for text in call.query.key)
    return get_asset_statuses(call.host, catalog, [number for number in numbers if number is not None])


def _get_asset(call: Call) -> AssetReport:
    return get_asset_report(call.host, get_catalog(call.host), parse_key(call.query.key))


def _get_partitions(call: Call) -> AssetPartitions:
    entry = get_catalog(call.host).get(parse_key(call.query.key))
    return get_asset_partitions(call.host, entry, call.query)


def _list_partition_keys(call: Call) -> PartitionKeyPage:
    entry = get_catalog(call.host).get(parse_key(call.query.key))
    return list_asset_partition_keys(call.host, entry, call.query)


def _list_executions(call: Call) -> CheckExecutionPage:
    key = AssetCheckKey(parse_key(call.query.key), call.query.name)
    return list_check_executions(call.host.instance, key, cursor=call.query.cursor, limit=call.query.limit)


ROUTES = (
    get("/assets", "A page of assets by selection, with how they stand.", AssetRows,
        lambda call: find_assets(call.host, call.query), query=AssetQuery),
    get("/assets/graph", "All assets and what they depend on, as columns.", AssetGraphView,
        lambda call: build_asset_graph(get_catalog(call.host)), find_version=_version_graph),
    get("/assets/status", "How all assets stand, as columns beside those of the graph.", AssetStatusColumns,
        _get_statuses, query=StatusQuery, find_version=_version_statuses),
    get("/assets/stale", "The assets that are stale, with the reasons.", StaleAssets,
        lambda call: find_stale_assets(call.host, get_catalog(call.host))[1], find_version=_version_stale),
    get("/asset", "An asset in full.", AssetReport, _get_asset, query=KeyQuery),
    get("/asset/events", "What happened to an asset, newest first.", AssetEventPage,
        lambda call: list_asset_events(call.host.instance, parse_key(call.query.key), call.query),
        query=AssetEventQuery),
    get("/asset/events/diff", "Two events of an asset side by side.", AssetEventDiff,
        lambda call: compare_asset_events(call.host.instance, call.query), query=CompareQuery),
    get("/asset/partitions", "The partitions of an asset, as ranges.", AssetPartitions, _get_partitions,
        query=PartitionsQuery),
    get("/asset/partitions/keys", "A page of the partition keys of an asset.", PartitionKeyPage,
        _list_partition_keys, query=PartitionKeysQuery),
    get("/asset/checks/history", "The evaluations of a check, newest first.", CheckExecutionPage, _list_executions,
        query=CheckQuery),
    get("/asset/lineage", "What an asset depends on and what depends on it, up to a depth.", LineageView,
        lambda call: get_lineage(get_catalog(call.host), call.query), query=LineageQuery),
    get("/dynamic-partitions", "All dynamic partitions definitions.", DynamicPartitionsList,
        lambda call: list_dynamic_partitions(call.host)),
    get("/dynamic-partitions/keys", "A page of the keys of dynamic partitions.", DynamicPartitionKeys,
        lambda call: list_dynamic_partition_keys(call.host, call.query), query=DynamicPartitionsQuery),
    post("/dynamic-partitions/add", "Add keys to dynamic partitions.", Done,
         lambda call: add_dynamic_partitions(call.host, call.caller, call.body), body=DynamicKeysBody,
         permission=Permission.EDIT),
    post("/dynamic-partitions/delete", "Delete keys of dynamic partitions.", Done,
         lambda call: delete_dynamic_partitions(call.host, call.caller, call.body), body=DynamicKeysBody,
         permission=Permission.EDIT),
    post("/assets/observe", "Start runs that observe assets.", Launched,
         lambda call: observe(call.host, call.caller, call.body), body=MaterializeBody,
         permission=Permission.LAUNCH, asks_code=True),
    post("/checks/execute", "Start runs that evaluate checks and make nothing.", Launched,
         lambda call: execute_checks(call.host, call.caller, call.body), body=ChecksBody,
         permission=Permission.LAUNCH, asks_code=True),
    post("/assets/materialize", "Start runs that make assets.", Launched,
         lambda call: materialize(call.host, call.caller, call.body), body=MaterializeBody,
         permission=Permission.LAUNCH, asks_code=True),
    post("/assets/report", "Record something that happened to an asset outside of runs.", Done,
         lambda call: report_asset_event(call.host, call.caller, call.body), body=ReportBody,
         permission=Permission.EDIT),
    post("/assets/wipe", "Forget what is known of assets, or of partitions of one.", Done,
         lambda call: wipe_assets(call.host, call.caller, call.body), body=WipeBody, permission=Permission.EDIT),
)  # fmt: skip
