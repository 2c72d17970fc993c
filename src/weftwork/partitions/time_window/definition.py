"""Partitions that are the windows between the ticks of a cron expression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidInvocationError
from weftwork.partitions import intervals as sets
from weftwork.partitions.context import (
    DynamicPartitionsStore,
    PartitionLoadingContext,
    get_now_s,
    partition_loading_context,
)
from weftwork.partitions.definition import PaginatedResults
from weftwork.partitions.keys import PartitionKeyRange, TimeWindow, UnreadableKeyError, unknown_key_error
from weftwork.partitions.time_window.declaration import TimeWindowDeclaration
from weftwork.partitions.time_window.key_format import KeyFormat
from weftwork.partitions.time_window.subset import TimeWindowPartitionsSubset, TimeWindowsRecord
from weftwork.serde import Record


class TimeWindowPartitionsDefinition(TimeWindowDeclaration):
    """Partitions that are windows of time, each from one tick of a cron expression to the next.

    A partition exists when its window has ended. Nothing here lists windows to count or find one.

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

    Example:
        ``TimeWindowPartitionsDefinition(start="2024-01-01", fmt="%Y-%m-%d", cron_schedule="0 0 * * 1-5")``
    """

    __slots__ = ()

    @property
    def partitions_subset_class(self) -> type[TimeWindowPartitionsSubset]:
        """The class of this definition's subsets."""
        return TimeWindowPartitionsSubset

    # ------------------------------------------------------------------ how many and which

    def count(self, current_time: datetime | None = None) -> int:
        """Return how many windows exist.

        Args:
            current_time: the time that counts as now; the context's by default.
        """
        calendar = self.calendar
        existing: int = calendar.count_ended(get_now_s(current_time, calendar.zone.tz)) + self.end_offset
        if self.end_ts is not None:
            existing = min(existing, calendar.count_ended(self.end_ts.timestamp))
        return max(0, existing)

    def get_num_partitions(self) -> int:
        """Return how many partitions exist now."""
        return self.count()

    def find_number(self, partition_key: str) -> int | None:
        """Return the number of the window with a key, whether or not it exists yet; None if the key is of no window."""
        try:
            return self.calendar.find_number(partition_key)
        except UnreadableKeyError:
            return None

    def get_number(self, partition_key: str) -> int:
        """Return the number of the window with a key, whether or not it exists yet.

        Raises:
            DagsterUnknownPartitionError: if the key is that of no window.
        """
        number = self.calendar.find_number(partition_key)
        if number is None:
            near = self.calendar.first_from(self.calendar.read(partition_key))
            raise unknown_key_error(
                partition_key, self.describe(),
                hint=f"Windows begin at '{self.cron_schedule}' ({self.timezone})"
                + (", less the exclusions" if self.exclusions else "")
                + f"; the next one is '{self.calendar.key_of(near)}'.",
            )  # fmt: skip
        return number

    def has_partition_key(
        self,
        partition_key: str,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> bool:
        """Return whether there is a partition with this key.

        Args:
            partition_key: the key.
            current_time: the time that counts as now; the clock's by default.
            dynamic_partitions_store: has no meaning here.
        """
        del dynamic_partitions_store
        number = self.find_number(partition_key)
        return number is not None and 0 <= number < self.count(current_time)

    def validate_partition_key(
        self,
        partition_key: str,
        context: PartitionLoadingContext | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> None:
        """Raise if there is no partition with this key.

        Args:
            partition_key: the key.
            context: the time to look with; the one that counts here by default.
            dynamic_partitions_store: has no meaning here.

        Raises:
            DagsterUnknownPartitionError: if there is none; the message says which are there.
        """
        del dynamic_partitions_store
        number = self.get_number(partition_key)
        count = self.count(context.effective_dt if context else None)
        if 0 <= number < count:
            return
        if not count:
            hint = "No partition exists yet."
        elif number < 0:
            hint = f"The first partition is '{self.calendar.key_of(0)}'."
        else:
            hint = f"The last partition that has ended is '{self.calendar.key_of(count - 1)}'."
        raise unknown_key_error(partition_key, self.describe(), hint=hint)

    def get_partition_keys(
        self,
        current_time: datetime | None = None,
        dynamic_partitions_store: DynamicPartitionsStore | None = None,
    ) -> Sequence[str]:
        """Return all keys in order of time.

        Args:
            current_time: the time that counts as now; the clock's by default.
            dynamic_partitions_store: has no meaning here.
        """
        del dynamic_partitions_store
        return self.calendar.list_keys(0, self.count(current_time))

    def get_partition_keys_between_indexes(self, start_idx: int, end_idx: int) -> list[str]:
        """Return the keys from one place to before another."""
        return self.calendar.list_keys(max(0, start_idx), min(end_idx, self.count()))

    def get_partition_key(self, key: str | date | datetime) -> str:
        """Return a key that is given as text, date or datetime, checked.

        Raises:
            DagsterUnknownPartitionError: if there is no such partition.
        """
        text = (
            key
            if isinstance(key, str)
            else KeyFormat(self.fmt).write(
                key if isinstance(key, datetime) else datetime(key.year, key.month, key.day)  # noqa: DTZ001 local time
            )
        )
        self.validate_partition_key(text)
        return text

    def filter_valid_partition_keys(self, partition_keys: set[str]) -> set[Any]:
        """Return those of the keys that exist."""
        count = self.count()
        numbers = ((key, self.find_number(key)) for key in partition_keys)
        return {key for key, number in numbers if number is not None and 0 <= number < count}

    def sort_keys(self, keys: Iterable[str]) -> list[str]:
        """Return keys in order of time, unreadable ones at the end."""
        numbers = {key: self.find_number(key) for key in keys}
        return sorted(numbers, key=lambda key: (numbers[key] is None, numbers[key] or 0, key))

    def less_than(self, partition_key1: str, partition_key2: str) -> bool:
        """Return whether the first key comes before the second."""
        return self.get_number(partition_key1) < self.get_number(partition_key2)

    def get_first_partition_key(self) -> str | None:
        """Return the first key, or None if there are no partitions."""
        return self.calendar.key_of(0) if self.count() else None

    def get_last_partition_key(self, current_time: datetime | None = None) -> str | None:
        """Return the last key, or None if there are no partitions."""
        count = self.count(current_time)
        return self.calendar.key_of(count - 1) if count else None

    def get_next_partition_key(self, partition_key: str) -> str | None:
        """Return the key after this one, or None if it is the last one before the end."""
        number = self.get_number(partition_key) + 1
        return self.calendar.key_of(number) if number < self._end_number() else None

    def get_prev_partition_key(self, partition_key: str) -> str | None:
        """Return the key before this one, or None if it is the first."""
        number = self.get_number(partition_key) - 1
        return self.calendar.key_of(number) if number >= 0 else None

    def _end_number(self) -> float:
        return float("inf") if self.end_ts is None else self.calendar.count_ended(self.end_ts.timestamp)

    # ------------------------------------------------------------------ windows

    def time_window_for_partition_key(self, partition_key: str) -> TimeWindow:
        """Return the window of a key, whether or not it has ended.

        Raises:
            DagsterUnknownPartitionError: if the key is that of no window.
        """
        return self.calendar.window(self.get_number(partition_key))

    def time_windows_for_partition_keys(
        self, partition_keys: frozenset[str] | Sequence[str], validate: bool = True
    ) -> Sequence[TimeWindow]:
        """Return the windows of keys in order of time.

        Args:
            partition_keys: the keys.
            validate: whether keys that do not exist are left out.
        """
        valid = self.filter_valid_partition_keys(set(partition_keys)) if validate else partition_keys
        return [self.calendar.window(number) for number in sorted(self.get_number(key) for key in valid)]

    def start_time_for_partition_key(self, partition_key: str) -> datetime:
        """Return where the window of a key begins."""
        return self.time_window_for_partition_key(partition_key).start

    def end_time_for_partition_key(self, partition_key: str) -> datetime:
        """Return where the window of a key ends."""
        return self.time_window_for_partition_key(partition_key).end

    def get_first_partition_window(self, current_time: datetime | None = None) -> TimeWindow | None:
        """Return the first window, or None if there are no partitions."""
        return self.calendar.window(0) if self.count(current_time) else None

    def get_last_partition_window(self, current_time: datetime | None = None) -> TimeWindow | None:
        """Return the last window, or None if there are no partitions."""
        count = self.count(current_time)
        return self.calendar.window(count - 1) if count else None

    def get_last_partition_window_ignoring_exclusions(self) -> TimeWindow | None:
        """Return the last window that would exist without exclusions, or None."""
        whole = TimeWindowPartitionsDefinition(
            self.start_ts,
            self.fmt,
            self.end_ts,
            None,
            self.timezone,
            self.end_offset,
            cron_schedule=self.cron_schedule,
        )
        return whole.get_last_partition_window()

    def get_next_partition_window(self, end_dt: datetime, respect_bounds: bool = True) -> TimeWindow | None:
        """Return the first window that begins at an instant or later.

        Args:
            end_dt: the instant, usually the end of the window before.
            respect_bounds: whether a window after the definition's end is None.
        """
        number = self.calendar.first_from(self._timestamp(end_dt))
        if respect_bounds:
            number = max(number, 0)
            if number >= self._end_number():
                return None
        return self.calendar.window(number)

    def get_prev_partition_window(self, start_dt: datetime, respect_bounds: bool = True) -> TimeWindow | None:
        """Return the last window that ends at an instant or before.

        Args:
            start_dt: the instant, usually the start of the window after.
            respect_bounds: whether a window before the definition's start is None.
        """
        number = self.calendar.count_ended(self._timestamp(start_dt)) - 1
        return None if respect_bounds and number < 0 else self.calendar.window(number)

    def is_window_start_excluded(self, window_start: datetime) -> bool:
        """Return whether the window that begins at an instant is taken out."""
        ticks, timestamp = self.calendar.ticks, self._timestamp(window_start)
        return ticks.has_tick(timestamp) and self.calendar.is_excluded(ticks.count_before(timestamp))

    def get_partition_key_for_timestamp(self, timestamp: float, end_closed: bool = False) -> str:
        """Return the key of the window that an instant lies in.

        Args:
            timestamp: seconds since the epoch.
            end_closed: whether a window has its end and not its start.
        """
        ticks = self.calendar.ticks
        return self.calendar.key_at(ticks.last_before(timestamp if end_closed else int(timestamp) + 1))

    def _timestamp(self, moment: datetime) -> float:
        return self.calendar.zone.to_timestamp(moment)

    def _numbers_in(self, time_window: TimeWindow) -> tuple[int, int]:
        """Return the numbers of the windows of this definition that begin in a span of time."""
        first = max(0, self.calendar.first_from(self._timestamp(time_window.start)))
        last = min(self._end_number(), self.calendar.first_from(self._timestamp(time_window.end)))
        return first, max(first, int(last))

    def get_num_partitions_in_window(self, time_window: TimeWindow) -> int:
        """Return how many windows begin in a span of time."""
        first, last = self._numbers_in(time_window)
        return last - first

    def has_any_partitions_in_window(self, time_window: TimeWindow) -> bool:
        """Return whether a window begins in a span of time."""
        return self.get_num_partitions_in_window(time_window) > 0

    def get_partition_keys_in_time_window(self, time_window: TimeWindow) -> Sequence[str]:
        """Return the keys of the windows that begin in a span of time."""
        return self.calendar.list_keys(*self._numbers_in(time_window))

    def get_partition_subset_in_time_window(self, time_window: TimeWindow) -> TimeWindowPartitionsSubset:
        """Return the subset of the windows that begin in a span of time."""
        return TimeWindowPartitionsSubset(self, sets.join([self._numbers_in(time_window)]))

    def get_partition_key_range_for_time_window(
        self, time_window: TimeWindow, respect_bounds: bool = True
    ) -> PartitionKeyRange:
        """Return the keys of the window that a span of time begins in, and of the last that has ended at its end.

        Raises:
            CheckError: if there is none.
        """
        first = self.calendar.overlapping(
            self._timestamp(time_window.start), self._timestamp(time_window.end)
        )[0]
        last = self.calendar.count_ended(self._timestamp(time_window.end)) - 1
        if respect_bounds and (first < 0 or last >= self._end_number()):
            raise CheckError(f"The time window {time_window} reaches beyond {self!r}.")
        return PartitionKeyRange(self.calendar.key_of(first), self.calendar.key_of(max(first, last)))

    # ------------------------------------------------------------------ ranges and subsets

    def subset_with_partition_key_range(
        self, partition_key_range: PartitionKeyRange
    ) -> TimeWindowPartitionsSubset:
        """Return the subset with the keys of a range, both ends included; an end may be an excluded window.

        Raises:
            DagsterInvalidInvocationError: if an end of the range lies outside of the definition.
        """
        low = self.calendar.position_of(partition_key_range.start)
        high = self.calendar.position_of(partition_key_range.end)
        high += self.calendar.key_of(high) == partition_key_range.end
        if low < 0 or high > self._end_number():
            wrong = partition_key_range.start if low < 0 else partition_key_range.end
            raise DagsterInvalidInvocationError(
                f"The range from '{partition_key_range.start}' to '{partition_key_range.end}' does not exist in "
                f"{self!r}: '{wrong}' lies outside of it."
            )
        return TimeWindowPartitionsSubset(self, sets.join([(low, high)]))

    def get_partition_keys_in_range(self, partition_key_range: PartitionKeyRange) -> Sequence[str]:
        """Return the keys from a range's start to its end, both included.

        Raises:
            DagsterInvalidInvocationError: if an end of the range lies outside of the definition.
        """
        return self.subset_with_partition_key_range(partition_key_range).get_partition_keys()

    def empty_subset(self) -> TimeWindowPartitionsSubset:
        """Return the subset without partitions."""
        return TimeWindowPartitionsSubset(self)

    def subset_with_all_partitions(self) -> TimeWindowPartitionsSubset:
        """Return the subset with all partitions that exist now."""
        return TimeWindowPartitionsSubset(self, sets.join([(0, self.count())]))

    def subset_from_record(self, record: Record) -> TimeWindowPartitionsSubset:
        """Return the subset that ``subset.to_record`` described."""
        if not isinstance(record, TimeWindowsRecord):
            return self.empty_subset() | super().subset_from_record(record)
        first_from = self.calendar.first_from
        return TimeWindowPartitionsSubset(
            self, sets.join((first_from(start), first_from(end)) for start, end in record.time_windows)
        )

    def _subset_record_type(self) -> Any:
        return TimeWindowsRecord

    def get_paginated_partition_keys(
        self, context: PartitionLoadingContext, limit: int, ascending: bool, cursor: str | None = None
    ) -> PaginatedResults[str]:
        """Return a page of keys.

        Args:
            context: the time to look with.
            limit: how many keys at most.
            ascending: whether to begin at the first key.
            cursor: the ``cursor`` of the page before; None for the first page.
        """
        with partition_loading_context(new_ctx=context):
            count = self.count()
        place = self.find_number(cursor) if cursor else None
        if ascending:
            first = 0 if place is None else place + 1
            last = min(count, first + limit)
            page, more = self.calendar.list_keys(first, last), last < count
        else:
            last = count if place is None else min(place, count)
            first = max(0, last - limit)
            page, more = self.calendar.list_keys(first, last)[::-1], first > 0
        return PaginatedResults(page, page[-1] if page else cursor or "", more)
