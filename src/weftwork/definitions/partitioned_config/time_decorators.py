"""Decorators that make a PartitionedConfig from a function of a time window's start and end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from weftwork.base.arguments import check_callable
from weftwork.definitions.partitioned_config.partitioned_config import AnyRunConfig, PartitionedConfig
from weftwork.partitions.time_window import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    TimestampWithTimezone,
    TimeWindowPartitionsDefinition,
    WeeklyPartitionsDefinition,
)

WindowConfigFn = Callable[[datetime, datetime], AnyRunConfig]
WindowTagsFn = Callable[[datetime, datetime], Mapping[str, str]]
Exclusions = Sequence[str | datetime | TimestampWithTimezone] | None
T = TypeVar("T", bound=TimeWindowPartitionsDefinition)


def _decorator(
    partitions_def: T, tags_fn: WindowTagsFn | None
) -> Callable[[WindowConfigFn], PartitionedConfig[T]]:
    def tags_of_key(partition_key: str) -> Mapping[str, str]:
        window = partitions_def.time_window_for_partition_key(partition_key)
        return tags_fn(window.start, window.end) if tags_fn is not None else {}

    def decorate(fn: WindowConfigFn) -> PartitionedConfig[T]:
        check_callable(fn, "fn")

        def config_of_key(partition_key: str) -> Mapping[str, Any] | Any:
            window = partitions_def.time_window_for_partition_key(partition_key)
            return fn(window.start, window.end)

        return PartitionedConfig(
            partitions_def, decorated_fn=fn, run_config_for_partition_key_fn=config_of_key,
            tags_for_partition_key_fn=tags_of_key if tags_fn is not None else None,
        )  # fmt: skip

    return decorate


def hourly_partitioned_config(
    start_date: datetime | str,
    minute_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: WindowTagsFn | None = None,
    exclusions: Exclusions = None,
) -> Callable[[WindowConfigFn], PartitionedConfig[HourlyPartitionsDefinition]]:
    """Make a PartitionedConfig with a partition for every hour from a function that takes its start and end.

    Args:
        start_date: where the first hour may begin; text is read with ``fmt``.
        minute_offset: the minute at which an hour begins.
        timezone: name of the zone; UTC by default.
        fmt: the ``strftime`` format of keys.
        end_offset: how many hours beyond the last ended one exist too.
        tags_for_partition_fn: run tags of an hour, from its start and end.
        exclusions: hours that do not exist: their beginnings, or cron expressions.
    """
    partitions_def = HourlyPartitionsDefinition(
        start_date, timezone=timezone, fmt=fmt, end_offset=end_offset, exclusions=exclusions,
        minute_offset=minute_offset,
    )  # fmt: skip
    return _decorator(partitions_def, tags_for_partition_fn)


def daily_partitioned_config(
    start_date: datetime | str,
    minute_offset: int = 0,
    hour_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: WindowTagsFn | None = None,
    exclusions: Exclusions = None,
) -> Callable[[WindowConfigFn], PartitionedConfig[DailyPartitionsDefinition]]:
    """Make a PartitionedConfig with a partition for every day from a function that takes its start and end.

    Args:
        start_date: where the first day may begin; text is read with ``fmt``.
        minute_offset: the minute at which a day begins.
        hour_offset: the hour of the day at which a day begins.
        timezone: name of the zone; UTC by default.
        fmt: the ``strftime`` format of keys.
        end_offset: how many days beyond the last ended one exist too.
        tags_for_partition_fn: run tags of a day, from its start and end.
        exclusions: days that do not exist: their beginnings, or cron expressions.
    """
    partitions_def = DailyPartitionsDefinition(
        start_date, timezone=timezone, fmt=fmt, end_offset=end_offset, exclusions=exclusions,
        minute_offset=minute_offset, hour_offset=hour_offset,
    )  # fmt: skip
    return _decorator(partitions_def, tags_for_partition_fn)


def weekly_partitioned_config(
    start_date: datetime | str,
    minute_offset: int = 0,
    hour_offset: int = 0,
    day_offset: int = 0,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: WindowTagsFn | None = None,
    exclusions: Exclusions = None,
) -> Callable[[WindowConfigFn], PartitionedConfig[WeeklyPartitionsDefinition]]:
    """Make a PartitionedConfig with a partition for every week from a function that takes its start and end.

    Args:
        start_date: where the first week may begin; text is read with ``fmt``.
        minute_offset: the minute at which a week begins.
        hour_offset: the hour of the day at which a week begins.
        day_offset: the day at which a week begins; 0 is Sunday.
        timezone: name of the zone; UTC by default.
        fmt: the ``strftime`` format of keys.
        end_offset: how many weeks beyond the last ended one exist too.
        tags_for_partition_fn: run tags of a week, from its start and end.
        exclusions: weeks that do not exist: their beginnings, or cron expressions.
    """
    partitions_def = WeeklyPartitionsDefinition(
        start_date, timezone=timezone, fmt=fmt, end_offset=end_offset, exclusions=exclusions,
        minute_offset=minute_offset, hour_offset=hour_offset, day_offset=day_offset,
    )  # fmt: skip
    return _decorator(partitions_def, tags_for_partition_fn)


def monthly_partitioned_config(
    start_date: datetime | str,
    minute_offset: int = 0,
    hour_offset: int = 0,
    day_offset: int = 1,
    timezone: str | None = None,
    fmt: str | None = None,
    end_offset: int = 0,
    tags_for_partition_fn: WindowTagsFn | None = None,
    exclusions: Exclusions = None,
) -> Callable[[WindowConfigFn], PartitionedConfig[MonthlyPartitionsDefinition]]:
    """Make a PartitionedConfig with a partition for every month from a function that takes its start and end.

    Args:
        start_date: where the first month may begin; text is read with ``fmt``.
        minute_offset: the minute at which a month begins.
        hour_offset: the hour of the day at which a month begins.
        day_offset: the day at which a month begins, from 1.
        timezone: name of the zone; UTC by default.
        fmt: the ``strftime`` format of keys.
        end_offset: how many months beyond the last ended one exist too.
        tags_for_partition_fn: run tags of a month, from its start and end.
        exclusions: months that do not exist: their beginnings, or cron expressions.
    """
    partitions_def = MonthlyPartitionsDefinition(
        start_date, timezone=timezone, fmt=fmt, end_offset=end_offset, exclusions=exclusions,
        minute_offset=minute_offset, hour_offset=hour_offset, day_offset=day_offset,
    )  # fmt: skip
    return _decorator(partitions_def, tags_for_partition_fn)
