"""Evaluating only what may have changed finds what evaluating everything finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import weftwork as dg
from weftwork.conditions.cursor import AutomationCursor
from weftwork.conditions.evaluation.tick import evaluate_tick
from weftwork.conditions.evaluation.watches import WatchIndex
from weftwork.definitions.automation.entities import build_entity_graph
from weftwork.records.control.backfills import Backfill, BackfillStatus, BackfillTarget

A = dg.AutomationCondition
START = datetime(2024, 1, 10, 0, 30, tzinfo=UTC)
PARTITIONS = [
    None,
    dg.StaticPartitionsDefinition(["x", "y"]),
    dg.DailyPartitionsDefinition("2024-01-07"),
]
CONDITIONS = [
    None,
    A.eager(),
    A.on_cron("0 * * * *"),
    A.on_missing(),
    A.missing() & ~A.in_progress(),
    A.any_deps_match(A.newly_updated().since(A.cron_tick_passed("0 * * * *"))),
    A.any_deps_match(A.any_deps_match(A.newly_updated())),
    A.newly_updated().newly_true() | A.newly_requested(),
    A.any_downstream_conditions(),
    A.execution_failed(),
    A.data_version_changed() | A.code_version_changed(),
]


class Pair:
    """The same definitions and history, evaluated whole and by what changed."""

    def __init__(self, assets: list[Any]) -> None:
        repository = dg.Definitions(assets).get_repository_def()
        self.graph = build_entity_graph(repository.catalog)
        self.index = WatchIndex(self.graph)
        self.instance = dg.DagsterInstance.ephemeral()
        self.now = START
        self.whole: AutomationCursor | None = None
        self.partial: AutomationCursor | None = None
        self.evaluated = 0

    def tick(self, minutes: int = 1) -> dict[str, list[Any]]:
        self.now += timedelta(minutes=minutes)
        facts = self.instance.automation_facts
        store = self.instance
        whole = evaluate_tick(self.graph, facts, self.now, self.whole, dynamic_partitions_store=store)
        partial = evaluate_tick(
            self.graph, facts, self.now, self.partial, dynamic_partitions_store=store, index=self.index
        )
        self.whole, self.partial = whole.cursor, partial.cursor
        self.evaluated = len(partial.results)
        assert requested(partial) == requested(whole)
        for key, entity in whole.cursor.by_key.items():
            other = partial.cursor.by_key[key]
            assert (other.requested, set(other.nodes)) == (entity.requested, set(entity.nodes))
            for name, node in entity.nodes.items():
                assert other.nodes[name].true_subset == node.true_subset
        return requested(whole)


def requested(tick: Any) -> dict[str, list[Any]]:
    return {
        subset.key.to_user_string(): sorted(subset.expensively_compute_partition_keys(), key=str)
        for subset in tick.requested
    }


def make_asset(number: int, deps: list[int], condition: Any, partitions_def: Any) -> Any:
    @dg.asset(
        name=f"a{number}",
        deps=[f"a{dep}" for dep in deps],
        automation_condition=condition,
        partitions_def=partitions_def,
    )
    def made() -> None: ...

    return made


@st.composite
def worlds(draw: Any) -> list[Any]:
    count = draw(st.integers(2, 6))
    partitions_def = draw(st.sampled_from(PARTITIONS))
    assets = []
    for number in range(count):
        deps = draw(st.sets(st.integers(0, number - 1), max_size=2)) if number else set()
        own = draw(st.sampled_from([partitions_def, partitions_def, None]))
        assets.append(make_asset(number, sorted(deps), draw(st.sampled_from(CONDITIONS)), own))
    return assets


@settings(max_examples=60, deadline=None)
@given(
    worlds(),
    st.lists(st.tuples(st.sampled_from([1, 1, 1, 20, 60, 1440]), st.sets(st.integers(0, 5), max_size=2)), max_size=8),
    st.data(),
)  # fmt: skip
def test_partial_evaluation_equals_whole_evaluation(
    assets: list[Any], history: list[tuple[int, set[int]]], data: Any
) -> None:
    pair = Pair(assets)
    for minutes, made in history:
        for number in sorted(made):
            if number < len(assets):
                pair.instance.report_runless_asset_event(_event(assets[number], data))
        pair.tick(minutes)
    pair.tick()
    pair.tick()


def _event(made: Any, data: Any) -> Any:
    partitions_def = made.partitions_def
    if partitions_def is None:
        return dg.AssetMaterialization(made.key)
    with dg.partition_loading_context(START):
        key = data.draw(st.sampled_from(list(partitions_def.get_partition_keys())))
    return dg.AssetMaterialization(made.key, partition=key)


def chain(length: int, condition: Any) -> list[Any]:
    return [make_asset(number, [number - 1] if number else [], condition, None) for number in range(length)]


def test_only_what_changed_is_evaluated() -> None:
    assets = [
        make_asset(number, [number - 1] if number % 10 else [], A.eager(), None) for number in range(200)
    ]
    pair = Pair(assets)
    for _ in range(3):
        pair.tick()
    assert pair.evaluated == 0

    pair.instance.report_runless_asset_event(dg.AssetMaterialization("a0"))
    pair.tick()

    assert 0 < pair.evaluated <= 10


@pytest.mark.parametrize(("minutes", "evaluated"), [(1, 0), (60, 5)])
def test_a_cron_tick_wakes_those_that_wait_for_it(minutes: int, evaluated: int) -> None:
    pair = Pair(chain(5, A.on_cron("0 * * * *")))
    for _ in range(4):
        pair.tick()

    pair.tick(minutes)

    assert pair.evaluated == evaluated


def test_a_new_time_window_wakes_those_that_have_it() -> None:
    daily = dg.DailyPartitionsDefinition("2024-01-07")
    pair = Pair([make_asset(0, [], A.on_missing(), daily), make_asset(1, [], A.on_missing(), None)])
    for _ in range(3):
        pair.tick()

    assert pair.tick(24 * 60) == {"a0": ["2024-01-10"]}
    assert pair.evaluated == 1


def test_dynamic_partitions_are_always_looked_at() -> None:
    colors = dg.DynamicPartitionsDefinition(name="colors")
    pair = Pair([make_asset(0, [], A.on_missing(), colors)])
    for _ in range(3):
        pair.tick()

    pair.instance.add_dynamic_partitions("colors", ["red"])

    assert pair.tick() == {"a0": ["red"]}


def test_wiping_wakes() -> None:
    pair = Pair([make_asset(0, [], A.newly_missing(), None)])
    pair.instance.report_runless_asset_event(dg.AssetMaterialization("a0"))
    for _ in range(3):
        pair.tick()

    pair.instance.wipe_assets([dg.AssetKey("a0")])

    assert pair.tick() == {"a0": [None]}


def test_the_end_of_a_run_wakes() -> None:
    @dg.asset(automation_condition=A.execution_failed())
    def broken() -> None:
        raise ValueError("broken")

    pair = Pair([broken])
    for _ in range(3):
        pair.tick()

    dg.materialize([broken], instance=pair.instance, raise_on_error=False)

    assert pair.tick() == {"broken": [None]}


def test_the_condition_changed() -> None:
    pair = Pair([make_asset(0, [], A.eager(), None)])
    for _ in range(3):
        pair.tick()
    cursors = (pair.whole, pair.partial)
    instance, now = pair.instance, pair.now

    pair = Pair([make_asset(0, [], A.missing(), None)])
    (pair.whole, pair.partial), pair.instance, pair.now = cursors, instance, now

    assert pair.tick() == {"a0": [None]}


def test_what_grows_stale_by_itself_is_evaluated() -> None:
    policy = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=2), warn_window=timedelta(hours=1))

    @dg.asset(freshness_policy=policy)
    def watched() -> None: ...

    @dg.asset(automation_condition=A.asset_matches("watched", A.freshness_failed()))
    def alarm() -> None: ...

    pair = Pair([watched, alarm])
    pair.instance.report_runless_asset_event(dg.AssetMaterialization("watched"))
    made = pair.instance.get_latest_materialization_event(dg.AssetKey("watched"))
    pair.now = datetime.fromtimestamp(made.timestamp, UTC)

    assert [pair.tick(minutes) for minutes in (1, 60, 60, 1)] == [
        {},
        {},
        {"alarm": [None]},
        {"alarm": [None]},
    ]


def test_backfills_that_begin_and_end_are_noticed() -> None:
    letters = dg.StaticPartitionsDefinition(["x", "y"])
    up = make_asset(0, [], None, letters)
    pair = Pair([up, make_asset(1, [0], A.any_deps_match(A.backfill_in_progress()), letters)])
    backfill = Backfill(backfill_id="b")
    found = [pair.tick(), pair.tick(), pair.tick()]

    pair.instance.backfills.add(backfill, [BackfillTarget(up.key, "x")])
    found += [pair.tick(), pair.tick()]
    pair.instance.backfills.update(backfill.replace(status=BackfillStatus.COMPLETED_SUCCESS))
    found += [pair.tick(), pair.tick()]

    assert found == [{}, {}, {}, {"a1": ["x"]}, {"a1": ["x"]}, {}, {}]
