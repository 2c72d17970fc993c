"""Time-window partitions: which keys there are, their windows, and that nothing is listed to know it."""

from __future__ import annotations

import itertools
import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weftwork.base.errors import (
    CheckError,
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterUnknownPartitionError,
)
from weftwork.partitions.context import get_loading_context, partition_loading_context
from weftwork.partitions.keys import PartitionKeyRange, TimeWindow
from weftwork.partitions.time_window import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    ScheduleType,
    TimeWindowPartitionsDefinition,
    WeeklyPartitionsDefinition,
    WindowCalendar,
)

NOON = datetime(2024, 1, 4, 12, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


# ---------------------------------------------------------------------- which keys there are


def test_daily_keys_are_the_days_that_have_ended():
    daily = DailyPartitionsDefinition("2024-01-01")
    assert daily.get_partition_keys(current_time=NOON) == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert daily.get_last_partition_key(NOON) == "2024-01-03"


def test_the_end_is_not_included():
    daily = DailyPartitionsDefinition("2024-01-01", end_date="2024-01-04")
    assert daily.get_partition_keys() == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert daily.get_num_partitions() == 3
    assert not daily.has_partition_key("2024-01-04")


@pytest.mark.parametrize(("end_offset", "last"), [(-2, 1), (-1, 2), (0, 3), (1, 4), (3, 6)])
def test_end_offset_moves_the_last_partition(end_offset, last):
    daily = DailyPartitionsDefinition("2024-01-01", end_offset=end_offset)
    assert daily.get_partition_keys(NOON) == [f"2024-01-0{day}" for day in range(1, last + 1)]
    bounded = DailyPartitionsDefinition("2024-01-01", end_offset=end_offset, end_date="2024-01-05")
    assert bounded.get_partition_keys(NOON) == [f"2024-01-0{day}" for day in range(1, min(last, 4) + 1)]


def test_weekly_and_monthly_begin_at_the_next_boundary():
    assert WeeklyPartitionsDefinition("2024-01-03", end_date="2024-01-29").get_partition_keys() == [
        "2024-01-07", "2024-01-14", "2024-01-21",
    ]  # fmt: skip
    assert WeeklyPartitionsDefinition("2024-01-03", day_offset=2).cron_schedule == "0 0 * * 2"
    assert MonthlyPartitionsDefinition("2024-01-03", end_date="2024-05-01").get_partition_keys() == [
        "2024-02-01", "2024-03-01", "2024-04-01",
    ]  # fmt: skip
    days = MonthlyPartitionsDefinition(
        "2024-01-03", end_date="2024-05-01", day_offset=31
    ).get_partition_keys()
    assert days == ["2024-01-31"]


def test_minute_and_hour_offsets_move_windows():
    hourly = HourlyPartitionsDefinition("2024-01-01-05:00", end_date="2024-01-01-08:00", minute_offset=15)
    assert hourly.get_partition_keys() == ["2024-01-01-05:15", "2024-01-01-06:15"]
    daily = DailyPartitionsDefinition("2024-01-01", hour_offset=2)
    assert daily.time_window_for_partition_key("2024-01-01") == TimeWindow(
        utc(2024, 1, 1, 2), utc(2024, 1, 2, 2)
    )


def test_any_cron_expression_makes_windows():
    windows = TimeWindowPartitionsDefinition(
        start="2024-01-01T00:00", end="2024-01-02T00:00", fmt="%Y-%m-%dT%H:%M", cron_schedule="0,7 */12 * * *"
    )
    assert windows.get_partition_keys() == [
        "2024-01-01T00:00", "2024-01-01T00:07", "2024-01-01T12:00", "2024-01-01T12:07",
    ]  # fmt: skip


def test_exclusions_are_instants_or_cron_expressions():
    daily = DailyPartitionsDefinition(
        "2024-01-01", end_date="2024-01-10", exclusions=[datetime(2024, 1, 3), "0 0 * * 6"]
    )
    assert [key[-1] for key in daily.get_partition_keys()] == ["1", "2", "4", "5", "7", "8", "9"]
    assert daily.get_num_partitions() == 7
    assert daily.get_next_partition_key("2024-01-02") == "2024-01-04"
    assert daily.get_prev_partition_key("2024-01-04") == "2024-01-02"
    assert not daily.has_partition_key("2024-01-03")
    assert daily.is_window_start_excluded(utc(2024, 1, 6))
    assert daily.get_partition_keys_in_range(PartitionKeyRange("2024-01-03", "2024-01-06")) == [
        "2024-01-04",
        "2024-01-05",
    ]
    with pytest.raises(DagsterUnknownPartitionError, match="next one is '2024-01-04'"):
        daily.time_window_for_partition_key("2024-01-03")


def test_exclusions_may_be_written_as_keys():
    daily = DailyPartitionsDefinition("2024-01-01", end_date="2024-01-04", exclusions=["2024-01-02"])
    assert daily.get_partition_keys() == ["2024-01-01", "2024-01-03"]
    with pytest.raises(DagsterInvalidDefinitionError, match="neither a cron schedule"):
        DailyPartitionsDefinition("2024-01-01", exclusions=["tuesday"])
    with pytest.raises(DagsterInvalidDefinitionError, match="no partition is left"):
        DailyPartitionsDefinition("2024-01-01", exclusions=["* * * * *"])


def test_the_time_on_the_wall_counts_for_the_start():
    daily = DailyPartitionsDefinition(datetime(2024, 1, 1, tzinfo=UTC), timezone="Europe/Berlin")
    assert daily.start.isoformat() == "2024-01-01T00:00:00+01:00"
    assert DailyPartitionsDefinition(date(2024, 1, 1)).start == utc(2024, 1, 1)


def test_a_context_says_what_time_counts():
    daily = DailyPartitionsDefinition("2024-01-01")
    with partition_loading_context(NOON):
        assert daily.get_num_partitions() == 3
        with partition_loading_context(utc(2024, 1, 2)) as inner:
            assert inner == get_loading_context()
            assert daily.get_last_partition_key() == "2024-01-01"
        assert daily.get_num_partitions() == 3


# ---------------------------------------------------------------------- clock changes


def test_hourly_keys_of_a_repeated_hour_carry_the_offset():
    hourly = HourlyPartitionsDefinition(
        "2024-11-03-00:00", end_date="2024-11-03-03:00", timezone="America/Los_Angeles"
    )
    keys = hourly.get_partition_keys()
    assert keys == ["2024-11-03-00:00", "2024-11-03-01:00", "2024-11-03-01:00-0800", "2024-11-03-02:00"]
    windows = [hourly.time_window_for_partition_key(key) for key in keys]
    assert all(w.end.timestamp() - w.start.timestamp() == 3600 for w in windows)
    assert all(hourly.has_partition_key(key) for key in keys)
    assert not hourly.has_partition_key("2024-11-03-01:00-0500")
    assert not hourly.has_partition_key("2024-11-03-02:00-0800")


def test_windows_that_begin_in_the_second_of_two_equal_hours_are_found_by_key():
    early = TimeWindowPartitionsDefinition(
        start="2018-10-28-00:00", end="2018-10-29-00:00", fmt="%Y-%m-%d-%H:%M", cron_schedule="*/20 1-3 * * *",
        timezone="Europe/Berlin",
    )  # fmt: skip
    keys = early.get_partition_keys()
    assert "2018-10-28-02:20" in keys
    assert all(early.has_partition_key(key) for key in keys)
    assert (
        early.time_window_for_partition_key("2018-10-28-02:20").start.isoformat()
        == "2018-10-28T02:20:00+01:00"
    )


def test_hourly_keys_skip_the_gap():
    hourly = HourlyPartitionsDefinition(
        "2024-03-10-00:00", end_date="2024-03-10-05:00", timezone="America/Los_Angeles"
    )
    assert [key[-5:] for key in hourly.get_partition_keys()] == ["00:00", "01:00", "03:00", "04:00"]


def test_daily_windows_move_with_the_clock():
    daily = DailyPartitionsDefinition(
        "2024-03-08", timezone="America/Los_Angeles", hour_offset=2, minute_offset=30
    )
    assert daily.time_window_for_partition_key("2024-03-10").start.isoformat() == "2024-03-10T03:00:00-07:00"
    assert daily.time_window_for_partition_key("2024-03-11").start.isoformat() == "2024-03-11T02:30:00-07:00"


def test_midnight_in_the_gap_keeps_its_day():
    daily = DailyPartitionsDefinition("2018-11-02", end_date="2018-11-06", timezone="America/Sao_Paulo")
    assert daily.get_partition_keys() == ["2018-11-02", "2018-11-03", "2018-11-04", "2018-11-05"]
    assert all(daily.has_partition_key(key) for key in daily.get_partition_keys())


@settings(max_examples=60, deadline=None)
@given(
    cron=st.sampled_from(
        ["0 * * * *", "30 2 * * *", "0 0 * * *", "*/20 1-3 * * *", "0 0 1 * *", "15 */6 * * 1-5"]
    ),
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca"]
    ),
    start=st.datetimes(datetime(1975, 1, 1), datetime(2035, 1, 1)),
    days=st.integers(0, 40),
    exclusions=st.lists(
        st.sampled_from(["* * * * 0", "0 2 * * *", "* 3-9 * * *", "20 * * * *", "0 0 L * *"]), max_size=3
    ),
)
def test_counting_and_finding_agree_with_listing(cron, zone, start, days, exclusions):
    windows = TimeWindowPartitionsDefinition(
        start=start, end=start + timedelta(days=days), fmt="%Y-%m-%d-%H:%M", cron_schedule=cron, timezone=zone,
        exclusions=exclusions or None,
    )  # fmt: skip
    with partition_loading_context(utc(2100, 1, 1)):
        keys = windows.get_partition_keys()
        assert windows.get_num_partitions() == len(keys) == len(set(keys))
        assert all(windows.has_partition_key(key) for key in keys)
        assert [windows.find_number(key) for key in keys] == list(range(len(keys)))
        assert [windows.calendar.key_of(number) for number in range(len(keys))] == keys
        assert (windows.get_first_partition_key(), windows.get_last_partition_key()) == (
            (keys[0], keys[-1]) if keys else (None, None)
        )
        spans = [windows.time_window_for_partition_key(key) for key in keys]
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
        if not exclusions:
            assert all(a.end == b.start for a, b in itertools.pairwise(spans))
        whole = TimeWindowPartitionsDefinition(
            start=start,
            end=start + timedelta(days=days),
            fmt="%Y-%m-%d-%H:%M",
            cron_schedule=cron,
            timezone=zone,
        )
        left = set(whole.get_partition_keys()) - set(keys)
        assert set(keys) <= set(whole.get_partition_keys())
        assert all(windows.is_window_start_excluded(whole.start_time_for_partition_key(key)) for key in left)


