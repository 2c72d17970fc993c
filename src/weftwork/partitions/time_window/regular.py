"""Hourly, daily, weekly and monthly partitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from weftwork.partitions.time_window.calendar import TimestampWithTimezone
from weftwork.partitions.time_window.definition import TimeWindowPartitionsDefinition
from weftwork.partitions.time_window.key_format import DAY_FORMAT, HOUR_FORMAT
from weftwork.partitions.time_window.schedule_type import ScheduleType

Exclusions = Sequence[str | datetime | TimestampWithTimezone] | None


class HourlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for every hour, with keys like ``2024-01-31-15:00``.

    Args:
        start_date: where the first hour may begin; text is read with ``fmt``.
        end_date: where the last hour must have ended; None for no end.
        minute_offset: the minute at which an hour begins.
        timezone: name of the zone; UTC by default.
        fmt: the ``strftime`` format of keys.
        end_offset: how many hours beyond the last ended one exist too.
        exclusions: hours that do not exist: their beginnings, or cron expressions.
    """

    __slots__ = ()

    def __init__(
        self,
        start_date: datetime | str,
        end_date: datetime | str | None = None,
        minute_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Exclusions = None,
    ) -> None:
        super().__init__(
            start_date, fmt or HOUR_FORMAT, end_date, ScheduleType.HOURLY, timezone, end_offset, minute_offset,
            exclusions=exclusions,
        )  # fmt: skip


class DailyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for every day, with keys like ``2024-01-31``.

    Args:
        start_date: where the first day may begin; text is read with ``fmt``.
        end_date: where the last day must have ended; None for no end.
        minute_offset: the minute at which a day begins.
        hour_offset: the hour at which a day begins.
        timezone: name of the zone; UTC by default.
        fmt: the ``strftime`` format of keys.
        end_offset: how many days beyond the last ended one exist too.
        exclusions: days that do not exist: their beginnings, or cron expressions.
    """

    __slots__ = ()

    def __init__(
        self,
        start_date: datetime | str,
        end_date: datetime | str | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Exclusions = None,
    ) -> None:
        super().__init__(
            start_date, fmt or DAY_FORMAT, end_date, ScheduleType.DAILY, timezone, end_offset, minute_offset,
            hour_offset, exclusions=exclusions,
        )  # fmt: skip


class WeeklyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for every week, named by its first day: ``2024-01-28``.

    Args:
        start_date: where the first week may begin; text is read with ``fmt``.
        end_date: where the last week must have ended; None for no end.
        minute_offset: the minute at which a week begins.
        hour_offset: the hour at which a week begins.
        day_offset: the day at which a week begins; 0 is Sunday.
        timezone: name of the zone; UTC by default.
        fmt: the ``strftime`` format of keys.
        end_offset: how many weeks beyond the last ended one exist too.
        exclusions: weeks that do not exist: their beginnings, or cron expressions.
    """

    __slots__ = ()

    def __init__(
        self,
        start_date: datetime | str,
        end_date: datetime | str | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        day_offset: int = 0,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Exclusions = None,
    ) -> None:
        super().__init__(
            start_date, fmt or DAY_FORMAT, end_date, ScheduleType.WEEKLY, timezone, end_offset, minute_offset,
            hour_offset, day_offset, exclusions=exclusions,
        )  # fmt: skip


class MonthlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for every month, named by its first day: ``2024-01-01``.

    Args:
        start_date: where the first month may begin; text is read with ``fmt``.
        end_date: where the last month must have ended; None for no end.
        minute_offset: the minute at which a month begins.
        hour_offset: the hour at which a month begins.
        day_offset: the day at which a month begins, from 1.
        timezone: name of the zone; UTC by default.
        fmt: the ``strftime`` format of keys.
        end_offset: how many months beyond the last ended one exist too.
        exclusions: months that do not exist: their beginnings, or cron expressions.
    """

    __slots__ = ()

    def __init__(
        self,
        start_date: datetime | str,
        end_date: datetime | str | None = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        day_offset: int = 1,
        timezone: str | None = None,
        fmt: str | None = None,
        end_offset: int = 0,
        exclusions: Exclusions = None,
    ) -> None:
        super().__init__(
            start_date, fmt or DAY_FORMAT, end_date, ScheduleType.MONTHLY, timezone, end_offset, minute_offset,
            hour_offset, day_offset, exclusions=exclusions,
        )  # fmt: skip
