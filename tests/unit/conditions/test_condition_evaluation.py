"""What automation conditions request, tick by tick, as a user's test asks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import weftwork as dg

A = dg.AutomationCondition
DAILY = dg.DailyPartitionsDefinition("2024-01-01")
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


def test_eager_waits_for_an_update_of_a_dependency() -> None:
    world = World([asset("a"), asset("b", A.eager(), ["a"])])

    ticks = [world.tick()]
    world.make("a")
    ticks += [world.tick(), world.tick()]

    assert ticks == [{}, {"b": [None]}, {}]


def test_eager_makes_a_chain_in_one_tick() -> None:
    world = World([asset("a"), asset("b", A.eager(), ["a"]), asset("c", A.eager(), ["b"])])
    world.tick()

    world.make("a")

    assert world.tick() == {"b": [None], "c": [None]}
    assert world.result.total_requested == 2
    assert world.result.get_num_requested(dg.AssetKey("c")) == 1
    assert world.result.get_requested_partitions(dg.AssetKey("a")) == set()


def test_updates_made_together_do_not_count() -> None:
    a, b = asset("a"), asset("b", A.eager(), ["a"])
    world = World([a, b])
    world.tick()

    dg.materialize([a, b], instance=world.instance)

    assert world.tick() == {}


def test_eager_follows_partitions() -> None:
    world = World([asset("a", partitions_def=LETTERS), asset("b", A.eager(), ["a"], partitions_def=LETTERS)])
    world.tick()

    world.make("a", "y")

    assert world.tick() == {"b": ["y"]}


def test_eager_of_time_windows_is_for_the_latest() -> None:
    world = World([asset("a", partitions_def=DAILY), asset("b", A.eager(), ["a"], partitions_def=DAILY)])
    world.tick()

    world.make("a", "2024-01-03", "2024-01-09")

    assert world.tick() == {"b": ["2024-01-09"]}


def test_eager_sees_dynamic_partitions_that_are_added() -> None:
    colors = dg.DynamicPartitionsDefinition(name="colors")
    world = World([asset("a", A.eager(), partitions_def=colors)])
    world.instance.add_dynamic_partitions("colors", ["red"])
    world.tick()

    world.instance.add_dynamic_partitions("colors", ["blue"])

    assert world.tick() == {"a": ["blue"]}
    assert world.tick() == {}


def test_eager_of_an_asset_that_depends_on_its_own_past() -> None:
    before = dg.AssetDep("a", partition_mapping=dg.TimeWindowPartitionMapping(start_offset=-1, end_offset=-1))
    world = World([asset("a", A.eager(), [before], partitions_def=DAILY)])
    world.tick()

    world.make("a", "2024-01-08")

    assert world.tick() == {"a": ["2024-01-09"]}
    assert world.tick() == {}


def test_on_cron_waits_for_the_tick_and_for_all_dependencies() -> None:
    world = World([asset("a"), asset("b"), asset("c", A.on_cron("0 * * * *"), ["a", "b"])])

    ticks = [world.tick()]
    world.make("a")
    world.make("b")
    ticks += [world.tick(), world.tick(minutes=40)]
    world.make("a")
    ticks.append(world.tick())
    world.make("b")
    ticks += [world.tick(), world.tick()]

    assert ticks == [{}, {}, {}, {}, {"c": [None]}, {}]


def test_on_cron_without_dependencies_fires_once_a_tick() -> None:
    world = World([asset("a", A.on_cron("0 * * * *"))])

    assert [world.tick(), world.tick(hours=1), world.tick(), world.tick(hours=1)] == [
        {},
        {"a": [None]},
        {},
        {"a": [None]},
    ]


def test_a_cron_tick_at_the_moment_of_evaluation_fires_once() -> None:
    world = World([asset("a", A.cron_tick_passed("0 * * * *"))])

    assert [world.tick(), world.tick(minutes=29), world.tick()] == [{}, {"a": [None]}, {}]


def test_on_missing_is_for_what_is_added_later() -> None:
    colors = dg.DynamicPartitionsDefinition(name="colors")
    world = World([asset("a", A.on_missing(), partitions_def=colors)])
    world.instance.add_dynamic_partitions("colors", ["red"])

    ticks = [world.tick()]
    world.instance.add_dynamic_partitions("colors", ["blue"])
    ticks += [world.tick(), world.tick()]

    assert ticks == [{}, {"a": ["blue"]}, {}]


def test_missing_lists_every_missing_partition() -> None:
    world = World([asset("a", A.missing(), partitions_def=LETTERS), asset("b", A.missing())])
    world.make("a", "x")

    assert world.tick() == {"a": ["y"], "b": [None]}


@pytest.mark.parametrize(
    ("lookback", "windows"),
    [(None, ["2024-01-09"]), (24, ["2024-01-09"]), (48, ["2024-01-08", "2024-01-09"])],
)
def test_the_latest_time_windows(lookback: int | None, windows: list[str]) -> None:
    delta = timedelta(hours=lookback) if lookback else None
    both = dg.MultiPartitionsDefinition({"day": DAILY, "letter": LETTERS})
    condition = A.in_latest_time_window(delta)
    world = World([
        asset("a", condition, partitions_def=DAILY),
        asset("b", condition, partitions_def=both),
        asset("c", condition, partitions_def=LETTERS),
    ])  # fmt: skip

    assert world.tick() == {
        "a": windows,
        "b": [f"{day}|{letter}" for day in windows for letter in "xy"],
        "c": ["x", "y"],
    }


def test_newly_updated_counts_from_the_first_evaluation() -> None:
    world = World([asset("a", A.newly_updated(), partitions_def=LETTERS)])
    world.make("a", "x")

    ticks = [world.tick(), world.tick()]
    world.make("a", "y")
    ticks += [world.tick(), world.tick()]

    assert ticks == [{}, {}, {"a": ["y"]}, {}]


def test_an_update_after_a_cron_tick_that_was_seen_together_counts() -> None:
    now = datetime.now(UTC)
    condition = A.any_deps_match(
        A.newly_updated().since(A.cron_tick_passed(f"{(now - timedelta(minutes=3)).minute} * * * *"))
    )
    world = World([asset("a"), asset("b", condition, ["a"])])
    world.now = now - timedelta(minutes=20)
    world.tick()

    world.make("a")

    assert world.tick(minutes=23) == {"b": [None]}


def test_data_versions() -> None:
    world = World([asset("a", A.data_version_changed())])
    found = [world.tick()]

    for version in ("1", "1", "2"):
        tags = {"dagster/data_version": version}
        world.instance.report_runless_asset_event(dg.AssetMaterialization("a", tags=tags))
        found.append(world.tick())

    assert found == [{}, {"a": [None]}, {}, {"a": [None]}]


def test_code_versions() -> None:
    found = []
    world = World([])
    for version in ("1", "1", "2", "2"):
        world.defs = dg.Definitions([asset("a", A.code_version_changed(), code_version=version)])
        found.append(world.tick())

    assert found == [{}, {}, {"a": [None]}, {}]


def test_an_observed_source_is_updated_by_another_version_only() -> None:
    @dg.observable_source_asset
    def source() -> dg.DataVersion:
        return dg.DataVersion("1")

    world = World([source, asset("a", A.any_deps_match(A.newly_updated()), ["source"])])
    found = [world.tick()]

    for version in ("1", "1", "2"):
        tags = {"dagster/data_version": version}
        world.instance.report_runless_asset_event(dg.AssetObservation("source", tags=tags))
        found.append(world.tick())

    assert found == [{}, {"a": [None]}, {}, {"a": [None]}]


def test_failures() -> None:
    is_broken = [True]

    @dg.asset(automation_condition=A.execution_failed())
    def a() -> None:
        if is_broken[0]:
            raise ValueError("broken")

    world = World([a, asset("b", A.execution_failed(), ["a"])])
    dg.materialize([a, world.defs.get_assets_def("b")], instance=world.instance, raise_on_error=False)
    found = [world.tick()]
    is_broken[0] = False
    dg.materialize([a], instance=world.instance)
    found.append(world.tick())

    assert found == [{"a": [None], "b": [None]}, {"b": [None]}]


def test_tags_of_runs() -> None:
    a = asset("a")
    with_tag = {"tag_values": {"team": "x"}}
    world = World([
        a,
        asset("latest", A.any_deps_match(A.executed_with_tags(**with_tag)), ["a"]),
        asset("any", A.any_deps_match(A.any_new_update_has_run_tags(**with_tag)), ["a"]),
        asset("all", A.any_deps_match(A.all_new_updates_have_run_tags(**with_tag)), ["a"]),
    ])  # fmt: skip
    found = [sorted(world.tick())]

    dg.materialize([a], instance=world.instance, tags={"team": "x"})
    found.append(sorted(world.tick()))
    dg.materialize([a], instance=world.instance, tags={"team": "x"})
    dg.materialize([a], instance=world.instance)
    found.append(sorted(world.tick()))

    assert found == [[], ["all", "any", "latest"], ["any"]]


def test_checks() -> None:
    passes = [True]
    a = asset("a")

    @dg.asset_check(asset="a")
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=passes[0])

    failed = A.any_deps_match(A.any_checks_match(A.check_failed()))
    passed = A.any_deps_match(A.all_checks_match(A.check_passed()))
    world = World([a, asset("b", failed, ["a"]), asset("c", passed, ["a"])], checks=[check])
    found = [sorted(world.tick())]
    for passes[0] in (True, False):
        dg.materialize([a, check], instance=world.instance)
        found.append(sorted(world.tick()))
    dg.materialize([a], instance=world.instance)
    found.append(sorted(world.tick()))

    assert found == [[], ["c"], ["b"], []]


def test_blocking_checks_of_dependencies() -> None:
    passes = [False]
    a = asset("a")

    @dg.asset_check(asset="a", blocking=True)
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=passes[0])

    world = World([a, asset("b", A.all_deps_blocking_checks_passed(), ["a"])], checks=[check])
    dg.materialize([a, check], instance=world.instance, raise_on_error=False)
    found = [world.tick()]
    passes[0] = True
    dg.materialize([a, check], instance=world.instance)
    found.append(world.tick())

    assert found == [{}, {"b": [None]}]


def test_only_selected_dependencies_are_considered() -> None:
    any_missing = A.any_deps_match(A.missing())
    world = World([
        asset("a"), asset("b"),
        asset("c", any_missing.allow(dg.AssetSelection.assets("a")), ["a", "b"]),
        asset("d", any_missing.ignore(dg.AssetSelection.assets("a")), ["a", "b"]),
    ])  # fmt: skip
    world.make("b")

    assert world.tick() == {"c": [None]}


def test_another_asset_and_conditions_downstream() -> None:
    world = World([
        asset("a", A.any_downstream_conditions(), partitions_def=LETTERS),
        asset("b", A.missing(), ["a"], partitions_def=LETTERS),
        asset("c", A.asset_matches("b", A.missing())),
    ])  # fmt: skip
    world.make("a", "x")

    assert world.tick() == {"a": ["y"], "b": ["x", "y"], "c": [None]}


def test_what_is_made_together_is_requested_together() -> None:
    @dg.multi_asset(specs=[dg.AssetSpec("a", automation_condition=A.missing()), dg.AssetSpec("b")])
    def both(): ...  # type: ignore[no-untyped-def]

    world = World([both, asset("c", A.any_deps_match(A.will_be_requested()), ["b"])])

    assert world.tick() == {"a": [None], "c": [None]}
    assert world.result.get_requested_partitions(dg.AssetKey("b")) == {None}


def test_a_request_counts_only_where_one_run_can_take_both() -> None:
    asked = A.any_deps_match(A.will_be_requested())
    other = dg.StaticPartitionsDefinition(["x", "y", "z"])
    world = World([
        asset("a", A.missing(), partitions_def=LETTERS),
        asset("same", asked, ["a"], partitions_def=LETTERS),
        asset("other", asked, ["a"], partitions_def=other),
        asset("none", asked, ["a"]),
    ])  # fmt: skip

    assert world.tick() == {"a": ["x", "y"], "same": ["x", "y"]}


def test_a_job_is_requested_when_its_roots_match() -> None:
    assets = [asset("src"), asset("a", deps=["src"]), asset("b", deps=["src"]), asset("c", deps=["a"])]
    job = dg.define_asset_job(
        "load", ["a", "b", "c"], automation_condition=A.all_job_root_assets_match(A.eager())
    )
    world = World(assets, jobs=[job])

    assert world.tick() == {}
    world.make("src")

    assert world.tick() == {"load": [None]}


@pytest.mark.parametrize("condition", [A.missing(), A.on_cron("@daily")])
def test_the_condition_of_a_job_asks_its_assets(condition: Any) -> None:
    job = dg.define_asset_job("load", ["a"], automation_condition=condition)

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="all_job_root_assets_match"):
        dg.Definitions([asset("a")], jobs=[job]).get_job_def("load")


class Every2nd(dg.AutomationCondition):
    """A condition of the user's own that counts its evaluations."""

    def evaluate(self, context: dg.AutomationContext) -> dg.AutomationResult:
        count = int(context.cursor or "0") + 1
        true = context.candidate_subset if count % 2 == 0 else context.get_empty_subset()
        return dg.AutomationResult(context, true, cursor=str(count))


