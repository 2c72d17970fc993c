"""Schedules, sensors and resources as plain records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from weftwork.base.errors import DagsterError
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.locations.repository import RepositoryDefinition
from weftwork.definitions.locations.snapshots.assets import source_of
from weftwork.definitions.locations.snapshots.job_detail import to_json_text
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.run_config.json_schema import config_json_schema
from weftwork.records.keys import AssetKey
from weftwork.records.snapshots.instigators import ResourceSnapshot, ScheduleSnapshot, SensorSnapshot
from weftwork.records.snapshots.location import Ranges, to_ranges

_IO_MANAGER = "IO manager"


def export_schedules(
    repository: RepositoryDefinition, partitions_by_job: Mapping[str, int | None]
) -> Iterator[ScheduleSnapshot]:
    """Yield the schedules of a repository.

    Args:
        repository: the repository.
        partitions_by_job: job to the place of its partitions definition.
    """
    for schedule in repository.schedule_defs:
        yield ScheduleSnapshot(
            name=schedule.name, cron_schedules=tuple(schedule.cron_schedules), timezone=schedule.execution_timezone,
            job_name=schedule.job_name, is_running_by_default=schedule.default_status.value == "RUNNING",
            description=schedule.description, tags=dict(schedule.tags), metadata=schedule.metadata,
            owners=tuple(schedule.owners or ()), resource_keys=tuple(sorted(schedule.required_resource_keys)),
            partitions=partitions_by_job.get(schedule.job_name), source=_source_of_tick(schedule),
        )  # fmt: skip


def export_sensors(repository: RepositoryDefinition, catalog: AssetCatalog) -> Iterator[SensorSnapshot]:
    """Yield the sensors of a repository."""
    for sensor in repository.sensor_defs:
        selection = sensor.asset_selection
        yield SensorSnapshot(
            name=sensor.name, kind=sensor.sensor_type.value, job_names=tuple(sensor.target_job_names),
            assets=_number_assets(sensor, catalog), selection=str(selection) if selection is not None else None,
            interval_s=sensor.minimum_interval_seconds,
            is_running_by_default=sensor.default_status.value == "RUNNING", description=sensor.description,
            tags=dict(sensor.tags), run_tags=dict(getattr(sensor, "run_tags", None) or {}),
            emits_backfills=bool(getattr(sensor, "emit_backfills", False)), metadata=sensor.metadata,
            owners=tuple(sensor.owners or ()), resource_keys=tuple(sorted(sensor.required_resource_keys)),
            source=_source_of_tick(sensor),
        )  # fmt: skip


def _number_assets(sensor: Any, catalog: AssetCatalog) -> Ranges:
    """Return the assets that a sensor looks at or asks for."""
    monitored = getattr(sensor, "monitored_assets", None) or getattr(sensor, "asset_key", None)
    keys: Any = (monitored,) if isinstance(monitored, AssetKey) else monitored
    if keys is None:
        keys = sensor.asset_selection
    if keys is None:
        return ()
    if hasattr(keys, "resolve"):
        try:
            keys = keys.resolve(catalog.graph)
        except DagsterError:  # assets of another code location
            return ()
    return to_ranges(catalog.order[key] for key in keys if key in catalog.order)


def _source_of_tick(instigator: Any) -> str | None:
    for name in ("_on_event", "_look", "_function"):
        function = getattr(getattr(instigator, name, None), "function", None)
        if function is not None:
            return source_of(function)
    return None


def export_resources(repository: RepositoryDefinition) -> Iterator[ResourceSnapshot]:
    """Yield the resources that all of a repository can use."""
    env_vars: Mapping[str, Set[str]] = repository.get_env_vars_by_top_level_resource()
    for key, resource in repository.get_top_level_resources().items():
        yield _export_resource(key, resource, tuple(sorted(env_vars.get(key, ()))))


def _export_resource(key: str, resource: ResourceDefinition, env_vars: tuple[str, ...]) -> ResourceSnapshot:
    made_by: Any = getattr(resource, "resource_cls", None)
    if resource.is_plain:
        made_by = type(resource.plain_value)
    function = None if made_by is not None else resource.resource_fn
    is_manager = _IO_MANAGER in resource.kinds or (
        resource.is_plain and hasattr(resource.plain_value, "handle_output")
    )
    return ResourceSnapshot(
        key=key,
        type_name=getattr(made_by or function, "__qualname__", type(resource).__name__),
        description=resource.description,
        config_schema=None if resource.is_plain else to_json_text(config_json_schema(resource)),
        resource_keys=tuple(sorted(resource.required_resource_keys)),
        env_vars=env_vars,
        is_io_manager=is_manager,
        source=source_of(function) if function is not None else None,
    )
