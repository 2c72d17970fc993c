"""The resources that a job takes."""

from __future__ import annotations

from weftwork.graphql.entry import Thing
from weftwork.graphql.jobs.config_types import view_config_field
from weftwork.locations.definitions_index import RepositoryIndex
from weftwork.records.snapshots.jobs import JobDetail


def view_resources_of(repository: RepositoryIndex, detail: JobDetail) -> list[Thing]:
    """Return the resources that a job takes, with what config they take."""
    known = {one.key: one for one in repository.snapshot.resources}

    def view(key: str) -> Thing:
        one = known.get(key)
        return {
            "name": key,
            "description": one.description if one is not None else None,
            "configField": lambda _info: view_config_field(one.config_schema) if one is not None else None,
        }

    return [view(key) for key in detail.resource_keys]
