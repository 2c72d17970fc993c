"""Checks that assets were updated in time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition
from weftwork.definitions.checks.built_in.one_op import build_checks
from weftwork.definitions.events import AssetCheckResult
from weftwork.partitions.cron import get_cron_ticks, parse_cron
from weftwork.records.asset_events import AssetCheckSeverity
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import AssetRecordsFilter
from weftwork.records.values.metadata_value import MetadataValue

FRESHNESS_CHECK_NAME = "freshness_check"
PARAMETERS_METADATA = "dagster/freshness_params"
FRESH_UNTIL_METADATA = "dagster/fresh_until_timestamp"
LAST_UPDATED_METADATA = "dagster/last_updated_timestamp"
_LOWER_BOUND_METADATA = "dagster/freshness_lower_bound_timestamp"
_LATEST_TICK_METADATA = "dagster/latest_cron_tick_timestamp"
_DESCRIPTION = "The asset must be updated in time."


def build_last_update_freshness_checks(
    *,
    assets: Sequence[Any],
    lower_bound_delta: timedelta,
    deadline_cron: str | None = None,
    timezone: str = "UTC",
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    blocking: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Return checks that assets were materialized lately, or observed to be updated lately.

    The metadata ``dagster/last_updated_timestamp`` of the latest materialization or observation says when the data was
    updated; a materialization without it counts at its own time.

    Args:
        assets: the assets: keys, names or definitions.
        lower_bound_delta: how long ago the update may be: before now, or before the latest deadline.
        deadline_cron: the deadlines; None for always.
        timezone: the zone of the deadlines.
        severity: of a failure.
        blocking: whether what is downstream of the assets waits for the checks.

    Raises:
        CheckError: if there is no such cron schedule, or an asset is given twice.

    Example:
        >>> checks = build_last_update_freshness_checks(assets=["orders"], lower_bound_delta=timedelta(hours=24))
    """
    if not isinstance(lower_bound_delta, timedelta):
        raise CheckError(
            f"Parameter 'lower_bound_delta' must be a timedelta, not {lower_bound_delta!r:.100}."
        )
    _check_cron(deadline_cron, timezone)
    parameters: dict[str, Any] = {
        "timezone": timezone,
        "lower_bound_delta_seconds": lower_bound_delta.total_seconds(),
    }
    if deadline_cron is not None:
        parameters["deadline_cron"] = deadline_cron

    def rule(context: Any, key: AssetKey) -> AssetCheckResult:
        now = time.time()
        tick, next_tick = _deadlines(deadline_cron, timezone, now)
        bound = (now if tick is None else tick) - lower_bound_delta.total_seconds()
        updated = _find_last_update(context.instance, key)
        metadata = {
            PARAMETERS_METADATA: MetadataValue.json(parameters),
            _LOWER_BOUND_METADATA: _instant(bound),
        }
        if tick is not None:
            metadata[_LATEST_TICK_METADATA] = _instant(tick)
        passed = updated is not None and updated >= bound
        if updated is not None:
            metadata[LAST_UPDATED_METADATA] = _instant(updated)
            if passed:
                until = updated + lower_bound_delta.total_seconds() if next_tick is None else next_tick
                metadata[FRESH_UNTIL_METADATA] = _instant(until)
        described = _describe(updated, bound, now)
        return AssetCheckResult(passed=passed, severity=severity, metadata=metadata, description=described)

    return build_checks(
        assets, rule, prefix=FRESHNESS_CHECK_NAME, name=FRESHNESS_CHECK_NAME, description=_DESCRIPTION, blocking=blocking,
        metadata={PARAMETERS_METADATA: MetadataValue.json(parameters)},
    )  # fmt: skip


