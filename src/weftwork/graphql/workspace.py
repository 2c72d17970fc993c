"""Code locations, repositories, jobs, schedules and sensors as objects of the schema, and the queries about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

from weftwork.api.catalog.catalog import get_catalog
from weftwork.base.errors import DagsterCodeLocationNotFoundError
from weftwork.graphql.assets import view_node
from weftwork.graphql.entry import Asking, Thing, answer_errors, python_error, thing
from weftwork.graphql.metadata import pairs
from weftwork.graphql.runs import view_run
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.records.control.instigators import InstigatorStatus
from weftwork.records.runs import RunsFilter
from weftwork.records.snapshots.instigators import ScheduleSnapshot, SensorSnapshot
from weftwork.records.snapshots.jobs import JobSnapshot
from weftwork.records.snapshots.state import LocationState, LocationStatus

_MAX_RUNS = 100


def view_repository(asking: Asking, repository: RepositoryIndex) -> Thing:
    """Return a repository; what costs is only found when it is asked for."""
    snapshot = repository.snapshot
    return thing(
        "Repository",
        id=f"{repository.location}:{repository.name}",
        name=repository.name,
        location=lambda _info: view_location(asking, repository.location),
        pipelines=lambda _info: [_job(asking, repository, job, "Pipeline") for job in snapshot.jobs],
        jobs=lambda _info: [_job(asking, repository, job, "Job") for job in snapshot.jobs],
        schedules=lambda _info: [_schedule(asking, repository, one) for one in snapshot.schedules],
        sensors=lambda _info: [_sensor(asking, repository, one) for one in snapshot.sensors],
        assetNodes=lambda _info: _nodes_of(asking, repository),
    )


def _nodes_of(asking: Asking, repository: RepositoryIndex) -> list[Thing]:
    catalog = get_catalog(asking.host)
    return [
        view_node(asking, catalog, entry)
        for entry in catalog.defined
        if entry.repository is not None
        and (entry.repository.location, entry.repository.name) == (repository.location, repository.name)
    ]


def view_location(asking: Asking, name: str) -> Thing:
    """Return a code location that is loaded."""
    index = next(index for index in asking.host.workspace.list_indexes() if index.name == name)
    return thing(
        "RepositoryLocation",
        id=name,
        name=name,
        isReloadSupported=True,
        environmentPath=None,
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
    )


def view_workspace(asking: Asking) -> Thing:
    """Return all code locations."""
    states = asking.host.workspace.locations
    return thing("Workspace", id="workspace", locationEntries=[view_entry(asking, state) for state in states])


def _job(asking: Asking, repository: RepositoryIndex, job: JobSnapshot, typename: str) -> Thing:
    instance, snapshot = asking.host.instance, repository.snapshot

    def runs(_info: Any, cursor: str | None = None, limit: int | None = None) -> list[Thing]:
        bounded = min(limit or _MAX_RUNS, _MAX_RUNS)
        records = instance.get_run_records(RunsFilter(job_name=job.name), limit=bounded, cursor=cursor)
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
            _schedule(asking, repository, one) for one in snapshot.schedules if one.job_name == job.name
        ],
        sensors=lambda _info: [
            _sensor(asking, repository, one) for one in snapshot.sensors if job.name in one.job_names
        ],
        repository=lambda _info: view_repository(asking, repository),
        graphName=job.name,
    )


def _state(asking: Asking, repository: RepositoryIndex, one: ScheduleSnapshot | SensorSnapshot) -> Thing:
    name = f"{repository.location}:{repository.name}:{one.name}"
    known = asking.host.instance.ticks.find_state(name)
    status = known.status if known is not None else InstigatorStatus.DECLARED_IN_CODE
    if status is InstigatorStatus.DECLARED_IN_CODE:
        status = InstigatorStatus.RUNNING if one.is_running_by_default else InstigatorStatus.STOPPED
    return {
        "id": name,
        "name": one.name,
        "status": status.value,
        "repositoryName": repository.name,
        "repositoryLocationName": repository.location,
    }


def _schedule(asking: Asking, repository: RepositoryIndex, one: ScheduleSnapshot) -> Thing:
    return thing(
        "Schedule",
        id=f"{repository.location}:{repository.name}:{one.name}",
        name=one.name,
        description=one.description,
        cronSchedule=", ".join(one.cron_schedules),
        executionTimezone=one.timezone or "UTC",
        pipelineName=one.job_name or "",
        defaultStatus="RUNNING" if one.is_running_by_default else "STOPPED",
        scheduleState=lambda _info: _state(asking, repository, one),
    )


def _sensor(asking: Asking, repository: RepositoryIndex, one: SensorSnapshot) -> Thing:
    return thing(
        "Sensor",
        id=f"{repository.location}:{repository.name}:{one.name}",
        name=one.name,
        description=one.description,
        minIntervalSeconds=one.interval_s,
        targets=[{"pipelineName": name, "mode": "default"} for name in one.job_names],
        defaultStatus="RUNNING" if one.is_running_by_default else "STOPPED",
        sensorState=lambda _info: _state(asking, repository, one),
    )


def find_repository(asking: Asking, selector: Mapping[str, Any]) -> RepositoryIndex | None:
    """Return the repository that a selector names, or None."""
    for index in asking.host.workspace.list_indexes():
        if index.name == selector["repositoryLocationName"]:
            return index.repositories.get(selector["repositoryName"])
    return None


def _not_found(selector: Mapping[str, Any]) -> Thing:
    location, name = selector["repositoryLocationName"], selector["repositoryName"]
    message = f"There is no repository '{name}' in a code location '{location}'."
    return thing(
        "RepositoryNotFoundError", message=message, repositoryName=name, repositoryLocationName=location
    )


def location_not_found(error: Exception) -> Thing:
    """Return the object that says that there is no such code location."""
    return thing("RepositoryLocationNotFound", message=str(error))


def _list_repositories(asking: Asking, repositorySelector: Mapping[str, Any] | None = None) -> Thing:
    if repositorySelector is not None:
        one = find_repository(asking, repositorySelector)
        if one is None:
            return _not_found(repositorySelector)
        return thing("RepositoryConnection", nodes=[view_repository(asking, one)])
    indexes = asking.host.workspace.list_indexes()
    return thing(
        "RepositoryConnection", nodes=[view_repository(asking, one) for index in indexes for one in index]
    )


def _get_repository(asking: Asking, repositorySelector: Mapping[str, Any]) -> Thing:
    one = find_repository(asking, repositorySelector)
    return view_repository(asking, one) if one is not None else _not_found(repositorySelector)


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
    return _job(asking, repository, job, "Pipeline")


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


def _list_schedules(asking: Asking, repositorySelector: Mapping[str, Any]) -> Thing:
    one = find_repository(asking, repositorySelector)
    if one is None:
        return _not_found(repositorySelector)
    return thing("Schedules", results=[_schedule(asking, one, each) for each in one.snapshot.schedules])


def _list_sensors(asking: Asking, repositorySelector: Mapping[str, Any]) -> Thing:
    one = find_repository(asking, repositorySelector)
    if one is None:
        return _not_found(repositorySelector)
    return thing("Sensors", results=[_sensor(asking, one, each) for each in one.snapshot.sensors])


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
    "schedulesOrError": answer_errors(_list_schedules),
    "sensorsOrError": answer_errors(_list_sensors),
}
