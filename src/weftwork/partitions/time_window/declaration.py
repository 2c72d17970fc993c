"""How time windows are declared: start, end, rhythm, zone, offsets, exclusions; checked, comparable, hashable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.partitions.context import DynamicPartitionsStore
from weftwork.partitions.cron import find_cron_problem, get_zone, parse_cron
from weftwork.partitions.definition import PartitionsDefinition, digest
from weftwork.partitions.keys import UnreadableDateError, UnreadableKeyError
from weftwork.partitions.time_window.calendar import (
    Exclusion,
    TimestampWithTimezone,
    WindowCalendar,
    get_calendar,
)
from weftwork.partitions.time_window.key_format import KeyFormat
from weftwork.partitions.time_window.schedule_type import ScheduleType, find_schedule_type
from weftwork.serde import encode

Moment = datetime | str | TimestampWithTimezone


class TimeWindowDeclaration(PartitionsDefinition[str]):
    """What a user says about time windows, without any answer about partitions.

    Args:
        start: where the first window may begin; text is read with ``fmt``; its wall-clock time counts, in ``timezone``.
        fmt: the ``strftime`` format of keys.
        end: where the last window must have ended; None for no end.
        schedule_type: a regular rhythm, instead of ``cron_schedule``.
        timezone: name of the zone; UTC by default.
        end_offset: how many windows beyond the last ended one exist too (negative: how many less).
        minute_offset: minute of the hour at which windows begin, with ``schedule_type``.
        hour_offset: hour of the day at which windows begin, with ``schedule_type``.
        day_offset: day of the week (0 is Sunday) or of the month at which windows begin, with ``schedule_type``.
        cron_schedule: when windows begin.
        exclusions: windows that do not exist: the instants they begin at, or cron expressions that match them.
    """

    __slots__ = (
        "_calendar",
        "_hash",
        "_identity",
        "cron_schedule",
        "end_offset",
        "end_ts",
        "exclusions",
        "fmt",
        "start_ts",
        "timezone",
    )

    def __init__(
        self,
        start: Moment,
        fmt: str,
        end: Moment | None = None,
        schedule_type: ScheduleType | None = None,
        timezone: str | None = None,
        end_offset: int = 0,
        minute_offset: int | None = None,
        hour_offset: int | None = None,
        day_offset: int | None = None,
        cron_schedule: str | None = None,
        exclusions: Sequence[str | datetime | TimestampWithTimezone] | None = None,
    ) -> None:
        self.timezone = check_type(timezone, str, "timezone", optional=True) or "UTC"
        self.fmt = check_type(fmt, str, "fmt")
        self.end_offset = check_type(end_offset, int, "end_offset")
        self.start_ts = self._read_moment(start, "start")
        self.end_ts = None if end is None else self._read_moment(end, "end")
        if cron_schedule is not None:
            if schedule_type is not None or not minute_offset is hour_offset is day_offset is None:
                raise CheckError(
                    f"{self.describe()} has a cron_schedule, which says it all: leave out schedule_type, "
                    f"minute_offset, hour_offset and day_offset."
                )
            self.cron_schedule = cron_schedule
        elif schedule_type is not None:
            self.cron_schedule = schedule_type.to_cron(minute_offset or 0, hour_offset or 0, day_offset)
        else:
            raise CheckError(
                f"{self.describe()} needs a cron_schedule, for example cron_schedule='0 0 * * *'."
            )
        parse_cron(self.cron_schedule, self.describe())
        self._calendar: WindowCalendar | None = None
        self._hash: int | None = None
        self.exclusions: Sequence[Exclusion] | None = None
        if exclusions:
            self.exclusions = [self._read_exclusion(item) for item in exclusions]
            self._calendar = self._get_calendar()  # says at once if the exclusions leave nothing
        self._identity = (
            self.cron_schedule, self.timezone, self.fmt, self.start_ts.timestamp,
            self.end_ts and self.end_ts.timestamp, self.end_offset, tuple(self.exclusions or ()),
        )  # fmt: skip

    def _read_moment(self, value: Any, name: str) -> TimestampWithTimezone:
        if isinstance(value, TimestampWithTimezone):
            return value
        zone = get_zone(self.timezone)
        if isinstance(value, str):
            try:
                return TimestampWithTimezone(float(KeyFormat(self.fmt).read(value, zone)), self.timezone)
            except UnreadableKeyError:
                raise UnreadableDateError(
                    f"The {name} {value!r} of a {type(self).__name__} does not have its format '{self.fmt}' (for "
                    f"example '{KeyFormat(self.fmt).write(datetime(2024, 1, 31))}'). Write it so, or pass a datetime, "  # noqa: DTZ001 local time
                    f"or another fmt."
                ) from None
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 local time of the definition
        check_type(value, datetime, name)
        # The time on the wall counts, whatever zone the datetime has: the definition has its own.
        return TimestampWithTimezone(zone.to_timestamp(value.replace(tzinfo=None)), self.timezone)

    def _read_exclusion(self, value: Any) -> Exclusion:
        if not isinstance(value, str):
            return self._read_moment(value, "exclusion")
        problem = find_cron_problem(value)
        if problem is None:
            return value
        try:
            return self._read_moment(value, "exclusion")
        except UnreadableDateError:
            raise DagsterInvalidDefinitionError(
                f"The exclusion {value!r} of {self.describe()} is neither a cron schedule ({problem}) nor a partition "
                f"key of the form '{self.fmt}'."
            ) from None

    # ------------------------------------------------------------------ what it is

    def _get_calendar(self) -> WindowCalendar:
        return get_calendar(
            self.cron_schedule, self.timezone, self.start_ts.timestamp, self.fmt, tuple(self.exclusions or ())
        )

    @property
    def calendar(self) -> WindowCalendar:
        """The line of windows; window 0 is the first of the definition."""
        if self._calendar is None:
            self._calendar = self._get_calendar()
        return self._calendar

    @property
    def start(self) -> datetime:
        """Where the first window may begin."""
        return get_zone(self.timezone).to_datetime(self.start_ts.timestamp)

    @property
    def end(self) -> datetime | None:
        """Where the last window must have ended; None for no end."""
        return None if self.end_ts is None else get_zone(self.timezone).to_datetime(self.end_ts.timestamp)

    @property
    def start_timestamp(self) -> float:
        """``start`` in seconds since the epoch."""
        return self.start_ts.timestamp

    @property
    def end_timestamp(self) -> float | None:
        """``end`` in seconds since the epoch."""
        return None if self.end_ts is None else self.end_ts.timestamp

    @property
    def schedule_type(self) -> ScheduleType | None:
        """The regular rhythm, or None if the cron expression has none."""
        regular = find_schedule_type(self.cron_schedule)
        return regular[0] if regular else None

    @property
    def minute_offset(self) -> int:
        """Minute of the hour at which windows begin."""
        return self._regular("minute")[1]

    @property
    def hour_offset(self) -> int:
        """Hour of the day at which windows begin."""
        regular = self._regular("hour")
        if regular[0] is ScheduleType.HOURLY:
            raise CheckError(f"{self.describe()} has a window in every hour, so it has no hour_offset.")
        return regular[2]

    @property
    def day_offset(self) -> int:
        """Day of the week (0 is Sunday) or of the month at which windows begin."""
        day = self._regular("day")[3]
        if day is None:
            raise CheckError(f"{self.describe()} has windows on every day, so it has no day_offset.")
        return day

    def _regular(self, unit: str) -> tuple[ScheduleType, int, int, int | None]:
        regular = find_schedule_type(self.cron_schedule)
        if regular is None:
            raise CheckError(
                f"'{self.cron_schedule}' is not hourly, daily, weekly or monthly: it has no {unit}_offset."
            )
        return regular

    @property
    def is_basic_daily(self) -> bool:
        """Whether windows are whole days."""
        return find_schedule_type(self.cron_schedule) == (ScheduleType.DAILY, 0, 0, None)

    @property
    def is_basic_hourly(self) -> bool:
        """Whether windows are whole hours."""
        return find_schedule_type(self.cron_schedule) == (ScheduleType.HOURLY, 0, 0, None)

    def describe(self) -> str:
        """Return the definition in a few words, for messages."""
        return f"the {type(self).__name__}"

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, TimeWindowDeclaration) and self._identity == other._identity
        )

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(self._identity)
        return self._hash

    def __repr__(self) -> str:
        exclusions = f", exclusions={self.exclusions}" if self.exclusions else ""
        return (
            f"{type(self).__name__}(start={self.start.isoformat()!r}, end={self.end and self.end.isoformat()!r}, "
            f"timezone={self.timezone!r}, fmt={self.fmt!r}, end_offset={self.end_offset}, "
            f"cron_schedule={self.cron_schedule!r}{exclusions})"
        )

    def __str__(self) -> str:
        rhythm = self.schedule_type
        name = rhythm.value.capitalize() if rhythm else self.cron_schedule
        offset = f" End offset by {self.end_offset} partitions." if self.end_offset else ""
        return f"{name}, starting {KeyFormat(self.fmt).write(self.start)} {self.timezone}.{offset}"

    def equal_except_for_start_or_end(self, other: TimeWindowDeclaration) -> bool:
        """Return whether the other definition has the same windows, but for where they start and end."""
        return (
            isinstance(other, TimeWindowDeclaration)
            and self._identity[:3] == other._identity[:3]
            and self.end_offset == other.end_offset
            and set(self.exclusions or ()) == set(other.exclusions or ())
        )

    def get_serializable_unique_identifier(
        self, dynamic_partitions_store: DynamicPartitionsStore | None = None
    ) -> str:
        """Return a digest of the definition."""
        del dynamic_partitions_store
        return digest(encode(self._identity))

    # ------------------------------------------------------------------ schedule

    def get_cron_schedule(
        self,
        minute_of_hour: int | None = None,
        hour_of_day: int | None = None,
        day_of_week: int | None = None,
        day_of_month: int | None = None,
    ) -> str:
        """Return the cron expression of a schedule that runs each window after its end.

        Args:
            minute_of_hour: another minute than the windows'.
            hour_of_day: another hour than the windows'; not for hourly windows.
            day_of_week: another day; for weekly windows only.
            day_of_month: another day; for monthly windows only.

        Raises:
            CheckError: if the rhythm of the windows does not take an argument.
        """
        given = {"minute_of_hour": minute_of_hour, "hour_of_day": hour_of_day, "day_of_week": day_of_week,
                 "day_of_month": day_of_month}  # fmt: skip
        wanted = [name for name, value in given.items() if value is not None]
        if not wanted:
            return self.cron_schedule
        regular = find_schedule_type(self.cron_schedule)
        allowed = (
            {
                ScheduleType.HOURLY: {"minute_of_hour"},
                ScheduleType.DAILY: {"minute_of_hour", "hour_of_day"},
                ScheduleType.WEEKLY: {"minute_of_hour", "hour_of_day", "day_of_week"},
                ScheduleType.MONTHLY: {"minute_of_hour", "hour_of_day", "day_of_month"},
            }[regular[0]]
            if regular
            else set()
        )
        if regular is None or not allowed.issuperset(wanted):
            refused = [name for name in wanted if name not in allowed]
            raise CheckError(
                f"A schedule for windows that begin at '{self.cron_schedule}' does not take {refused}."
            )
        rhythm, minute, hour, day = regular
        chosen_day = day_of_week if rhythm is ScheduleType.WEEKLY else day_of_month
        cron = rhythm.to_cron(
            minute if minute_of_hour is None else minute_of_hour,
            hour if hour_of_day is None else hour_of_day,
            day if chosen_day is None else chosen_day,
        )
        parse_cron(cron, f"the schedule of {self.describe()}")
        return cron
