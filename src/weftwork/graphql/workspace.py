"""Code locations, repositories and jobs as objects of the schema, and the queries about them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from weftwork.api.access.caller import Permission
from weftwork.api.catalog.catalog import get_catalog
from weftwork.base.errors import DagsterCodeLocationNotFoundError
from weftwork.graphql.assets import read_asset_cursor, view_node
from weftwork.graphql.automation import (
    find_repository,
    repository_not_found,
    view_owner,
    view_schedule,
    view_sensor,
)
from weftwork.graphql.entry import Asking, Thing, answer_errors, bounded, python_error, thing
from weftwork.graphql.jobs.graph import JobGraph
from weftwork.graphql.jobs.partitions import list_partition_sets, partition_fields
from weftwork.graphql.jobs.resources import view_resources_of
from weftwork.graphql.metadata import asset_key, metadata_entries, pairs
from weftwork.graphql.runs import repository_origin, view_run
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.records.runs import RunsFilter
from weftwork.records.snapshots.jobs import JobDetail, JobSnapshot
from weftwork.records.snapshots.requests import JobAddress
from weftwork.records.snapshots.state import LocationState, LocationStatus

_MAX_RUNS = 100
_MAX_NODES = 10_000


def view_repository(asking: Asking, repository: RepositoryIndex) -> Thing:
    """Return a repository; what costs is only found when it is asked for.

    Its field ``index`` is not of the schema: it leads to what the repository offers.
    """
    snapshot = repository.snapshot
    return thing(
        "Repository",
        id=f"{repository.location}:{repository.name}",
        name=repository.name,
        location=lambda _info: view_location(asking, repository.location),
        pipelines=lambda _info: [view_job(asking, repository, job, "Pipeline") for job in snapshot.jobs],
        jobs=lambda _info: [view_job(asking, repository, job, "Job") for job in snapshot.jobs],
        schedules=lambda _info: [view_schedule(asking, repository, one) for one in snapshot.schedules],
        sensors=lambda _info: [view_sensor(asking, repository, one) for one in snapshot.sensors],
        index=repository,
        origin=repository_origin(repository.location, repository.name),
        displayMetadata=lambda _info: display_metadata(asking.host.workspace.get_state(repository.location)),
        partitionSets=lambda _info: list_partition_sets(asking, repository),
        assetNodesConnection=lambda _info, limit, cursor=None: _page_of_nodes(
            asking, repository, limit, cursor
        ),
        assetNodes=lambda _info: _nodes_of(asking, repository),
        assetGroups=lambda _info: _groups_of(repository),
    )


def _groups_of(repository: RepositoryIndex) -> list[Thing]:
    groups: dict[str, list[Thing]] = {}
    for asset in repository.snapshot.assets:
        if asset.group is not None:
            groups.setdefault(asset.group, []).append(asset_key(asset.key))
    place = f"{repository.location}-{repository.name}"
    return [
        {"id": f"{place}-{name}", "groupName": name, "assetKeys": groups[name]} for name in sorted(groups)
    ]


def _nodes_of(asking: Asking, repository: RepositoryIndex) -> list[Thing]:
    catalog = get_catalog(asking.host)
    return [
        view_node(asking, catalog, entry)
        for entry in catalog.defined
        if entry.repository is not None
        and (entry.repository.location, entry.repository.name) == (repository.location, repository.name)
    ]


def _page_of_nodes(asking: Asking, repository: RepositoryIndex, limit: int, cursor: str | None) -> Thing:
    after = read_asset_cursor(cursor) if cursor else None
    nodes = sorted(_nodes_of(asking, repository), key=lambda one: one["entry"].asset.key)
    left = [one for one in nodes if after is None or after < one["entry"].asset.key]
    page = left[: bounded(limit, _MAX_NODES)]
    return {
        "nodes": page,
        "cursor": page[-1]["entry"].asset.key.to_string() if page else None,
        "hasMore": len(left) > len(page),
    }


def view_location(asking: Asking, name: str) -> Thing:
    """Return a code location that is loaded."""
    index = next(index for index in asking.host.workspace.list_indexes() if index.name == name)
    return thing(
        "RepositoryLocation",
        id=name,
        name=name,
        isReloadSupported=True,
        environmentPath=None,
        dagsterLibraryVersions=[{"name": "dagster", "version": version("weftwork")}],
        repositories=lambda _info: [view_repository(asking, one) for one in index],
    )


def view_entry(asking: Asking, state: LocationState) -> Thing:
    """Return how a code location stands."""

    def content(_info: Any) -> Thing | None:
        if state.error is not None:
            return python_error(state.error)
        is_known = any(index.name == state.name for index in asking.host.workspace.list_indexes())
        return view_location(asking, state.name) if is_known else None

    return thing(
        "WorkspaceLocationEntry",
        id=state.name,
        name=state.name,
        locationOrLoadError=content,
        loadStatus="LOADING" if state.status is LocationStatus.LOADING else "LOADED",
        updatedTimestamp=state.changed_at_s,
        versionKey=f"{state.content_hash}-{state.version}",
        displayMetadata=lambda _info: display_metadata(state),
        permissions=lambda _info: list_permissions(asking),
    )


def display_metadata(state: LocationState) -> list[Thing]:
    """Return where the code of a location is, for people."""
    code = state.origin.code
    told = (
        {
            "python_file": code.python_file,
            "module_name": code.module_name,
            "package_name": code.package_name,
            "working_directory": code.working_directory,
        }
        if code is not None
        else {"target": state.origin.target}
    )
    return pairs({key: value for key, value in told.items() if value})


def list_permissions(asking: Asking) -> list[Thing]:
    """Return what whoever asks may do, under the names that scripts know."""
    may = asking.caller.permissions
    return [
        {
            "permission": name,
            "value": needed in may,
            "disabledReason": None if needed in may else "Your role is not enough.",
        }
        for name, needed in _PERMISSIONS.items()
    ]


_PERMISSIONS = {
    "launch_pipeline_execution": Permission.LAUNCH,
    "launch_pipeline_reexecution": Permission.LAUNCH,
    "terminate_pipeline_execution": Permission.LAUNCH,
    "delete_pipeline_run": Permission.EDIT,
    "start_schedule": Permission.EDIT,
    "stop_running_schedule": Permission.EDIT,
    "schedule_dry_run": Permission.LAUNCH,
    "edit_sensor": Permission.EDIT,
    "sensor_dry_run": Permission.LAUNCH,
    "update_sensor_cursor": Permission.EDIT,
    "reload_repository_location": Permission.EDIT,
    "reload_workspace": Permission.EDIT,
    "wipe_assets": Permission.EDIT,
    "report_runless_asset_events": Permission.EDIT,
    "launch_partition_backfill": Permission.LAUNCH,
    "cancel_partition_backfill": Permission.LAUNCH,
    "edit_dynamic_partitions": Permission.EDIT,
    "toggle_auto_materialize": Permission.EDIT,
    "edit_concurrency_limit": Permission.EDIT,
}


def view_workspace(asking: Asking) -> Thing:
    """Return all code locations."""
    states = asking.host.workspace.locations
    return thing("Workspace", id="workspace", locationEntries=[view_entry(asking, state) for state in states])


def view_job(asking: Asking, repository: RepositoryIndex, job: JobSnapshot, typename: str) -> Thing:
    """Return a job, as a ``Pipeline`` or a ``Job``."""
    instance, snapshot = asking.host.instance, repository.snapshot

    def runs(_info: Any, cursor: str | None = None, limit: int | None = None) -> list[Thing]:
        count = bounded(limit, _MAX_RUNS)
        records = instance.get_run_records(RunsFilter(job_name=job.name), limit=count, cursor=cursor)
        return [view_run(instance, record) for record in records]

    return thing(
        typename,
        id=f"{repository.location}:{repository.name}:{job.name}",
        name=job.name,
        description=job.description,
        isJob=True,
        isAssetJob=job.makes_assets,
        tags=pairs(job.tags),
        runs=runs,
        schedules=lambda _info: [
            view_schedule(asking, repository, one) for one in snapshot.schedules if one.job_name == job.name
        ],
        sensors=lambda _info: [
            view_sensor(asking, repository, one) for one in snapshot.sensors if job.name in one.job_names
        ],
        repository=lambda _info: view_repository(asking, repository),
        graphName=job.name,
        pipelineSnapshotId=lambda _info: _snapshot_id(asking, repository, job),
        modes=lambda _info: _modes_of(asking, repository, job),
        presets=[],
        metadataEntries=lambda _info: metadata_entries(job.metadata),
        owners=[view_owner(owner) for owner in job.owners],
        runTags=pairs(job.run_tags or {}),
        hasLaunchExecutionPermission=Permission.LAUNCH in asking.caller.permissions,
        hasLaunchReexecutionPermission=Permission.LAUNCH in asking.caller.permissions,
        parentSnapshotId=None,
        externalJobSource=None,
        **_graph_fields(asking, repository, job),
        **partition_fields(asking, repository, job),
    )


def _graph_of(asking: Asking, repository: RepositoryIndex, job: JobSnapshot) -> JobGraph:
    place = JobAddress(job=job.name, location=repository.location, repository=repository.name)

    def find_assets(op: str) -> list[Thing]:
        nodes = _nodes_of(asking, repository)
        return [one for one in nodes if op in (one["opName"], *one["opNames"])]

    return JobGraph(asking.host.workspace.job_detail(place), find_assets)


def _graph_fields(asking: Asking, repository: RepositoryIndex, job: JobSnapshot) -> Thing:
    """Return the fields of a job that its graph tells; it is asked for once, when one of them is."""
    known: list[JobGraph] = []

    def graph() -> JobGraph:
        if not known:
            known.append(_graph_of(asking, repository, job))
        return known[0]

    return {
        "solids": lambda _info: graph().solids,
        "nodeNames": lambda _info: [one["name"] for one in graph().solids],
        "solidHandles": lambda _info, parentHandleID=None: graph().list_handles(parentHandleID),
        "solidHandle": lambda _info, handleID: next(
            (one for one in graph().list_handles() if one["handleID"] == handleID), None
        ),
        "dagsterTypes": lambda _info: graph().list_types(),
        "dagsterTypeOrError": lambda _info, dagsterTypeName: next(
            (one for one in graph().list_types() if one["name"] == dagsterTypeName),
            thing(
                "DagsterTypeNotFoundError",
                message=f"Job '{job.name}' uses no type '{dagsterTypeName}'.",
                dagsterTypeName=dagsterTypeName,
            ),
        ),
    }


def _modes_of(asking: Asking, repository: RepositoryIndex, job: JobSnapshot) -> list[Thing]:
    """Return the one mode there is, under the name that scripts know."""

    def detail() -> JobDetail:
        place = JobAddress(job=job.name, location=repository.location, repository=repository.name)
        return asking.host.workspace.job_detail(place)

    return [
        {
            "id": f"{job.name}-default",
            "name": "default",
            "description": None,
            "resources": lambda _info: view_resources_of(repository, detail()),
            "loggers": lambda _info: [
                {"name": key, "description": None, "configField": None} for key in detail().logger_keys
            ],
        }
    ]


def _snapshot_id(asking: Asking, repository: RepositoryIndex, job: JobSnapshot) -> str:
    """Return a text that changes whenever the code location does."""
    content = asking.host.workspace.get_index(repository.location).content_hash
    return hashlib.sha1(f"{content}:{repository.name}:{job.name}".encode(), usedforsecurity=False).hexdigest()


def location_not_found(error: Exception) -> Thing:
    """Return the object that says that there is no such code location."""
    return thing("RepositoryLocationNotFound", message=str(error))


def _list_repositories(asking: Asking, repositorySelector: Mapping[str, Any] | None = None) -> Thing:
    if repositorySelector is not None:
        one = find_repository(asking, repositorySelector)
        if one is None:
            return repository_not_found(repositorySelector)
        return thing("RepositoryConnection", nodes=[view_repository(asking, one)])
    indexes = asking.host.workspace.list_indexes()
    return thing(
        "RepositoryConnection", nodes=[view_repository(asking, one) for index in indexes for one in index]
    )


def _get_repository(asking: Asking, repositorySelector: Mapping[str, Any]) -> Thing:
    one = find_repository(asking, repositorySelector)
    return view_repository(asking, one) if one is not None else repository_not_found(repositorySelector)


def _list_location_statuses(asking: Asking) -> Thing:
    entries = [
        {
            "id": state.name,
            "name": state.name,
            "loadStatus": "LOADING" if state.status is LocationStatus.LOADING else "LOADED",
            "updateTimestamp": state.changed_at_s,
            "versionKey": f"{state.content_hash}-{state.version}",
            "permissions": lambda _info: list_permissions(asking),
        }
        for state in asking.host.workspace.locations
    ]
    return thing("WorkspaceLocationStatusEntries", entries=entries)


def _get_entry(asking: Asking, name: str) -> Thing | None:
    try:
        return view_entry(asking, asking.host.workspace.get_state(name))
    except DagsterCodeLocationNotFoundError:
        return None


def _get_pipeline(asking: Asking, params: Mapping[str, Any]) -> Thing:
    repository = find_repository(asking, params)
    job = repository.jobs.get(params["pipelineName"]) if repository is not None else None
    if repository is None or job is None:
        return pipeline_not_found(params)
    return view_job(asking, repository, job, "Pipeline")


def pipeline_not_found(selector: Mapping[str, Any]) -> Thing:
    """Return the object that says that there is no such job."""
    name = selector.get("pipelineName") or selector.get("jobName") or ""
    location, repository = selector["repositoryLocationName"], selector["repositoryName"]
    return thing(
        "PipelineNotFoundError",
        message=f"There is no job '{name}' in repository '{repository}' of code location '{location}'.",
        pipelineName=name,
        repositoryName=repository,
        repositoryLocationName=location,
    )


def _repository_of_node(parent: Thing, info: Any) -> Thing | None:
    repository = parent["entry"].repository
    return view_repository(info.context, repository) if repository is not None else None


NODE_FIELDS: dict[str, Callable[..., Any]] = {"repository": _repository_of_node}
"""Fields of ``AssetNode`` that lead back to what lists it."""

QUERIES: dict[str, Callable[..., Any]] = {
    "version": lambda _parent, _info: version("weftwork"),
    "repositoriesOrError": answer_errors(_list_repositories),
    "repositoryOrError": answer_errors(_get_repository),
    "workspaceOrError": answer_errors(view_workspace),
    "workspaceLocationEntryOrError": answer_errors(_get_entry),
    "pipelineOrError": answer_errors(_get_pipeline),
    "locationStatusesOrError": answer_errors(_list_location_statuses),
    "permissions": lambda _parent, info: list_permissions(info.context),
    "canBulkTerminate": lambda _parent, info: Permission.LAUNCH in info.context.caller.permissions,
}
