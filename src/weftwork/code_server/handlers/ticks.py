"""Ticks of schedules and sensors, with the resources and the instance that their functions see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from weftwork.code_server.handlers.open_instance import open_instance
from weftwork.code_server.loaded_code import LoadedCode
from weftwork.definitions.schedules.schedule_context import ScheduleEvaluationContext
from weftwork.definitions.sensors.sensor_context import SensorEvaluationContext
from weftwork.partitions.cron.zone import get_zone
from weftwork.partitions.dynamic import DeleteDynamicPartitionsRequest
from weftwork.records.errors import error_info
from weftwork.records.snapshots.requests import (
    PartitionsChange,
    RunReaction,
    ScheduleTickRequest,
    SensorTickRequest,
    TickAnswer,
    TickLine,
)


def evaluate_schedule(request: ScheduleTickRequest, code: LoadedCode) -> TickAnswer:
    """Return what a schedule wants at a time."""
    repository = code.get_repository(request.repository)
    schedule = repository.get_schedule_def(request.schedule)
    time = request.scheduled_time.astimezone(get_zone(schedule.execution_timezone or "UTC").tz)
    context = ScheduleEvaluationContext(
        None, time, None, repository.name, schedule.name,
        _pick_resources(repository, schedule.required_resource_keys), repository,
        instance=open_instance(request.home),
    )  # fmt: skip
    with context:
        data = schedule.evaluate_tick(context)
    return TickAnswer(
        run_requests=tuple(data.run_requests), skip_message=data.skip_message, lines=_lines(data.captured_lines)
    )  # fmt: skip


def evaluate_sensor(request: SensorTickRequest, code: LoadedCode) -> TickAnswer:
    """Return what a sensor wants now."""
    repository = code.get_repository(request.repository)
    sensor = repository.get_sensor_def(request.sensor)
    context = SensorEvaluationContext(
        last_tick_completion_time=request.last_tick_completion_time, last_run_key=request.last_run_key,
        cursor=request.cursor, repository_name=repository.name, repository_def=repository,
        instance=open_instance(request.home), sensor_name=sensor.name,
        resources=_pick_resources(repository, sensor.required_resource_keys),
        last_sensor_start_time=request.last_sensor_start_time,
    )  # fmt: skip
    with context:
        data = sensor.evaluate_tick(context)
    return TickAnswer(
        run_requests=tuple(data.run_requests), skip_message=data.skip_message, cursor=data.cursor,
        partitions_changes=tuple(_change(change) for change in data.dynamic_partitions_requests),
        asset_events=tuple(data.asset_events), reactions=tuple(_reaction(one) for one in data.dagster_run_reactions),
        lines=_lines(data.captured_lines),
    )  # fmt: skip


def _pick_resources(repository: Any, keys: Iterable[str]) -> Mapping[str, Any]:
    """Return the resources that a function takes, with what these take themselves."""
    known = repository.get_top_level_resources()
    found: dict[str, Any] = {}
    wanted = [key for key in keys if key in known]
    while wanted:
        key = wanted.pop()
        if key in found:
            continue
        found[key] = known[key]
        wanted += [other for other in known[key].get_required_resource_keys(known) if other in known]
    return found


def _change(change: Any) -> PartitionsChange:
    return PartitionsChange(
        partitions_def_name=change.partitions_def_name,
        partition_keys=tuple(change.partition_keys),
        is_deletion=isinstance(change, DeleteDynamicPartitionsRequest),
    )


def _reaction(reaction: Any) -> RunReaction:
    status = reaction.run_status
    return RunReaction(
        run_id=reaction.dagster_run.run_id,
        status=getattr(status, "value", status),
        error=error_info(reaction.error) if isinstance(reaction.error, BaseException) else reaction.error,
    )


def _lines(captured: Iterable[Any]) -> tuple[TickLine, ...]:
    return tuple(TickLine(record.levelno, message, record.created) for record, message in captured)
