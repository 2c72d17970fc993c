"""Assets as objects of the schema, and the queries about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.api.access.caller import Permission
from weftwork.api.catalog.catalog import Catalog, DefinedAsset, get_catalog
from weftwork.api.catalog.status import view_assets
from weftwork.base.errors import CheckError, DagsterInvalidInvocationError
from weftwork.graphql.entry import Asking, Thing, answer_errors, bounded, thing
from weftwork.graphql.events import view_event
from weftwork.graphql.metadata import asset_key, metadata_entries, pairs
from weftwork.instance.instance import DagsterInstance
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.partitions.context import partition_loading_context
from weftwork.records.event_type import DagsterEventType
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import EventRecordsFilter

_MAX_ASSETS = 10_000
_MAX_EVENTS = 1000
_MAX_KEYS = 100_000


def read_key(raw: Mapping[str, Any]) -> AssetKey:
    """Return the key that a query gives."""
    return AssetKey(list(raw["path"]))


def read_asset_cursor(cursor: str) -> AssetKey:
    """Return the asset that a cursor stands for: the last of the page before.

    Raises:
        DagsterInvalidInvocationError: if it is none that an answer gave.
    """
    try:
        after = AssetKey.from_db_string(cursor)
    except (ValueError, TypeError, CheckError):
        after = None
    if after is None:
        raise DagsterInvalidInvocationError(f"'{cursor:.40}' is no cursor: give that of the page before.")
    return after


def recorded_asset(
    instance: DagsterInstance, key: AssetKey, definition: Callable[..., Any] | None = None
) -> Thing:
    """Return an asset as what was recorded of it.

    Args:
        instance: where it is recorded.
        key: the asset.
        definition: makes its definition, when it is asked for.
    """
    return thing(
        "Asset",
        id=key.to_string(),
        key=asset_key(key),
        assetMaterializations=_events_of(instance, key, DagsterEventType.ASSET_MATERIALIZATION),
        assetObservations=_events_of(instance, key, DagsterEventType.ASSET_OBSERVATION),
        definition=definition or (lambda _info: None),
        latestMaterializationTimestamp=lambda _info: _latest(instance, key),
        hasDefinitionOrRecord=lambda _info: definition is not None or instance.has_asset_key(key),
    )


def _latest(instance: DagsterInstance, key: AssetKey) -> float | None:
    event = instance.get_latest_materialization_event(key)
    return event.timestamp if event is not None else None


def _events_of(instance: DagsterInstance, key: AssetKey, kind: DagsterEventType) -> Callable[..., Any]:
    def find(
        _info: Any,
        partitions: Sequence[str] | None = None,
        beforeTimestampMillis: str | None = None,
        afterTimestampMillis: str | None = None,
        limit: int | None = None,
    ) -> list[Thing]:
        conditions = EventRecordsFilter(
            kind, key, list(partitions) if partitions is not None else None,
            before_timestamp=float(beforeTimestampMillis) / 1000 if beforeTimestampMillis else None,
            after_timestamp=float(afterTimestampMillis) / 1000 if afterTimestampMillis else None,
        )  # fmt: skip
        records = instance.get_event_records(conditions, limit=bounded(limit, _MAX_EVENTS))
        return [view_event(record) for record in records]

    return find


def view_node(asking: Asking, catalog: Catalog, entry: DefinedAsset) -> Thing:
    """Return an asset as a code location defines it; what costs is only found when it is asked for.

    Its field ``entry`` is not of the schema: it leads to the repository.
    """
    asset, key = entry.asset, entry.asset.key
    instance, may = asking.host.instance, asking.caller.permissions
    repository = entry.repository
    condition = (
        repository.snapshot.conditions[asset.condition].description
        if repository is not None and asset.condition is not None
        else None
    )
    return thing(
        "AssetNode",
        entry=entry,
        id=f"{entry.location}.{repository.name if repository else ''}.{key.to_string()}",
        assetKey=asset_key(key),
        description=lambda _info, characterLimit=None: (asset.description or "")[:characterLimit] or None,
        groupName=asset.group or "default",
        computeKind=asset.kinds[0] if asset.kinds else None,
        kinds=list(asset.kinds),
        owners=[_owner(owner) for owner in asset.owners],
        tags=pairs(asset.tags),
        metadataEntries=lambda _info: metadata_entries(asset.metadata),
        dependencyKeys=lambda _info: [asset_key(dep.key) for dep in asset.deps],
        dependedByKeys=lambda _info: [asset_key(one) for one in sorted(catalog.graph.get_child_keys(key))],
        graphName=asset.node if asset.ops else None,
        opName=asset.node,
        opNames=list(asset.ops or ([asset.node] if asset.node else [])),
        opVersion=asset.code_version,
        isExecutable=asset.is_executable,
        isObservable=asset.is_observable,
        isMaterializable=asset.is_materializable,
        isPartitioned=asset.partitions is not None,
        jobNames=lambda _info: list_job_names(repository, key),
        pools=list(asset.pools),
        partitionKeys=lambda _info: _partition_keys(asking, entry),
        partitionStats=lambda _info: _partition_stats(asking, entry),
        automationCondition={"label": condition, "expandedLabel": [condition]} if condition else None,
        hasAssetChecks=bool(entry.checks),
        hasMaterializePermission=Permission.LAUNCH in may,
        hasWipePermission=Permission.EDIT in may,
        hasReportRunlessAssetEventPermission=Permission.EDIT in may,
        assetMaterializations=_events_of(instance, key, DagsterEventType.ASSET_MATERIALIZATION),
        assetObservations=_events_of(instance, key, DagsterEventType.ASSET_OBSERVATION),
    )


def list_job_names(repository: RepositoryIndex | None, key: AssetKey) -> list[str]:
    """Return the jobs that make an asset, the one over all assets first."""
    if repository is None:
        return []
    named = repository.jobs_by_asset.get(key, ())
    is_made = repository.assets[key].is_executable
    return [*(job.name for job in repository.snapshot.jobs if job.is_implicit and is_made), *named]


def _owner(owner: str) -> Thing:
    if owner.startswith("team:"):
        return thing("TeamAssetOwner", team=owner.removeprefix("team:"))
    return thing("UserAssetOwner", email=owner)


def _partition_keys(asking: Asking, entry: DefinedAsset) -> list[str]:
    definition = entry.partitions_def
    if definition is None:
        return []
    with partition_loading_context(dynamic_partitions_store=asking.host.instance):
        return [str(key) for key in definition.get_partition_keys()[:_MAX_KEYS]]


def _partition_stats(asking: Asking, entry: DefinedAsset) -> Thing | None:
    counts = view_assets(asking.host, [entry])[0].partitions
    if counts is None:
        return None
    return {
        "numMaterialized": counts.materialized,
        "numPartitions": counts.total or 0,
        "numFailed": counts.failed,
        "numMaterializing": counts.in_progress,
    }


def _list_nodes(
    asking: Asking,
    group: Mapping[str, Any] | None = None,
    pipeline: Mapping[str, Any] | None = None,
    assetKeys: Sequence[Mapping[str, Any]] | None = None,
    loadMaterializations: bool = False,
) -> list[Thing]:
    del loadMaterializations  # events are read when they are asked for
    catalog = get_catalog(asking.host)
    keys = {read_key(raw) for raw in assetKeys} if assetKeys is not None else None
    chosen = []
    for entry in catalog.defined:
        key, repository = entry.asset.key, entry.repository
        if repository is None or (keys is not None and key not in keys):
            continue
        if group is not None and group["groupName"] != entry.asset.group:
            continue
        if pipeline is not None:
            job = repository.jobs.get(pipeline["pipelineName"])
            if job is None or key not in set(repository.list_job_assets(job)):
                continue
        chosen.append(entry)
    return [view_node(asking, catalog, entry) for entry in chosen[:_MAX_ASSETS]]


def _get_node(asking: Asking, assetKey: Mapping[str, Any]) -> Thing:
    key = read_key(assetKey)
    catalog = get_catalog(asking.host)
    entry = catalog.find(key)
    if entry is None or entry.repository is None:
        return asset_not_found(key)
    return view_node(asking, catalog, entry)


def asset_not_found(key: AssetKey) -> Thing:
    """Return the object that says that there is no such asset."""
    return thing("AssetNotFoundError", message=f"There is no asset '{key.to_user_string()}'.")


def _view_asset(asking: Asking, catalog: Catalog, key: AssetKey) -> Thing:
    entry = catalog.find(key)
    is_defined = entry is not None and entry.repository is not None
    definition = (
        (lambda _info: view_node(asking, catalog, entry)) if entry is not None and is_defined else None
    )
    return recorded_asset(asking.host.instance, key, definition)


def _get_asset(asking: Asking, assetKey: Mapping[str, Any]) -> Thing:
    """Return an asset; one of which nothing is known has no definition and no events, as clients expect."""
    return _view_asset(asking, get_catalog(asking.host), read_key(assetKey))


def _list_assets(
    asking: Asking,
    prefix: Sequence[str] | None = None,
    assetKeys: Sequence[Mapping[str, Any]] | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Thing:
    catalog = get_catalog(asking.host)
    keys = sorted(catalog.keys)
    if assetKeys is not None:
        wanted = {read_key(raw) for raw in assetKeys}
        keys = [key for key in keys if key in wanted]
    if prefix:
        keys = [key for key in keys if key.has_prefix(prefix)]
    if cursor:
        after = read_asset_cursor(cursor)
        keys = [key for key in keys if after < key]
    page = keys[: bounded(limit, _MAX_ASSETS)]
    return thing(
        "AssetConnection",
        nodes=[_view_asset(asking, catalog, key) for key in page],
        cursor=page[-1].to_string() if page else None,
    )


_WRONG_KEY: dict[type[Exception], Any] = {
    Exception: lambda error: thing("AssetNotFoundError", message=str(error))
}
QUERIES: dict[str, Callable[..., Any]] = {
    "assetsOrError": answer_errors(_list_assets),
    "assetOrError": answer_errors(_get_asset, converted=_WRONG_KEY),
    "assetNodeOrError": answer_errors(_get_node, converted=_WRONG_KEY),
    "assetNodes": lambda _parent, info, **arguments: _list_nodes(info.context, **arguments),
}
