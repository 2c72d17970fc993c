"""Sensors of several assets: what they see, and how far they have come."""

from __future__ import annotations

from typing import Any

import pytest

import weftwork as dg

K = dg.AssetKey
PARTS = dg.StaticPartitionsDefinition(["x", "y", "z"])


@dg.asset
def a() -> None: ...


@dg.asset
def b() -> None: ...


@dg.asset(partitions_def=PARTS)
def p() -> None: ...


@dg.asset(partitions_def=PARTS, deps=[p])
def q() -> None: ...


@dg.op
def work() -> None: ...


@dg.job
def report() -> None:
    work()


DEFS = dg.Definitions([a, b, p, q])


class World:
    """An instance, and contexts over it that continue where the one before ended."""

    def __init__(self, *keys: str) -> None:
        self.instance = dg.DagsterInstance.ephemeral()
        self.keys = [K(key) for key in keys]
        self.cursor: str | None = None

    def make(self, key: str, *partitions: str | None) -> None:
        for partition in partitions or (None,):
            self.instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))

    def context(self, **more: Any) -> dg.MultiAssetSensorEvaluationContext:
        return dg.build_multi_asset_sensor_context(
            monitored_assets=self.keys, instance=self.instance, definitions=DEFS, cursor=self.cursor, **more
        )

    def advance(self, key: str, record: Any) -> None:
        context = self.context()
        context.advance_cursor({K(key): record})
        context.update_cursor_after_evaluation()
        self.cursor = context.cursor


@dg.multi_asset_sensor([K("a"), K("b")], job=report)
def when_both(context: Any) -> Any:
    records = context.latest_materialization_records_by_key()
    if not all(records.values()):
        return dg.SkipReason("not both")
    context.advance_cursor(records)
    return dg.RunRequest(run_key="both")


def test_it_asks_once_all_assets_were_made() -> None:
    world = World("a", "b")
    world.make("a")

    first = when_both.evaluate_tick(world.context())
    world.make("b")
    second = when_both.evaluate_tick(world.context())
    world.cursor = second.cursor
    third = when_both.evaluate_tick(world.context())

    assert first.skip_message == "not both"
    assert [request.run_key for request in second.run_requests] == ["both"]
    assert third.run_requests == []


def test_asking_without_moving_the_cursor_is_an_error() -> None:
    @dg.multi_asset_sensor([K("a")], job=report)
    def forgetful(context: Any) -> Any:
        return dg.RunRequest()

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="advance_cursor"):
        forgetful.evaluate_tick(World("a").context())
    assert forgetful(World("a").context()) == dg.RunRequest()


def test_a_cursor_of_ones_own_is_an_error() -> None:
    @dg.multi_asset_sensor([K("a")], job=report)
    def own(context: Any) -> Any:
        return dg.SensorResult(cursor="mine")

    with pytest.raises(dg.DagsterInvariantViolationError, match="advance"):
        own.evaluate_tick(World("a").context())


def test_records_after_the_cursor_oldest_first() -> None:
    world = World("a")
    world.make("a")
    world.make("a")

    records = list(world.context().materialization_records_for_key(K("a")))
    world.advance("a", records[0])

    assert len(records) == 2
    assert list(world.context().materialization_records_for_key(K("a"))) == records[1:]


def test_partitions_that_were_passed_over_come_again() -> None:
    world = World("p", "q")
    world.make("p", "x", "y", "x", "z", "y")

    latest = world.context().latest_materialization_records_by_partition(K("p"))
    world.advance("p", latest["z"])
    context = world.context()

    assert list(latest) == ["x", "z", "y"]
    assert list(context.latest_materialization_records_by_partition(K("p"))) == ["x", "y"]
    assert [record.partition_key for record in context.get_trailing_unconsumed_events(K("p"))] == ["y", "x"]
    assert context.get_cursor_partition(K("p")) == "z"


def test_a_passed_over_event_is_handled_later() -> None:
    world = World("p")
    world.make("p", "x", "y")
    latest = world.context().latest_materialization_records_by_partition(K("p"))

    world.advance("p", latest["y"])
    world.advance("p", latest["x"])

    assert world.context().latest_materialization_records_by_partition(K("p")) == {}


def test_partitions_after_that_of_the_cursor() -> None:
    world = World("p")
    world.make("p", "y")
    world.advance("p", world.context().latest_materialization_records_by_partition(K("p"))["y"])
    world.make("p", "x", "y", "z")

    found = world.context().latest_materialization_records_by_partition(K("p"), after_cursor_partition=True)

    assert list(found) == ["z"]


def test_partitions_of_several_assets() -> None:
    world = World("p", "q")
    world.make("p", "x", "y")
    world.make("q", "x")
    context = world.context()

    found = context.latest_materialization_records_by_partition_and_asset()

    assert {part: sorted(str(key) for key in records) for part, records in found.items()} == {
        "x": [str(K("p")), str(K("q"))],
        "y": [str(K("p"))],
    }
    assert context.all_partitions_materialized(K("p"), ["x", "y"])
    assert not context.all_partitions_materialized(K("p"))
    assert context.get_downstream_partition_keys("x", from_asset_key=K("p"), to_asset_key=K("q")) == ["x"]


def test_everything_up_to_now_counts_as_handled() -> None:
    world = World("a", "p")
    world.make("a")
    world.make("p", "x")

    context = world.context(cursor_from_latest_materializations=True)

    assert context.latest_materialization_records_by_key() == {K("a"): None, K("p"): None}


def test_a_selection_of_assets() -> None:
    context = dg.build_multi_asset_sensor_context(
        monitored_assets=dg.AssetSelection.assets("p").downstream(), definitions=DEFS
    )

    assert context.asset_keys == [K("p"), K("q")]
    assert context.assets_defs_by_key[K("p")] is p


@pytest.mark.parametrize("monitored", ["a", ["a"], None])
def test_assets_are_keys_or_a_selection(monitored: Any) -> None:
    with pytest.raises(dg.CheckError, match="AssetSelection"):
        dg.multi_asset_sensor(monitored, job=report)


def test_what_is_not_looked_at_is_named() -> None:
    context = World("a").context()

    with pytest.raises(dg.DagsterInvalidInvocationError, match="'b'.*'a'"):
        context.materialization_records_for_key(K("b"))
    with pytest.raises(dg.DagsterInvalidInvocationError, match="cursor"):
        dg.build_multi_asset_sensor_context(monitored_assets=[K("a")], definitions=DEFS, cursor="{")
    with pytest.raises(dg.CheckError, match="definitions"):
        dg.build_multi_asset_sensor_context(monitored_assets=[K("a")])


def test_resources_of_such_a_sensor() -> None:
    @dg.multi_asset_sensor([K("a")], job=report, required_resource_keys={"limit"})
    def limited(context: Any) -> Any:
        return dg.SkipReason(str(context.resources.limit))

    with World("a").context(resources={"limit": 3}) as context:
        assert limited(context) == dg.SkipReason("3")
    with pytest.raises(dg.DagsterInvalidDefinitionError, match="limit"):
        limited(World("a").context())
