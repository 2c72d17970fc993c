"""The regular rhythms of time windows: hourly, daily, weekly, monthly."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from weftwork.partitions.cron import parse_cron


class ScheduleType(Enum):
    """How often a regular window begins."""

    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"

    def to_cron(self, minute: int = 0, hour: int = 0, day: int | None = None) -> str:
        """Return the cron expression of this rhythm.

        Args:
            minute: minute of the hour.
            hour: hour of the day; no meaning for hourly.
            day: day of the week (0 is Sunday, the default) or of the month (1 is the default).
        """
        match self:
            case ScheduleType.HOURLY:
                return f"{minute} * * * *"
            case ScheduleType.DAILY:
                return f"{minute} {hour} * * *"
            case ScheduleType.WEEKLY:
                return f"{minute} {hour} * * {day or 0}"
            case ScheduleType.MONTHLY:
                return f"{minute} {hour} {1 if day is None else day} * *"


@lru_cache(maxsize=1024)
def find_schedule_type(expression: str) -> tuple[ScheduleType, int, int, int | None] | None:
    """Return what regular rhythm a cron expression has, as (type, minute, hour, day), or None if it has none."""
    cron = parse_cron(expression)
    if len(cron.minutes) != 1 or len(cron.months) != 12 or cron.nth_weekdays or cron.last_day:
        return None
    (minute,) = cron.minutes
    if cron.repeats_every_hour:
        return (ScheduleType.HOURLY, minute, 0, None) if cron.days is None and cron.weekdays is None else None
    if len(cron.hours) != 1:
        return None
    (hour,) = cron.hours
    if cron.days is None and cron.weekdays is None:
        return ScheduleType.DAILY, minute, hour, None
    if cron.days is None and cron.weekdays is not None and len(cron.weekdays) == 1:
        return ScheduleType.WEEKLY, minute, hour, next(iter(cron.weekdays))
    if cron.weekdays is None and cron.days is not None and len(cron.days) == 1:
        return ScheduleType.MONTHLY, minute, hour, next(iter(cron.days))
    return None
