"""Cron: what is valid, what ticks when, and that arithmetic agrees with looking at every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.partitions.cron import find_cron_problem, get_cron_ticks, is_valid_cron, merge_ticks, parse_cron

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca",
    "Africa/Cairo", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Asia/Tehran", "Pacific/Chatham",
]  # fmt: skip


def ticks_from(cron, zone, start, count):
    ticks = get_cron_ticks(cron, zone)
    begin = datetime.fromisoformat(start).replace(tzinfo=ticks.zone.tz).timestamp()
    return [
        ticks.zone.to_datetime(t).strftime("%d %H:%M%z") for t in islice(ticks.iterate_from(begin), count)
    ]


@pytest.mark.parametrize("cron", [
    "* * * * *", "0 0 L * *", "0 0 * * L5", "0 0 * * 5L", "0 0 * * 5#2", "0 0 * * fri#2", "0 0 ? * *", "@daily", "@DAILY",
    "@hourly", "@midnight", "@yearly", "0 0 * jan MON", "0 0 * * 7", "0 0 * * fri-mon", "0 22-2 * * *", "5/10 * * * *",
    "0  0  * * *", " 0 0 * * *", "0 0 1,L * *", "0 0 29 2 *", "*/70 * * * *", "0 0 * dec-feb *",
])  # fmt: skip
def test_valid_expressions(cron):
    assert is_valid_cron(cron)


@pytest.mark.parametrize(("cron", "problem"), [
    ("0 0 30 2 *", "no such day"), ("60 * * * *", "60 is not between 0 and 59"), ("* * * *", "4 fields"),
    ("* * * * * *", "6 fields"), ("*/0 * * * *", "step '0'"), ("0 0 * 0 *", "month"), ("0 0 0 * *", "day of month"),
    ("@reboot", "there is no '@reboot'"), ("-1 0 * * *", "minute"), ("H H * * *", "'h'"), ("0 0 L-3 * *", "'l'"),
    ("0 0 * * 5#6", "#1 to #5"), ("", "0 fields"),
])  # fmt: skip
def test_invalid_expressions_say_what_is_wrong(cron, problem):
    assert problem in find_cron_problem(cron)
    with pytest.raises(DagsterInvalidDefinitionError, match="not a valid cron schedule"):
        parse_cron(cron)


def test_a_zone_that_does_not_exist_names_the_nearest():
    with pytest.raises(DagsterInvalidDefinitionError, match="Did you mean 'Europe/Berlin'"):
        get_cron_ticks("0 0 * * *", "Europe/Berlim")


def test_day_of_month_and_day_of_week_are_alternatives():
    got = ticks_from("0 0 1,15 * 1", "UTC", "2024-01-01", 5)
    assert [text[:2] for text in got] == ["01", "08", "15", "22", "29"]


def test_a_lost_local_time_ticks_once_at_the_end_of_the_gap():
    assert ticks_from("30 2 * * *", "America/New_York", "2024-03-09", 3) == [
        "09 02:30-0500",
        "10 03:00-0400",
        "11 02:30-0400",
    ]
    assert ticks_from("15,45 2 * * *", "America/New_York", "2024-03-10", 2) == [
        "10 03:00-0400",
        "11 02:15-0400",
    ]
    assert ticks_from("0 2,3 * * *", "America/New_York", "2024-03-10", 2) == [
        "10 03:00-0400",
        "11 02:00-0400",
    ]


def test_of_a_repeated_local_time_the_second_ticks():
    assert ticks_from("30 1 * * *", "America/New_York", "2024-11-02", 3) == [
        "02 01:30-0400",
        "03 01:30-0500",
        "04 01:30-0500",
    ]


def test_hourly_ticks_follow_real_hours():
    assert ticks_from("0 * * * *", "America/New_York", "2024-11-03", 4) == [
        "03 00:00-0400", "03 01:00-0400", "03 01:00-0500", "03 02:00-0500",
    ]  # fmt: skip
    assert ticks_from("0 * * * *", "America/New_York", "2024-03-10", 3) == [
        "10 00:00-0500",
        "10 01:00-0500",
        "10 03:00-0400",
    ]


def test_a_day_that_a_zone_skipped_has_no_tick_of_its_own():
    assert ticks_from("0 0 * * *", "Pacific/Apia", "2011-12-28", 3) == [
        "28 00:00-1000",
        "29 00:00-1000",
        "31 00:00+1400",
    ]


def test_several_expressions_merge_without_repeats():
    start = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    got = [
        int(t - start) // 3600 for t in islice(merge_ticks(["0 */6 * * *", "0 */4 * * *"], None, start), 6)
    ]
    assert got == [0, 4, 6, 8, 12, 16]
    back = [
        int(t - start) // 3600 for t in islice(merge_ticks("0 */6 * * *", None, start, ascending=False), 3)
    ]
    assert back == [0, -6, -12]


@st.composite
def fields(draw, low, high):
    number = st.integers(low, high)
    item = st.one_of(
        number.map(str),
        st.tuples(number, number).map(lambda p: f"{min(p)}-{max(p)}"),
        st.integers(1, high).map(lambda s: f"*/{s}"),
        st.tuples(number, number, st.integers(1, 9)).map(lambda p: f"{min(p[:2])}-{max(p[:2])}/{p[2]}"),
    )
    return draw(st.one_of(st.just("*"), st.lists(item, min_size=1, max_size=2).map(",".join)))


crons = st.tuples(fields(0, 59), fields(0, 23), fields(1, 31), fields(1, 12), fields(0, 6)).map(" ".join)
busy_crons = st.tuples(fields(0, 59), fields(0, 23)).map(lambda p: f"{p[0]} {p[1]} * * *")


@settings(max_examples=150, deadline=None)
@given(cron=crons, zone=st.sampled_from(ZONES), start=st.integers(-600_000_000, 4_000_000_000))
def test_a_tick_has_the_number_that_it_is_found_by(cron, zone, start):
    assume(is_valid_cron(cron))
    ticks = get_cron_ticks(cron, zone)
    first = ticks.count_before(start)
    instants = [ticks.tick_at(number) for number in range(first - 3, first + 8)]
    assert instants[2] < start <= instants[3]
    assert all(a < b for a, b in pairwise(instants))
    for number, instant in enumerate(instants, start=first - 3):
        assert ticks.count_before(instant) == number
        assert ticks.count_before(instant + 1) == number + 1
        assert ticks.has_tick(instant)
    offsets = [instant + ticks.zone.offset_s(instant) for instant in instants]
    assert ticks.list_local(first - 3, first + 8) == offsets


def ticks_by_looking_at_every_minute(cron_text, zone, start, end):
    """The rule, told by brute force over the minutes of a few days."""
    cron = parse_cron(cron_text)
    minutes = [
        datetime.fromtimestamp(t, ZoneInfo(zone)) for t in range(start - 2 * 86400, end + 2 * 86400, 60)
    ]

    def matches(local):
        in_days = cron.days is None or local.day in cron.days
        in_week = cron.weekdays is None or local.isoweekday() % 7 in cron.weekdays
        day = in_days and in_week if cron.days is None or cron.weekdays is None else in_days or in_week
        return (
            local.minute in cron.minutes and local.hour in cron.hours and local.month in cron.months and day
        )

    found = {}
    for before, moment in pairwise(minutes):
        local = moment.replace(tzinfo=None, fold=0)
        lost = before.replace(tzinfo=None, fold=0) + timedelta(minutes=1)
        if matches(local):
            key = moment.timestamp() if cron.repeats_every_hour else local
            found[key] = moment.timestamp()
        while lost < local and not cron.repeats_every_hour:
            if matches(lost):
                found[lost] = moment.timestamp()
            lost += timedelta(minutes=1)
    return sorted({t for t in found.values() if start <= t < end})


CHANGES = [
    ("America/New_York", datetime(2024, 3, 10, tzinfo=UTC)), ("America/New_York", datetime(2024, 11, 3, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2023, 3, 26, tzinfo=UTC)), ("Europe/Berlin", datetime(2023, 10, 29, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2024, 4, 6, tzinfo=UTC)), ("Australia/Lord_Howe", datetime(2024, 10, 5, tzinfo=UTC)),
    ("America/Sao_Paulo", datetime(2018, 11, 4, tzinfo=UTC)), ("Africa/Casablanca", datetime(2024, 3, 10, tzinfo=UTC)),
    ("Pacific/Chatham", datetime(2024, 4, 6, tzinfo=UTC)), ("Asia/Kathmandu", datetime(2024, 4, 6, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, tzinfo=UTC)),
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(cron=st.one_of(crons, busy_crons), change=st.sampled_from(CHANGES))
def test_ticks_agree_with_looking_at_every_minute(cron, change):
    assume(is_valid_cron(cron))
    zone, moment = change
    start, end = int((moment - timedelta(days=1)).timestamp()), int((moment + timedelta(days=2)).timestamp())
    ticks = get_cron_ticks(cron, zone)
    got = [ticks.tick_at(number) for number in range(ticks.count_before(start), ticks.count_before(end))]
    assert got == ticks_by_looking_at_every_minute(cron, zone, start, end)
