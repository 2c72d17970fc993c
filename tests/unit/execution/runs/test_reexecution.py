"""Running a run again: what failed, what is named, what is loaded from the runs before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import weftwork as dg

broken: set[str] = set()


@dg.op(out=dg.DynamicOut())
def letters():
    for key in "abc":
        yield dg.DynamicOutput(key, mapping_key=key)


@dg.op
def echo(x):
    if x in broken:
        raise ValueError(f"{x} is broken")
    return x


@dg.op
def twice(x):
    return x + x


@dg.op
def join(xs: list):
    return "".join(xs)


@dg.op
def finish(text: str):
    return f"<{text}>"


@dg.job(executor_def=dg.in_process_executor)
def mapped() -> None:
    finish(join(letters().map(lambda x: twice(echo(x))).collect()))


@dg.op(out={"left": dg.Out(is_required=False), "right": dg.Out(is_required=False)})
def choose():
    yield dg.Output("l", output_name="left")


@dg.op
def fragile(x):
    if "fragile" in broken:
        raise ValueError("fragile")
    return x


@dg.job(executor_def=dg.in_process_executor)
def branching() -> None:
    left, right = choose()
    join([fragile(left), echo.alias("other")(right)])


@dg.op(config_schema={"n": int})
def numbers(context):
    return context.op_config["n"]


@dg.job(executor_def=dg.in_process_executor)
def configured() -> None:
    twice(numbers())


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    broken.clear()
    with dg.instance_for_test() as instance:
        yield instance
    broken.clear()


def run(job: Any, instance: dg.DagsterInstance, **arguments: Any) -> dg.JobExecutionResult:
    return dg.execute_job(dg.reconstructable(job), instance, **arguments)


def ran(result: dg.JobExecutionResult) -> list[str]:
    return [str(event.step_key) for event in result.all_events if event.is_step_start]


def again(job: Any, instance: dg.DagsterInstance, parent: str, *steps: str) -> dg.JobExecutionResult:
    return run(job, instance, reexecution_options=dg.ReexecutionOptions(parent, list(steps)))


def from_failure(job: Any, instance: dg.DagsterInstance, parent: str) -> dg.JobExecutionResult:
    return run(job, instance, reexecution_options=dg.ReexecutionOptions.from_failure(parent, instance))


def test_only_the_failed_item_and_what_follows_it_runs_again(instance: dg.DagsterInstance) -> None:
    broken.add("b")
    first = run(mapped, instance)
    assert not first.success

    broken.clear()
    with from_failure(mapped, instance, first.run_id) as second:
        assert second.success
        assert ran(second) == ["echo[b]", "twice[b]", "join", "finish"]
        assert second.output_for_node("finish") == "<aabbcc>"
        assert second.dagster_run.step_keys_to_execute == ["echo[b]", "twice[b]", "join", "finish"]


def test_outputs_come_from_the_run_that_made_them_through_several_repeats(
    instance: dg.DagsterInstance,
) -> None:
    broken.update("ab")
    first = run(mapped, instance)
    broken.remove("a")
    second = from_failure(mapped, instance, first.run_id)
    assert ran(second) == ["echo[a]", "twice[a]", "echo[b]"]
    broken.clear()
    with from_failure(mapped, instance, second.run_id) as third:
        assert ran(third) == ["echo[b]", "twice[b]", "join", "finish"]
        assert third.output_for_node("join") == "aabbcc"


def test_a_run_knows_its_parent_and_its_root(instance: dg.DagsterInstance) -> None:
    first = run(mapped, instance)
    second = again(mapped, instance, first.run_id)
    third = again(mapped, instance, second.run_id, "finish")
    assert (third.dagster_run.parent_run_id, third.dagster_run.root_run_id) == (second.run_id, first.run_id)
    assert third.dagster_run.tags["dagster/parent_run_id"] == second.run_id
    root, group = instance.get_run_group(third.run_id)
    assert root == first.run_id
    assert {run.run_id for run in group} == {first.run_id, second.run_id, third.run_id}


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        (["echo[b]"], ["echo[b]"]),
        (["echo[b]+"], ["echo[b]", "twice[b]"]),
        (["echo[b]*"], ["echo[b]", "twice[b]", "join", "finish"]),
        (["twice[?]"], ["twice[a]", "twice[b]", "twice[c]"]),
        (["letters"], ["letters"]),
        (["*finish"], ["letters", "echo[a]", "twice[a]", "echo[b]", "twice[b]", "echo[c]", "twice[c]", "join", "finish"]),
        (["+finish"], ["join", "finish"]),
        (["twice[a]", "join"], ["twice[a]", "join"]),
        ([], ["letters", "echo[a]", "twice[a]", "echo[b]", "twice[b]", "echo[c]", "twice[c]", "join", "finish"]),
    ],
)  # fmt: skip
def test_steps_are_named_by_queries(
    instance: dg.DagsterInstance, queries: list[str], expected: list[str]
) -> None:
    first = run(mapped, instance)
    second = again(mapped, instance, first.run_id, *queries)
    assert second.success
    assert ran(second) == expected


def test_items_that_a_generator_gives_anew_all_run(instance: dg.DagsterInstance) -> None:
    first = run(mapped, instance)
    with again(mapped, instance, first.run_id, "letters", "echo[?]") as second:
        assert ran(second) == ["letters", "echo[a]", "echo[b]", "echo[c]"]
        assert second.output_for_node("echo") == {"a": "a", "b": "b", "c": "c"}


@pytest.mark.parametrize("query", ["nowhere", "echo", "echo[z]", "echo[b", ""])
def test_a_query_that_names_no_step_is_refused(instance: dg.DagsterInstance, query: str) -> None:
    first = run(mapped, instance)
    with pytest.raises(dg.DagsterExecutionStepNotFoundError, match="mapped"):
        again(mapped, instance, first.run_id, query)
    assert instance.get_runs_count() == 1


def test_an_item_cannot_be_named_while_its_generator_runs_again(instance: dg.DagsterInstance) -> None:
    first = run(mapped, instance)
    with pytest.raises(dg.DagsterExecutionStepNotFoundError, match=r"echo\[\?\]"):
        again(mapped, instance, first.run_id, "letters", "echo[a]")


def test_what_was_skipped_stays_skipped(instance: dg.DagsterInstance) -> None:
    broken.add("fragile")
    first = run(branching, instance)
    assert first.is_node_skipped("other")
    broken.clear()
    with from_failure(branching, instance, first.run_id) as second:
        assert ran(second) == ["fragile", "join"]
        assert second.output_for_node("join") == "l"


def test_a_named_step_whose_input_was_never_made_says_so(instance: dg.DagsterInstance) -> None:
    first = run(branching, instance)
    second = again(branching, instance, first.run_id, "other")
    assert not second.success
    error = second.failure_data_for_node("other").error
    assert "output 'right' of step 'choose', which no earlier run made" in error.message


def test_config_of_the_first_run_is_taken_unless_other_is_given(instance: dg.DagsterInstance) -> None:
    first = run(configured, instance, run_config={"ops": {"numbers": {"config": {"n": 2}}}})
    with again(configured, instance, first.run_id) as second:
        assert second.output_for_node("twice") == 4
    options = dg.ReexecutionOptions(first.run_id)
    other = {"ops": {"numbers": {"config": {"n": 5}}}}
    with run(configured, instance, reexecution_options=options, run_config=other) as third:
        assert third.output_for_node("twice") == 10


def test_the_ops_of_the_first_run_are_taken(instance: dg.DagsterInstance) -> None:
    first = run(branching, instance, op_selection=["choose", "fragile"])
    assert ran(again(branching, instance, first.run_id)) == ["choose", "fragile"]
    with pytest.raises(dg.DagsterExecutionStepNotFoundError):
        again(branching, instance, first.run_id, "join")


def test_only_failed_runs_are_repeated_from_their_failure(instance: dg.DagsterInstance) -> None:
    first = run(mapped, instance)
    with pytest.raises(dg.DagsterInvariantViolationError, match="SUCCESS"):
        from_failure(mapped, instance, first.run_id)


def test_a_run_that_is_not_there_cannot_be_repeated(instance: dg.DagsterInstance) -> None:
    with pytest.raises(dg.DagsterRunNotFoundError, match="no-such-run"):
        again(mapped, instance, "no-such-run")


def test_ops_are_not_selected_when_a_run_is_repeated(instance: dg.DagsterInstance) -> None:
    first = run(mapped, instance)
    with pytest.raises(dg.DagsterInvariantViolationError, match="op_selection"):
        run(
            mapped,
            instance,
            reexecution_options=dg.ReexecutionOptions(first.run_id),
            op_selection=["letters"],
        )


def test_a_retried_generator_counts_with_its_last_attempt_only(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    marker["path"] = tmp_path / "tried"
    first = run(retried, instance)
    assert not first.success
    broken.clear()
    with from_failure(retried, instance, first.run_id) as second:
        assert ran(second) == ["echo[c]", "join"]
        assert second.output_for_node("join") == "bc"


marker: dict[str, Path] = {}


@dg.op(out=dg.DynamicOut(), retry_policy=dg.RetryPolicy(max_retries=1))
def unsteady():
    if not marker["path"].exists():
        marker["path"].touch()
        yield dg.DynamicOutput("a", mapping_key="a")
        raise ValueError("once")
    broken.add("c")
    yield dg.DynamicOutput("b", mapping_key="b")
    yield dg.DynamicOutput("c", mapping_key="c")


@dg.job(executor_def=dg.in_process_executor)
def retried() -> None:
    join(unsteady().map(echo).collect())
