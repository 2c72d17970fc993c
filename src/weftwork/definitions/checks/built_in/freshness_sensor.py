"""A sensor that evaluates freshness checks when what they found may no longer hold."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.definitions.checks.built_in.freshness_checks import (
    FRESH_UNTIL_METADATA,
    FRESHNESS_CHECK_NAME,
    PARAMETERS_METADATA,
)
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus, SensorDefinition
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetCheckKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecordStatus
from weftwork.records.run_request import RunRequest


def build_sensor_for_freshness_checks(
    *,
    freshness_checks: Sequence[Any],
    minimum_interval_seconds: int | None = None,
    name: str = "freshness_checks_sensor",
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    tags: Mapping[str, Any] | None = None,
) -> SensorDefinition:
    """Return a sensor that evaluates freshness checks again when the time is over that they said the asset is fresh.

    A check that failed is evaluated with the next update of its asset, not by the sensor.

    Args:
        freshness_checks: the checks, as ``build_last_update_freshness_checks`` and its like return them.
        minimum_interval_seconds: seconds between two looks.
        name: the name of the sensor.
        default_status: whether it runs before somebody starts it.
        tags: tags of the runs.

    Raises:
        CheckError: if something else than freshness checks is given, or a check twice.
    """
    keys = _list_check_keys(freshness_checks)

    def evaluate(context: Any) -> Any:
        now = time.time()
        due = [key for key in keys if _is_due(context.instance, key, now)]
        if due:
            return RunRequest(asset_check_keys=due, tags=dict(tags or {}))
        return SkipReason("No freshness check is due: each is being evaluated, has failed, or still holds.")

    return SensorDefinition(
        name, evaluation_fn=evaluate, minimum_interval_seconds=minimum_interval_seconds, default_status=default_status,
        asset_selection=AssetSelection.checks(*keys),
        description="Evaluates freshness checks again when what they found may no longer hold.",
    )  # fmt: skip


def _list_check_keys(freshness_checks: Sequence[Any]) -> list[AssetCheckKey]:
    keys = []
    for definition in freshness_checks:
        for spec in getattr(definition, "check_specs", ()):
            if PARAMETERS_METADATA not in spec.metadata:
                raise CheckError(f"'{spec.key.to_user_string()}' is no freshness check.")
            keys.append(spec.key)
    twice = [key.to_user_string() for key in keys if keys.count(key) > 1]
    if twice:
        raise CheckError(f"The check '{twice[0]}' is given twice. Give each check once.")
    if not keys and freshness_checks:
        raise CheckError(
            f"Parameter 'freshness_checks' holds no check named '{FRESHNESS_CHECK_NAME}': {freshness_checks!r:.200}."
        )
    return keys


def _is_due(instance: Any, key: AssetCheckKey, now: float) -> bool:
    """Return whether a check was never evaluated, or passed and the time is over for which it did."""
    history = instance.get_asset_check_execution_history(key, limit=1)
    if not history:
        return True
    if history[0].status is not AssetCheckExecutionRecordStatus.SUCCEEDED:
        return False
    latest = instance.get_latest_asset_check_evaluation_record(key)
    evaluation = (
        latest.event.asset_check_evaluation if latest is not None and latest.event is not None else None
    )
    until = evaluation.metadata.get(FRESH_UNTIL_METADATA) if evaluation is not None else None
    return until is None or float(until.value) <= now