def test_a_condition_of_ones_own_keeps_a_cursor() -> None:
    world = World([asset("a", Every2nd() & A.missing(), partitions_def=LETTERS)])

    assert [world.tick(), world.tick(), world.tick()] == [{}, {"a": ["x", "y"]}, {}]


def test_a_condition_of_ones_own_may_await_its_parts() -> None:
    class Both(dg.AutomationCondition):
        async def evaluate(self, context: Any) -> dg.AutomationResult:
            part = context.for_child_condition(A.missing(), [0], context.candidate_subset)
            result = await part.evaluate_async()
            return dg.AutomationResult(context, result.true_subset, child_results=[result])

    assert World([asset("a", Both())]).tick() == {"a": [None]}


@pytest.mark.parametrize("returned", [True, None])
def test_a_condition_must_return_a_result(returned: Any) -> None:
    class Bad(dg.AutomationCondition):
        def evaluate(self, context: Any) -> Any:
            return returned

    with pytest.raises(dg.DagsterError, match="AutomationResult"):
        World([asset("a", Bad())]).tick()


def test_an_error_says_whose_condition_it_was() -> None:
    class Bad(dg.AutomationCondition):
        def evaluate(self, context: Any) -> Any:
            raise ValueError("no such table")

    with pytest.raises(dg.DagsterError, match="'a'.*no such table") as caught:
        World([asset("a", Bad())]).tick()

    assert isinstance(caught.value.__cause__, ValueError)


