"""Mappings: which upstream partitions a downstream partition needs, and the other way round."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvalidInvocationError
from weftwork.partitions.context import partition_loading_context
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.partitions.mappings import (
    AllPartitionMapping,
    DimensionPartitionMapping,
    IdentityPartitionMapping,
    LastPartitionMapping,
    MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping,
    PartitionMapping,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
    TimeWindowPartitionMapping,
    UpstreamPartitionsResult,
    infer_partition_mapping,
)
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import (
    DailyPartitionsDefinition,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    TimeWindowPartitionsDefinition,
    WeeklyPartitionsDefinition,
    WindowCalendar,
)

NOW = datetime(2024, 2, 1, 5, tzinfo=UTC)
ABC = StaticPartitionsDefinition(["a", "b", "c"])
BCD = StaticPartitionsDefinition(["b", "c", "d"])
DAILY = DailyPartitionsDefinition("2024-01-01")
LATER = DailyPartitionsDefinition("2024-01-05")
HOURLY = HourlyPartitionsDefinition("2024-01-01-00:00")
WEEKLY = WeeklyPartitionsDefinition("2024-01-01")
MONTHLY = MonthlyPartitionsDefinition("2024-01-01")


def upstream(mapping, up, down, *keys):
    subset = down.subset_with_partition_keys(keys) if down is not None else None
    found = mapping.get_upstream_mapped_partitions_result_for_partitions(subset, down, up, NOW)
    return list(found.partitions_subset.get_partition_keys()), list(
        found.required_but_nonexistent_partition_keys
    )


def downstream(mapping, up, down, *keys):
    subset = up.subset_with_partition_keys(keys)
    return list(mapping.get_downstream_partitions_for_partitions(subset, up, down, NOW).get_partition_keys())


# ---------------------------------------------------------------------- time windows

TIME = TimeWindowPartitionMapping


def test_windows_map_by_overlap():
    assert upstream(TIME(), DAILY, WEEKLY, "2024-01-07")[0] == [f"2024-01-{day:02}" for day in range(7, 14)]
    assert upstream(TIME(), WEEKLY, DAILY, "2024-01-08") == (["2024-01-07"], [])
    assert len(upstream(TIME(), HOURLY, DAILY, "2024-01-03")[0]) == 24
    assert upstream(TIME(), DAILY, HOURLY, "2024-01-03-05:00") == (["2024-01-03"], [])
    assert upstream(TIME(), MONTHLY, DAILY, "2024-01-03") == (["2024-01-01"], [])


@pytest.mark.parametrize(("offsets", "key", "expected"), [
    ((-1, -1), "2024-01-02", ["2024-01-01"]), ((-1, -1), "2024-01-01", []),
    ((-6, 0), "2024-01-08", [f"2024-01-{day:02}" for day in range(2, 9)]), ((-6, 0), "2024-01-02", ["2024-01-01", "2024-01-02"]),
    ((1, 1), "2024-01-30", ["2024-01-31"]), ((1, 1), "2024-01-31", []), ((0, 2), "2024-01-30", ["2024-01-30", "2024-01-31"]),
])  # fmt: skip
def test_offsets_reach_as_far_as_there_are_windows(offsets, key, expected):
    assert upstream(TIME(*offsets), DAILY, DAILY, key) == (expected, [])


def test_offsets_count_downstream_windows():
    assert len(upstream(TIME(start_offset=-1), HOURLY, DAILY, "2024-01-03")[0]) == 48
    assert upstream(TIME(start_offset=-1), DAILY, HOURLY, "2024-01-03-05:00") == (["2024-01-03"], [])


def test_a_window_that_upstream_does_not_have_is_required_unless_allowed():
    assert upstream(TIME(), LATER, DAILY, "2024-01-02", "2024-01-05") == (["2024-01-05"], ["2024-01-02"])
    from_tenth = DailyPartitionsDefinition("2024-01-10")
    assert upstream(TIME(), from_tenth, WEEKLY, "2024-01-07") == (
        ["2024-01-10", "2024-01-11", "2024-01-12", "2024-01-13"], ["2024-01-07", "2024-01-08", "2024-01-09"],
    )  # fmt: skip
    assert (
        upstream(TIME(allow_nonexistent_upstream_partitions=True), from_tenth, WEEKLY, "2024-01-07")[1] == []
    )
    ahead = DailyPartitionsDefinition("2024-01-01", end_offset=1)
    assert upstream(TIME(), DAILY, ahead, "2024-02-01") == ([], ["2024-02-01"])
    assert upstream(TIME(-1, -1), LATER, DAILY, "2024-01-03") == ([], [])


def test_downstream_windows_that_exist_are_found():
    assert downstream(TIME(), DAILY, WEEKLY, "2024-01-08") == ["2024-01-07"]
    assert downstream(TIME(), DAILY, WEEKLY, "2024-01-03") == []
    assert downstream(TIME(-1, -1), DAILY, DAILY, "2024-01-01", "2024-01-31") == ["2024-01-02"]
    assert downstream(TIME(-6), DAILY, DAILY, "2024-01-08") == [f"2024-01-{day:02}" for day in range(8, 15)]
    assert downstream(TIME(-1), HOURLY, DAILY, "2024-01-03-23:00") == ["2024-01-03", "2024-01-04"]


def test_excluded_windows_are_not_mapped_to():
    no_third = DailyPartitionsDefinition("2024-01-01", exclusions=[datetime(2024, 1, 3)])
    assert upstream(TIME(), no_third, DAILY, "2024-01-02", "2024-01-03") == (["2024-01-02"], [])
    assert upstream(TIME(-1, -1), no_third, no_third, "2024-01-04") == (["2024-01-02"], [])
    assert upstream(TIME(), DAILY, no_third, "2024-01-02", "2024-01-04") == (["2024-01-02", "2024-01-04"], [])


def test_both_sides_need_windows_of_one_zone():
    for up, down in (
        (ABC, DAILY),
        (DAILY, None),
        (DAILY, DailyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin")),
    ):
        with pytest.raises(DagsterInvalidDefinitionError):
            TIME().validate_partition_mapping(up, down)
    with pytest.raises(DagsterInvalidInvocationError, match="has none"):
        upstream(TIME(), DAILY, None)
    with pytest.raises(CheckError):
        TIME(start_offset="a")


windows = st.builds(
    TimeWindowPartitionsDefinition,
    start=st.datetimes(datetime(2024, 3, 1), datetime(2024, 3, 9)), fmt=st.just("%Y-%m-%d-%H:%M"),
    cron_schedule=st.sampled_from(["0 */4 * * *", "0 0 * * *", "30 2 * * *", "0 0 * * 1", "0 12 1,10 * *"]),
    timezone=st.just("America/New_York"), exclusions=st.sampled_from([None, ["* * * * 0"], ["0 8 * * *"]]),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(up=windows, down=windows, start_offset=st.integers(-2, 1), wider=st.integers(0, 2), data=st.data())
def test_time_mapping_agrees_with_comparing_all_windows(up, down, start_offset, wider, data):
    mapping = TimeWindowPartitionMapping(start_offset, start_offset + wider)
    with partition_loading_context(datetime(2024, 3, 14, tzinfo=UTC)):
        down_keys, up_keys = down.get_partition_keys(), up.get_partition_keys()
        assume(down_keys and up_keys)
        spans = {
            number: (up.calendar.start_s(number), up.calendar.end_s(number)) for number in range(len(up_keys))
        }

        def needs(place):
            moved = range(place + start_offset, place + start_offset + wider + 1)
            wanted = [(down.calendar.start_s(number), down.calendar.end_s(number)) for number in moved]
            return {
                up_keys[n]
                for n, (low, high) in spans.items()
                if any(low < end and start < high for start, end in wanted)
            }

        needed = {key: needs(place) for place, key in enumerate(down_keys)}
        chosen = data.draw(st.sets(st.sampled_from(down_keys), max_size=4))
        result = mapping.get_upstream_mapped_partitions_result_for_partitions(
            down.subset_with_partition_keys(chosen), down, up
        )
        assert set(result.partitions_subset) == set().union(*(needed[key] for key in chosen))
        some = data.draw(st.sets(st.sampled_from(up_keys), max_size=3))
        back = mapping.get_downstream_partitions_for_partitions(up.subset_with_partition_keys(some), up, down)
        assert set(back) == {key for key in down_keys if needed[key] & some}


def test_mapping_a_million_windows_lists_nothing(monkeypatch):
    hourly = HourlyPartitionsDefinition("1910-01-01-00:00")
    daily = DailyPartitionsDefinition("1910-01-01")
    monkeypatch.setattr(WindowCalendar, "list_keys", lambda *_: pytest.fail("keys were listed"))
    everything = hourly.subset_with_all_partitions()
    days = TIME().get_downstream_partitions_for_partitions(everything, hourly, daily)
    assert abs(len(days) - len(everything) / 24) <= 1
    back = (
        TIME(-1).get_upstream_mapped_partitions_result_for_partitions(days, daily, hourly).partitions_subset
    )
    assert len(everything) - 24 < len(back) <= len(everything)


# ---------------------------------------------------------------------- equal keys, all, last, some, written down


def test_identity_maps_equal_keys():
    identity = IdentityPartitionMapping()
    assert upstream(identity, ABC, BCD, "b", "d") == (["b"], ["d"])
    assert downstream(identity, ABC, BCD, "a", "b") == ["b"]
    assert upstream(identity, LATER, DAILY, "2024-01-02", "2024-01-06") == (["2024-01-06"], ["2024-01-02"])
    with pytest.raises(DagsterInvalidDefinitionError, match="StaticPartitionsDefinition upstream"):
        identity.validate_partition_mapping(ABC, DAILY)
    with pytest.raises(DagsterInvalidInvocationError):
        upstream(identity, ABC, None)


def test_all_last_and_specific():
    assert upstream(AllPartitionMapping(), ABC, None) == (["a", "b", "c"], [])
    assert downstream(AllPartitionMapping(), ABC, BCD, "a") == ["b", "c", "d"]
    assert downstream(AllPartitionMapping(), ABC, BCD) == []
    assert upstream(LastPartitionMapping(), DAILY, None) == (["2024-01-31"], [])
    assert downstream(LastPartitionMapping(), ABC, BCD, "a") == []
    assert downstream(LastPartitionMapping(), ABC, BCD, "a", "c") == ["b", "c", "d"]
    some = SpecificPartitionsPartitionMapping(["a", "b"])
    assert upstream(some, ABC, BCD, "d") == (["a", "b"], [])
    assert upstream(some, BCD, ABC, "a") == (["b"], ["a"])
    assert downstream(some, ABC, BCD, "c") == []
    assert downstream(some, ABC, BCD, "a") == ["b", "c", "d"]


def test_a_written_mapping():
    mapping = StaticPartitionMapping({"a": "b", "b": {"c", "d"}})
    assert upstream(mapping, ABC, BCD, "b", "d") == (["a", "b"], [])
    assert downstream(mapping, ABC, BCD, "b", "c") == ["c", "d"]
    for wrong in ({"q": "b"}, {"a": "q"}):
        with pytest.raises(DagsterInvalidDefinitionError, match="'q'"):
            StaticPartitionMapping(wrong).validate_partition_mapping(ABC, BCD)
    with pytest.raises(CheckError):
        StaticPartitionMapping({"a": 1})


# ---------------------------------------------------------------------- several dimensions

UP = MultiPartitionsDefinition({"abc": ABC, "date": DAILY})
DOWN = MultiPartitionsDefinition({"bcd": BCD, "date": DAILY})
YESTERDAY = TimeWindowPartitionMapping(-1, -1)


def test_multi_dimensional_mappings_go_by_dimension():
    by_date = MultiPartitionMapping({"date": DimensionPartitionMapping("date", YESTERDAY)})
    assert upstream(by_date, UP, DOWN, "b|2024-01-03")[0] == ["a|2024-01-02", "b|2024-01-02", "c|2024-01-02"]
    assert downstream(by_date, UP, DOWN, "a|2024-01-03") == ["b|2024-01-04", "c|2024-01-04", "d|2024-01-04"]
    both = MultiPartitionMapping({
        "date": DimensionPartitionMapping("date", YESTERDAY),
        "abc": DimensionPartitionMapping("bcd", StaticPartitionMapping({"a": "b"})),
    })  # fmt: skip
    assert upstream(both, UP, DOWN, "b|2024-01-03") == (["a|2024-01-02"], [])
    assert upstream(both, UP, DOWN, "b|2024-01-01") == ([], [])
    assert downstream(both, UP, DOWN, "a|2024-01-03") == ["b|2024-01-04"]
    assert downstream(both, UP, DOWN, "c|2024-01-03") == []


def test_combinations_that_upstream_does_not_have_are_required():
    identity = MultiPartitionMapping({
        "abc": DimensionPartitionMapping("bcd", IdentityPartitionMapping()),
        "date": DimensionPartitionMapping("date", TimeWindowPartitionMapping()),
    })  # fmt: skip
    assert upstream(identity, UP, DOWN, "b|2024-01-03", "d|2024-01-04") == (
        ["b|2024-01-03"],
        ["d|2024-01-04"],
    )


def test_two_upstream_dimensions_may_depend_on_one():
    square = MultiPartitionsDefinition({"x": ABC, "y": ABC})
    diagonal = MultiPartitionMapping({
        "x": DimensionPartitionMapping("x", IdentityPartitionMapping()),
        "y": DimensionPartitionMapping("x", IdentityPartitionMapping()),
    })  # fmt: skip
    assert upstream(diagonal, square, square, "a|b", "c|b") == (["a|a", "c|c"], [])
    assert downstream(diagonal, square, square, "a|a") == ["a|a", "a|b", "a|c"]
    assert downstream(diagonal, square, square, "a|b") == []


def test_bad_dimensions_are_refused():
    with pytest.raises(CheckError, match="upstream dimension 'abd'.*Did you mean 'abc'"):
        MultiPartitionMapping(
            {"abd": DimensionPartitionMapping("bcd", IdentityPartitionMapping())}
        ).validate_partition_mapping(UP, DOWN)
    with pytest.raises(CheckError, match="both sides"):
        MultiPartitionMapping({}).validate_partition_mapping(ABC, DOWN)
    with pytest.raises(CheckError, match="DimensionPartitionMapping"):
        MultiPartitionMapping({"abc": IdentityPartitionMapping()})


def test_one_dimension_of_several():
    mapping = MultiToSingleDimensionPartitionMapping()
    assert upstream(mapping, UP, DAILY, "2024-01-03")[0] == ["a|2024-01-03", "b|2024-01-03", "c|2024-01-03"]
    assert downstream(mapping, UP, DAILY, "a|2024-01-03") == ["2024-01-03"]
    assert upstream(mapping, DAILY, UP, "a|2024-01-03") == (["2024-01-03"], [])
    assert downstream(mapping, DAILY, UP, "2024-01-03") == ["a|2024-01-03", "b|2024-01-03", "c|2024-01-03"]
    assert len(upstream(mapping, UP, WEEKLY, "2024-01-07")[0]) == 21
    square = MultiPartitionsDefinition({"x": ABC, "y": ABC})
    with pytest.raises(CheckError, match="Several dimensions fit"):
        mapping.validate_partition_mapping(square, ABC)
    named = MultiToSingleDimensionPartitionMapping("x")
    assert upstream(named, square, ABC, "a")[0] == ["a|a", "a|b", "a|c"]
    for up, down, problem in ((UP, BCD, "none of the dimensions"), (ABC, BCD, "exactly one side")):
        with pytest.raises(CheckError, match=problem):
            mapping.validate_partition_mapping(up, down)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_multi_mapping_agrees_with_mapping_each_key(data):
    sides = [StaticPartitionsDefinition([f"{c}{i}" for i in range(3)]) for c in "xyz"]
    three = MultiPartitionsDefinition(dict(zip("abc", sides, strict=True)))
    tables = {
        name: {
            k: set(data.draw(st.sets(st.sampled_from(side.get_partition_keys()))))
            for k in side.get_partition_keys()
        }
        for name, side in zip("abc", sides, strict=True)
    }
    mapped = data.draw(st.sets(st.sampled_from("abc")))
    mapping = MultiPartitionMapping(
        {n: DimensionPartitionMapping(n, StaticPartitionMapping(tables[n])) for n in mapped}
    )
    keys = three.get_partition_keys()

    def depends(down, up):
        pairs = ((n, up.keys_by_dimension[n], down.keys_by_dimension[n]) for n in mapped)
        return all(d in tables[n][u] for n, u, d in pairs)

    chosen = data.draw(st.sets(st.sampled_from(keys)))
    assert set(upstream(mapping, three, three, *chosen)[0]) == {
        u for u in keys if any(depends(d, u) for d in chosen)
    }
    assert set(downstream(mapping, three, three, *chosen)) == {
        d for d in keys if any(depends(d, u) for u in chosen)
    }


# ---------------------------------------------------------------------- by default


@pytest.mark.parametrize(("down", "up", "expected"), [
    (DAILY, DAILY, TimeWindowPartitionMapping()), (WEEKLY, DAILY, TimeWindowPartitionMapping()),
    (ABC, ABC, IdentityPartitionMapping()), (ABC, BCD, IdentityPartitionMapping()), (DAILY, ABC, IdentityPartitionMapping()),
    (None, DAILY, AllPartitionMapping()), (DAILY, None, AllPartitionMapping()), (None, UP, AllPartitionMapping()),
    (UP, UP, IdentityPartitionMapping()), (UP, DOWN, IdentityPartitionMapping()),
    (UP, DAILY, MultiToSingleDimensionPartitionMapping()), (ABC, UP, MultiToSingleDimensionPartitionMapping()),
    (UP, WEEKLY, MultiToSingleDimensionPartitionMapping()), (UP, BCD, IdentityPartitionMapping()),
    (DynamicPartitionsDefinition(name="a"), DynamicPartitionsDefinition(name="b"), IdentityPartitionMapping()),
])  # fmt: skip
def test_the_default_mapping_follows_from_the_definitions(down, up, expected):
    assert infer_partition_mapping(None, down, up) == expected


def test_a_named_mapping_goes_before_the_default():
    assert infer_partition_mapping(LastPartitionMapping(), DAILY, DAILY) == LastPartitionMapping()


class Doubling(PartitionMapping):
    def get_upstream_mapped_partitions_result_for_partitions(
        self, downstream_partitions_subset, downstream_partitions_def, upstream_partitions_def, current_time=None, dynamic_partitions_store=None
    ):  # fmt: skip
        keys = [key * 2 for key in downstream_partitions_subset.get_partition_keys()]
        return UpstreamPartitionsResult(upstream_partitions_def.subset_with_partition_keys(keys))

    def get_downstream_partitions_for_partitions(
        self, upstream_partitions_subset, upstream_partitions_def, downstream_partitions_def, current_time=None, dynamic_partitions_store=None
    ):  # fmt: skip
        keys = [key[: len(key) // 2] for key in upstream_partitions_subset.get_partition_keys()]
        return downstream_partitions_def.subset_with_partition_keys(keys)


def test_a_mapping_of_ones_own():
    doubled = StaticPartitionsDefinition(["aa", "bb", "cc"])
    mapping = Doubling()
    mapping.validate_partition_mapping(doubled, ABC)
    assert mapping.description == "Maps partitions with Doubling."
    assert upstream(mapping, doubled, ABC, "a") == (["aa"], [])
    assert downstream(mapping, doubled, ABC, "bb") == ["b"]


def test_mappings_are_values_with_a_description():
    mappings = [
        AllPartitionMapping(), IdentityPartitionMapping(), LastPartitionMapping(), TimeWindowPartitionMapping(-1, -1),
        SpecificPartitionsPartitionMapping(["a"]), StaticPartitionMapping({"a": {"b", "c"}}), MultiPartitionMapping({}),
        MultiToSingleDimensionPartitionMapping("x"),
    ]  # fmt: skip
    assert len(set(mappings)) == len(mappings)
    assert all(type(m)(**m.arguments()) == m and hash(type(m)(**m.arguments())) == hash(m) for m in mappings)
    assert all(m.description.startswith("Maps ") for m in mappings)
    assert repr(LastPartitionMapping()) == "LastPartitionMapping()"


DAY_LETTER = MultiPartitionsDefinition({"day": DAILY, "letter": ABC})
DAY_LETTER_OTHER = MultiPartitionsDefinition({"day": DAILY, "letter": ABC, "other": BCD})


def test_partitions_of_more_dimensions_map_by_those_of_equal_name():
    mapping = infer_partition_mapping(None, DAY_LETTER, DAY_LETTER_OTHER)
    day = DAILY.get_first_partition_key()
    below = DAY_LETTER.subset_with_partition_keys([f"{day}|a"])

    above = mapping.get_upstream_mapped_partitions_result_for_partitions(below, DAY_LETTER, DAY_LETTER_OTHER)
    back = mapping.get_downstream_partitions_for_partitions(
        above.partitions_subset, DAY_LETTER_OTHER, DAY_LETTER
    )

    assert sorted(map(str, above.partitions_subset.get_partition_keys())) == [
        f"{day}|a|{other}" for other in BCD.get_partition_keys()
    ]
    assert back == below
    assert infer_partition_mapping(None, DAY_LETTER_OTHER, DAY_LETTER) == mapping


def test_dimensions_of_time_map_by_overlap():
    weeks = MultiPartitionsDefinition({"day": WEEKLY, "letter": ABC})
    mapping = infer_partition_mapping(None, weeks, DAY_LETTER_OTHER)

    assert mapping == MultiPartitionMapping({
        "day": DimensionPartitionMapping("day", TimeWindowPartitionMapping()),
        "letter": DimensionPartitionMapping("letter", IdentityPartitionMapping()),
    })  # fmt: skip
