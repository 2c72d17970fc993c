"""Each automation condition alone: when it holds, tick by tick."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import weftwork as dg
from weftwork.records.control.backfills import Backfill, BackfillTarget

A = dg.AutomationCondition
DAILY = dg.DailyPartitionsDefinition("2024-01-01")
LETTERS = dg.StaticPartitionsDefinition(["x", "y"])


class World:
    """Definitions, an instance, and a clock that moves by a minute a tick."""

    def __init__(self, *assets: Any, checks: Any = ()) -> None:
        self.defs = dg.Definitions(assets=list(assets), asset_checks=list(checks))
        self.instance = dg.DagsterInstance.ephemeral()
        self.now = datetime(2024, 1, 10, 0, 30, tzinfo=UTC)
        self.cursor: Any = None

    def tick(self, **later: float) -> dict[str, list[Any]]:
        self.now += timedelta(**(later or {"minutes": 1}))
        result = dg.evaluate_automation_conditions(
            self.defs, self.instance, cursor=self.cursor, evaluation_time=self.now
        )
        self.cursor = result.cursor
        return {
            one.key.to_user_string(): sorted(keys, key=str)
            for one in result.results
            if (keys := one.true_subset.expensively_compute_partition_keys())
        }

    def make(self, key: str, *partitions: str | None) -> None:
        for partition in partitions or (None,):
            self.instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))

    def fail(self, key: str) -> None:
        dg.materialize([self.defs.get_assets_def(key)], instance=self.instance, raise_on_error=False)


def asset(name: str, condition: Any = None, deps: Any = (), **more: Any) -> Any:
    @dg.asset(name=name, automation_condition=condition, deps=list(deps), **more)
    def made() -> None: ...

    return made


def test_and_or_not() -> None:
    world = World(
        asset("a"),
        asset("both", A.missing() & ~A.in_progress()),
        asset("either", A.execution_failed() | A.missing()),
        asset("never", ~A.missing() & A.missing()),
    )

    assert world.tick() == {"both": [None], "either": [None]}


def test_since_holds_from_its_trigger_to_its_reset() -> None:
    updated, failed = A.asset_matches("a", A.newly_updated()), A.asset_matches("b", A.newly_updated())
    world = World(asset("a"), asset("b"), asset("c", updated.since(failed)))

    ticks = [world.tick()]
    world.make("a")
    ticks += [world.tick(), world.tick()]
    world.make("b")
    ticks += [world.tick(), world.tick()]

    assert [bool(tick) for tick in ticks] == [False, True, True, False, False]


def test_checks_of_any_and_all_and_only_those_that_block() -> None:
    verdicts = {"soft": False, "hard": True}
    a = asset("a")

    @dg.asset_check(asset="a")
    def soft() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=verdicts["soft"])

    @dg.asset_check(asset="a", blocking=True)
    def hard() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=verdicts["hard"])

    def of_dep(name: str, condition: Any) -> Any:
        return asset(name, A.any_deps_match(condition), ["a"])

    world = World(
        a,
        of_dep("all_passed", A.all_checks_match(A.check_passed())),
        of_dep("any_passed", A.any_checks_match(A.check_passed())),
        of_dep("all_blocking_passed", A.all_checks_match(A.check_passed(), blocking_only=True)),
        of_dep("any_blocking_failed", A.any_checks_match(A.check_failed(), blocking_only=True)),
        checks=[soft, hard],
    )
    dg.materialize([a, soft, hard], instance=world.instance)
    first = sorted(world.tick())
    verdicts.update(soft=True, hard=False)
    dg.materialize([a, soft, hard], instance=world.instance, raise_on_error=False)

    assert first == ["all_blocking_passed", "any_passed"]
    assert sorted(world.tick()) == ["any_blocking_failed", "any_passed"]


def test_blocking_checks_count_as_passed_where_the_dependency_is_requested_too() -> None:
    a = asset("a", A.missing())

    @dg.asset_check(asset="a", blocking=True, automation_condition=A.missing())
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    world = World(a, asset("b", A.all_deps_blocking_checks_passed(), ["a"]), checks=[check])

    assert set(world.tick()) >= {"a", "b"}


def test_every_dependency_must_match_somewhere() -> None:
    world = World(
        asset("a", partitions_def=LETTERS),
        asset("b"),
        asset("c", A.all_deps_match(A.missing()), ["a", "b"]),
        asset("d", A.any_deps_match(A.missing()), ["a", "b"]),
    )

    first = world.tick()
    world.make("a", "x")
    second = world.tick()
    world.make("b")

    assert (first, second) == ({"c": [None], "d": [None]}, {"c": [None], "d": [None]})
    assert world.tick() == {"d": [None]}


def test_all_dependencies_updated_since_the_tick_of_a_cron() -> None:
    world = World(asset("a"), asset("b"), asset("c", A.all_deps_updated_since_cron("0 * * * *"), ["a", "b"]))
    world.tick()
    world.tick(minutes=40)

    world.make("a")
    first = world.tick()
    world.make("b")

    assert (first, world.tick()) == ({}, {"c": [None]})
    assert world.tick(hours=1) == {}


def test_what_runs_is_in_progress() -> None:
    seen = {}

    @dg.asset
    def a() -> None:
        seen["during"] = world.tick()

    world = World(
        a,
        asset("run", A.asset_matches("a", A.run_in_progress())),
        asset("any", A.asset_matches("a", A.in_progress())),
        asset("backfill", A.asset_matches("a", A.backfill_in_progress())),
        asset("downstream", A.any_deps_in_progress(), ["a"]),
    )
    before = world.tick()
    dg.materialize([a], instance=world.instance)

    assert (before, world.tick()) == ({}, {})
    assert sorted(seen["during"]) == ["any", "downstream", "run"]


def test_what_a_backfill_means_to_make_is_in_progress() -> None:
    world = World(
        asset("a", partitions_def=LETTERS),
        asset("backfill", A.asset_matches("a", A.backfill_in_progress()), partitions_def=LETTERS),
        asset("any", A.asset_matches("a", A.in_progress()), partitions_def=LETTERS),
        asset("run", A.asset_matches("a", A.run_in_progress()), partitions_def=LETTERS),
        asset("downstream", A.any_deps_in_progress(), ["a"], partitions_def=LETTERS),
    )
    before = world.tick()
    world.instance.backfills.add(Backfill(backfill_id="b1"), [BackfillTarget(dg.AssetKey("a"), "y")])

    assert before == {}
    assert world.tick() == {"any": ["y"], "backfill": ["y"], "downstream": ["y"]}


def test_dependencies_that_are_missing_and_not_requested_too() -> None:
    world = World(
        asset("a"), asset("b", A.missing()), asset("c", A.any_deps_missing(), ["a"]), asset("d", A.any_deps_missing(), ["b"])
    )  # fmt: skip

    assert world.tick() == {"b": [None], "c": [None]}
    world.make("a")
    assert world.tick() == {"b": [None]}


def test_dependencies_that_were_updated_or_are_requested_now() -> None:
    world = World(asset("a", A.cron_tick_passed("0 * * * *")), asset("b", A.any_deps_updated(), ["a"]))
    ticks = [world.tick()]
    world.make("a")
    ticks += [world.tick(), world.tick(), world.tick(minutes=30), world.tick()]

    assert ticks == [{}, {"b": [None]}, {}, {"a": [None], "b": [None]}, {}]


def test_the_first_evaluation_is_the_only_first_one() -> None:
    world = World(asset("a", A.initial_evaluation()))

    assert [world.tick(), world.tick()] == [{"a": [None]}, {}]


def test_newly_missing_newly_true_and_newly_requested() -> None:
    colors = dg.DynamicPartitionsDefinition(name="colors")
    world = World(
        asset("missing", A.newly_missing(), partitions_def=colors),
        asset("true", A.missing().newly_true(), partitions_def=colors),
        asset("asked", A.missing() & ~A.newly_requested(), partitions_def=colors),
    )
    world.instance.add_dynamic_partitions("colors", ["red"])
    first = world.tick()
    world.instance.add_dynamic_partitions("colors", ["blue"])
    second = world.tick()

    assert first["asked"] == ["red"]
    assert (second["missing"], second["true"], second["asked"]) == (["blue"], ["blue"], ["blue"])
    assert "missing" not in world.tick()


def test_a_failure_holds_until_a_success() -> None:
    broken = [True]

    @dg.asset(automation_condition=A.execution_failed())
    def a() -> None:
        if broken:
            raise ValueError

    world = World(a)
    before = world.tick()
    world.fail("a")
    failed = world.tick()
    broken.clear()
    world.fail("a")

    assert (before, failed, world.tick()) == ({}, {"a": [None]}, {})


def test_missing_until_made() -> None:
    world = World(asset("a", A.missing(), partitions_def=LETTERS))

    assert world.tick() == {"a": ["x", "y"]}
    world.make("a", "y")
    assert world.tick() == {"a": ["x"]}


def test_eager_waits_for_missing_and_running_dependencies_and_for_itself() -> None:
    seen = {}

    @dg.asset
    def b() -> None:
        seen["while b runs"] = world.tick()

    @dg.asset(automation_condition=A.eager(), deps=["a", "b"])
    def c() -> None:
        world.make("a")
        seen["while c runs"] = world.tick()

    world = World(asset("a"), b, c)
    world.tick()
    world.make("a")
    seen["b is missing"] = world.tick()
    dg.materialize([b], instance=world.instance)
    seen["all are there"] = world.tick()
    dg.materialize([c], instance=world.instance)

    assert seen == {
        "b is missing": {},
        "while b runs": {},
        "all are there": {"c": [None]},
        "while c runs": {},
    }


def test_the_documented_examples_are_conditions() -> None:
    nightly = A.on_cron("0 0 * * *")
    limited = A.eager().allow(dg.AssetSelection.groups("sales")) & ~A.any_deps_in_progress()
    handled = A.any_deps_updated().since(A.newly_requested() | A.newly_updated())

    for condition in (nightly, limited, handled):
        assert isinstance(condition, dg.AutomationCondition)
        assert dg.deserialize_value(dg.serialize_value(condition)) == condition


@pytest.mark.parametrize("bad", ["0 0 * *", "x"])
def test_a_wrong_cron_is_refused(bad: str) -> None:
    for make in (A.on_cron, A.cron_tick_passed, A.all_deps_updated_since_cron):
        with pytest.raises((dg.CheckError, dg.DagsterError), match="cron"):
            make(bad)