# ---------------------------------------------------------------------- a million keys


def test_a_million_hourly_keys_are_never_listed(monkeypatch):
    hourly = HourlyPartitionsDefinition("1910-01-01-00:00", timezone="America/New_York")
    daily = DailyPartitionsDefinition("1910-01-01", timezone="America/New_York")
    monkeypatch.setattr(WindowCalendar, "list_keys", lambda *_: pytest.fail("keys were listed"))
    with partition_loading_context(utc(2025, 1, 1)):
        assert hourly.get_num_partitions() > 1_000_000
        assert hourly.get_last_partition_key() == "2024-12-31-18:00"
        assert hourly.has_partition_key("1999-12-31-23:00")
        everything = hourly.subset_with_all_partitions()
        century = hourly.subset_with_partition_key_range(
            PartitionKeyRange("1920-01-01-00:00", "2019-12-31-23:00")
        )
        assert len(everything - century) == len(everything) - len(century)
        assert hourly.deserialize_subset(century.serialize()) == century
        assert "1950-06-01-12:00" in century
        assert daily.get_num_partitions() > 40_000


# ---------------------------------------------------------------------- questions about windows


def test_windows_around_an_instant():
    daily = DailyPartitionsDefinition("2024-01-01", end_date="2024-01-10")
    day = timedelta(days=1)
    assert daily.get_next_partition_window(utc(2024, 1, 8, 5)) == TimeWindow(
        utc(2024, 1, 9), utc(2024, 1, 10)
    )
    assert daily.get_next_partition_window(utc(2024, 1, 10)) is None
    assert daily.get_next_partition_window(utc(2024, 1, 10), respect_bounds=False).start == utc(2024, 1, 10)
    assert daily.get_prev_partition_window(utc(2024, 1, 3, 5)) == TimeWindow(utc(2024, 1, 2), utc(2024, 1, 3))
    assert daily.get_prev_partition_window(utc(2024, 1, 1)) is None
    assert daily.get_first_partition_window() == TimeWindow(utc(2024, 1, 1), utc(2024, 1, 1) + day)
    assert daily.get_last_partition_window() == TimeWindow(utc(2024, 1, 9), utc(2024, 1, 9) + day)
    assert daily.get_partition_key_for_timestamp(utc(2024, 1, 3).timestamp()) == "2024-01-03"
    assert daily.get_partition_key_for_timestamp(utc(2024, 1, 3).timestamp(), end_closed=True) == "2024-01-02"
    span = TimeWindow(utc(2024, 1, 3, 5), utc(2024, 1, 5, 5))
    assert daily.get_partition_keys_in_time_window(span) == ["2024-01-04", "2024-01-05"]
    assert daily.get_num_partitions_in_window(span) == 2
    whole = TimeWindow(utc(2024, 1, 3), utc(2024, 1, 5))
    assert daily.get_partition_key_range_for_time_window(whole) == PartitionKeyRange(
        "2024-01-03", "2024-01-04"
    )
    assert daily.get_next_partition_key("2024-01-09") is None


