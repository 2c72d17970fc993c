"""A repository as one plain record."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable

from weftwork.definitions.locations.repository import RepositoryDefinition
from weftwork.definitions.locations.snapshots.assets import export_assets, export_checks
from weftwork.definitions.locations.snapshots.instigators import (
    export_resources,
    export_schedules,
    export_sensors,
)
from weftwork.definitions.locations.snapshots.jobs import JobExporter
from weftwork.definitions.locations.snapshots.tables import SharedTables
from weftwork.records.snapshots.location import LocationSnapshot, RepositorySnapshot


def export_repository(repository: RepositoryDefinition) -> RepositorySnapshot:
    """Return all that a repository offers as a record; takes time linear in its definitions.

    Raises:
        DagsterInvalidDefinitionError: if something in it cannot be resolved.
    """
    catalog = repository.catalog
    tables = SharedTables()
    assets = tuple(export_assets(catalog, tables))
    checks = tuple(export_checks(catalog, tables))
    jobs = tuple(JobExporter(repository, catalog, tables).export_all())
    partitions_by_job = {job.name: job.partitions for job in jobs}
    return RepositorySnapshot(
        name=repository.name, description=repository.description, metadata=repository.metadata,
        assets=assets, checks=checks, jobs=jobs,
        schedules=tuple(export_schedules(repository, partitions_by_job)),
        sensors=tuple(export_sensors(repository, catalog)), resources=tuple(export_resources(repository)),
        partitions=tables.partitions.entries(), mappings=tables.mappings.entries(),
        conditions=tables.conditions.entries(),
    )  # fmt: skip


def export_location(
    repositories: Iterable[RepositoryDefinition], library_version: str = ""
) -> LocationSnapshot:
    """Return what a code location offers as a record."""
    return LocationSnapshot(
        repositories=tuple(export_repository(repository) for repository in repositories),
        python_version=".".join(map(str, sys.version_info[:3])),
        library_version=library_version,
    )


def hash_content(content: bytes) -> str:
    """Return the hash of a snapshot as it is written."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()
