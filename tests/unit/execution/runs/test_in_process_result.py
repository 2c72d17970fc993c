"""execute_in_process and its result: arguments, values, events, how nodes ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

import weftwork as dg


@dg.op
def one() -> int:
    return 1


@dg.op
def add_one(x: int) -> int:
    return x + 1


@dg.op
def fail(x: int) -> int:
    raise ValueError("no")


@dg.op(out={"some": dg.Out(int), "none": dg.Out(int, is_required=False)})
def branch() -> Iterator[dg.Output[int]]:
    yield dg.Output(5, output_name="some", metadata={"rows": 2})


@dg.op
def tell(context: dg.OpExecutionContext) -> Iterator[Any]:
    context.log_event(dg.AssetMaterialization("logged"))
    yield dg.AssetObservation("seen")
    yield dg.ExpectationResult(success=False, label="expected")
    yield dg.Output(1)


@dg.graph
def inner(x: int) -> Any:
    return fail(add_one(x))


@dg.job
def mixed() -> None:
    some, none = branch()
    inner(some)
    add_one.alias("skipped")(none)
    tell()


@dg.graph
def graph_with_output() -> Any:
    return add_one(one())


def kinds(events: list[dg.DagsterEvent]) -> list[str]:
    return [event.event_type_value for event in events]


def test_events_come_in_their_order() -> None:
    result = graph_with_output.execute_in_process()
    assert kinds(result.all_node_events) == [
        "STEP_START", "STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_SUCCESS",
        "STEP_START", "LOADED_INPUT", "STEP_INPUT", "STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_SUCCESS",
    ]  # fmt: skip
    all_kinds = kinds(result.all_events)
    assert all_kinds[:5] == [
        "PIPELINE_START",
        "ENGINE_EVENT",
        "RESOURCE_INIT_STARTED",
        "RESOURCE_INIT_SUCCESS",
        "LOGS_CAPTURED",
    ]
    assert all_kinds[-2:] == ["ENGINE_EVENT", "PIPELINE_SUCCESS"]


def test_where_steps_print_is_told_once_for_all_that_run_here() -> None:
    result = graph_with_output.execute_in_process()
    (told,) = [event for event in result.all_events if event.event_type_value == "LOGS_CAPTURED"]
    assert told.step_key is None
    assert sorted(told.logs_captured_data.step_keys) == sorted({e.step_key for e in result.all_node_events})


def test_values_of_nodes_and_of_the_graph() -> None:
    result = graph_with_output.execute_in_process()
    assert result.output_for_node("one") == 1
    assert result.output_value() == 2
    with pytest.raises(dg.DagsterInvariantViolationError, match="no output 'other'"):
        result.output_value("other")
    with pytest.raises(dg.DagsterInvariantViolationError, match="Did you mean 'one'"):
        result.output_for_node("oen")
    with pytest.raises(dg.DagsterInvariantViolationError, match="no output 'zero'"):
        result.output_for_node("one", "zero")


def test_how_nodes_ended() -> None:
    result = mixed.execute_in_process(raise_on_error=False)
    assert not result.success
    assert result.is_node_success("branch")
    assert result.is_node_failed("inner")
    assert result.is_node_failed("inner.fail")
    assert result.is_node_success("inner.add_one")
    assert result.is_node_skipped("skipped")
    assert result.is_node_untouched("nowhere")
    assert result.output_for_node("inner.add_one") == 6
    assert "ValueError: no" in str(result.failure_data_for_node("inner.fail").error)
    assert result.failure_data_for_node("branch") is None
    assert result.retry_attempts_for_node("branch") == 0
    assert result.get_failed_step_keys() == {"inner.fail"}
    assert [event.step_key for event in result.get_step_failure_events()] == ["inner.fail"]
    assert [event.step_key for event in result.get_step_skipped_events()] == ["skipped"]
    assert result.get_run_failure_event().is_job_failure
    with pytest.raises(dg.DagsterError, match="RUN_SUCCESS"):
        result.get_run_success_event()
    with pytest.raises(dg.DagsterInvariantViolationError, match="was not given"):
        result.output_for_node("inner")


def test_what_nodes_told() -> None:
    result = mixed.execute_in_process(raise_on_error=False)
    assert [made.asset_key for made in result.asset_materializations_for_node("tell")] == [
        dg.AssetKey("logged")
    ]
    assert [seen.asset_key for seen in result.asset_observations_for_node("tell")] == [dg.AssetKey("seen")]
    assert [told.label for told in result.expectation_results_for_node("tell")] == ["expected"]
    assert kinds(result.events_for_node("inner"))[-1] == "STEP_FAILURE"
    outputs = result.filter_events(lambda event: event.is_successful_output and event.node_name == "branch")
    assert [event.step_output_data.output_name for event in outputs] == ["some"]
    assert outputs[0].step_output_data.metadata["rows"].value == 2


def test_an_event_says_what_it_is_about() -> None:
    result = mixed.execute_in_process(raise_on_error=False)
    start = next(event for event in result.all_events if event.is_step_start and event.node_name == "add_one")
    assert start.event_type is dg.DagsterEventType.STEP_START
    assert start.event_type_value == "STEP_START"
    assert start.step_key == "inner.add_one"
    assert str(start.node_handle) == "inner.add_one"
    assert start.step_kind_value == "COMPUTE"
    assert start.job_name == "mixed"
    assert start.logging_tags["step_key"] == "inner.add_one"
    assert start.pid == os.getpid()
    assert start.message
    assert start.is_step_event
    assert not start.is_failure
    failure = result.get_step_failure_events()[0]
    assert failure.is_failure
    assert failure.is_step_failure
    assert failure.step_failure_data.error is not None
    materialization = result.events_for_node("tell")[1]
    assert materialization.is_step_materialization
    assert materialization.asset_key == dg.AssetKey("logged")
    assert materialization.step_materialization_data.materialization.asset_key == dg.AssetKey("logged")


def test_what_a_run_means_to_make_is_known_and_is_not_of_its_steps() -> None:
    @dg.asset
    def table() -> int:
        return 3

    result = dg.materialize_to_memory([table])
    (planned,) = result.get_asset_materialization_planned_events()
    assert planned.asset_key == table.key
    assert planned.step_key == "table"
    assert kinds(result.all_events)[0] == "PIPELINE_START"
    assert result.asset_value("table") == 3
    with pytest.raises(dg.DagsterInvariantViolationError, match="other"):
        result.asset_value("other")


def test_the_first_error_is_raised_as_it_was_raised() -> None:
    with pytest.raises(ValueError, match="^no$"):
        mixed.execute_in_process()


def test_the_job_is_seen_with_the_resources_with_which_it_runs() -> None:
    seen = []

    @dg.op
    def look(context: dg.OpExecutionContext) -> None:
        seen.append(context.job_def.resource_defs["io_manager"])

    @dg.job
    def looks() -> None:
        look()

    result = looks.execute_in_process()
    assert [*seen, result.job_def.resource_defs["io_manager"]] == [dg.mem_io_manager, dg.mem_io_manager]


def test_a_resource_that_is_missing_is_found_when_others_are_given() -> None:
    @dg.op(required_resource_keys={"needed"})
    def needs() -> None: ...

    @dg.job
    def needing() -> None:
        needs()

    with pytest.raises(dg.DagsterInvalidDefinitionError, match="needed"):
        needing.execute_in_process(resources={"other": 1})
    assert needing.execute_in_process(resources={"needed": 1}).success


def test_a_run_id_is_a_uuid() -> None:
    run_id = "12345678-1234-1234-1234-123456789012"
    result = graph_with_output.to_job().execute_in_process(run_id=run_id)
    assert (result.run_id, result.dagster_run.run_id) == (run_id, run_id)
    with pytest.raises(dg.CheckError, match="UUID"):
        graph_with_output.to_job().execute_in_process(run_id="mine")


def test_signals_interrupt_what_is_inside() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(dg.DagsterExecutionInterruptedError, match="SIGINT"), dg.raise_execution_interrupts():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_the_run_of_a_result_says_what_kind_of_thing_ended_it() -> None:
    result = mixed.execute_in_process(raise_on_error=False)
    assert result.dagster_run.tags["dagster/failure_reason"] == "STEP_FAILURE"


def test_steps_run_by_how_far_down_they_are_then_by_name() -> None:
    @dg.op
    def first() -> int:
        return 1

    @dg.op
    def then(value: int) -> None: ...

    @dg.job
    def wide() -> None:
        then.alias("b")(first.alias("z")())
        then.alias("a")(first.alias("y")())

    assert [event.step_key for event in wide.execute_in_process().get_step_success_events()] == [
        "y",
        "z",
        "a",
        "b",
    ]


def test_what_resources_do_is_told_with_the_step_of_a_run_of_one_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @dg.resource
    def noisy(context: dg.InitResourceContext) -> Any:
        context.log.info("hello")
        yield 1
        raise ValueError

    @dg.op(required_resource_keys={"noisy"})
    def use() -> None: ...

    @dg.job(resource_defs={"noisy": noisy})
    def uses() -> None:
        use()

    result = uses.execute_in_process()

    assert f"resource:noisy - {result.run_id} - use - hello" in capsys.readouterr().err
    (torn,) = [event for event in result.all_events if event.is_engine_event and event.step_key]
    assert torn.step_key == "use"


def test_steps_of_a_graph_that_waits_come_after_those_beside_it() -> None:
    @dg.op
    def make() -> int:
        return 1

    @dg.op
    def take(value: int) -> None: ...

    @dg.graph
    def both(value: int) -> None:
        take(value)
        make()

    @dg.job
    def nested() -> None:
        both(make())

    steps = [event.step_key for event in nested.execute_in_process().get_step_success_events()]
    assert steps == ["make", "both.make", "both.take"]