def test_pages_of_keys_in_both_directions():
    daily = DailyPartitionsDefinition("2024-01-01", end_date="2024-01-06")
    context = get_loading_context()
    for ascending in (True, False):
        found, cursor, more = [], None, True
        while more:
            page = daily.get_paginated_partition_keys(context, 2, ascending, cursor)
            found += page.results
            cursor, more = page.cursor, page.has_more
        assert found == (daily.get_partition_keys() if ascending else daily.get_partition_keys()[::-1])


def test_the_cron_schedule_of_windows():
    assert (
        DailyPartitionsDefinition("2024-01-01", hour_offset=3).get_cron_schedule(minute_of_hour=5)
        == "5 3 * * *"
    )
    assert WeeklyPartitionsDefinition("2024-01-01").get_cron_schedule(5, 2, day_of_week=3) == "5 2 * * 3"
    assert MonthlyPartitionsDefinition("2024-01-01").get_cron_schedule(day_of_month=3) == "0 0 3 * *"
    with pytest.raises(CheckError, match="day_of_week"):
        DailyPartitionsDefinition("2024-01-01").get_cron_schedule(day_of_week=3)
    with pytest.raises(CheckError, match="hour_of_day"):
        HourlyPartitionsDefinition("2024-01-01-00:00").get_cron_schedule(hour_of_day=3)


