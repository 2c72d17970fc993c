"""One change to the metadata of everything that a code location offers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from typing import Any

from weftwork.definitions.assets.asset_job_definition import UnresolvedAssetJobDefinition
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.schedules.schedule_definition import ScheduleDefinition
from weftwork.definitions.sensors.sensor_definition import SensorDefinition
from weftwork.records.metadata import RawMetadata

MetadataUpdate = Callable[[RawMetadata], RawMetadata]


class MetadataChange:
    """Changes metadata, and each object only once: a job stays the job that its schedule starts.

    Args:
        update: gets the metadata of one definition and returns what takes its place.
    """

    def __init__(self, update: MetadataUpdate) -> None:
        self._update = update
        self._changed: dict[int, tuple[Any, Any]] = {}  # the old object is kept, so that its id stays its own

    def apply_to_all(self, items: Iterable[Any] | None) -> list[Any] | None:
        """Return assets, checks, jobs, schedules or sensors with changed metadata; None stays None."""
        return None if items is None else [self.apply(item) for item in items]

    def apply(self, item: Any) -> Any:
        """Return one definition with changed metadata; graphs and source assets stay as they are."""
        known = self._changed.get(id(item))
        if known is None:
            known = self._changed[id(item)] = (item, self._make(item))
        return known[1]

    def _make(self, item: Any) -> Any:
        if isinstance(item, AssetSpec):
            return item.replace_attributes(metadata=self._update(item.metadata))
        if isinstance(item, AssetsDefinition):
            return self._make_assets(item)
        if isinstance(item, (JobDefinition, UnresolvedAssetJobDefinition)):
            return item.with_metadata(self._update(item.metadata or {}))
        if isinstance(item, (ScheduleDefinition, SensorDefinition)):
            return self._make_instigator(item)
        if hasattr(item, "arguments") and hasattr(item, "with_metadata"):  # a schedule of an asset job
            made = item.with_metadata(self._update(item.metadata))
            made.job = self.apply(made.job)
            return made
        return item

    def _make_assets(self, definition: AssetsDefinition) -> AssetsDefinition:
        mapped: AssetsDefinition = definition.map_asset_specs(
            lambda spec: spec.replace_attributes(metadata=self._update(spec.metadata))
        )
        specs = mapped.node_check_specs_by_output_name.values()
        checks: Any = {check.key: self._update(check.metadata or {}) for check in specs}
        return mapped.with_attributes(metadata_by_key=checks) if checks else mapped

    def _make_instigator(self, instigator: Any) -> Any:
        metadata = self._update(instigator.metadata)
        if isinstance(instigator, ScheduleDefinition):
            target = instigator.target
            if target.has_job and not target.is_anonymous:
                return instigator.with_attributes(job=self.apply(target.job), metadata=metadata)
            schedule = copy(instigator.with_attributes(metadata=metadata))
            schedule.target = target.mapped(self.apply)
            return schedule
        sensor = copy(instigator.with_attributes(metadata=metadata))
        sensor.targets = [target.mapped(self.apply) for target in sensor.targets]
        return sensor
