"""Automation conditions of `n` assets, after one update: nine tenths eager, one tenth hourly.

`whole` evaluates every condition, as tests do; `changed` only those of which an answer may have changed (ours only).
"""

import datetime
from typing import Any

from measure import Benchmark


def main() -> None:
    bench = Benchmark("automation", 10_000, ("changed", "whole"))
    dg = bench.load_library()
    eager, hourly = dg.AutomationCondition.eager(), dg.AutomationCondition.on_cron("@hourly")

    def build(number: int) -> Any:
        deps = [f"a{number - 1}"] if number % 10 else []
        condition = hourly if number % 10 == 9 else eager

        @dg.asset(name=f"a{number}", deps=deps, automation_condition=condition)
        def made() -> None: ...

        return made

    defs = dg.Definitions(assets=[build(number) for number in range(bench.n)])
    instance = dg.DagsterInstance.ephemeral()
    now = datetime.datetime.now(datetime.UTC).replace(minute=10) + datetime.timedelta(hours=1)
    tick = _whole(dg, defs, instance) if bench.mode == "whole" else _changed(defs, instance)
    bench.yard(lambda: [str(i) for i in range(bench.n)])
    with bench.phase("first_tick"):
        tick(now)
    for number in range(bench.n):
        instance.report_runless_asset_event(dg.AssetMaterialization(f"a{number}"))
    with bench.phase("after_all_were_made"):
        tick(now + datetime.timedelta(minutes=1))
    for minutes in (2, 3, 4):
        with bench.phase("nothing_new"):
            tick(now + datetime.timedelta(minutes=minutes))
    instance.report_runless_asset_event(dg.AssetMaterialization("a0"))
    with bench.timed():
        requested = tick(now + datetime.timedelta(minutes=5))
    assert requested == 8, requested
    bench.items = 1
    bench.report()


def _whole(dg: Any, defs: Any, instance: Any) -> Any:
    state: dict[str, Any] = {"cursor": None}

    def tick(now: datetime.datetime) -> int:
        result = dg.evaluate_automation_conditions(
            defs=defs, instance=instance, evaluation_time=now, cursor=state["cursor"]
        )
        state["cursor"] = result.cursor
        return int(result.total_requested)

    return tick


def _changed(defs: Any, instance: Any) -> Any:
    from weftwork.conditions.evaluation.tick import evaluate_tick
    from weftwork.conditions.evaluation.watches import WatchIndex
    from weftwork.definitions.automation.entities import build_entity_graph

    graph = build_entity_graph(defs.get_repository_def().catalog)
    index = WatchIndex(graph)
    state: dict[str, Any] = {"cursor": None}

    def tick(now: datetime.datetime) -> int:
        found = evaluate_tick(graph, instance.automation_facts, now, state["cursor"], index=index)
        state["cursor"] = found.cursor
        return sum(subset.size for subset in found.requested)

    return tick


main()
