"""Conditions on facts beside materializations: freshness, backfills, dependencies that are waited for, checks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import weftwork as dg
from weftwork.records.control.backfills import Backfill, BackfillStatus, BackfillTarget

A = dg.AutomationCondition
LETTERS = dg.StaticPartitionsDefinition(["x", "y"])


class World:
    """Definitions, an instance, and a clock that moves by a minute a tick."""

    def __init__(self, assets: list[Any], checks: Any = (), jobs: Any = ()) -> None:
        self.defs = dg.Definitions(assets=assets, asset_checks=list(checks), jobs=list(jobs))
        self.instance = dg.DagsterInstance.ephemeral()
        self.now = datetime(2024, 1, 10, 0, 30, tzinfo=UTC)
        self.cursor: Any = None
        self.result: Any = None

    def tick(self, **later: float) -> dict[str, Any]:
        self.now += timedelta(**(later or {"minutes": 1}))
        self.result = dg.evaluate_automation_conditions(
            self.defs, self.instance, cursor=self.cursor, evaluation_time=self.now
        )
        self.cursor = dg.deserialize_value(dg.serialize_value(self.result.cursor))
        return {
            result.key.to_user_string(): sorted(keys, key=str)
            for result in self.result.results
            if (keys := result.true_subset.expensively_compute_partition_keys())
        }

    def make(self, key: str, *partitions: str | None) -> None:
        for partition in partitions or (None,):
            self.instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))


def asset(name: str, condition: Any = None, deps: Any = (), **more: Any) -> Any:
    @dg.asset(name=name, automation_condition=condition, deps=list(deps), **more)
    def made() -> None: ...

    return made


FRESH = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=24), warn_window=timedelta(hours=12))


@pytest.mark.parametrize(
    ("hours", "holds"),
    [(0, "freshness_passed"), (11, "freshness_passed"), (13, "freshness_warned"), (25, "freshness_failed")],
)
def test_freshness_within_a_window(hours: int, holds: str) -> None:
    conditions = {
        name: getattr(A, name)() for name in ("freshness_passed", "freshness_warned", "freshness_failed")
    }
    watched = asset("watched", freshness_policy=FRESH)
    world = World(
        [watched, *(asset(name, A.asset_matches("watched", one)) for name, one in conditions.items())]
    )
    assert world.tick() == {}  # nothing is known of an asset that was never made
    world.make("watched")
    made = world.instance.get_latest_materialization_event(dg.AssetKey("watched"))
    world.now = datetime.fromtimestamp(made.timestamp, UTC)

    assert world.tick(hours=hours) == {holds: [None]}


@pytest.mark.parametrize(
    ("before_deadline", "later", "holds"),
    [
        (timedelta(minutes=30), timedelta(hours=1), True),
        (timedelta(hours=3), timedelta(hours=4), False),
        (timedelta(hours=-1), timedelta(hours=2), True),
        (timedelta(minutes=30), timedelta(hours=25), False),
    ],
)
def test_freshness_at_deadlines(before_deadline: timedelta, later: timedelta, holds: bool) -> None:
    world = World([])
    world.make("watched")
    made = datetime.fromtimestamp(
        world.instance.get_latest_materialization_event(dg.AssetKey("watched")).timestamp, UTC
    )
    deadline = made + before_deadline
    cron = f"{deadline.minute} {deadline.hour} * * *"
    policy = dg.FreshnessPolicy.cron(cron, lower_bound_delta=timedelta(hours=2))
    world.defs = dg.Definitions([asset("watched", A.freshness_passed(), freshness_policy=policy)])
    world.now = made

    assert world.tick(seconds=later.total_seconds()) == ({"watched": [None]} if holds else {})


def test_a_backfill_in_progress_holds_until_it_is_over() -> None:
    made = asset("made", A.backfill_in_progress(), partitions_def=LETTERS)
    world = World([made, asset("eager", A.eager(), ["made"], partitions_def=LETTERS)])
    backfill = Backfill(backfill_id="b1")
    world.instance.backfills.add(backfill, [BackfillTarget(made.key, "x")])

    while_it_runs = world.tick()
    world.instance.backfills.update(backfill.replace(status=BackfillStatus.COMPLETED_SUCCESS))

    assert while_it_runs == {"made": ["x"]}
    assert world.tick() == {}


def test_a_run_of_a_backfill_is_a_backfill_in_progress() -> None:
    made = asset("made", A.backfill_in_progress())
    found: list[Any] = []

    @dg.asset(name="asks")
    def asks(context: dg.AssetExecutionContext) -> None:
        found.append(dg.evaluate_automation_conditions([made], context.instance).total_requested)

    dg.materialize([asks, made], instance=dg.DagsterInstance.ephemeral(), tags={"dagster/backfill": "b1"})
    dg.materialize([asks, made], instance=dg.DagsterInstance.ephemeral())

    assert found == [1, 0]


@pytest.mark.parametrize("dep", [dg.AssetDep("up", missing="wait"), "up"])
def test_a_dependency_that_is_waited_for_holds_back(dep: Any) -> None:
    up = asset("up", partitions_def=LETTERS)
    down = asset("down", A.missing() & ~A.newly_requested(), [dep], partitions_def=LETTERS)
    world = World([up, down])
    waits = isinstance(dep, dg.AssetDep)

    assert world.tick() == ({} if waits else {"down": ["x", "y"]})
    world.make("up", "x")

    assert world.tick() == ({"down": ["x"]} if waits else {})
    if waits:
        assert "waits for no dependency: holds for 1 of" in world.result.explain()


@pytest.mark.parametrize(("together", "requested"), [(False, 1), (True, 0)])
def test_a_check_is_eager_for_data_that_it_has_not_seen(together: bool, requested: int) -> None:
    a = asset("a")

    @dg.asset_check(asset=a, automation_condition=A.eager())
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    world = World([a], checks=[check])
    world.tick()

    dg.materialize([a, check] if together else [a], instance=world.instance)
    world.tick()

    assert world.result.total_requested == requested


def test_what_is_requested_of_dynamic_partitions_may_be_asked_later() -> None:
    names = dg.DynamicPartitionsDefinition(name="names")
    world = World([asset("a", A.missing(), partitions_def=names)])
    world.instance.add_dynamic_partitions("names", ["x", "y"])

    world.result = dg.evaluate_automation_conditions(world.defs, world.instance, evaluation_time=world.now)

    assert world.result.get_requested_partitions(dg.AssetKey("a")) == {"x", "y"}
    assert world.result.get_num_requested(dg.AssetKey("a")) == world.result.total_requested == 2
    assert "holds for 2 of 2" in world.result.explain()
