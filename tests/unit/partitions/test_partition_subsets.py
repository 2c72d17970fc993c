"""Subsets: an algebra that agrees with Python's sets, and stays small."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weftwork.base.errors import DagsterUnknownPartitionError
from weftwork.partitions import intervals
from weftwork.partitions.context import partition_loading_context
from weftwork.partitions.keys import PartitionKeyRange
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import DailyPartitionsDefinition

DAILY = DailyPartitionsDefinition("2024-01-01", end_date="2024-02-01", exclusions=["0 0 * * 0"])
STATIC = StaticPartitionsDefinition([f"k{i}" for i in range(12)])
THREE = MultiPartitionsDefinition({
    "a": StaticPartitionsDefinition(["a1", "a2", "a3"]),
    "b": DailyPartitionsDefinition("2024-01-01", end_date="2024-01-04"),
    "c": StaticPartitionsDefinition(["c1", "c2", "c3"]),
})  # fmt: skip
DEFINITIONS = {"daily": DAILY, "static": STATIC, "three": THREE}

numbers = st.sets(st.integers(-20, 20))


@given(left=numbers, right=numbers)
def test_intervals_are_sets_of_numbers(left, right):
    a, b = intervals.from_numbers(left), intervals.from_numbers(right)

    def back(pairs):
        return {n for low, high in pairs for n in range(low, high)}

    assert back(a) == left
    assert back(intervals.join((*a, *b))) == left | right
    assert back(intervals.intersect(a, b)) == left & right
    assert back(intervals.subtract(a, b)) == left - right
    assert intervals.join((*a, *b)) == intervals.from_numbers(left | right)
    assert intervals.subtract(a, b) == intervals.from_numbers(left - right)
    assert intervals.count(a) == len(left)
    assert all(intervals.contains(a, n) == (n in left) for n in range(-21, 22))
    assert back(intervals.shift(a, -1, 2)) == {n + d for n in left for d in (-1, 0, 1, 2)}


@st.composite
def two_sets_of_keys(draw):
    name = draw(st.sampled_from(sorted(DEFINITIONS)))
    keys = st.sets(st.sampled_from(DEFINITIONS[name].get_partition_keys()))
    return DEFINITIONS[name], draw(keys), draw(keys)


@settings(max_examples=200, deadline=None)
@given(case=two_sets_of_keys())
def test_the_algebra_is_that_of_sets_of_keys(case):
    definition, left, right = case
    a, b = definition.subset_with_partition_keys(left), definition.subset_with_partition_keys(right)
    for subset, keys in ((a, left), (a | b, left | right), (a & b, left & right), (a - b, left - right)):
        assert set(subset) == keys
        assert len(subset) == len(keys)
        assert subset.is_empty == (not keys)
        assert bool(subset) == bool(keys)
        assert subset == definition.subset_with_partition_keys(keys)
        assert hash(subset) == hash(definition.subset_with_partition_keys(keys))
        assert [key for key in definition.get_partition_keys() if key in subset] == list(
            subset.get_partition_keys()
        )
        assert definition.deserialize_subset(subset.serialize()) == subset
    everything = definition.subset_with_all_partitions()
    assert set(a.get_partition_keys_not_in_subset(definition)) == set(everything) - left
    assert (a | b) - b | (a & b) == a
    assert a.with_partition_keys(right) == a | b
    assert a.empty_subset().is_empty
    from_ranges = definition.empty_subset()
    for key_range in a.get_partition_key_ranges(definition):
        from_ranges = from_ranges.with_partition_key_range(definition, key_range)
    assert from_ranges == a


def test_a_subset_outlives_a_change_of_the_start():
    old = DailyPartitionsDefinition("2024-01-05")
    stored = old.subset_with_partition_keys(["2024-01-06", "2024-01-07", "2024-01-09"]).serialize()
    new = DailyPartitionsDefinition("2023-12-01")
    assert list(new.deserialize_subset(stored)) == ["2024-01-06", "2024-01-07", "2024-01-09"]
    assert new.empty_subset() | old.subset_with_partition_keys(
        ["2024-01-06"]
    ) == new.subset_with_partition_keys(["2024-01-06"])


def test_ranges_of_keys():
    subset = STATIC.subset_with_partition_keys(["k1", "k2", "k5"])
    assert subset.get_partition_key_ranges(STATIC) == [
        PartitionKeyRange("k1", "k2"),
        PartitionKeyRange("k5", "k5"),
    ]
    assert repr(DAILY.subset_with_partition_keys(["2024-01-01"])).count("2024-01-01") == 2


def test_time_windows_know_their_spans():
    with partition_loading_context(datetime(2024, 1, 10, tzinfo=UTC)):
        subset = DailyPartitionsDefinition("2024-01-01").subset_with_all_partitions()
    (span,) = subset.included_time_windows
    assert (span.start, span.end) == (datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 10, tzinfo=UTC))
    assert subset.first_start == span.start
    assert subset.cheap_ends_before(span.end)
    assert not subset.cheap_ends_before(span.start)
    with pytest.raises(ValueError, match="no first start"):
        _ = subset.empty_subset().first_start


def test_a_million_combinations_stay_two_lists():
    side = [f"k{i}" for i in range(1000)]
    multi = MultiPartitionsDefinition(
        {"x": StaticPartitionsDefinition(side), "y": StaticPartitionsDefinition(side)}
    )
    everything = multi.subset_with_all_partitions()
    column = multi.subset_with_partition_keys(f"{key}|k5" for key in side)
    row = multi.subset_with_partition_keys(f"k7|{key}" for key in side)
    left = everything - column - row
    assert len(left) == 999 * 999
    assert len(list(left.boxes())) == 1
    assert len(left.serialize()) < 20_000
    assert left | column | row == everything
    assert len(list((left | column | row).boxes())) == 1
    assert "k1|k2" in left
    assert "k7|k2" not in left


def test_many_scattered_combinations_match_key_by_key():
    side = [f"k{i}" for i in range(200)]
    multi = MultiPartitionsDefinition(
        {"x": StaticPartitionsDefinition(side), "y": StaticPartitionsDefinition(side)}
    )
    left = {f"k{i}|k{i * 7 % 200}" for i in range(200)}
    right = {f"k{i}|k{i * 7 % 200 if i % 2 else i}" for i in range(200)}
    a, b = multi.subset_with_partition_keys(left), multi.subset_with_partition_keys(right)
    assert set(a | b) == left | right
    assert set(a & b) == left & right
    assert set(a - b) == left - right


def test_an_unreadable_key_is_no_member_and_no_subset():
    assert "zz" not in DAILY.subset_with_all_partitions()
    assert "a1" not in THREE.subset_with_all_partitions()
    with pytest.raises(DagsterUnknownPartitionError):
        DAILY.subset_with_partition_keys(["zz"])
    with pytest.raises(DagsterUnknownPartitionError, match="need 3"):
        THREE.subset_with_partition_keys(["a1|c1"])