def build_time_partition_freshness_checks(
    *,
    assets: Sequence[Any],
    deadline_cron: str,
    timezone: str = "UTC",
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    blocking: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Return checks that the latest partition that was complete at the latest deadline is there.

    Args:
        assets: assets with time partitions: keys, names or definitions.
        deadline_cron: the deadlines.
        timezone: the zone of the deadlines.
        severity: of a failure.
        blocking: whether what is downstream of the assets waits for the checks.

    Raises:
        CheckError: if there is no such cron schedule, or an asset is given twice.

    Example:
        >>> checks = build_time_partition_freshness_checks(assets=["daily_orders"], deadline_cron="0 9 * * *")
    """
    _check_cron(deadline_cron, timezone)
    parameters = {"timezone": timezone, "deadline_cron": deadline_cron}

    def rule(context: Any, key: AssetKey) -> AssetCheckResult:
        tick, next_tick = _deadlines(deadline_cron, timezone, time.time())
        assert tick is not None
        partition = _expected_partition(context, key, tick)
        metadata = {
            PARAMETERS_METADATA: MetadataValue.json(parameters),
            _LATEST_TICK_METADATA: _instant(tick),
        }
        passed = partition is None or _is_there(context.instance, key, partition)
        if passed and next_tick is not None:
            metadata[FRESH_UNTIL_METADATA] = _instant(next_tick)
        what = "no partition was complete" if partition is None else f"partition '{partition}' was due"
        described = f"At the latest deadline {what}{'' if passed else ', and it is not there'}."
        return AssetCheckResult(passed=passed, severity=severity, metadata=metadata, description=described)

    return build_checks(
        assets, rule, prefix=FRESHNESS_CHECK_NAME, name=FRESHNESS_CHECK_NAME, description=_DESCRIPTION, blocking=blocking,
        metadata={PARAMETERS_METADATA: MetadataValue.json(parameters)},
    )  # fmt: skip


def _check_cron(cron: str | None, timezone: str) -> None:
    if cron is None:
        return
    try:
        parse_cron(cron, "deadline_cron")
        get_cron_ticks(cron, timezone)
    except DagsterInvalidDefinitionError as error:
        raise CheckError(str(error)) from None


def _deadlines(cron: str | None, timezone: str, now: float) -> tuple[float | None, float | None]:
    """Return the latest deadline and the next one."""
    if cron is None:
        return None, None
    ticks = get_cron_ticks(cron, timezone)
    return next(ticks.iterate_from(now, ascending=False)), ticks.first_after(now)


def _instant(seconds: float) -> Any:
    return MetadataValue.timestamp(float(seconds))


def _find_last_update(instance: Any, key: AssetKey) -> float | None:
    """Return when an asset was last made, or seen to be updated, in seconds since the epoch.

    Where the metadata of an event says when the data was updated, that holds. An observation that does not say so tells
    nothing: to have looked is not to have changed.
    """
    found: list[float] = []
    for record in instance.fetch_materializations(key, limit=1).records:
        said = _said_update(record.asset_materialization)
        found.append(record.timestamp if said is None else said)
    for record in instance.fetch_observations(key, limit=1).records:
        said = _said_update(record.asset_observation)
        found += [] if said is None else [said]
    return max(found, default=None)


def _said_update(event: Any) -> float | None:
    said = event.metadata.get(LAST_UPDATED_METADATA)
    return None if said is None else float(said.value)


def _describe(updated: float | None, bound: float, now: float) -> str:
    if updated is None:
        return "The asset was never materialized or observed."
    ago = timedelta(seconds=round(now - updated))
    allowed = timedelta(seconds=round(now - bound))
    return f"The last update was {ago} ago; {'' if updated >= bound else 'only '}{allowed} are allowed."


def _expected_partition(context: Any, key: AssetKey, tick: float) -> str | None:
    partitions_def = context.job_def.asset_layer.partitions_def(key)
    if not hasattr(partitions_def, "get_last_partition_window"):
        raise CheckError(
            f"'{key.to_user_string()}' has no time partitions, so no partition of it can be late."
        )
    last: str | None = partitions_def.get_last_partition_key(
        current_time=datetime.fromtimestamp(tick, tz=UTC)
    )
    return last


def _is_there(instance: Any, key: AssetKey, partition: str) -> bool:
    wanted = AssetRecordsFilter(asset_key=key, asset_partitions=[partition])
    return bool(
        instance.fetch_materializations(wanted, limit=1).records
        or instance.fetch_observations(wanted, limit=1).records
    )
