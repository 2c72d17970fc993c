"""Random graphs, run here and repeated after failure, agree with a few lines of plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import weftwork as dg
from weftwork.execution.runs.asked_run import plan_of
from weftwork.execution.runs.in_process import execute_job_in_process
from weftwork.execution.runs.reexecution import load_past_run
from weftwork.planning.reexecution.repeat import repeat_failed


@dataclass
class Node:
    """A node of a random graph.

    Attributes:
        behaviour: "ok", "fail", "flaky" (succeeds when it is tried again), "spent" (fails more often than it is tried) or
            "skip" (gives nothing).
        parents: the nodes whose values it takes.
        depth: in how many graphs it is nested.
        fan: whether it gives items that are mapped and collected, instead of one value.
        bad_item: the item whose mapped step fails, if there is one of that number.
    """

    behaviour: str
    parents: list[int]
    depth: int
    fan: bool
    bad_item: int | None
    tries: int = field(default=0, compare=False)


@st.composite
def graphs(draw: st.DrawFn) -> list[Node]:
    behaviours = st.sampled_from(["ok", "ok", "ok", "ok", "fail", "flaky", "spent", "skip"])
    nodes: list[Node] = []
    for index in range(draw(st.integers(1, 8))):
        parents = draw(st.lists(st.integers(0, index - 1), max_size=3, unique=True)) if index else []
        fan = draw(st.booleans())
        behaviour = draw(behaviours)
        nodes.append(
            Node(
                "ok" if fan and behaviour == "skip" else behaviour,
                parents,
                draw(st.integers(0, 2)),
                fan,
                draw(st.none() | st.integers(0, 3)),
            )
        )
    return nodes


def value_of(index: int, values: list[int]) -> int:
    return (1 + index + sum(values)) % 7


def attempt(node: Node) -> None:
    node.tries += 1
    if (
        node.behaviour == "fail"
        or node.behaviour == "spent"
        or (node.behaviour == "flaky" and node.tries == 1)
    ):
        raise ValueError(node.behaviour)


def add_node(index: int, node: Node, handles: list[Any]) -> Any:
    """Use a node in the graph that is being composed; return what its consumers take."""
    names = [f"p{parent}" for parent in node.parents]
    retries = dg.RetryPolicy(max_retries=1) if node.behaviour in ("flaky", "spent") else None
    given_values = [handles[parent] for parent in node.parents]

    def scalar(**inputs: int) -> Iterator[Any]:
        attempt(node)
        if node.behaviour != "skip":
            yield dg.Output(value_of(index, list(inputs.values())))

    def generate(**inputs: int) -> Iterator[Any]:
        attempt(node)
        for item in range(value_of(index, list(inputs.values()))):
            yield dg.DynamicOutput(item, mapping_key=f"k{item}")

    made: Any = dg.op(
        name=f"n{index}", ins={name: dg.In() for name in names}, retry_policy=retries,
        out=dg.DynamicOut() if node.fan else dg.Out(is_required=False),
    )(generate if node.fan else scalar)  # fmt: skip
    for level in range(node.depth):
        made = wrap(made, f"n{index}_in_{level}", names)
    output = made(**dict(zip(names, given_values, strict=True)))
    if not node.fan:
        return output

    @dg.op(name=f"n{index}_item")
    def step(x: int) -> int:
        if x == node.bad_item:
            raise ValueError("bad item")
        return x + 1

    @dg.op(name=f"n{index}_all")
    def collect(xs: list[int]) -> int:
        return sum(xs) % 7

    return collect(output.map(step).collect())


def wrap(inner: Any, name: str, names: list[str]) -> dg.GraphDefinition:
    return dg.GraphDefinition(
        name=name,
        node_defs=[inner],
        dependencies={inner.name: {}},
        input_mappings=[
            dg.InputMapping(graph_input_name=known, mapped_node_name=inner.name, mapped_node_input_name=known)
            for known in names
        ],
        output_mappings=[
            dg.OutputMapping(
                graph_output_name="result", mapped_node_name=inner.name, mapped_node_output_name="result"
            )
        ],
    )


def build(nodes: list[Node]) -> dg.JobDefinition:
    @dg.graph(name="random")
    def composed() -> None:
        handles: list[Any] = []
        for index, node in enumerate(nodes):
            handles.append(add_node(index, node, handles))

    return composed.to_job(resource_defs={"io_manager": dg.fs_io_manager})


def expect(nodes: list[Node]) -> tuple[dict[str, str], dict[int, int]]:
    """Return how each step ends, and the value of each node, as plain Python has it."""
    ends: dict[str, str] = {}
    values: dict[int, int] = {}
    states: list[str] = []
    for index, node in enumerate(nodes):
        above = {states[parent] for parent in node.parents}
        key = ".".join([f"n{index}_in_{level}" for level in reversed(range(node.depth))] + [f"n{index}"])
        if "failure" in above:
            states.append("failure")
            continue
        if "skipped" in above:
            ends[key] = "skipped"
            if node.fan:
                ends[f"n{index}_all"] = "skipped"
            states.append("skipped")
            continue
        failed = node.behaviour in ("fail", "spent")
        ends[key] = "failure" if failed else "success"
        if failed:
            states.append("failure")
        elif node.behaviour == "skip":
            states.append("skipped")
        elif not node.fan:
            values[index] = value_of(index, [values[parent] for parent in node.parents])
            states.append("success")
        else:
            count = value_of(index, [values[parent] for parent in node.parents])
            bad = [item for item in range(count) if item == node.bad_item]
            ends.update({f"n{index}_item[k{item}]": "success" for item in range(count)})
            ends.update({f"n{index}_item[k{item}]": "failure" for item in bad})
            states.append("failure" if bad else "success")
            if not bad:
                values[index] = sum(item + 1 for item in range(count)) % 7
                ends[f"n{index}_all"] = "success"
    return ends, values


def ends_key(index: int, node: Node) -> str:
    """Return the key of the step that gives the value of a node."""
    if node.fan:
        return f"n{index}_all"
    return ".".join([f"n{index}_in_{level}" for level in reversed(range(node.depth))] + [f"n{index}"])


_ENDS = {"STEP_SUCCESS": "success", "STEP_FAILURE": "failure", "STEP_SKIPPED": "skipped"}


def ends_of(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    return {
        str(event.step_key): _ENDS[event.event_type_value]
        for event in result.all_events
        if event.event_type_value in _ENDS
    }


def value_in(result: dg.ExecuteInProcessResult, index: int, node: Node) -> int:
    name = f"n{index}_all" if node.fan else (f"n{index}_in_{node.depth - 1}" if node.depth else f"n{index}")
    return int(result.output_for_node(name))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(nodes=graphs())
def test_a_random_graph_ends_as_plain_python_says(nodes: list[Node]) -> None:
    job = build(nodes)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)

        ends, values = expect(nodes)
        assert ends_of(result) == ends
        assert result.success is ("failure" not in ends.values())
        assert {index: value_in(result, index, nodes[index]) for index in values} == values

        # What runs again after the failure is what did not end well: all that failed, and all that it held back.
        repeat = repeat_failed(plan_of(job), load_past_run(instance, result.dagster_run, plan_of(job)))
        settled = {key for key, end in ends.items() if end != "failure"}
        assert not settled & set(repeat.step_keys())
        assert {key for key, end in ends.items() if end == "failure"} <= set(repeat.step_keys())

        if result.success:
            return
        for node in nodes:  # mended, and run again from the failure: what ended well stays as it is
            node.behaviour = "ok" if node.behaviour in ("fail", "spent") else node.behaviour
            node.bad_item = None
        second = execute_job_in_process(
            job, instance=instance, reexecution=dg.ReexecutionOptions.from_failure(result.run_id, instance)
        )
        whole, values = expect(nodes)
        assert second.success
        assert ends_of(second) == {key: end for key, end in whole.items() if key not in settled}
        again = {index for index in values if ends_key(index, nodes[index]) not in settled}
        assert {index: value_in(second, index, nodes[index]) for index in again} == {
            index: values[index] for index in again
        }
