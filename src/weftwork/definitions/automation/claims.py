"""Which sensor evaluates the condition of which target, and the sensor for those that no other evaluates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.sensors.automation_sensor import DEFAULT_NAME, AutomationConditionSensorDefinition
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.values.asset_job_key import AssetJobKey


def build_default_sensor(
    catalog: AssetCatalog, sensors: Iterable[Any], jobs: Iterable[Any] = ()
) -> AutomationConditionSensorDefinition | None:
    """Return the sensor for the targets that have a condition and no sensor, or None if there are none.

    Args:
        catalog: the assets and checks.
        sensors: the sensors that the user gave.
        jobs: the jobs over assets that have a condition.

    Raises:
        DagsterInvalidDefinitionError: if two sensors evaluate one target.
    """
    given = [sensor for sensor in sensors if isinstance(sensor, AutomationConditionSensorDefinition)]
    claimed = _find_claimed(catalog, given)
    assets = [key for key in catalog.graph if catalog.get_spec(key).automation_condition is not None]
    checks = [key for key in catalog.by_check if catalog.get_check_spec(key).automation_condition is not None]
    claimed_jobs = {key for sensor in given for key in sensor.asset_job_keys}
    job_keys = {AssetJobKey(job.name) for job in jobs} - claimed_jobs
    free = [key for key in (*assets, *checks) if key not in claimed]
    if (not free and not job_keys) or any(sensor.name == DEFAULT_NAME for sensor in given):
        return None
    materializable = catalog.graph.materializable_asset_keys
    selection: AssetSelection = AssetSelection.keys()
    if any(key in assets for key in free):
        selection = AssetSelection.all(include_sources=any(key not in materializable for key in assets))
    if any(key in checks for key in free):
        selection = selection | AssetSelection.all_asset_checks()
    for sensor in given:
        assert sensor.asset_selection is not None
        selection = selection - sensor.asset_selection
    return AutomationConditionSensorDefinition(DEFAULT_NAME, target=selection, asset_job_keys=job_keys)


def _find_claimed(
    catalog: AssetCatalog, sensors: Iterable[AutomationConditionSensorDefinition]
) -> dict[Any, str]:
    claimed: dict[Any, str] = {}
    for sensor in sensors:
        selection = sensor.asset_selection
        assert selection is not None
        keys: list[Any] = [
            *sorted(selection.resolve(catalog.graph)),
            *selection.resolve_checks(catalog.graph),
        ]
        for key in keys:
            other = claimed.setdefault(key, sensor.name)
            if other != sensor.name:
                raise DagsterInvalidDefinitionError(
                    f"Two automation sensors evaluate '{key.to_user_string()}': '{other}' and '{sensor.name}'. Change the "
                    f"target of one of them, so that each asset has one sensor."
                )
    return claimed
