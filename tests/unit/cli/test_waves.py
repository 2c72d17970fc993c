"""A selection is made in as few runs as possible, each after those that it needs."""

from hypothesis import given
from hypothesis import strategies as st

from weftwork.cli.materialize.waves import AssetUnit, plan_waves
from weftwork.records.keys import AssetKey


def unit(name, *parents, partitions=None, per_run=None):
    return AssetUnit(
        (AssetKey(name),), frozenset(AssetKey(parent) for parent in parents), partitions, per_run
    )


def names(waves):
    return [sorted(key.to_user_string() for key in wave.keys) for wave in waves]


def test_assets_without_partitions_are_one_run():
    assert names(plan_waves([unit("a"), unit("b", "a"), unit("c", "b", "outside")])) == [["a", "b", "c"]]


def test_nothing_is_no_run():
    assert plan_waves([]) == []


def test_partitioned_assets_stand_between_what_they_need_and_what_needs_them():
    units = [
        unit("raw"),
        unit("days", "raw", partitions="daily"),
        unit("report", "days", "raw"),
        unit("other"),
    ]
    waves = plan_waves(units)
    assert names(waves) == [["other", "raw"], ["days"], ["report"]]
    assert [wave.partitions for wave in waves] == [None, "daily", None]
    assert waves[2].parents == {AssetKey("days"), AssetKey("raw")}


def test_the_first_kind_is_chosen_so_that_fewer_runs_are_needed():
    units = [
        unit("p0", partitions="daily"),
        unit("u1", "p0"),
        unit("p1", "u1", partitions="daily"),
        unit("u2"),
    ]
    assert names(plan_waves(units)) == [["p0"], ["u1", "u2"], ["p1"]]


def test_other_partitions_and_other_policies_are_other_runs():
    units = [
        unit("a", partitions="daily"),
        unit("b", partitions="weekly"),
        unit("c", partitions="daily", per_run=1),
    ]
    assert sorted(names(plan_waves(units))) == [["a"], ["b"], ["c"]]


def test_what_is_made_together_stays_together():
    together = AssetUnit((AssetKey("x"), AssetKey("y")), frozenset({AssetKey("p")}))
    waves = plan_waves([unit("p", partitions="daily"), together, unit("q", "y")])
    assert names(waves) == [["p"], ["q", "x", "y"]]


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 12))
    return [
        unit(
            f"a{number}",
            *(f"a{parent}" for parent in range(number) if draw(st.booleans())),
            partitions=draw(st.sampled_from([None, "daily", "weekly"])),
        )
        for number in range(count)
    ]


@given(graphs())
def test_every_asset_is_made_once_and_after_what_it_needs(units):
    done: set[AssetKey] = set()
    for wave in plan_waves(units):
        assert not wave.keys & done
        for one in units:
            if one.keys[0] in wave.keys:
                assert one.partitions == wave.partitions
                assert one.parents <= done | wave.keys
        done |= wave.keys
    assert done == {one.keys[0] for one in units}
