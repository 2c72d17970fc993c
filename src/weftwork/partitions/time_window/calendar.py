"""An endless line of time windows: window number <-> instant <-> key by arithmetic, exclusions taken out."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.partitions.cron import CronTicks, get_cron_ticks, get_zone, parse_cron
from weftwork.partitions.cron.days import get_days, unite_days
from weftwork.partitions.cron.ticks import get_times_s
from weftwork.partitions.keys import TimeWindow
from weftwork.partitions.time_window.key_format import KeyFormat


class TimestampWithTimezone(NamedTuple):
    """An instant, and the zone it is shown in.

    Attributes:
        timestamp: seconds since the epoch.
        timezone: name of the zone.
    """

    timestamp: float
    timezone: str


Exclusion = str | TimestampWithTimezone


class WindowCalendar:
    """The windows between the ticks of a cron expression, numbered; window 0 is the first at or after the start.

    Windows before the start have negative numbers, so that a mapping may ask about them. Windows that are excluded
    have no number. An exclusion is the instant at which a window begins, or a cron expression, which takes out every
    window whose local begin it matches; how many are taken out before a window is arithmetic too.

    Args:
        cron_schedule: the cron expression.
        timezone: name of the zone.
        start_s: where window 0 may begin, in seconds since the epoch.
        fmt: the format of keys.
        exclusions: windows that do not exist.
    """

    __slots__ = (
        "_base",
        "_excluded_numbers",
        "_excluded_parts",
        "format",
        "has_exclusions",
        "identity",
        "ticks",
        "zone",
    )

    def __init__(
        self,
        cron_schedule: str,
        timezone: str,
        start_s: float,
        fmt: str,
        exclusions: Sequence[Exclusion] = (),
    ) -> None:
        self.identity = (cron_schedule, timezone, frozenset(exclusions))
        self.zone = get_zone(timezone)
        self.ticks = get_cron_ticks(cron_schedule, timezone)
        self.format = KeyFormat(fmt)
        self.has_exclusions = bool(exclusions)
        self._excluded_parts: list[CronTicks] = []
        self._excluded_numbers: list[int] = []
        if exclusions:
            self._take_out(exclusions)
        first = self.ticks.count_before(start_s)
        self._base = first - self._count_excluded(first)

    def _take_out(self, exclusions: Sequence[Exclusion]) -> None:
        crons = [parse_cron(item, "exclusions") for item in exclusions if isinstance(item, str)]
        times_of_crons = [(frozenset(get_times_s(cron)), get_days(cron)) for cron in crons]
        # Each time of day belongs to one group, by which expressions have it; so no window is counted twice.
        groups: dict[tuple[int, ...], list[int]] = {}
        for time_s in self.ticks.times_s:
            having = tuple(i for i, (times, _) in enumerate(times_of_crons) if time_s in times)
            groups.setdefault(having, []).append(time_s)
        leaves_some = () in groups
        for having, times in groups.items():
            if having:
                days = self.ticks.days & unite_days(times_of_crons[i][1] for i in having)
                leaves_some = leaves_some or days.year_days != self.ticks.days.year_days
                if not days.is_empty:
                    self._excluded_parts.append(self.ticks.part(days, times))
        if not leaves_some:
            raise DagsterInvalidDefinitionError(
                f"The exclusions {[item for item in exclusions if isinstance(item, str)]} take out every window of the "
                f"cron schedule '{self.identity[0]}'; no partition is left."
            )
        stamps = sorted({item.timestamp for item in exclusions if isinstance(item, TimestampWithTimezone)})
        numbers = [self.ticks.count_before(stamp) for stamp in stamps if self.ticks.has_tick(stamp)]
        self._excluded_numbers = [number for number in numbers if not self.is_excluded(number)]

    # ------------------------------------------------------------------ ticks and windows

    def _count_excluded(self, tick: int) -> int:
        if not self.has_exclusions:
            return 0
        count = bisect_left(self._excluded_numbers, tick)
        if self._excluded_parts:
            instant = self.ticks.tick_at(tick)
            count += sum(part.count_before(instant) for part in self._excluded_parts)
        return count

    def is_excluded(self, tick: int) -> bool:
        """Return whether the window that begins with a tick is taken out."""
        return self.has_exclusions and self._count_excluded(tick + 1) > self._count_excluded(tick)

    def number_of(self, tick: int) -> int:
        """Return the number of the first window that begins at a tick or after it."""
        return tick - self._base - self._count_excluded(tick)

    def tick_of(self, number: int) -> int:
        """Return the tick with which a window begins."""
        tick = number + self._base
        if not self.has_exclusions:
            return tick
        tick = number + self._base + self._count_excluded(tick)
        # The window is the last tick that has its number; look for it with growing steps, then halve.
        step = 1
        if self.number_of(tick) > number:
            while self.number_of(tick - step) > number:
                step *= 2
            low, high = tick - step, tick
        else:
            while self.number_of(tick + step) <= number:
                step *= 2
            low, high = tick, tick + step
        while high - low > 1:
            middle = (low + high) // 2
            if self.number_of(middle) <= number:
                low = middle
            else:
                high = middle
        return low

    def start_s(self, number: int) -> int:
        """Return where a window begins, in seconds since the epoch."""
        return self.ticks.tick_at(self.tick_of(number))

    def end_s(self, number: int) -> int:
        """Return where a window ends, in seconds since the epoch."""
        return self.ticks.tick_at(self.tick_of(number) + 1)

    def window(self, number: int) -> TimeWindow:
        """Return a window with its local times."""
        tick = self.tick_of(number)
        to_datetime = self.zone.to_datetime
        return TimeWindow(to_datetime(self.ticks.tick_at(tick)), to_datetime(self.ticks.tick_at(tick + 1)))

    # ------------------------------------------------------------------ instants

    def first_from(self, timestamp: float) -> int:
        """Return the number of the first window that begins at an instant or later."""
        return self.number_of(self.ticks.count_before(timestamp))

    def count_ended(self, timestamp: float) -> int:
        """Return the number of the first window that has not ended at an instant."""
        return self.number_of(self.ticks.count_before(math.floor(timestamp) + 1) - 1)

    def overlapping(self, start_s: float, end_s: float) -> tuple[int, int]:
        """Return the numbers (first, after the last) of the windows that share time with a span."""
        if start_s >= end_s:
            return 0, 0
        first = self.number_of(self.ticks.count_before(math.floor(start_s) + 1) - 1)
        return first, max(first, self.first_from(end_s))

    def spans(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield the time that windows cover as spans of seconds; only exclusions make it more than one."""
        if first >= last:
            return
        start, end = self.tick_of(first), self.tick_of(last - 1) + 1
        if end - start == last - first:
            yield self.ticks.tick_at(start), self.ticks.tick_at(end)
            return
        for tick in sorted(self._list_excluded(start, end)):
            if tick > start:
                yield self.ticks.tick_at(start), self.ticks.tick_at(tick)
            start = tick + 1
        yield self.ticks.tick_at(start), self.ticks.tick_at(end)

    def _list_excluded(self, start: int, end: int) -> set[int]:
        low, high = self.ticks.tick_at(start), self.ticks.tick_at(end)
        found = set(
            self._excluded_numbers[
                bisect_left(self._excluded_numbers, start) : bisect_left(self._excluded_numbers, end)
            ]
        )
        for part in self._excluded_parts:
            numbers = range(part.count_before(low), part.count_before(high))
            found.update(self.ticks.count_before(part.tick_at(number)) for number in numbers)
        return found

    # ------------------------------------------------------------------ keys

    def key_of(self, number: int) -> str:
        """Return the key of a window."""
        return self.key_at(self.ticks.tick_at(self.tick_of(number)))

    def key_at(self, timestamp: int) -> str:
        """Return the key of a window that begins at an instant."""
        moment = self.zone.to_datetime(timestamp)
        return self.format.write(moment, is_repeated=self.ticks.is_repeated(moment))

    def read(self, key: str) -> float:
        """Return the instant that a key names, in seconds since the epoch.

        Raises:
            UnreadableKeyError: if the key does not have the format.
        """
        return self.format.read(key, self.zone)

    def find_number(self, key: str) -> int | None:
        """Return the number of the window with a key, or None if no window has that key.

        Raises:
            UnreadableKeyError: if the key does not have the format.
        """
        number = self.first_from(self.read(key))
        if self.key_of(number) == key:
            return number
        # A schedule of certain hours begins in the second of two equal hours only.
        number = self.first_from(self.format.read(key, self.zone, latest=True))
        return number if self.key_of(number) == key else None

    def position_of(self, key: str) -> int:
        """Return the number of the window with a key, or of the first that begins later.

        Raises:
            UnreadableKeyError: if the key does not have the format.
        """
        number = self.find_number(key)
        return number if number is not None else self.first_from(self.read(key))

    def list_keys(self, first: int, last: int) -> list[str]:
        """Return the keys of the windows from ``first`` to before ``last``."""
        if first >= last:
            return []
        start, end = self.tick_of(first), self.tick_of(last - 1) + 1
        if self.format.needs_zone:
            keys = [self.key_at(self.ticks.tick_at(tick)) for tick in range(start, end)]
        else:
            keys = self.format.write_all(self.ticks.list_local(start, end))
            for tick in self.ticks.list_repeated(start, end):
                keys[tick - start] = self.key_at(self.ticks.tick_at(tick))
        if end - start == last - first:
            return keys
        excluded = self._list_excluded(start, end)
        return [key for tick, key in enumerate(keys, start=start) if tick not in excluded]


@lru_cache(maxsize=1024)
def get_calendar(
    cron_schedule: str, timezone: str, start_s: float, fmt: str, exclusions: tuple[Exclusion, ...]
) -> WindowCalendar:
    """Return the calendar of these windows, shared by all definitions that have the same."""
    return WindowCalendar(cron_schedule, timezone, start_s, fmt, exclusions)
