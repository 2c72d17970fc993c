"""What happened to assets and their partitions, and facts about single assets that few ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from weftwork.api.catalog.catalog import DefinedAsset, get_catalog
from weftwork.api.host import Host
from weftwork.api.view import read_cursor
from weftwork.graphql.assets import read_key
from weftwork.graphql.entry import Asking, Thing, thing
from weftwork.graphql.events import view_event
from weftwork.graphql.facts.assets import view_check
from weftwork.graphql.jobs.config_types import view_config_field
from weftwork.graphql.jobs.graph import view_definition, view_type
from weftwork.graphql.metadata import asset_key, pairs
from weftwork.graphql.runs import view_run
from weftwork.graphql.workspace import view_repository
from weftwork.instance.instance import DagsterInstance
from weftwork.partitions.context import partition_loading_context
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogRecord
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.records.runs import RunsFilter
from weftwork.records.snapshots.jobs import JobDetail, NodeSnapshot
from weftwork.records.snapshots.requests import JobAddress
from weftwork.records.tags import PARTITION_NAME_TAG

_MAX_EVENTS = 1000
_MAX_KEYS = 100_000
_KINDS = {
    "MATERIALIZATION": DagsterEventType.ASSET_MATERIALIZATION,
    "OBSERVATION": DagsterEventType.ASSET_OBSERVATION,
    "FAILED_TO_MATERIALIZE": DagsterEventType.ASSET_FAILED_TO_MATERIALIZE,
}
_SHOWN = {"MATERIALIZED": "MATERIALIZED", "FAILED": "FAILED", "IN_PROGRESS": "MATERIALIZING"}


# ------------------------------------------------------------------------------ events


def _history(
    parent: Thing,
    info: Any,
    limit: int,
    eventTypeSelectors: Sequence[str],
    partitions: Sequence[str] | None = None,
    beforeTimestampMillis: str | None = None,
    afterTimestampMillis: str | None = None,
    cursor: str | None = None,
) -> Thing:
    """Return a page of the events of an asset, newest first."""
    instance: DagsterInstance = info.context.host.instance
    key = AssetKey(parent["key"]["path"])
    before = read_cursor(cursor)
    count = min(max(0, limit), _MAX_EVENTS)
    found: list[EventLogRecord] = []
    for name in dict.fromkeys(eventTypeSelectors):
        conditions = EventRecordsFilter(
            _KINDS[name], key, list(partitions) if partitions is not None else None, before_cursor=before,
            before_timestamp=float(beforeTimestampMillis) / 1000 if beforeTimestampMillis else None,
            after_timestamp=float(afterTimestampMillis) / 1000 if afterTimestampMillis else None,
        )  # fmt: skip
        found += instance.get_event_records(conditions, limit=count) if count else ()
    page = sorted(found, key=lambda record: -record.storage_id)[:count]
    return {
        "results": [view_event(record) for record in page],
        "cursor": str(page[-1].storage_id) if page else cursor or "",
    }


def _latest_time(kind: DagsterEventType) -> Callable[..., float | None]:
    def find(parent: Thing, info: Any) -> float | None:
        conditions = EventRecordsFilter(kind, AssetKey(parent["key"]["path"]))
        found = info.context.host.instance.get_event_records(conditions, limit=1)
        return found[0].timestamp * 1000 if found else None

    return find


def _sort_key(parent: Thing, info: Any) -> str | None:
    page = _history(parent, info, 1, list(_KINDS))
    return page["cursor"] or None


ASSET_FIELDS: dict[str, Callable[..., Any]] = {
    "assetEventHistory": _history,
    "latestEventSortKey": _sort_key,
    "latestObservationTimestamp": _latest_time(DagsterEventType.ASSET_OBSERVATION),
    "latestFailedToMaterializeTimestamp": _latest_time(DagsterEventType.ASSET_FAILED_TO_MATERIALIZE),
}
"""Fields of ``Asset`` that are found when they are asked for."""


# ------------------------------------------------------------------------------ partitions


def _partition_statuses(parent: Thing, info: Any) -> Thing:
    """Return which partitions of an asset are in which state, in the form that its kind of partitions has."""
    entry: DefinedAsset = parent["entry"]
    instance: DagsterInstance = info.context.host.instance
    definition = entry.partitions_def
    states = instance.list_partition_states(entry.asset.key) if definition is not None else {}
    shown = {key: _SHOWN[state.value] for key, state in states.items() if state is not None}
    with partition_loading_context(dynamic_partitions_store=instance):
        if getattr(definition, "partitions_defs", None):
            return _multi_statuses(definition, shown)
        if hasattr(definition, "time_window_for_partition_key"):
            return _time_statuses(definition, shown)
        keys = (
            [str(key) for key in definition.get_partition_keys()[:_MAX_KEYS]]
            if definition is not None
            else []
        )
        return _default_statuses(keys, shown)


def _default_statuses(keys: Sequence[str], shown: Mapping[str, str]) -> Thing:
    def of(state: str | None) -> list[str]:
        return [key for key in keys if shown.get(key) == state]

    return thing(
        "DefaultPartitionStatuses",
        materializedPartitions=of("MATERIALIZED"),
        failedPartitions=of("FAILED"),
        materializingPartitions=of("MATERIALIZING"),
        unmaterializedPartitions=of(None),
    )


def _time_statuses(definition: Any, shown: Mapping[str, str]) -> Thing:
    keys = [str(key) for key in definition.get_partition_keys()] if shown else []
    runs = groupby(keys, key=shown.get)
    return thing(
        "TimePartitionStatuses",
        ranges=[
            {
                **_window(definition, (keys_of := list(group))),
                "startKey": keys_of[0],
                "endKey": keys_of[-1],
                "status": state,
            }
            for state, group in runs
            if state is not None
        ],
    )


def _window(definition: Any, keys: Sequence[str]) -> Thing:
    start = definition.time_window_for_partition_key(keys[0]).start.timestamp()
    return {"startTime": start, "endTime": definition.time_window_for_partition_key(keys[-1]).end.timestamp()}


def _multi_statuses(definition: Any, shown: Mapping[str, str]) -> Thing:
    """Return ranges of the first dimension whose keys have the same states in the second one."""
    primary = definition.primary_dimension
    other = next((one for one in definition.partitions_defs if one.name != primary.name), primary)
    rows: dict[str, dict[str, str]] = {}
    for key, state in shown.items():
        parts = dict(
            zip([one.name for one in definition.partitions_defs], definition.split_key(key), strict=True)
        )
        rows.setdefault(parts[primary.name], {})[parts[other.name]] = state
    first_keys = [str(key) for key in primary.partitions_def.get_partition_keys()] if shown else []
    return thing(
        "MultiPartitionStatuses",
        primaryDimensionName=primary.name,
        ranges=list(_list_rows(primary.partitions_def, other.partitions_def, first_keys, rows)),
    )


def _list_rows(
    first: Any, second: Any, first_keys: Sequence[str], rows: Mapping[str, Mapping[str, str]]
) -> Iterator[Thing]:
    is_time = hasattr(first, "time_window_for_partition_key")
    for row, group in groupby(first_keys, key=rows.get):
        if row is None:
            continue
        keys = list(group)
        window = _window(first, keys) if is_time else {"startTime": None, "endTime": None}
        inner = (
            _time_statuses(second, row)
            if hasattr(second, "time_window_for_partition_key")
            else _default_statuses([str(key) for key in second.get_partition_keys()], row)
        )
        yield {
            "primaryDimStartKey": keys[0],
            "primaryDimEndKey": keys[-1],
            "primaryDimStartTime": window["startTime"],
            "primaryDimEndTime": window["endTime"],
            "secondaryDim": inner,
        }


def _latest_run_of_partition(parent: Thing, info: Any, partition: str) -> Thing | None:
    entry: DefinedAsset = parent["entry"]
    instance: DagsterInstance = info.context.host.instance
    conditions = EventRecordsFilter(
        DagsterEventType.ASSET_MATERIALIZATION_PLANNED, entry.asset.key, [partition]
    )
    planned = instance.get_event_records(conditions, limit=1)
    records = instance.get_run_records(RunsFilter(run_ids=[planned[0].run_id])) if planned else ()
    if not records:
        records = instance.get_run_records(
            RunsFilter(tags={PARTITION_NAME_TAG: partition}, job_name=""), limit=1
        )
    return view_run(instance, records[0]) if records else None


# ------------------------------------------------------------------------------ code


def _find_node(parent: Thing, info: Any) -> NodeSnapshot | None:
    """Return the op or graph that makes an asset; its location is asked for it."""
    entry: DefinedAsset = parent["entry"]
    repository = entry.repository
    if repository is None or entry.asset.node is None:
        return None
    jobs = [job for job in repository.snapshot.jobs if job.is_implicit] or [
        repository.jobs[name] for name in repository.jobs_by_asset.get(entry.asset.key, ())
    ]
    for job in jobs:
        address = JobAddress(job=job.name, location=repository.location, repository=repository.name)
        node = _nodes_by_name(info.context.host, address).get(entry.asset.node)
        if node is not None:
            return node
    return None


class _Nodes(NamedTuple):
    """The ops and graphs of the job that was looked at last, by name."""

    detail: JobDetail
    by_name: Mapping[str, NodeSnapshot]


def _nodes_by_name(host: Host, address: JobAddress) -> Mapping[str, NodeSnapshot]:
    detail = host.workspace.job_detail(address)
    known: _Nodes | None = host.memory.get(_Nodes)
    if known is None or known.detail is not detail:
        known = host.memory[_Nodes] = _Nodes(detail, {node.name: node for node in detail.nodes})
    return known.by_name


def _op(parent: Thing, info: Any) -> Thing | None:
    node = _find_node(parent, info)
    if node is None or node.is_graph:
        return None
    return view_definition(node, [], lambda _info: [parent])


def _config_field(parent: Thing, info: Any) -> Thing | None:
    node = _find_node(parent, info)
    return view_config_field(node.config_schema or "{}") if node is not None else None


def _op_tags(parent: Thing, info: Any) -> list[Thing]:
    node = _find_node(parent, info)
    return pairs(node.tags) if node is not None else []


def _type(parent: Thing, _info: Any) -> Thing | None:
    asset = parent["entry"].asset
    return view_type(asset.type_name or "Any") if asset.is_executable else None


def _check(parent: Thing, info: Any, checkName: str) -> Thing:
    entry: DefinedAsset = parent["entry"]
    for check in entry.checks:
        if check.name == checkName:
            return {"__typename": "AssetCheck", **view_check(info.context, entry, check)}
    name = entry.asset.key.to_user_string()
    return thing("AssetCheckNotFoundError", message=f"Asset '{name}' has no check '{checkName}'.")


NODE_FIELDS: dict[str, Callable[..., Any]] = {
    "assetPartitionStatuses": _partition_statuses,
    "latestRunForPartition": _latest_run_of_partition,
    "op": _op,
    "opTags": _op_tags,
    "configField": _config_field,
    "type": _type,
    "assetCheckOrError": _check,
    "changedReasons": lambda _parent, _info: [],
    "isAutoCreatedStub": lambda parent, _info: not parent["entry"].asset.is_declared,
}
"""Fields of ``AssetNode`` that are found when they are asked for."""


# ------------------------------------------------------------------------------ many assets


def _list_collisions(asking: Asking, assetKeys: Sequence[Mapping[str, Any]]) -> list[Thing]:
    """Return which of these assets several repositories make, and which these are."""
    found = []
    for key in map(read_key, assetKeys):
        makers = [
            repository
            for index in asking.host.workspace.list_indexes()
            for repository in index
            if key in repository.assets and repository.assets[key].is_materializable
        ]
        if len(makers) > 1:
            found.append(
                {"assetKey": asset_key(key), "repositories": [view_repository(asking, one) for one in makers]}
            )
    return found


def _list_required(asking: Asking, assetKeys: Sequence[Mapping[str, Any]]) -> list[Thing]:
    """Return the assets that are always made together with these."""
    asked = [read_key(raw) for raw in assetKeys]
    catalog = get_catalog(asking.host)
    entries = [entry for key in asked if (entry := catalog.find(key)) is not None]
    also = {key for entry in entries for key in entry.asset.required_with} - set(asked)
    return [asset_key(key) for key in sorted(also)]


QUERIES: dict[str, Callable[..., Any]] = {
    "assetNodeDefinitionCollisions": lambda _parent, info, **given: _list_collisions(info.context, **given),
    "assetNodeAdditionalRequiredKeys": lambda _parent, info, **given: _list_required(info.context, **given),
}
