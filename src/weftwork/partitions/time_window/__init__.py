"""Partitions that are windows of time."""

from weftwork.partitions.time_window.calendar import TimestampWithTimezone, WindowCalendar
from weftwork.partitions.time_window.definition import TimeWindowPartitionsDefinition
from weftwork.partitions.time_window.regular import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from weftwork.partitions.time_window.schedule_type import ScheduleType
from weftwork.partitions.time_window.subset import TimeWindowPartitionsSubset, TimeWindowsRecord

__all__ = [
    "DailyPartitionsDefinition",
    "HourlyPartitionsDefinition",
    "MonthlyPartitionsDefinition",
    "ScheduleType",
    "TimeWindowPartitionsDefinition",
    "TimeWindowPartitionsSubset",
    "TimeWindowsRecord",
    "TimestampWithTimezone",
    "WeeklyPartitionsDefinition",
    "WindowCalendar",
]
