"""Random programs of nested graphs, mapped and joined items, failures and retries: every executor says what Python says."""

from __future__ import annotations

import itertools
import sys
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import weftwork as dg
from weftwork.execution.reconstructable import ReconstructableJob

Node = dict[str, Any]
FAILED = object()
ENDS = ["ok"] * 8 + ["flaky", "fail"]


@st.composite
def bodies(draw: Any, depth: int = 0, inputs: int = 0) -> list[Node]:
    """Nodes that each take some of the values before them: first those of the graph's inputs, then of earlier nodes."""
    found: list[Node] = []
    if inputs:  # a graph must use all of its inputs
        found.append({"kind": "op", "takes": list(range(inputs)), "end": draw(st.sampled_from(ENDS))})
    for number in range(draw(st.integers(1, 3 if depth else 4))):
        known = inputs + number + bool(inputs)
        least = 1 if inputs else 0  # what a mapped graph gives must come from its item
        takes = (
            draw(st.lists(st.integers(0, known - 1), min_size=least, max_size=2, unique=True))
            if known
            else []
        )
        kinds = ["op", "op", "map", "list"] if takes else ["op"]
        kind = draw(st.sampled_from([*kinds, *(["graph", "join"] if depth < 2 and takes else [])]))
        node: Node = {"kind": kind, "takes": takes, "end": draw(st.sampled_from(ENDS))}
        if kind in ("graph", "map"):
            node["body"] = draw(bodies(depth + 1, len(takes) if kind == "graph" else 1))
        if kind == "join":
            node["zip"] = draw(st.booleans())
        found.append(node)
    return found


# ------------------------------------------------------------------------------------------ plain Python


def items_of(value: int) -> list[int]:
    return [value + place for place in range(value % 4)]


def evaluate(body: list[Node], inputs: list[Any]) -> Any:
    """Return the value of the last node, or FAILED if something that it needs failed."""
    values = list(inputs)
    for node in body:
        values.append(evaluate_node(node, [values[place] for place in node["takes"]]))
    return values[-1]


def evaluate_node(node: Node, taken: list[Any]) -> Any:
    kind = node["kind"]
    if kind == "graph":  # a part of it that does not take what failed runs
        return evaluate(node["body"], taken)
    if any(value is FAILED for value in taken):
        return FAILED
    if kind == "map":
        parts = [evaluate(node["body"], [item]) for item in items_of(sum(taken))]
    elif kind == "join":
        left, right = items_of(sum(taken)), items_of(sum(taken))
        pairs = zip(left, right, strict=True) if node["zip"] else itertools.product(left, right)
        parts = [a * 2 + b for a, b in pairs]
    else:
        parts = taken
    if any(part is FAILED for part in parts) or node["end"] == "fail":
        return FAILED
    return 1 + sum(parts)


def fails_somewhere(body: list[Node], inputs: list[Any]) -> bool:
    """Return whether a step fails, be it that nothing takes its value."""
    values = list(inputs)
    for node in body:
        taken = [values[place] for place in node["takes"]]
        if node["kind"] == "graph" and fails_somewhere(node["body"], taken):
            return True
        items = [] if any(value is FAILED for value in taken) else items_of(sum(taken))
        if node["kind"] == "map" and any(fails_somewhere(node["body"], [item]) for item in items):
            return True
        values.append(evaluate_node(node, taken))
        if values[-1] is FAILED and node["kind"] != "graph" and not any(value is FAILED for value in taken):
            return True
    return False


# ---------------------------------------------------------------------------------------------- the same


