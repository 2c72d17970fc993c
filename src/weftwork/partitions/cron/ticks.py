"""The ticks of a cron expression in a time zone: tick <-> instant by arithmetic, over all clock changes."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache

from weftwork.partitions.cron.days import DayPattern, get_days
from weftwork.partitions.cron.expression import CronExpression, parse_cron
from weftwork.partitions.cron.zone import Zone, get_zone

_DAY_S = 86400
_ANCHOR_YEAR = 2000
"""Ticks are numbered so that numbers do not depend on which years were looked at first."""


class CronTicks:
    """The endless, rising sequence of instants at which a cron expression ticks in a time zone.

    Ticks have numbers, so that counting and finding are arithmetic. Local times repeat with the calendar; between two
    changes of the zone's offset a tick's number and its local number differ by a constant, which is kept per change.

    The rule for clock changes: a local time that does not exist ticks once, at the end of the gap (02:30 -> 03:00);
    of a local time that comes twice the second one ticks. An expression that ticks in every hour of the day follows
    real hours instead: it skips the gap and ticks in both repeated hours.

    Args:
        days: the days that have ticks.
        times_s: the times of day, in seconds from midnight, rising.
        zone: the time zone.
        every_hour: whether the ticks follow real hours over a clock change.
        among: the sequence that these ticks are a part of: a part loses the ticks that the whole loses.
    """

    __slots__ = (
        "_among",
        "_every_hour",
        "_first_year",
        "_firsts",
        "_last_year",
        "_segments",
        "_starts",
        "days",
        "times_s",
        "zone",
    )

    def __init__(
        self,
        days: DayPattern,
        times_s: Sequence[int],
        zone: Zone,
        *,
        every_hour: bool,
        among: CronTicks | None = None,
    ) -> None:
        self.days = days
        self.times_s = times_s
        self.zone = zone
        self._every_hour = every_hour
        self._among = among or self
        self._first_year = self._last_year = _ANCHOR_YEAR
        # Segment i begins at `_starts[i]`; `_firsts[i]` ticks come before it; `_segments[i]` is
        # (offset, number minus local number, local end of what it may tick, whether its start itself is an extra tick).
        self._starts: list[int] = []
        self._firsts: list[float] = [-math.inf]
        self._segments: list[tuple[int, int, float, bool]] = []

    def part(self, days: DayPattern, times_s: Sequence[int]) -> CronTicks:
        """Return those of these ticks whose local day and time of day are among the given ones."""
        return CronTicks(days, times_s, self.zone, every_hour=self._every_hour, among=self)

    def is_repeated(self, moment: datetime) -> bool:
        """Return whether a tick (in this zone) has the same local time as the tick an hour before it."""
        return self._every_hour and moment.fold == 1

    def count_before(self, timestamp: float) -> int:
        """Return the number of the first tick at or after an instant.

        Args:
            timestamp: seconds since the epoch.
        """
        instant = math.ceil(timestamp)
        if self.zone.is_utc:
            return self._count_local(instant)
        self._cover(instant)
        index = bisect_right(self._starts, instant)
        if index and self._starts[index - 1] == instant:
            return int(self._firsts[index])
        offset, shift, local_end, _ = self._segments[index]
        local = instant + offset
        return self._count_local(local if local < local_end else int(local_end)) + shift

    def tick_at(self, number: int) -> int:
        """Return the instant of a tick in seconds since the epoch."""
        if self.zone.is_utc:
            return self._local_at(number)
        self._cover(self._local_at(number))
        index = bisect_right(self._firsts, number) - 1
        offset, shift, _, is_extra = self._segments[index]
        if is_extra and number == self._firsts[index]:
            return self._starts[index - 1]
        return self._local_at(number - shift) - offset

    def has_tick(self, timestamp: float) -> bool:
        """Return whether there is a tick at exactly this instant."""
        return self.tick_at(self.count_before(timestamp)) == timestamp

    def first_after(self, timestamp: float) -> int:
        """Return the instant of the first tick after an instant."""
        return self.tick_at(self.count_before(math.floor(timestamp) + 1))

    def last_before(self, timestamp: float) -> int:
        """Return the instant of the last tick before an instant."""
        return self.tick_at(self.count_before(timestamp) - 1)

    def iterate_from(self, timestamp: float, *, ascending: bool = True) -> Iterator[int]:
        """Yield ticks without end: rising from the first at or after an instant, or falling from the last at or before."""
        number = (
            self.count_before(timestamp) if ascending else self.count_before(math.floor(timestamp) + 1) - 1
        )
        while True:
            yield self.tick_at(number)
            number += 1 if ascending else -1

    def list_local(self, first: int, last: int) -> list[int]:
        """Return the local times, in seconds, of the ticks with the numbers from ``first`` up to before ``last``.

        A tick that was moved to the end of a gap has that end as its local time.
        """
        if first >= last:
            return []
        if self.zone.is_utc:
            return self._list_plain(first, last)
        self._cover(self.tick_at(first))
        self._cover(self.tick_at(last - 1))
        found: list[int] = []
        number = first
        while number < last:
            index = bisect_right(self._firsts, number) - 1
            offset, shift, _, is_extra = self._segments[index]
            if is_extra and number == self._firsts[index]:
                found.append(self._starts[index - 1] + offset)
                number += 1
            end = last if index + 1 == len(self._firsts) else min(last, int(self._firsts[index + 1]))
            found += self._list_plain(number - shift, end - shift)
            number = max(number, end)
        return found

    def _list_plain(self, first: int, last: int) -> list[int]:
        """Return the local times that have these local numbers."""
        times, size = self.times_s, len(self.times_s)
        first_day, skipped = divmod(first, size)
        days = self.days.list_nth(first_day, -(-last // size))
        found = [day * _DAY_S + time_s for day in days for time_s in times]
        return found[skipped : skipped + last - first]

    def list_repeated(self, first: int, last: int) -> Iterator[int]:
        """Yield the numbers in ``[first, last)`` of ticks in an hour that is there for the second time."""
        if self.zone.is_utc or not self._every_hour or first >= last:
            return
        self._cover(self.tick_at(first))
        self._cover(self.tick_at(last - 1))
        begin = bisect_right(self._firsts, first) - 1
        for index in range(max(1, begin), len(self._firsts)):
            number = int(self._firsts[index])
            if number >= last:
                return
            offset, shift, _, _ = self._segments[index]
            repeated_until = self._starts[index - 1] + self._segments[index - 1][0]
            if self._segments[index - 1][0] > offset:
                yield from range(max(number, first), min(last, self._count_local(repeated_until) + shift))

    def _count_local(self, local_s: int) -> int:
        day, time_s = divmod(local_s, _DAY_S)
        count = self.days.count_before(day) * len(self.times_s)
        return count + bisect_left(self.times_s, time_s) if time_s and day in self.days else count

    def _local_at(self, number: int) -> int:
        nth_day, place = divmod(number, len(self.times_s))
        return self.days.nth(nth_day) * _DAY_S + self.times_s[place]

    def _has_local(self, local_s: int) -> bool:
        day, time_s = divmod(local_s, _DAY_S)
        place = bisect_left(self.times_s, time_s)
        return place < len(self.times_s) and self.times_s[place] == time_s and day in self.days

    def _cover(self, timestamp: int) -> None:
        """Know the segments from two years before an instant to two years after."""
        year = 1970 + timestamp // 31556952
        if self._segments and self._first_year < year < self._last_year:
            return
        self._first_year = max(2, min(self._first_year, year - 2))
        self._last_year = min(9998, max(self._last_year, year + 8))
        changes = [c for y in range(self._first_year, self._last_year + 1) for c in self.zone.list_changes(y)]
        anchor = bisect_left(changes, (self._year_start(_ANCHOR_YEAR), -_DAY_S))
        first_offset = self.zone.offset_s((changes[0][0] if changes else timestamp) - 1)
        offsets = [first_offset, *(offset for _, offset in changes)]
        steps = [self._step(changes[i][0], offsets[i], offsets[i + 1]) for i in range(len(changes))]
        shifts = [0] * len(offsets)
        for i in range(anchor, len(changes)):
            shifts[i + 1] = shifts[i] + steps[i][0]
        for i in range(anchor - 1, -1, -1):
            shifts[i] = shifts[i + 1] - steps[i][0]
        ends = [*(end for _, end, _ in steps), math.inf]
        extras = [False, *(extra for _, _, extra in steps)]
        self._segments = list(zip(offsets, shifts, ends, extras, strict=True))
        self._starts = [start for start, _ in changes]
        self._firsts = [-math.inf, *(self._count_local(steps[i][1]) + shifts[i] for i in range(len(changes)))]

    def _step(self, start: int, before: int, after: int) -> tuple[int, int, bool]:
        """Return for a change of offset: shift of numbers, local end of the ticks before it, whether it ticks itself."""
        is_extra = False
        local_end = start + before
        if not self._every_hour:
            if after > before:
                is_extra = self._ticks_for_gap(start + before, start + after)
            else:
                local_end = start + after
        return self._count_local(local_end) + is_extra - self._count_local(start + after), local_end, is_extra

    def _ticks_for_gap(self, gap_start: int, gap_end: int) -> bool:
        """Return whether the end of a gap ticks in place of a lost local time: for the last one lost, if it is ours."""
        whole = self._among
        if whole._has_local(gap_end):
            return False
        last_lost = whole._count_local(gap_end) - 1
        if last_lost < whole._count_local(gap_start):
            return False
        return whole is self or self._has_local(whole._local_at(last_lost))

    def _year_start(self, year: int) -> int:
        return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


@lru_cache(maxsize=1024)
def get_cron_ticks(expression: str, timezone: str | None = None) -> CronTicks:
    """Return the ticks of a cron expression in a time zone, shared by all who ask for the same.

    Args:
        expression: the cron expression.
        timezone: name of the zone; None is UTC.

    Raises:
        DagsterInvalidDefinitionError: if the expression or the zone is not valid.
    """
    cron = parse_cron(expression)
    return CronTicks(
        get_days(cron), get_times_s(cron), get_zone(timezone), every_hour=cron.repeats_every_hour
    )


def get_times_s(cron: CronExpression) -> tuple[int, ...]:
    """Return the times of day of a cron expression, in seconds from midnight, rising."""
    minutes = sorted(cron.minutes)
    return tuple(hour * 3600 + minute * 60 for hour in sorted(cron.hours) for minute in minutes)


def merge_ticks(
    expressions: str | Sequence[str], timezone: str | None, timestamp: float, *, ascending: bool = True
) -> Iterator[int]:
    """Yield the ticks of one or several cron expressions in one order, each instant once, without end.

    Args:
        expressions: a cron expression, or several.
        timezone: name of the zone; None is UTC.
        timestamp: where to begin, in seconds since the epoch; a tick at that instant counts.
        ascending: whether to go into the future.
    """
    names = [expressions] if isinstance(expressions, str) else list(expressions)
    streams = [get_cron_ticks(name, timezone).iterate_from(timestamp, ascending=ascending) for name in names]
    previous: int | None = None
    for tick in heapq.merge(*streams, reverse=not ascending):
        if tick != previous:
            yield tick
        previous = tick
