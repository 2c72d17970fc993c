"""Jobs as plain records, those over assets without building them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from weftwork.definitions.assets.asset_job import IMPLICIT_JOB_NAME, ResolvedSelection, resolve_assets
from weftwork.definitions.assets.asset_job_definition import UnresolvedAssetJobDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.instigators.target import ANONYMOUS_JOB_PREFIX
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.locations.contents import LocationContents
from weftwork.definitions.locations.repository import RepositoryDefinition
from weftwork.definitions.locations.snapshots.tables import SharedTables
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.metadata import normalize_metadata
from weftwork.records.snapshots.jobs import JobSnapshot
from weftwork.records.snapshots.location import Ranges, to_ranges
from weftwork.records.tags import normalize_tags


class JobExporter:
    """Exports the jobs of a repository.

    Args:
        repository: the repository.
        catalog: its assets.
        tables: what its definitions share.
    """

    def __init__(self, repository: RepositoryDefinition, catalog: AssetCatalog, tables: SharedTables) -> None:
        self._repository = repository
        self._catalog = catalog
        self._tables = tables
        self._checks = {key: number for number, key in enumerate(catalog.by_check)}
        self._ranges: dict[int, tuple[Ranges, Ranges]] = {}
        self._numbered: list[ResolvedSelection] = []  # what is known by its id must live

    def export_all(self) -> Iterator[JobSnapshot]:
        """Yield all jobs."""
        data = self._repository.repository_data
        for name in self._repository.job_names:
            unresolved = data.find_unresolved_job(name) if isinstance(data, LocationContents) else None
            if unresolved is not None:
                yield self._export_unresolved(unresolved)
            elif name == IMPLICIT_JOB_NAME and isinstance(data, LocationContents):
                yield self._export_implicit(data)
            else:
                yield self.export(self._repository.get_job(name))

    def export(self, job: JobDefinition) -> JobSnapshot:
        """Return a job that is built."""
        layer = job.asset_layer
        return JobSnapshot(
            name=job.name, description=job.description, tags=job.tags,
            run_tags=dict(job.run_tags) if job.run_tags is not job.tags else None, metadata=job.metadata,
            owners=tuple(job.owners or ()), makes_assets=layer is not None,
            is_implicit=job.name == IMPLICIT_JOB_NAME,
            is_anonymous=job.name.startswith(ANONYMOUS_JOB_PREFIX),
            assets=self._number_assets(layer.selected_keys) if layer is not None else (),
            checks=self._number_checks(layer.selected_check_keys) if layer is not None else (),
            partitions=self._tables.place_partitions(job.partitions_def),
            condition=self._tables.place_condition(job.automation_condition),
            executor=job.executor_def.name if job.has_specified_executor else None,
        )  # fmt: skip

    def _export_implicit(self, data: LocationContents) -> JobSnapshot:
        resolved = resolve_assets(self._catalog, None)
        assets, checks = self._number(resolved)
        return JobSnapshot(
            name=IMPLICIT_JOB_NAME, makes_assets=True, is_implicit=True, assets=assets, checks=checks,
            partitions=self._tables.place_partitions(resolved.get_partitions()),
            executor=data.executor.name if data.executor is not None else None,
        )  # fmt: skip

    def _export_unresolved(self, job: UnresolvedAssetJobDefinition) -> JobSnapshot:
        resolved = job.check(self._catalog)
        partitions = resolved.get_partitions(job.partitions_def, allow_different=False, config=job.config)
        assets, checks = self._number(resolved)
        where = f"of job '{job.name}'"
        return JobSnapshot(
            name=job.name, description=job.description, tags=normalize_tags(job.tags, f"the tags {where}"),
            run_tags=normalize_tags(job.run_tags, f"the run_tags {where}") if job.run_tags is not None else None,
            metadata=normalize_metadata(job.metadata), owners=tuple(job.owners or ()), makes_assets=True,
            is_anonymous=job.name.startswith(ANONYMOUS_JOB_PREFIX), assets=assets, checks=checks,
            partitions=self._tables.place_partitions(partitions),
            condition=self._tables.place_condition(job.automation_condition),
            executor=job.executor_def.name if job.executor_def is not None else None,
        )  # fmt: skip

    def _number(self, resolved: ResolvedSelection) -> tuple[Ranges, Ranges]:
        """Return the assets and checks of a selection as ranges; jobs with one selection share them."""
        found = self._ranges.get(id(resolved))
        if found is None:
            found = (self._number_assets(resolved.keys), self._number_checks(resolved.checks))
            self._ranges[id(resolved)] = found
            self._numbered.append(resolved)
        return found

    def _number_assets(self, keys: Iterable[AssetKey]) -> Ranges:
        order: Mapping[AssetKey, int] = self._catalog.order
        return to_ranges(order[key] for key in keys if key in order)

    def _number_checks(self, keys: Iterable[AssetCheckKey]) -> Ranges:
        return to_ranges(self._checks[key] for key in keys if key in self._checks)


def describe_config(value: Any) -> Any:
    """Return default config as plain data that has a JSON form."""
    if isinstance(value, Mapping):
        return {str(key): describe_config(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [describe_config(inner) for inner in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else repr(value)
