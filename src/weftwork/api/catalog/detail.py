"""One asset: how it is defined, how it stands, and what its latest events tell."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from weftwork.api.assets import AssetStatus, AssetView
from weftwork.api.catalog.catalog import Catalog, DefinedAsset
from weftwork.api.catalog.failing_checks import list_crashed_checks
from weftwork.api.catalog.freshness import judge_freshness
from weftwork.api.catalog.history import AssetEventView, view_asset_event
from weftwork.api.catalog.staleness import StaleReason, list_stale_reasons
from weftwork.api.catalog.status import view_assets
from weftwork.api.host import Host
from weftwork.api.past.first_errors import FailureReason, find_reason_of_steps, list_failure_reasons
from weftwork.api.view import MetadataView, View, to_instant, view_metadata
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecord
from weftwork.records.snapshots.location import from_ranges


class PartitionsView(View):
    """A partitions definition.

    Attributes:
        kind: "StaticPartitionsSpec", "TimeWindowPartitionsSpec", "DynamicPartitionsSpec", "MultiPartitionsSpec" or
            "ComputedPartitionsSpec".
        description: it in a few words.
        dimensions: the names of its dimensions, for one of several.
    """

    kind: str
    description: str
    dimensions: list[str]


class AssetDefinition(View):
    """An asset as a code location defines it.

    Attributes:
        location: the code location.
        repository: its repository.
        description: text for people, as Markdown.
        group: its group.
        kinds: its kinds.
        owners: who answers for it.
        tags: its tags.
        metadata: what its definition tells.
        deps: the assets that it depends on.
        partitions: its partitions definition; None if it has none.
        automation: its automation condition in words.
        freshness: its freshness policy.
        backfill: its backfill policy in words.
        code_version: the version of the code that makes it.
        is_materializable: whether something makes it.
        is_observable: whether something observes it.
        required_with: the assets that are always made together with it.
        type_name: the type of its value.
        io_manager_key: the resource that stores it.
        resource_keys: the resources that making it takes.
        ops: the ops that make it.
        pools: the pools that limit how many of its kind run at once.
        jobs: the jobs that make it.
        schedules: the schedules that start such a job.
        sensors: the sensors that look at it or may start such a job.
        source: file and line of the function that makes it, "file.py:12".
    """

    location: str
    repository: str
    description: str | None
    group: str | None
    kinds: list[str]
    owners: list[str]
    tags: dict[str, str]
    metadata: dict[str, MetadataView]
    deps: list[str]
    partitions: PartitionsView | None
    automation: str | None
    freshness: dict[str, Any] | None
    backfill: str | None
    code_version: str | None
    is_materializable: bool
    is_observable: bool
    required_with: list[str]
    type_name: str | None
    io_manager_key: str | None
    resource_keys: list[str]
    ops: list[str]
    pools: list[str]
    jobs: list[str]
    schedules: list[str]
    sensors: list[str]
    source: str | None


class CheckStatus(View):
    """A check of an asset and what it last found.

    Attributes:
        name: the check.
        description: text for people.
        is_blocking: whether what is downstream waits for it.
        is_defined: whether a code location defines it; otherwise it was only ever recorded.
        source: file and line of its function.
        passed: whether it last passed; None if it was never evaluated.
        severity: how bad it was, "WARN" or "ERROR".
        result: what it said.
        metadata: what it told.
        partition: the partition that was checked.
        run_id: the run that evaluated it.
        evaluated_at: when it was last evaluated.
        crash: why the run that was to evaluate it since failed before it did.
        crash_run_id: that run.
    """

    name: str
    description: str | None
    is_blocking: bool
    is_defined: bool
    source: str | None
    passed: bool | None
    severity: str | None
    result: str | None
    metadata: dict[str, MetadataView]
    partition: str | None
    run_id: str | None
    evaluated_at: datetime.datetime | None
    crash: str | None = None
    crash_run_id: str | None = None


class AssetTrouble(View):
    """The run that was last to make an asset and failed.

    Attributes:
        run_id: the run.
        at: when it ended.
        reason: why; None where it does not tell.
        is_own: whether the step that failed is the one that makes the asset.
    """

    run_id: str
    at: datetime.datetime | None
    reason: FailureReason | None
    is_own: bool


class AssetReport(View):
    """An asset in full.

    Attributes:
        asset: how it stands.
        definition: how it is defined; None for one that was only ever recorded.
        number: its number in the graph.
        parents: the assets that it depends on.
        children: the assets that depend on it.
        materialization: the latest materialization.
        observation: the latest observation.
        failure: the latest event that says that it was not made.
        trouble: the run that was last to make it and failed; None where it was made since.
        freshness: how it stands to its freshness policy: "PASS", "WARN", "FAIL" or "UNKNOWN"; None without one.
        checks: its checks.
        stale: why it is stale; empty if it is up to date, or was never made.
    """

    asset: AssetView
    definition: AssetDefinition | None
    number: int
    parents: list[str]
    children: list[str]
    materialization: AssetEventView | None
    observation: AssetEventView | None
    failure: AssetEventView | None
    trouble: AssetTrouble | None
    freshness: str | None
    checks: list[CheckStatus]
    stale: list[StaleReason]


def get_asset_report(host: Host, catalog: Catalog, key: AssetKey) -> AssetReport:
    """Return an asset in full.

    Raises:
        DagsterInvalidSubsetError: if nothing is known of it.
    """
    entry = catalog.get(key)
    graph = catalog.graph
    records = host.instance.get_asset_records([key])
    latest = records[0].asset_entry if records else None
    made = latest.last_materialization_record if latest else None
    seen = latest.last_observation_record if latest else None
    failed = latest.last_failed_to_materialize_record if latest else None
    view = view_assets(host, [entry])[0]
    return AssetReport(
        asset=view,
        definition=_view_definition(entry),
        number=graph.get_number(key),
        parents=_names(graph.get_parent_keys(key)),
        children=_names(graph.get_child_keys(key)),
        materialization=view_asset_event(made) if made else None,
        observation=view_asset_event(seen) if seen else None,
        failure=view_asset_event(failed) if failed else None,
        trouble=_find_trouble(host, entry, view),
        freshness=judge_freshness(entry, made.timestamp if made else None, host.now()),
        checks=_list_checks(host, entry),
        stale=list_stale_reasons(host, [entry])[0],
    )


def _find_trouble(host: Host, entry: DefinedAsset, view: AssetView) -> AssetTrouble | None:
    heads = host.instance.list_asset_heads([entry.asset.key]) if view.status is AssetStatus.FAILED else ()
    run_id = heads[0].planned_by if heads else None
    record = host.instance.get_run_record_by_id(run_id) if run_id else None
    if record is None or not record.dagster_run.is_failure:
        return None
    run_id = record.dagster_run.run_id
    ops = entry.asset.ops or ([entry.asset.node] if entry.asset.node else [])
    own = find_reason_of_steps(host, run_id, ops)
    return AssetTrouble(
        run_id=run_id,
        at=to_instant(record.end_time),
        reason=own or list_failure_reasons(host, [run_id]).get(run_id),
        is_own=own is not None,
    )


def _names(keys: set[AssetKey]) -> list[str]:
    return sorted(key.to_escaped_user_string() for key in keys)


def _view_definition(entry: DefinedAsset) -> AssetDefinition | None:
    asset, repository = entry.asset, entry.repository
    if repository is None:
        return None
    jobs = repository.jobs_by_asset.get(asset.key, [])
    conditions = repository.snapshot.conditions
    condition = conditions[asset.condition].description if asset.condition is not None else None
    return AssetDefinition(
        location=repository.location,
        repository=repository.name,
        description=asset.description,
        group=asset.group,
        kinds=list(asset.kinds),
        owners=list(asset.owners),
        tags=asset.tags,
        metadata=view_metadata(asset.metadata),
        deps=[dep.key.to_escaped_user_string() for dep in asset.deps],
        partitions=view_partitions(repository, asset.partitions),
        automation=condition,
        freshness=msgspec.json.decode(asset.freshness) if asset.freshness else None,
        backfill=asset.backfill,
        code_version=asset.code_version,
        is_materializable=asset.is_materializable,
        is_observable=asset.is_observable,
        required_with=[key.to_escaped_user_string() for key in asset.required_with],
        type_name=asset.type_name,
        io_manager_key=asset.io_manager_key,
        resource_keys=list(asset.resource_keys),
        ops=list(asset.ops or ([asset.node] if asset.node else [])),
        pools=list(asset.pools),
        jobs=jobs,
        schedules=[schedule.name for schedule in repository.snapshot.schedules if schedule.job_name in jobs],
        sensors=_sensors_of(repository, asset.key, jobs),
        source=asset.source,
    )


def _sensors_of(repository: RepositoryIndex, key: AssetKey, jobs: Sequence[str]) -> list[str]:
    assets = repository.snapshot.assets
    return [
        sensor.name
        for sensor in repository.snapshot.sensors
        if any(name in jobs for name in sensor.job_names)
        or any(assets[number].key == key for number in from_ranges(sensor.assets))
    ]


def view_partitions(repository: RepositoryIndex, number: int | None) -> PartitionsView | None:
    """Return a partitions definition of the table of a repository as it is answered; None for None."""
    if number is None:
        return None
    raw = msgspec.json.decode(repository.snapshot.partitions[number])
    kind = raw.get("__class__", "")
    return PartitionsView(
        kind=kind, description=_describe(raw), dimensions=[part["name"] for part in raw.get("dimensions", ())]
    )


def _describe(raw: Mapping[str, Any]) -> str:
    if "dimensions" in raw:
        return ", ".join(f"{part['name']}: {_describe(part['partitions'])}" for part in raw["dimensions"])
    if "cron_schedule" in raw:
        return f"{raw['cron_schedule']} ({raw.get('timezone', 'UTC')})"
    if "name" in raw:
        return f"dynamic: {raw['name']}"
    return f"{len(raw.get('partition_keys', ()))} keys"


def _list_checks(host: Host, entry: DefinedAsset) -> list[CheckStatus]:
    latest = {
        record.key.name: record for record in host.instance.list_latest_check_evaluations([entry.asset.key])
    }
    crashed = {check.name: check for check in list_crashed_checks(host, [entry.asset.key])}
    defined = {check.name: check for check in entry.checks}
    found = []
    for name in [*defined, *(name for name in latest if name not in defined)]:
        check, crash = defined.get(name), crashed.get(name)
        found.append(
            _view_check(
                name, latest.get(name), is_defined=check is not None,
                description=check.description if check else None,
                is_blocking=check.is_blocking if check else False, source=check.source if check else None,
                crash=(crash.description or "Its run failed.") if crash else None,
                crash_run_id=crash.run_id if crash else None,
            )
        )  # fmt: skip
    return found


def _view_check(name: str, record: AssetCheckExecutionRecord | None, **defined: Any) -> CheckStatus:
    evaluation = record.event.asset_check_evaluation if record and record.event else None
    return CheckStatus(
        name=name,
        passed=evaluation.passed if evaluation else None,
        severity=evaluation.severity.value if evaluation else None,
        result=evaluation.description if evaluation else None,
        metadata=view_metadata(evaluation.metadata) if evaluation else {},
        partition=evaluation.partition if evaluation else None,
        run_id=(record.run_id or None) if record else None,
        evaluated_at=to_instant(record.event.timestamp) if record and record.event else None,
        **defined,
    )
