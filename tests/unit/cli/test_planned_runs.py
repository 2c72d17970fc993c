"""From a selection and the partitions that were asked for to runs."""

import pytest

from weftwork.base.errors import DagsterInvalidInvocationError, DagsterUnknownPartitionError
from weftwork.cli.materialize.planned_runs import PartitionChoice, parse_range, plan_runs
from weftwork.cli.materialize.waves import AssetUnit
from weftwork.instance.instance import DagsterInstance
from weftwork.partitions.dynamic import DynamicPartitionsDefinition
from weftwork.partitions.keys import PartitionKeyRange
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.records.keys import AssetKey

LETTERS = StaticPartitionsDefinition(["a", "b", "c", "d", "e"])
RAW = AssetUnit((AssetKey("raw"),))


def days(per_run=None, partitions=LETTERS):
    return AssetUnit((AssetKey("days"),), frozenset({AssetKey("raw")}), partitions, per_run)


def plan(units, instance=None, **choice):
    with instance or DagsterInstance.ephemeral() as store:
        runs = plan_runs(units, PartitionChoice(**choice), store)
    return [(sorted(key.to_user_string() for key in run.keys), run.partition_text) for run in runs]


def test_a_single_run_policy_makes_all_partitions_in_one_run():
    assert plan([RAW, days()]) == [(["raw"], None), (["days"], "a...e")]


def test_a_range_of_one_is_a_partition():
    [run] = plan_runs(
        [days()], PartitionChoice(span=PartitionKeyRange("b", "b")), DagsterInstance.ephemeral()
    )
    assert (run.partition_key, run.tags) == ("b", {})


def test_a_range_is_told_by_its_tags():
    [run] = plan_runs(
        [days()], PartitionChoice(span=PartitionKeyRange("b", "d")), DagsterInstance.ephemeral()
    )
    assert run.partition_key is None
    assert run.tags == {"dagster/asset_partition_range_start": "b", "dagster/asset_partition_range_end": "d"}


def test_without_a_policy_the_partitions_must_be_named():
    with pytest.raises(DagsterInvalidInvocationError, match=r"days \(5 partitions\)[\s\S]*--all-partitions"):
        plan([RAW, days(per_run=1)])


def test_all_partitions_take_a_run_each_without_a_policy():
    assert plan([days(per_run=1)], all=True) == [(["days"], key) for key in "abcde"]


def test_runs_take_as_many_partitions_as_the_policy_says():
    assert plan([days(per_run=2)], all=True) == [
        (["days"], "a...b"), (["days"], "c...d"), (["days"], "e"),
    ]  # fmt: skip


def test_a_range_takes_a_run_each_without_a_policy():
    assert plan([RAW, days(per_run=1)], span=PartitionKeyRange("b", "c")) == [
        (["raw"], None), (["days"], "b"), (["days"], "c"),
    ]  # fmt: skip


def test_one_partition_is_one_run_of_everything():
    assert plan([RAW, days(per_run=1)], key="c") == [(["days", "raw"], "c")]


def test_an_unknown_partition_names_the_asset_and_the_nearest():
    words = StaticPartitionsDefinition(["north", "south"])
    with pytest.raises(DagsterUnknownPartitionError, match="days: .*nort.*Did you mean 'north'"):
        plan([days(partitions=words)], key="nort")


@pytest.mark.parametrize("span", [("a", "x"), ("x", "a")])
def test_an_unknown_end_of_a_range_is_refused(span):
    with pytest.raises(DagsterUnknownPartitionError, match="'x'"):
        plan([days()], span=PartitionKeyRange(*span))


@pytest.mark.parametrize("per_run", [None, 1])
def test_a_range_that_goes_backwards_is_refused(per_run):
    with pytest.raises(DagsterInvalidInvocationError, match="Swap"):
        plan([days(per_run=per_run)], span=PartitionKeyRange("d", "b"))


def test_a_partition_of_what_has_none_is_refused():
    with pytest.raises(
        DagsterInvalidInvocationError, match="None of the selected assets has partitions: raw"
    ):
        plan([RAW], key="a")


def test_dynamic_partitions_come_from_the_instance():
    regions = DynamicPartitionsDefinition(name="regions")
    instance = DagsterInstance.ephemeral()
    assert plan([days(partitions=regions)], instance) == []
    instance = DagsterInstance.ephemeral()
    instance.add_dynamic_partitions("regions", ["n", "s"])
    assert plan([days(partitions=regions)], instance) == [(["days"], "n...s")]


@pytest.mark.parametrize("text", ["a", "a..b", "...b", "a...", ""])
def test_a_range_has_two_ends(text):
    with pytest.raises(DagsterInvalidInvocationError, match=r"FIRST\.\.\.LAST"):
        parse_range(text)


def test_a_range_is_read():
    assert parse_range("2013-07-01...2013-07-07") == PartitionKeyRange("2013-07-01", "2013-07-07")
