"""Some windows of a time-window definition, kept as intervals of window numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol

from weftwork.base.errors import ParameterCheckError
from weftwork.partitions import intervals as sets
from weftwork.partitions.definition import DefaultPartitionsSubset, PartitionsDefinition, PartitionsSubset
from weftwork.partitions.intervals import Intervals
from weftwork.partitions.keys import PartitionKeyRange, TimeWindow, UnreadableKeyError
from weftwork.partitions.time_window.calendar import WindowCalendar
from weftwork.serde import Record


class TimeWindowsRecord(Record):
    """A subset as spans of time, which stay right when the definition's start moves.

    Attributes:
        time_windows: (start, end) in seconds since the epoch.
        num_partitions: how many windows the spans hold.
    """

    time_windows: list[tuple[float, float]]
    num_partitions: int = 0


class WindowedDefinition(Protocol):
    """What the subset asks of its definition."""

    @property
    def calendar(self) -> WindowCalendar:
        """The line of windows that numbers refer to."""
        ...

    def count(self, current_time: datetime | None = None) -> int:
        """Return how many windows exist now."""
        ...

    def get_number(self, partition_key: str) -> int:
        """Return the number of the window with a key."""
        ...


class TimeWindowPartitionsSubset(PartitionsSubset):
    """Some windows of a time-window definition.

    Args:
        partitions_def: the definition.
        numbers: the windows, as intervals of their numbers.
    """

    __slots__ = ("_definition", "numbers")

    def __init__(self, partitions_def: Any, numbers: Intervals = ()) -> None:
        self._definition: WindowedDefinition = partitions_def
        self.numbers = numbers

    @property
    def partitions_def(self) -> PartitionsDefinition[Any]:
        """The definition that the windows are of."""
        return self._definition  # type: ignore[return-value]

    @property
    def num_partitions(self) -> int:
        """How many windows there are."""
        return len(self)

    @property
    def is_empty(self) -> bool:
        """Whether there is no window in it."""
        return not self.numbers

    @property
    def included_time_windows(self) -> Sequence[TimeWindow]:
        """The windows joined to spans of time."""
        to_datetime = self._definition.calendar.zone.to_datetime
        return [TimeWindow(to_datetime(start), to_datetime(end)) for start, end in self._spans()]

    def _spans(self) -> Iterator[tuple[int, int]]:
        calendar = self._definition.calendar
        return ((calendar.start_s(low), calendar.end_s(high - 1)) for low, high in self.numbers)

    @property
    def first_start(self) -> datetime:
        """Where the first window begins.

        Raises:
            ValueError: if there is none.
        """
        if not self.numbers:
            raise ValueError("An empty subset of partitions has no first start.")
        return self._definition.calendar.window(self.numbers[0][0]).start

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str):
            return False
        try:
            number = self._definition.calendar.find_number(key)
        except UnreadableKeyError:
            return False
        return number is not None and sets.contains(self.numbers, number)

    def __len__(self) -> int:
        return sets.count(self.numbers)

    def __iter__(self) -> Iterator[str]:
        calendar = self._definition.calendar
        for low, high in self.numbers:
            for start in range(low, high, 1000):
                yield from calendar.list_keys(start, min(high, start + 1000))

    def with_numbers(self, numbers: Intervals) -> TimeWindowPartitionsSubset:
        """Return the subset of the same definition with other windows."""
        return TimeWindowPartitionsSubset(self._definition, numbers)

    def _numbers_of(self, other: Any) -> Intervals:
        if isinstance(other, TimeWindowPartitionsSubset):
            return other.numbers_on(self._definition.calendar)
        if isinstance(other, DefaultPartitionsSubset):
            return sets.from_numbers(self._definition.get_number(key) for key in other.subset)
        raise ParameterCheckError(
            f"A subset of partitions combines with a subset, not with {type(other).__name__}."
        )

    def numbers_on(self, calendar: WindowCalendar) -> Intervals:
        """Return the windows as numbers of another calendar, by the time they cover."""
        own = self._definition.calendar
        if own is calendar or not self.numbers:
            return self.numbers
        if own.identity == calendar.identity:
            return sets.shift(self.numbers, calendar.first_from(own.start_s(0)))
        return sets.join(
            (calendar.first_from(start), calendar.first_from(end)) for start, end in self._spans()
        )

    def __or__(self, other: Any) -> TimeWindowPartitionsSubset:
        return self.with_numbers(sets.join((*self.numbers, *self._numbers_of(other))))

    def __and__(self, other: Any) -> TimeWindowPartitionsSubset:
        return self.with_numbers(sets.intersect(self.numbers, self._numbers_of(other)))

    def __sub__(self, other: Any) -> TimeWindowPartitionsSubset:
        return self.with_numbers(sets.subtract(self.numbers, self._numbers_of(other)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TimeWindowPartitionsSubset):
            return self.numbers == other.numbers and (
                self._definition is other._definition or self._definition == other._definition
            )
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.numbers)

    def __repr__(self) -> str:
        return f"TimeWindowPartitionsSubset({self.get_partition_key_ranges(self.partitions_def)!r})"

    def get_partition_keys(self) -> Sequence[str]:
        """Return the keys in the subset, in order of time."""
        calendar = self._definition.calendar
        return [key for low, high in self.numbers for key in calendar.list_keys(low, high)]

    def get_partition_keys_not_in_subset(self, partitions_def: PartitionsDefinition[Any]) -> Sequence[str]:
        """Return the definition's keys that are not in the subset."""
        return list((partitions_def.subset_with_all_partitions() - self).get_partition_keys())

    def get_partition_key_ranges(
        self, partitions_def: PartitionsDefinition[Any]
    ) -> Sequence[PartitionKeyRange]:
        """Return the subset as ranges of keys that follow one another."""
        calendar = self._definition.calendar
        del partitions_def
        return [
            PartitionKeyRange(calendar.key_of(low), calendar.key_of(high - 1)) for low, high in self.numbers
        ]

    def with_partition_keys(self, partition_keys: Iterable[str]) -> TimeWindowPartitionsSubset:
        """Return the subset with these keys added.

        Raises:
            DagsterUnknownPartitionError: if a key is that of no window.
        """
        numbers = sorted(self._definition.get_number(key) for key in partition_keys)
        return self.with_numbers(sets.join((*self.numbers, *sets.from_numbers(numbers))))

    def with_partition_key_range(
        self, partitions_def: PartitionsDefinition[Any], partition_key_range: PartitionKeyRange
    ) -> TimeWindowPartitionsSubset:
        """Return the subset with all keys of a range added."""
        return self | partitions_def.subset_with_partition_key_range(partition_key_range)

    def empty_subset(self) -> TimeWindowPartitionsSubset:
        """Return a subset without windows."""
        return self.with_numbers(())

    def cheap_ends_before(self, moment: datetime, cron_schedule: str = "") -> bool:
        """Return whether all windows end at an instant or before it."""
        del cron_schedule
        return (
            not self.numbers or self._definition.calendar.end_s(self.numbers[-1][1] - 1) <= moment.timestamp()
        )

    def to_record(self) -> TimeWindowsRecord:
        """Return the spans of time as a record."""
        return TimeWindowsRecord(time_windows=list(self._spans()), num_partitions=len(self))
