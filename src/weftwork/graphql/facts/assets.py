"""Fields of assets beyond how they are defined: staleness, partitions, neighbours, checks; and queries over many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.api.catalog.catalog import Catalog, DefinedAsset, get_catalog
from weftwork.api.catalog.staleness import StaleReason, list_stale_reasons
from weftwork.api.view import read_cursor
from weftwork.graphql.assets import list_job_names, read_asset_cursor, read_key, view_node
from weftwork.graphql.automation import AUTOMATIC_KINDS, view_schedule, view_sensor
from weftwork.graphql.entry import Asking, Thing, answer_errors, bounded, thing
from weftwork.graphql.events import view_event
from weftwork.graphql.metadata import asset_key, metadata_entries
from weftwork.graphql.runs import get_run_thing
from weftwork.graphql.workspace import view_job
from weftwork.partitions.context import partition_loading_context
from weftwork.partitions.specs import (
    DynamicPartitionsSpec,
    MultiPartitionsSpec,
    PartitionsSpec,
    TimeWindowPartitionsSpec,
    partitions_from_spec,
)
from weftwork.records.data_version import data_version_of
from weftwork.records.event_type import DagsterEventType
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecord
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.records.runs import FINISHED_STATUSES, RunsFilter
from weftwork.records.snapshots.assets import CheckSnapshot
from weftwork.records.snapshots.location import from_ranges

_MAX_PAGE = 1000
_MAX_KEYS = 100_000


# ------------------------------------------------------------------------------ staleness


def _stale_reasons(parent: Thing, info: Any) -> list[StaleReason]:
    return list_stale_reasons(info.context.host, [parent["entry"]])[0]


def _stale_status(parent: Thing, info: Any, partition: str | None = None) -> str:
    entry: DefinedAsset = parent["entry"]
    if not entry.asset.is_materializable or (entry.asset.partitions is not None and partition is None):
        return "FRESH"
    if partition is not None:
        is_made = partition in info.context.host.instance.get_materialized_partitions(entry.asset.key)
        return "FRESH" if is_made else "MISSING"
    if info.context.host.instance.get_latest_materialization_event(entry.asset.key) is None:
        return "MISSING"
    return "STALE" if _stale_reasons(parent, info) else "FRESH"


def _stale_causes(parent: Thing, info: Any, partition: str | None = None) -> list[Thing]:
    entry: DefinedAsset = parent["entry"]
    if partition is not None or entry.asset.partitions is not None:
        return []
    found = []
    for reason in _stale_reasons(parent, info):
        above = AssetKey.from_user_string(reason.asset) if reason.asset is not None else None
        is_data = reason.category == "data" and above is not None
        found.append(
            {
                "key": asset_key(above if is_data and above is not None else entry.asset.key),
                "category": reason.category.upper(),
                "reason": reason.text,
                "dependency": asset_key(above) if above is not None and not is_data else None,
                "partitionKey": None,
                "dependencyPartitionKey": None,
            }
        )
    return found


def _data_version(parent: Thing, info: Any, partition: str | None = None) -> str | None:
    instance, key = info.context.host.instance, parent["entry"].asset.key
    record = instance.get_latest_data_version_record(key, partition_key=partition)
    version = data_version_of(record.event_log_entry.tags) if record is not None else None
    return version.value if version is not None else None


# ------------------------------------------------------------------------------ partitions


def _partition_definition(parent: Thing, _info: Any) -> Thing | None:
    entry: DefinedAsset = parent["entry"]
    if entry.repository is None or entry.asset.partitions is None:
        return None
    return _view_definition(entry.repository.find_partitions_spec(entry.asset.partitions))


def _view_definition(spec: PartitionsSpec | None) -> Thing | None:
    if spec is None:
        return None
    dimensions = (
        sorted(((part.name, part.partitions) for part in spec.dimensions), key=lambda one: str(one[0]))
        if isinstance(spec, MultiPartitionsSpec)
        else [("default", spec)]
    )
    first = next(
        (name for name, inner in dimensions if isinstance(inner, TimeWindowPartitionsSpec)), dimensions[0][0]
    )
    return {
        "description": str(partitions_from_spec(spec)),
        "type": _type_of(spec),
        "name": spec.name if isinstance(spec, DynamicPartitionsSpec) else None,
        "fmt": spec.fmt if isinstance(spec, TimeWindowPartitionsSpec) else None,
        "dimensionTypes": [
            {
                "name": name,
                "description": type(inner).__name__.removesuffix("Spec"),
                "type": _type_of(inner),
                "isPrimaryDimension": name == first,
                "dynamicPartitionsDefinitionName": inner.name
                if isinstance(inner, DynamicPartitionsSpec)
                else None,
            }
            for name, inner in dimensions
        ],
    }


def _type_of(spec: PartitionsSpec) -> str:
    if isinstance(spec, TimeWindowPartitionsSpec):
        return "TIME_WINDOW"
    if isinstance(spec, DynamicPartitionsSpec):
        return "DYNAMIC"
    return "MULTIPARTITIONED" if isinstance(spec, MultiPartitionsSpec) else "STATIC"


def _partition_key_page(
    parent: Thing, info: Any, limit: int, ascending: bool, cursor: str | None = None
) -> Thing | None:
    definition = parent["entry"].partitions_def
    if definition is None:
        return None
    with partition_loading_context(dynamic_partitions_store=info.context.host.instance):
        keys = [str(key) for key in definition.get_partition_keys()]
    keys = keys if ascending else keys[::-1]
    start = read_cursor(cursor) or 0
    page = keys[start : start + bounded(limit, _MAX_PAGE)]
    following = start + len(page)
    return {"results": page, "cursor": str(following), "hasMore": following < len(keys)}


def _keys_by_dimension(
    parent: Thing, info: Any, startIdx: int | None = None, endIdx: int | None = None
) -> list[Thing]:
    entry: DefinedAsset = parent["entry"]
    definition = entry.partitions_def
    if definition is None or entry.repository is None:
        return []
    spec = entry.repository.find_partitions_spec(entry.asset.partitions)
    parts: Sequence[tuple[str, Any]] = [
        (one.name, one.partitions_def) for one in getattr(definition, "partitions_defs", ())
    ] or [("default", definition)]
    specs = (
        {one.name: one.partitions for one in spec.dimensions} if isinstance(spec, MultiPartitionsSpec) else {}
    )
    assert spec is not None
    with partition_loading_context(dynamic_partitions_store=info.context.host.instance):
        return [
            {
                "name": name,
                "partitionKeys": [str(key) for key in part.get_partition_keys()[:_MAX_KEYS]][startIdx:endIdx],
                "type": _type_of(specs.get(name, spec)),
            }
            for name, part in parts
        ]


def _latest_by_partition(
    parent: Thing, info: Any, partitions: Sequence[str] | None = None
) -> list[Thing | None]:
    entry: DefinedAsset = parent["entry"]
    instance, key = info.context.host.instance, entry.asset.key
    if entry.asset.partitions is None:
        return [None for _ in partitions or ()]
    latest = instance.get_latest_storage_id_by_partition(key, DagsterEventType.ASSET_MATERIALIZATION)
    wanted = list(partitions) if partitions is not None else list(latest)
    ids = [latest[one] for one in wanted if one in latest]
    conditions = EventRecordsFilter(DagsterEventType.ASSET_MATERIALIZATION, key, storage_ids=ids)
    by_id = {record.storage_id: record for record in instance.get_event_records(conditions)} if ids else {}
    return [view_event(by_id[latest[one]]) if one in latest else None for one in wanted]


# ------------------------------------------------------------------------------ neighbours


def _dependencies(parent: Thing, info: Any) -> list[Thing]:
    return _nodes(info.context, [dep.key for dep in parent["entry"].asset.deps])


def _depended_by(parent: Thing, info: Any) -> list[Thing]:
    catalog = get_catalog(info.context.host)
    return _nodes(info.context, sorted(catalog.graph.get_child_keys(parent["entry"].asset.key)))


def _nodes(asking: Asking, keys: Sequence[AssetKey]) -> list[Thing]:
    catalog: Catalog = get_catalog(asking.host)
    entries = [entry for key in keys if (entry := catalog.find(key)) is not None]
    return [
        {"asset": view_node(asking, catalog, entry), "partitionMapping": None}
        for entry in entries
        if entry.repository is not None
    ]


def _jobs(parent: Thing, info: Any) -> list[Thing]:
    entry: DefinedAsset = parent["entry"]
    repository = entry.repository
    if repository is None:
        return []
    names = list_job_names(repository, entry.asset.key)
    return [view_job(info.context, repository, repository.jobs[name], "Pipeline") for name in names]


def _instigators(parent: Thing, info: Any) -> list[Thing]:
    entry: DefinedAsset = parent["entry"]
    repository = entry.repository
    if repository is None:
        return []
    jobs = set(repository.jobs_by_asset.get(entry.asset.key, ()))
    snapshot = repository.snapshot
    schedules = [one for one in snapshot.schedules if one.job_name in jobs]
    sensors = [
        one
        for one in snapshot.sensors
        if jobs & set(one.job_names)
        or (
            (entry.asset.condition is not None or one.kind not in AUTOMATIC_KINDS)
            and any(snapshot.assets[number].key == entry.asset.key for number in from_ranges(one.assets))
        )
    ]
    return [
        *(view_schedule(info.context, repository, one) for one in schedules),
        *(view_sensor(info.context, repository, one) for one in sensors),
    ]


# ------------------------------------------------------------------------------ checks


def _checks(parent: Thing, info: Any, limit: int | None = None, pipeline: Any = None) -> Thing:
    del pipeline  # all checks of an asset are in every job over it
    entry: DefinedAsset = parent["entry"]
    checks = list(entry.checks)[: bounded(limit, _MAX_PAGE)]
    return thing("AssetChecks", checks=[view_check(info.context, entry, check) for check in checks])


def view_check(asking: Asking, entry: DefinedAsset, check: CheckSnapshot) -> Thing:
    """Return a check."""
    repository = entry.repository
    jobs = list_job_names(repository, entry.asset.key)
    return {
        "name": check.name,
        "assetKey": asset_key(check.asset_key),
        "description": check.description,
        "jobNames": list(jobs),
        "blocking": check.is_blocking,
        "additionalAssetKeys": [asset_key(dep.key) for dep in check.deps],
        "executionForLatestMaterialization": lambda _info: _latest_execution(asking, check.key),
        "canExecuteIndividually": "CAN_EXECUTE",
        "automationCondition": _condition_of(entry, check),
        "partitionDefinition": _view_definition(repository.find_partitions_spec(check.partitions))
        if repository is not None
        else None,
    }


def _condition_of(entry: DefinedAsset, check: CheckSnapshot) -> Thing | None:
    if entry.repository is None or check.condition is None:
        return None
    text = entry.repository.snapshot.conditions[check.condition].description
    return {"label": text, "expandedLabel": [text]}


def _latest_execution(asking: Asking, key: AssetCheckKey) -> Thing | None:
    found = asking.host.instance.get_asset_check_execution_history(key, limit=1)
    return _view_execution(asking, found[0]) if found else None


def _view_execution(asking: Asking, record: AssetCheckExecutionRecord) -> Thing:
    entry = record.event
    evaluation = entry.asset_check_evaluation if entry is not None else None
    return {
        "id": str(record.id),
        "runId": record.run_id,
        "status": _resolve(asking, record),
        "timestamp": record.create_timestamp,
        "partition": record.partition,
        "stepKey": entry.step_key if entry is not None else None,
        "evaluation": {
            "timestamp": entry.timestamp if entry is not None else record.create_timestamp,
            "checkName": evaluation.check_name,
            "assetKey": asset_key(evaluation.asset_key),
            "metadataEntries": metadata_entries(evaluation.metadata),
            "severity": evaluation.severity.value,
            "description": evaluation.description,
            "partition": evaluation.partition,
            "success": evaluation.passed,
        }
        if evaluation is not None
        else None,
        "run": lambda _info: _run_or_none(asking, record.run_id),
    }


def _run_or_none(asking: Asking, run_id: str) -> Thing | None:
    run = get_run_thing(asking.host.instance, run_id)
    return run if run["__typename"] == "Run" else None


def _resolve(asking: Asking, record: AssetCheckExecutionRecord) -> str:
    """Return what became of an evaluation; one that was planned in a run that has ended was not done."""
    if record.status.value != "PLANNED":
        return record.status.value
    run = asking.host.instance.get_run_by_id(record.run_id)
    if run is None or run.status not in FINISHED_STATUSES:
        return "IN_PROGRESS"
    return "EXECUTION_FAILED" if run.is_failure else "SKIPPED"


def _list_executions(
    asking: Asking,
    assetKey: Mapping[str, Any],
    checkName: str,
    limit: int,
    partition: str | None = None,
    cursor: str | None = None,
) -> list[Thing]:
    found = asking.host.instance.get_asset_check_execution_history(
        AssetCheckKey(read_key(assetKey), checkName), limit=max(1, bounded(limit, _MAX_PAGE)),
        cursor=read_cursor(cursor),
    )  # fmt: skip
    return [_view_execution(asking, one) for one in found if partition in (None, one.partition)]


# ------------------------------------------------------------------------------ many assets


def _list_records(
    asking: Asking, prefix: Sequence[str] | None = None, cursor: str | None = None, limit: int | None = None
) -> Thing:
    if cursor:
        read_asset_cursor(cursor)
    keys = asking.host.instance.get_asset_keys(
        list(prefix) if prefix else None, bounded(limit, _MAX_KEYS), cursor
    )
    return thing(
        "AssetRecordConnection",
        assets=[{"id": key.to_string(), "key": asset_key(key)} for key in keys],
        cursor=keys[-1].to_string() if keys else None,
    )


def _list_latest(asking: Asking, assetKeys: Sequence[Mapping[str, Any]]) -> list[Thing]:
    instance = asking.host.instance
    keys = [read_key(raw) for raw in assetKeys][:_MAX_PAGE]
    records = {
        record.asset_entry.asset_key: record.asset_entry for record in instance.get_asset_records(keys)
    }
    planned = {
        key: entry.last_planned_materialization_run_id
        for key, entry in records.items()
        if entry.last_planned_materialization_run_id
    }
    ids = sorted(set(planned.values()))
    running = {run.run_id: run for run in instance.get_runs(RunsFilter(run_ids=ids))} if ids else {}
    found = []
    for key in keys:
        entry = records.get(key)
        run = running.get(planned.get(key, ""))
        is_open = run is not None and run.status not in FINISHED_STATUSES
        has_begun = is_open and run is not None and run.status.value in ("STARTED", "CANCELING")
        made = entry.last_materialization_record if entry is not None else None
        latest = entry.last_run_id if entry is not None else None
        found.append(
            {
                "id": key.to_string(),
                "assetKey": asset_key(key),
                "latestMaterialization": view_event(made) if made is not None else None,
                "unstartedRunIds": [run.run_id] if is_open and run is not None and not has_begun else [],
                "inProgressRunIds": [run.run_id] if has_begun and run is not None else [],
                "latestRun": _run_or_none(asking, latest) if latest else None,
            }
        )
    return found


def _resources(parent: Thing, _info: Any) -> list[Thing]:
    asset = parent["entry"].asset
    return [
        {"resourceKey": key} for key in asset.resource_keys if key != (asset.io_manager_key or "io_manager")
    ]


def _backfill_policy(parent: Thing, _info: Any) -> Thing | None:
    words = parent["entry"].asset.backfill
    if words is None:
        return None
    number = next((int(word) for word in words.replace(",", " ").split() if word.isdigit()), None)
    return {
        "maxPartitionsPerRun": number,
        "description": words,
        "policyType": "SINGLE_RUN" if number is None else "MULTI_RUN",
    }


NODE_FIELDS: dict[str, Callable[..., Any]] = {
    "staleStatus": _stale_status,
    "staleCauses": _stale_causes,
    "dataVersion": _data_version,
    "partitionDefinition": _partition_definition,
    "partitionKeyConnection": _partition_key_page,
    "partitionKeysByDimension": _keys_by_dimension,
    "latestMaterializationByPartition": _latest_by_partition,
    "dependencies": _dependencies,
    "dependedBy": _depended_by,
    "jobs": _jobs,
    "targetingInstigators": _instigators,
    "assetChecksOrError": _checks,
    "requiredResources": _resources,
    "backfillPolicy": _backfill_policy,
    "isVirtual": lambda parent, _info: parent["entry"].asset.is_virtual,
}
"""Fields of ``AssetNode`` that are found when they are asked for."""

QUERIES: dict[str, Callable[..., Any]] = {
    "assetRecordsOrError": answer_errors(_list_records),
    "assetsLatestInfo": lambda _parent, info, **arguments: _list_latest(info.context, **arguments),
    "assetCheckExecutions": lambda _parent, info, **arguments: _list_executions(info.context, **arguments),
}
