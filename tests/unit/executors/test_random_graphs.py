"""Random graphs, nested, mapped, failing and skipping: every backend comes to what plain Python says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import weftwork as dg
from weftwork.execution.reconstructable import ReconstructableJob

CONDITIONS = ("all_ok", "all_ok", "all_ok", "all_done", "any_failed")
EXECUTORS = pytest.mark.parametrize(
    "executor", [None, dg.thread_executor, dg.async_executor], ids=["in_process", "thread", "async"]
)


@st.composite
def plans(draw: Any) -> list[dict[str, Any]]:
    """Steps that each take some of the steps before them, and fail, skip, or succeed at the nth attempt."""
    steps: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 9))):
        parents = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        steps.append({
            "parents": parents,
            "fan_in": draw(st.booleans()),
            "end": draw(st.sampled_from(["ok", "ok", "ok", "fail", "skip", "flaky"])),
            "async": draw(st.booleans()),
            "run_when": draw(st.sampled_from(CONDITIONS)),
            "priority": draw(st.integers(-2, 2)),
        })  # fmt: skip
    return steps


def expect(steps: list[dict[str, Any]]) -> dict[str, tuple[str, Any]]:
    """Return how each step ends, and with what value, by plain Python."""
    ends: dict[str, tuple[str, Any]] = {}
    for number, step in enumerate(steps):
        above = [ends[f"s{parent}"] for parent in step["parents"]]
        failed = any(end in ("failed", "held") for end, _ in above)
        missing = [end in ("skipped", "nothing") for end, _ in above]
        absent = all(missing) if step["fan_in"] and len(above) > 1 else any(missing)
        if step["run_when"] == "all_ok" and failed:
            ends[f"s{number}"] = ("held", None)
        elif (step["run_when"] == "all_ok" and absent) or (step["run_when"] == "any_failed" and not failed):
            ends[f"s{number}"] = ("skipped", None)
        elif step["end"] == "fail":
            ends[f"s{number}"] = ("failed", None)
        elif step["end"] == "skip":
            ends[f"s{number}"] = ("nothing", None)
        else:
            values = [value for end, value in above if end == "ok"]
            ends[f"s{number}"] = ("ok", 1 + sum(values))
    return ends


def make_op(number: int, step: dict[str, Any], values: dict[str, Any]) -> dg.OpDefinition:
    """Return the op of a step, which notes its value."""
    fans_in = step["fan_in"] and len(step["parents"]) > 1
    attempts: list[int] = []

    def compute(parts: Any) -> Any:
        attempts.append(1)
        if step["end"] == "fail" or (step["end"] == "flaky" and len(attempts) == 1):
            raise ValueError(number)
        if step["end"] == "skip":
            return None
        values[f"s{number}"] = 1 + sum(part for part in parts if part is not None)
        return dg.Output(values[f"s{number}"])

    names = ["parts"] if fans_in else [f"p{place}" for place in range(len(step["parents"]))]
    policy = dg.RetryPolicy(max_retries=1) if step["end"] == "flaky" else None
    arguments: dict[str, Any] = {
        "name": f"s{number}", "ins": {name: dg.In() for name in names}, "out": dg.Out(is_required=False),
        "retry_policy": policy, "run_when": step["run_when"], "tags": {"dagster/priority": str(step["priority"])},
    }  # fmt: skip

    def sync_step(**given: Any) -> Any:
        made = compute(given["parts"] if fans_in else given.values())
        if made is not None:
            yield made

    async def async_step(**given: Any) -> Any:
        made = compute(given["parts"] if fans_in else given.values())
        if made is not None:
            yield made

    return dg.op(**arguments)(async_step if step["async"] else sync_step)


def build(steps: list[dict[str, Any]], values: dict[str, Any], executor: Any) -> dg.JobDefinition:
    ops = [make_op(number, step, values) for number, step in enumerate(steps)]

    def compose() -> None:
        handles: list[Any] = []
        for op, step in zip(ops, steps, strict=True):
            above = [handles[parent] for parent in step["parents"]]
            handles.append(op(above) if step["fan_in"] and len(above) > 1 else op(*above))

    arguments = {} if executor is None else {"executor_def": executor}
    return dg.job(name="random", resource_defs={"io_manager": dg.mem_io_manager}, **arguments)(compose)


def execute(job: dg.JobDefinition, executor: Any) -> Any:
    if executor is None:
        return job.execute_in_process(raise_on_error=False)
    where = ReconstructableJob("here", job.name)
    where._definition = job
    return dg.execute_job(where, instance=dg.DagsterInstance.ephemeral())


@EXECUTORS
def test_random_graphs_end_as_plain_python_says(executor: Any) -> None:
    @settings(max_examples=40, deadline=None)
    @given(plans())
    def check(steps: list[dict[str, Any]]) -> None:
        values: dict[str, Any] = {}
        result = execute(build(steps, values, executor), executor)
        expected = expect(steps)
        kinds = {"STEP_SUCCESS": "ended", "STEP_FAILURE": "failed", "STEP_SKIPPED": "skipped"}
        ended = {
            e.step_key: kinds[e.event_type_value] for e in result.all_events if e.event_type_value in kinds
        }
        told = {"ok": "ended", "nothing": "ended", "failed": "failed", "skipped": "skipped"}
        assert ended == {key: told[end] for key, (end, _) in expected.items() if end != "held"}
        assert values == {key: value for key, (end, value) in expected.items() if end == "ok"}
        assert result.success == all(end != "failed" for end, _ in expected.values())

    check()


# ----------------------------------------------------------------------------------------- fan-out


Tree = dict[str, Any]


@st.composite
def forests(draw: Any) -> tuple[Tree, set[str]]:
    """Return two levels of items, and the keys of the inner items that fail."""
    keys = st.sampled_from(["a", "b", "c-1", "d.e", "f/g"])
    tree = draw(st.dictionaries(keys, st.lists(keys, max_size=4, unique=True), max_size=4))
    paths = [f"{outer}|{inner}" for outer, inners in tree.items() for inner in inners]
    failing = set(draw(st.lists(st.sampled_from(paths), max_size=2))) if paths else set()
    return tree, failing


@EXECUTORS
def test_random_nested_maps_collect_what_plain_python_says(executor: Any) -> None:
    @settings(max_examples=30, deadline=None)
    @given(forests(), st.booleans())
    def check(forest: tuple[Tree, set[str]], zipped: bool) -> None:
        tree, failing = forest
        kept: dict[str, Any] = {}
        result = execute(build_nested(tree, failing, kept, executor, zipped=zipped), executor)
        lines = {
            outer: [f"{outer}|{inner}" for inner in inners]
            for outer, inners in tree.items()
            if not any(f"{outer}|{inner}" in failing for inner in inners)
        }
        assert kept.get("lines", {}) == lines
        assert kept["always"] == list(lines.values())
        assert ("all" in kept) == (not failing)
        if not failing:
            assert kept["all"] == list(lines.values())
        assert kept.get("pairs", {}) == ({key: key * 2 for key in tree if key != "a"} if zipped else {})
        assert result.success == (not failing and not (zipped and "a" in tree))

    check()


def build_nested(  # noqa: C901 - eight small ops
    tree: Tree, failing: set[str], kept: dict[str, Any], executor: Any, *, zipped: bool
) -> dg.JobDefinition:
    @dg.op(out=dg.DynamicOut())
    def outer():
        for key in tree:
            yield dg.DynamicOutput(key, mapping_key=key)

    @dg.op(out=dg.DynamicOut())
    async def inner(key):
        for name in tree[key]:
            yield dg.DynamicOutput(f"{key}|{name}", mapping_key=name)

    @dg.op
    def leaf(path):
        if path in failing:
            raise ValueError(path)
        return path

    @dg.op
    def line(context, parts: list):
        kept.setdefault("lines", {})[context.get_mapping_key()] = parts
        return parts

    @dg.op
    def everything(parts: list):
        kept["all"] = parts

    @dg.op(run_when="all_done")
    def whatever(parts: list):
        kept["always"] = parts

    @dg.op(out=dg.DynamicOut())
    def others():
        for key in reversed(tree):
            if key != "a":
                yield dg.DynamicOutput(key, mapping_key=key)

    @dg.op
    def pair(context, x, y):
        kept.setdefault("pairs", {})[context.get_mapping_key()] = x + y

    def compose() -> None:
        first = outer()
        lines = first.map(inner).map(leaf).collect().map(line).collect()
        everything(lines)
        whatever(lines)
        if zipped:
            first.map(pair, others(), zip=True)

    decorate: Callable[..., Any] = dg.job(
        name="nested", resource_defs={"io_manager": dg.mem_io_manager},
        **({} if executor is None else {"executor_def": executor}),
    )  # fmt: skip
    return decorate(compose)