def test_what_a_definition_knows_of_itself():
    weekly = WeeklyPartitionsDefinition("2024-01-01", day_offset=3, hour_offset=2, minute_offset=1)
    assert weekly.schedule_type is ScheduleType.WEEKLY
    assert (weekly.minute_offset, weekly.hour_offset, weekly.day_offset) == (1, 2, 3)
    assert str(weekly) == "Weekly, starting 2024-01-01 UTC."
    daily = DailyPartitionsDefinition("2024-01-01", end_offset=2)
    assert daily.is_basic_daily
    assert str(daily) == "Daily, starting 2024-01-01 UTC. End offset by 2 partitions."
    with pytest.raises(CheckError):
        _ = daily.day_offset


def test_definitions_are_values():
    daily = DailyPartitionsDefinition("2024-01-01")
    same = TimeWindowPartitionsDefinition(start="2024-01-01", fmt="%Y-%m-%d", cron_schedule="0 0 * * *")
    assert daily == same
    assert hash(daily) == hash(same)
    assert daily != DailyPartitionsDefinition("2024-01-02")
    assert daily.equal_except_for_start_or_end(DailyPartitionsDefinition("2023-01-02"))
    assert daily.get_serializable_unique_identifier() == same.get_serializable_unique_identifier()
    copy = pickle.loads(pickle.dumps(DailyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin")))
    assert copy.get_first_partition_key() == "2024-01-01"


# ---------------------------------------------------------------------- bad input


def test_unknown_keys_say_what_there_is():
    daily = DailyPartitionsDefinition("2024-01-01", end_date="2024-01-10")
    for key, text in [
        ("2024-02-01", "last partition that has ended is '2024-01-09'"), ("2023-02-01", "first partition is '2024-01-01'"),
        ("2024-1-3", "next one is '2024-01-03'"), ("zz", "form '%Y-%m-%d'"),
    ]:  # fmt: skip
        with pytest.raises(DagsterUnknownPartitionError, match=text):
            daily.validate_partition_key(key)
        assert not daily.has_partition_key(key)
    with pytest.raises(DagsterUnknownPartitionError, match="next one is '2024-01-07'"):
        WeeklyPartitionsDefinition("2024-01-01").validate_partition_key("2024-01-03")
    with pytest.raises(DagsterInvalidInvocationError, match="'2025-01-03' lies outside"):
        daily.get_partition_keys_in_range(PartitionKeyRange("2024-01-05", "2025-01-03"))


@pytest.mark.parametrize(("arguments", "error"), [
    ({"start_date": "20240101"}, "format '%Y-%m-%d'"), ({"start_date": "2024-01-01", "timezone": "Nowhere/X"}, "no time zone"),
    ({"start_date": "2024-01-01", "hour_offset": 70}, "70 is not between 0 and 23"),
])  # fmt: skip
def test_bad_definitions_are_refused(arguments, error):
    with pytest.raises(DagsterInvalidDefinitionError, match=error):
        DailyPartitionsDefinition(**arguments)


def test_arguments_of_the_wrong_kind_are_refused():
    for arguments in ({"start_date": 5}, {"start_date": "2024-01-01", "end_offset": 2.5}):
        with pytest.raises(CheckError):
            DailyPartitionsDefinition(**arguments)
    with pytest.raises(CheckError, match="needs a cron_schedule"):
        TimeWindowPartitionsDefinition(start="2024-01-01", fmt="%Y-%m-%d")
    with pytest.raises(CheckError, match="leave out"):
        TimeWindowPartitionsDefinition(
            start="2024-01-01", fmt="%Y-%m-%d", cron_schedule="0 0 * * *", hour_offset=3
        )
    with pytest.raises(CheckError, match="current time"):
        DailyPartitionsDefinition("2024-01-01").get_partition_keys(current_time=5)
