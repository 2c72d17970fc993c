"""Resources as objects of the schema: their config, and what takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from weftwork.graphql.automation import find_repository, repository_not_found
from weftwork.graphql.entry import Asking, Thing, answer_errors, thing
from weftwork.graphql.jobs.config_types import ConfigTypes
from weftwork.graphql.jobs.resources import view_resources_of
from weftwork.graphql.metadata import asset_key
from weftwork.graphql.workspace import pipeline_not_found
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.records.snapshots.instigators import ResourceSnapshot
from weftwork.records.snapshots.requests import JobAddress
from weftwork.records.specs import GraphSpec


def list_resources(asking: Asking, repository: RepositoryIndex) -> list[Thing]:
    """Return the resources that all of a repository can use, by their keys."""
    found = sorted(repository.snapshot.resources, key=lambda one: one.key)
    return [view_resource(asking, repository, one) for one in found]


def view_resource(asking: Asking, repository: RepositoryIndex, one: ResourceSnapshot) -> Thing:
    """Return a resource in full."""
    snapshot = repository.snapshot
    by_key = {each.key: each for each in snapshot.resources}

    def nested(keys: list[str]) -> list[Thing]:
        return [
            {
                "name": key,
                "type": "TOP_LEVEL",
                "resource": lambda _info, key=key: view_resource(asking, repository, by_key[key]),
            }
            for key in keys
            if key in by_key
        ]

    return thing(
        "ResourceDetails",
        id=f"{repository.location}-{repository.name}-{one.key}",
        name=one.key,
        description=one.description,
        configFields=lambda _info: _fields_of(one),
        configuredValues=[{"key": name, "value": name, "type": "ENV_VAR"} for name in one.env_vars],
        isTopLevel=True,
        nestedResources=nested(list(one.resource_keys)),
        parentResources=nested([each.key for each in snapshot.resources if one.key in each.resource_keys]),
        resourceType=one.type_name,
        assetKeysUsing=[
            asset_key(asset.key)
            for asset in snapshot.assets
            if one.key in asset.resource_keys or one.key == asset.io_manager_key
        ],
        jobsOpsUsing=lambda _info: list(_list_jobs(asking, repository, one.key)),
        schedulesUsing=[each.name for each in snapshot.schedules if one.key in each.resource_keys],
        sensorsUsing=[each.name for each in snapshot.sensors if one.key in each.resource_keys],
    )


def _fields_of(one: ResourceSnapshot) -> list[Thing]:
    if one.config_schema is None:
        return []
    schema = msgspec.json.decode(one.config_schema)
    fields: list[Thing] = ConfigTypes(schema).root.get("fields", [])
    return fields


def _list_jobs(asking: Asking, repository: RepositoryIndex, key: str) -> Iterator[Thing]:
    for job in repository.snapshot.jobs:
        if job.is_implicit:
            continue
        detail = asking.host.workspace.job_detail(_address(repository, job.name))
        if key in detail.resource_keys:
            takers = {node.name for node in detail.nodes if key in node.resource_keys and not node.is_graph}
            paths = list(_list_paths(detail.spec.graph, takers, ""))
            if paths:
                yield {"jobName": job.name, "opHandleIDs": paths}


def _list_paths(graph: GraphSpec, ops: set[str], prefix: str) -> Iterator[str]:
    for node in graph.nodes:
        if isinstance(node.definition, GraphSpec):
            yield from _list_paths(node.definition, ops, f"{prefix}{node.name}.")
        elif node.definition.name in ops:
            yield prefix + node.name


def _address(repository: RepositoryIndex, job: str) -> JobAddress:
    return JobAddress(job=job, location=repository.location, repository=repository.name)


def _get_resource(asking: Asking, resourceSelector: Mapping[str, Any]) -> Thing:
    repository, name = find_repository(asking, resourceSelector), resourceSelector["resourceName"]
    for one in repository.snapshot.resources if repository is not None else ():
        if one.key == name and repository is not None:
            return view_resource(asking, repository, one)
    return thing("ResourceNotFoundError", message=f"There is no resource '{name}'.", resourceName=name)


def _list(asking: Asking, repositorySelector: Mapping[str, Any]) -> Thing:
    repository = find_repository(asking, repositorySelector)
    if repository is None:
        return repository_not_found(repositorySelector)
    return thing("ResourceDetailsList", results=list_resources(asking, repository))


def _list_variables(asking: Asking, repositorySelector: Mapping[str, Any]) -> Thing:
    repository = find_repository(asking, repositorySelector)
    consumers: dict[str, list[Thing]] = {}
    for one in repository.snapshot.resources if repository is not None else ():
        for name in one.env_vars:
            consumers.setdefault(name, []).append({"type": "RESOURCE", "name": one.key})
    return thing(
        "EnvVarWithConsumersList",
        results=[{"envVarName": name, "envVarConsumers": consumers[name]} for name in sorted(consumers)],
    )


def _list_of_job(asking: Asking, pipelineSelector: Mapping[str, Any]) -> Thing:
    repository, name = find_repository(asking, pipelineSelector), pipelineSelector["pipelineName"]
    if repository is None or name not in repository.jobs:
        return pipeline_not_found(pipelineSelector)
    detail = asking.host.workspace.job_detail(_address(repository, name))
    return thing("ResourceConnection", resources=view_resources_of(repository, detail))


QUERIES: dict[str, Callable[..., Any]] = {
    "topLevelResourceDetailsOrError": answer_errors(_get_resource),
    "allTopLevelResourceDetailsOrError": answer_errors(_list),
    "utilizedEnvVarsOrError": answer_errors(_list_variables),
    "resourcesOrError": answer_errors(_list_of_job),
}
REPOSITORY_FIELDS: dict[str, Callable[..., Any]] = {
    "allTopLevelResourceDetails": lambda parent, info: list_resources(info.context, parent["index"])
}
"""Fields of ``Repository`` that are found when they are asked for."""
