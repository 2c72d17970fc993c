"""A set of calendar days that repeats with the calendar: rank and n-th day in closed form."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache, reduce
from itertools import accumulate

from weftwork.partitions.cron.expression import LAST_WEEK, CronExpression

EPOCH_ORDINAL = 719163
"""The ordinal of 1970-01-01."""
_DAYS_PER_CYCLE = 146097
_MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_leap(year: int) -> bool:
    """Return whether ``year`` has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class DayPattern:
    """A set of days that depends on the kind of the year only (leap or not, weekday of its first day).

    The Gregorian calendar repeats after 400 years, a whole number of weeks; so the number of days before any day
    is a division, one look into a table of 400 numbers and one search in a year's days.

    Args:
        year_days: for each kind of year ``(leap, weekday of 1 January, 0 is Sunday)`` its days, from 0.
    """

    __slots__ = ("_prefix", "_total", "is_every_day", "year_days")

    def __init__(self, year_days: dict[tuple[bool, int], tuple[int, ...]]) -> None:
        self.year_days = year_days
        self.is_every_day = all(len(days) == 365 + leap for (leap, _), days in year_days.items())
        counts = (len(year_days[_kind_of_year(year)]) for year in range(1, 401))
        self._prefix = list(accumulate(counts, initial=0))
        self._total = self._prefix[-1]

    @property
    def is_empty(self) -> bool:
        """Whether there is no such day."""
        return not self._total

    def count_before(self, day: int) -> int:
        """Return how many of the days lie before ``day``, counted from the year 1.

        Args:
            day: days since 1970-01-01.
        """
        if self.is_every_day:
            return day + EPOCH_ORDINAL - 1
        cycle, in_cycle = divmod(day + EPOCH_ORDINAL - 1, _DAYS_PER_CYCLE)
        moment = date.fromordinal(in_cycle + 1)
        year = moment.year
        day_of_year = in_cycle + 1 - date(year, 1, 1).toordinal()
        days = self.year_days[_kind_of_year(year)]
        return cycle * self._total + self._prefix[year - 1] + bisect_left(days, day_of_year)

    def nth(self, number: int) -> int:
        """Return the day that has ``number`` of the days before it, in days since 1970-01-01."""
        if self.is_every_day:
            return number - EPOCH_ORDINAL + 1
        cycle, rest = divmod(number, self._total)
        year = bisect_right(self._prefix, rest)
        day_of_year = self.year_days[_kind_of_year(year)][rest - self._prefix[year - 1]]
        return cycle * _DAYS_PER_CYCLE + date(year, 1, 1).toordinal() + day_of_year - EPOCH_ORDINAL

    def list_nth(self, first: int, last: int) -> Sequence[int]:
        """Return the days that have the numbers from ``first`` up to before ``last``."""
        if self.is_every_day:
            return range(self.nth(first), self.nth(last))
        return [self.nth(number) for number in range(first, last)]

    def __contains__(self, day: int) -> bool:
        return self.is_every_day or self.count_before(day + 1) > self.count_before(day)

    def __or__(self, other: DayPattern) -> DayPattern:
        return DayPattern(
            {k: tuple(sorted({*days, *other.year_days[k]})) for k, days in self.year_days.items()}
        )

    def __and__(self, other: DayPattern) -> DayPattern:
        return DayPattern(
            {k: tuple(sorted({*days} & {*other.year_days[k]})) for k, days in self.year_days.items()}
        )


_kinds: list[tuple[bool, int]] = []


def _kind_of_year(year: int) -> tuple[bool, int]:
    if not _kinds:
        _kinds.extend((is_leap(y), date(y, 1, 1).isoweekday() % 7) for y in range(1, 401))
    return _kinds[year - 1]


def unite_days(patterns: Iterable[DayPattern]) -> DayPattern:
    """Return the days that are in at least one of ``patterns`` (one or more)."""
    return reduce(DayPattern.__or__, patterns)


def get_days(cron: CronExpression) -> DayPattern:
    """Return the days on which a cron expression ticks, cached by what it says about days."""
    return _build_days(cron.days, cron.last_day, cron.months, cron.weekdays, cron.nth_weekdays)


@lru_cache(maxsize=256)
def _build_days(
    days: frozenset[int] | None,
    last_day: bool,
    months: frozenset[int],
    weekdays: frozenset[int] | None,
    nth_weekdays: frozenset[tuple[int, int]],
) -> DayPattern:
    year_days = {}
    for leap in (False, True):
        for first_weekday in range(7):
            found: list[int] = []
            start = 0
            for month, plain_length in enumerate(_MONTH_LENGTHS, start=1):
                length = plain_length + (leap and month == 2)
                if month in months:
                    weekday = (first_weekday + start) % 7
                    in_month = _days_of_month(length, weekday, days, last_day, weekdays, nth_weekdays)
                    found.extend(start + day - 1 for day in in_month)
                start += length
            year_days[leap, first_weekday] = tuple(found)
    return DayPattern(year_days)


def _days_of_month(
    length: int,
    first_weekday: int,
    days: frozenset[int] | None,
    last_day: bool,
    weekdays: frozenset[int] | None,
    nth_weekdays: frozenset[tuple[int, int]],
) -> Iterable[int]:
    """Return the days of one month; as in every cron, a day of month and a day of week are alternatives."""
    if weekdays is None and days is None:
        return range(1, length + 1)
    found: set[int] = set()
    if days is not None:
        found.update(day for day in days if day <= length)
        if last_day:
            found.add(length)
    for weekday in weekdays or ():
        found.update(range((weekday - first_weekday) % 7 + 1, length + 1, 7))
    for weekday, week in nth_weekdays:
        same = range((weekday - first_weekday) % 7 + 1, length + 1, 7)
        if week == LAST_WEEK:
            found.add(same[-1])
        elif week <= len(same):
            found.add(same[week - 1])
    return sorted(found)
