"""The schema with its resolvers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ariadne import (
    InterfaceType,
    MutationType,
    ObjectType,
    QueryType,
    ScalarType,
    SubscriptionType,
    UnionType,
    load_schema_from_path,
    make_executable_schema,
)
from graphql import GraphQLInterfaceType, GraphQLSchema, GraphQLUnionType, build_schema

from weftwork.graphql import assets, automation, control, runs, workspace
from weftwork.graphql.facts import asset_history, feed, resources, trials
from weftwork.graphql.facts import assets as asset_facts
from weftwork.graphql.facts import instance as instance_facts
from weftwork.graphql.facts import runs as run_facts
from weftwork.graphql.jobs import partitions
from weftwork.graphql.mutations import MUTATIONS
from weftwork.graphql.subscriptions import follow_locations, follow_run

_DIRECTORY = Path(__file__).parent / "schema"


@cache
def get_schema() -> GraphQLSchema:
    """Return the schema, made once."""
    text = load_schema_from_path(str(_DIRECTORY))
    query, mutation, subscription = QueryType(), MutationType(), SubscriptionType()
    for fields in (
        runs.QUERIES,
        assets.QUERIES,
        workspace.QUERIES,
        automation.QUERIES,
        asset_facts.QUERIES,
        run_facts.QUERIES,
        instance_facts.QUERIES,
        feed.QUERIES,
        partitions.QUERIES,
        resources.QUERIES,
        trials.QUERIES,
        asset_history.QUERIES,
    ):
        for name, resolver in fields.items():
            query.set_field(name, resolver)
    for name, resolver in ALL_MUTATIONS.items():
        mutation.set_field(name, resolver)
    for name, source in _SUBSCRIPTIONS.items():
        subscription.set_source(name, source)
        subscription.set_field(name, lambda payload, _info, **_arguments: payload)
    objects = [_object(name, fields) for name, fields in _FIELDS.items()]
    config = ScalarType("RunConfigData", value_parser=lambda value: value)
    return make_executable_schema(
        text, query, mutation, subscription, config, *objects, *_event_types(), *_abstract_types(text)
    )


ALL_MUTATIONS: dict[str, Any] = {
    **MUTATIONS,
    **control.MUTATIONS,
    **feed.MUTATIONS,
    **trials.MUTATIONS,
}
"""Every mutation, and what does it."""

_SUBSCRIPTIONS: dict[str, Any] = {
    "pipelineRunLogs": follow_run,
    "capturedLogs": run_facts.follow_output,
    "locationStateChangeEvents": follow_locations,
}
_FIELDS: dict[str, dict[str, Any]] = {
    "AssetNode": {**workspace.NODE_FIELDS, **asset_facts.NODE_FIELDS, **asset_history.NODE_FIELDS},
    "Asset": asset_history.ASSET_FIELDS,
    "Run": run_facts.RUN_FIELDS,
    "Repository": resources.REPOSITORY_FIELDS,
}
"""Fields that are found by functions ``(object, info, **arguments)``: where objects cannot hold them themselves."""


def _object(name: str, fields: dict[str, Any]) -> ObjectType:
    found = ObjectType(name)
    for field, resolver in fields.items():
        found.set_field(field, resolver)
    return found


def _event_types() -> list[ObjectType]:
    """Return a binding for each kind of event that leads to its run and its step."""
    bindings = []
    for name in ("MaterializationEvent", "ObservationEvent", "FailedToMaterializeEvent"):
        kind = ObjectType(name)
        kind.set_field("runOrError", runs.find_run_of_event)
        kind.set_field("stepStats", runs.find_step_of_event)
        bindings.append(kind)
    planned = ObjectType("AssetMaterializationPlannedEvent")
    planned.set_field("runOrError", runs.find_run_of_event)
    return [*bindings, planned]


def _abstract_types(text: str) -> list[Any]:
    """Return a binding for each union and interface: objects tell their type themselves."""
    types = build_schema(text).type_map
    bindings: list[Any] = []
    for name, kind in types.items():
        if isinstance(kind, GraphQLUnionType):
            bindings.append(UnionType(name, _typename))
        elif isinstance(kind, GraphQLInterfaceType):
            bindings.append(InterfaceType(name, _typename))
    return bindings


def _typename(value: Any, *_rest: Any) -> str:
    name: str = value["__typename"]
    return name