def test_an_unknown_asset_is_named_with_the_nearest() -> None:
    with pytest.raises(dg.DagsterError, match="'ordrs'.*orders"):
        World([asset("orders"), asset("a", A.asset_matches("ordrs", A.missing()))]).tick()


def test_every_condition_explains_itself() -> None:
    world = World([asset("a", A.missing() & ~A.in_progress(), partitions_def=LETTERS)])
    world.make("a", "x")
    world.tick()

    lines = world.result.explain().splitlines()

    assert lines[1].strip() == "missing: holds for 1 of 2 partitions of a."
    assert world.result.results[0].to_record().children[0].sentence == lines[1].strip()


def test_a_selection_limits_the_evaluation() -> None:
    defs = dg.Definitions([asset("a", A.missing()), asset("b", A.missing())])

    result = dg.evaluate_automation_conditions(
        defs, dg.DagsterInstance.ephemeral(), asset_selection=dg.AssetSelection.assets("b")
    )

    assert [found.key for found in result.results] == [dg.AssetKey("b")]


def test_state_goes_when_the_partitions_are_others() -> None:
    condition = (~A.missing()).newly_true().since(A.execution_failed())
    world = World([asset("a", condition, partitions_def=LETTERS)])
    world.make("a", "x")
    found = [world.tick()]
    world.defs = dg.Definitions([asset("a", condition)])
    found.append(world.tick())

    assert found == [{"a": ["x"]}, {"a": [None]}]


def test_facts_are_read_for_all_assets_at_once() -> None:
    names = [f"a{number}" for number in range(40)]
    world = World([asset(name, A.eager(), names[:number][-2:]) for number, name in enumerate(names)])
    for name in names[:20]:
        world.make(name)
    world.tick()
    asked: list[str] = []
    database = world.instance._tables.database  # the count of questions is what is tested
    original = database.rows
    database.rows = lambda *args: (asked.append(args[0]), original(*args))[1]  # type: ignore[method-assign]

    world.tick()

    assert len(asked) < 10