class Program:
    """Builds the job of a body; names are numbered as the nodes come."""

    def __init__(self) -> None:
        self._number = itertools.count()

    def _name(self) -> str:
        return f"n{next(self._number)}"

    def total(self, end: str, takes_list: bool, width: int) -> Any:
        """Return an op that gives one more than the sum of what it takes."""
        names = ["parts"] if takes_list else [f"p{place}" for place in range(width)]

        def compute(context, **given: Any) -> Any:
            if end == "fail" or (end == "flaky" and context.retry_number == 0):
                raise ValueError(end)
            return 1 + sum(given["parts"] if takes_list else given.values())

        policy = dg.RetryPolicy(max_retries=1) if end == "flaky" else None
        return dg.op(name=self._name(), ins={name: dg.In() for name in names}, retry_policy=policy)(compute)

    def items(self, width: int) -> Any:
        """Return an op that gives items."""

        def generate(**given: Any) -> Any:
            for item in items_of(sum(given.values())):
                yield dg.DynamicOutput(item, mapping_key=str(item))

        ins = {f"p{place}": dg.In() for place in range(width)}
        return dg.op(name=self._name(), ins=ins, out=dg.DynamicOut())(generate)

    def graph(self, body: list[Node], width: int) -> Any:
        """Return a graph of a body."""
        names = [f"i{place}" for place in range(width)]
        source = f"def composed({', '.join(names)}):\n    return compose([{', '.join(names)}])"
        namespace: dict[str, Any] = {"compose": lambda inputs: self.compose(body, inputs)}
        exec(source, namespace)
        return dg.graph(name=self._name())(namespace["composed"])

    def compose(self, body: list[Node], inputs: list[Any]) -> Any:
        """Call the nodes of a body in the composition that is open."""
        handles = list(inputs)
        for node in body:
            taken = [handles[place] for place in node["takes"]]
            handles.append(self.call(node, taken))
        return handles[-1]

    def call(self, node: Node, taken: list[Any]) -> Any:
        kind, width = node["kind"], len(taken)
        if kind == "graph":
            return self.graph(node["body"], width)(*taken)
        if kind == "op":
            return self.total(node["end"], False, width)(*taken)
        if kind == "list":
            return self.total(node["end"], True, 1)(taken)
        if kind == "map":
            mapped = self.items(width)(*taken).map(self.graph(node["body"], 1)).collect()
            return self.total(node["end"], True, 1)(mapped)
        pair = dg.op(name=self._name())(lambda left, right: left * 2 + right)
        joined = self.items(width)(*taken).map(pair, self.items(width)(*taken), zip=node["zip"])
        if not node["zip"]:  # two levels deep: each list is taken before the lists are collected
            joined = joined.collect().map(dg.op(name=self._name())(lambda parts: sum(parts)))
        return self.total(node["end"], True, 1)(joined.collect())


def build(body: list[Node], executor: Any, resources: Any) -> dg.JobDefinition:
    program = Program()
    last = dg.op(name="last")(lambda value: value)

    def compose() -> None:
        last(program.compose(body, []))

    return dg.job(name="program", executor_def=executor, resource_defs=resources)(compose)


def check(body: list[Node], result: Any) -> None:
    expected = evaluate(body, [])
    values = [
        event
        for event in result.all_events
        if event.event_type_value == "STEP_SUCCESS" and event.step_key == "last"
    ]
    assert bool(values) == (expected is not FAILED)
    if values:
        assert result.output_for_node("last") == expected
    assert result.success == (not fails_somewhere(body, []))


HERE = pytest.mark.parametrize(
    "executor",
    [dg.in_process_executor, dg.thread_executor, dg.async_executor],
    ids=["in_process", "thread", "async"],
)


OP: Node = {"kind": "op", "takes": [0], "end": "ok"}
LATE_INPUT: list[Node] = [
    {**OP, "takes": []},
    {**OP, "kind": "map", "body": [OP, {**OP, "takes": [0, 1]}]},
    {
        **OP, "kind": "graph", "takes": [0, 1],
        "body": [{**OP, "takes": [0, 1]}, {**OP, "kind": "map", "body": [OP, {**OP, "kind": "map", "body": [OP, OP]}]}],
    },
]  # fmt: skip
"""A graph that maps twice over one of its inputs, while another one comes later."""


@HERE
def test_in_this_process(executor: Any) -> None:
    @settings(max_examples=40, deadline=None)
    @given(bodies())
    @example(LATE_INPUT)
    def run(body: list[Node]) -> None:
        job = build(body, executor, {"io_manager": dg.mem_io_manager})
        check(body, job.execute_in_process(raise_on_error=False))

    run()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.parametrize("early", [False, True], ids=["after_success", "early"])
def test_in_processes(early: bool, tmp_path: Any) -> None:
    config = {
        "max_concurrent": 3, "start_method": {"fork": {}},
        "step_dependency_config": {"require_upstream_step_success": not early},
    }  # fmt: skip
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:

        @settings(max_examples=6, deadline=None)
        @given(bodies())
        def run(body: list[Node]) -> None:
            job = build(body, dg.multiprocess_executor, {})
            where = ReconstructableJob("here", job.name)
            where._definition = job
            with dg.execute_job(where, instance, run_config={"execution": {"config": config}}) as result:
                check(body, result)

        run()
