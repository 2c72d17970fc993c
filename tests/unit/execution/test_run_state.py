"""The state of a run, driven by hand: what becomes ready, in which order, and what never does."""

from __future__ import annotations

from weftwork.execution.run_state import Instance, RunState
from weftwork.planning.compile import compile_plan
from weftwork.records.specs import (
    FromMany,
    FromOutput,
    GraphSpec,
    InputSpec,
    JobSpec,
    NodeSpec,
    OpSpec,
    OutputSpec,
)


def node(name: str, *, dynamic: bool = False, **inputs: FromOutput | FromMany) -> NodeSpec:
    op = OpSpec(
        name=name,
        inputs=tuple(InputSpec(name=key) for key in inputs),
        outputs=(OutputSpec(dynamic=dynamic),),
    )
    return NodeSpec(name=name, definition=op, inputs=dict(inputs))


def run_all(
    nodes: list[NodeSpec],
    items: dict[str, list[str]],
    failing: set[str] = frozenset(),
    skipping: set[str] = frozenset(),
) -> list[str]:  # type: ignore[assignment]
    """Return the keys of the instances in the order they ran; items come when their generator ends."""
    state = RunState(compile_plan(JobSpec(name="job", graph=GraphSpec(name="job", nodes=tuple(nodes)))))
    ready: list[Instance] = state.start()
    ran: list[str] = []
    while ready:
        instance = ready.pop(0)
        if instance.skipped:
            ran.append(f"skipped {instance.key}")
            ready += state.skipped(instance)
            continue
        ran.append(instance.key)
        if instance.key in failing:
            continue
        for key in items.get(instance.key, items.get(instance.step.key, [])):
            ready += state.item(instance, "result", key)
        ready += state.succeeded(instance, frozenset() if instance.key in skipping else frozenset({"result"}))
    return ran


OUT = FromOutput


def test_steps_run_after_what_they_need() -> None:
    nodes = [node("c", x=OUT("a"), y=OUT("b")), node("a"), node("b", x=OUT("a"))]
    assert run_all(nodes, {}) == ["a", "b", "c"]


def test_nothing_downstream_of_a_failure_runs() -> None:
    nodes = [node("a"), node("b", x=OUT("a")), node("c", x=OUT("b")), node("d")]
    assert run_all(nodes, {}, failing={"a"}) == ["a", "d"]


def test_a_missing_output_skips_all_that_needs_it() -> None:
    nodes = [node("a"), node("b", x=OUT("a")), node("c", x=OUT("b"))]
    assert run_all(nodes, {}, skipping={"a"}) == ["a", "skipped b", "skipped c"]


def test_a_fan_in_drops_only_what_is_missing() -> None:
    nodes = [node("a"), node("b"), node("c", x=FromMany((OUT("a"), OUT("b"))))]
    assert run_all(nodes, {}, skipping={"a"}) == ["a", "b", "c"]


def test_items_are_mapped_and_collected() -> None:
    nodes = [node("gen", dynamic=True), node("inc", x=OUT("gen")), node("sum", x=OUT("inc", collect=True))]
    assert run_all(nodes, {"gen": ["a", "b"]}) == ["gen", "inc[a]", "inc[b]", "sum"]


def test_a_collect_of_no_items_runs() -> None:
    nodes = [node("gen", dynamic=True), node("inc", x=OUT("gen")), node("sum", x=OUT("inc", collect=True))]
    assert run_all(nodes, {}) == ["gen", "sum"]


def test_a_collect_straight_from_the_generator_runs() -> None:
    nodes = [node("gen", dynamic=True), node("sum", x=OUT("gen", collect=True))]
    assert run_all(nodes, {"gen": ["a"]}) == ["gen", "sum"]


def test_a_failed_item_holds_back_the_collect_only() -> None:
    nodes = [node("gen", dynamic=True), node("inc", x=OUT("gen")), node("sum", x=OUT("inc", collect=True))]
    assert run_all(nodes, {"gen": ["a", "b"]}, failing={"inc[a]"}) == ["gen", "inc[a]", "inc[b]"]


def test_a_skipped_generator_skips_its_collect() -> None:
    nodes = [
        node("a"),
        node("gen", dynamic=True, x=OUT("a")),
        node("inc", x=OUT("gen")),
        node("sum", x=OUT("inc", collect=True)),
    ]
    ran = run_all(nodes, {"gen": ["a"]}, skipping={"a"})
    assert ran[:2] == ["a", "skipped gen"]
    assert not any(key.startswith("inc") for key in ran)


def test_a_mapped_step_may_need_an_unmapped_one() -> None:
    nodes = [node("late"), node("gen", dynamic=True), node("inc", x=OUT("gen"), y=OUT("late"))]
    assert run_all([nodes[1], nodes[0], nodes[2]], {"gen": ["a", "b"]}) == ["gen", "late", "inc[a]", "inc[b]"]


def test_nested_maps_keep_the_keys_of_their_parents() -> None:
    nodes = [
        node("outer", dynamic=True),
        node("inner", dynamic=True, x=OUT("outer")),
        node("inc", x=OUT("inner")),
        node("each", x=OUT("inc", collect=True)),
        node("all", x=OUT("each", collect=True)),
    ]
    ran = run_all(nodes, {"outer": ["a", "b"], "inner[a]": ["1"], "inner[b]": ["1", "2"]})
    assert sorted(ran) == sorted(
        ["outer", "inner[a]", "inner[b]", "inc[a][1]", "inc[b][1]", "inc[b][2]", "each[a]", "each[b]", "all"]
    )
    assert ran[-1] == "all"


def test_two_dynamic_outputs_make_their_product() -> None:
    nodes = [
        node("left", dynamic=True),
        node("right", dynamic=True),
        node("pair", x=OUT("left"), y=OUT("right")),
        node("row", x=OUT("pair", collect=True)),
        node("all", x=OUT("row", collect=True)),
    ]
    ran = run_all(nodes, {"left": ["a", "b"], "right": ["1", "2"]})
    pairs = [key for key in ran if key.startswith("pair")]
    assert sorted(pairs) == ["pair[a][1]", "pair[a][2]", "pair[b][1]", "pair[b][2]"]
    assert [key for key in ran if key.startswith("row")] == ["row[a]", "row[b]"]
    assert ran[-1] == "all"


def test_finished_items_leave_nothing_behind_when_nothing_collects_them() -> None:
    nodes = [node("gen", dynamic=True), node("one", x=OUT("gen")), node("two", x=OUT("one"))]
    plan = compile_plan(JobSpec(name="job", graph=GraphSpec(name="job", nodes=tuple(nodes))))
    state = RunState(plan)
    (generator,) = state.start()
    for number in range(100):
        ready = state.item(generator, "result", str(number))
        while ready:
            ready += state.succeeded(ready.pop(), frozenset({"result"}))
    held = sum(len(table) for name in ("_waiting", "_done", "_items") for table in getattr(state, name))
    assert held == 0
