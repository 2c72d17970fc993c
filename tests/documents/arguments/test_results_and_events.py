"""What a result tells of its run, and what each event says."""

import json
import os

import pytest

import weftwork as dg


@dg.op
def one():
    return 1


@dg.op
def add_one(num):
    return num + 1


@dg.op
def fail():
    raise ValueError("no")


@dg.op
def after(num): ...


@dg.op(out=dg.Out(is_required=False))
def nothing():
    if False:
        yield dg.Output(1)


@dg.op
def told(context):
    context.log_event(dg.AssetMaterialization("made", metadata={"rows": 3}))


@dg.graph
def inner():
    return add_one(one())


@dg.job
def mixed():
    after.alias("untouched")(fail())
    after.alias("skipped")(nothing())
    inner()
    told()


def of_kind(result, kind):
    return next(event for event in result.all_events if event.event_type_value == kind)


@pytest.fixture(scope="module")
def result():
    return mixed.execute_in_process(raise_on_error=False)


def test_the_same_result_comes_from_jobs_graphs_and_assets():
    @dg.asset
    def table(): ...

    @dg.job
    def plain():
        one()

    for ended in (
        plain.execute_in_process(),
        inner.execute_in_process(),
        dg.materialize([table]),
        dg.materialize_to_memory([table]),
    ):
        assert isinstance(ended, dg.ExecuteInProcessResult)
        assert ended.success


def test_nodes_succeed_fail_are_skipped_or_not_reached(result):
    assert not result.success
    assert result.is_node_success("inner.add_one")
    assert result.is_node_failed("fail")
    assert result.is_node_skipped("skipped")
    assert result.is_node_untouched("untouched")
    assert "ValueError: no" in result.failure_data_for_node("fail").error.to_string()
    assert result.failure_data_for_node("inner") is None


def test_events_are_found_by_node_kind_and_question(result):
    kinds = [event.event_type_value for event in result.events_for_node("told")]

    assert kinds == ["STEP_START", "ASSET_MATERIALIZATION", "STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_SUCCESS"]
    assert {event.step_key for event in result.all_node_events} >= {"told", "fail", "inner.one"}
    assert all(event.is_step_event for event in result.all_node_events)
    assert not all(event.is_step_event for event in result.all_events)
    failures = result.filter_events(lambda event: event.is_step_failure)
    assert [event.step_key for event in failures] == ["fail"]
    assert [made.asset_key for made in result.asset_materializations_for_node("told")] == [
        dg.AssetKey("made")
    ]


def test_values_are_those_of_nodes_of_graphs_and_of_the_whole(result):
    assert result.output_for_node("inner.one") == 1
    assert result.output_for_node("inner.add_one", output_name="result") == 2
    assert result.output_for_node("inner") == 2
    for unknown in ("inner.two", "outer", "inner.one.x"):
        with pytest.raises(dg.DagsterInvariantViolationError):
            result.output_for_node(unknown)
    with pytest.raises(dg.DagsterInvariantViolationError, match="no output"):
        result.output_value()
    assert inner.execute_in_process().output_value() == 2


def test_a_result_knows_its_run_and_its_job(result):
    assert result.run_id == result.dagster_run.run_id
    assert result.dagster_run.job_name == result.job_def.name == "mixed"
    assert result.dagster_run.status is dg.DagsterRunStatus.FAILURE


def test_an_event_has_the_documented_fields(result):
    event = next(e for e in result.all_events if e.is_step_success and e.step_key == "inner.add_one")

    assert (event.event_type_value, event.event_type) == (
        "STEP_SUCCESS",
        dg.DagsterEventType.STEP_SUCCESS,
    )
    assert (event.job_name, event.step_key, str(event.node_handle)) == (
        "mixed",
        "inner.add_one",
        "inner.add_one",
    )
    assert (event.step_kind_value, event.pid) == ("COMPUTE", os.getpid())
    assert isinstance(event.message, str)
    assert event.message
    assert all(isinstance(part, str) for pair in event.logging_tags.items() for part in pair)
    assert of_kind(result, "PIPELINE_FAILURE").step_key is None
    assert of_kind(result, "PIPELINE_FAILURE").node_handle is None


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("STEP_OUTPUT", "StepOutputData"),
        ("STEP_SUCCESS", "StepSuccessData"),
        ("STEP_FAILURE", "StepFailureData"),
        ("STEP_INPUT", "StepInputData"),
        ("LOADED_INPUT", "LoadedInputData"),
        ("HANDLED_OUTPUT", "HandledOutputData"),
        ("ASSET_MATERIALIZATION", "StepMaterializationData"),
        ("ENGINE_EVENT", "EngineEventData"),
        ("PIPELINE_FAILURE", "JobFailureData"),
        ("STEP_START", "NoneType"),
    ],
)
def test_the_payload_of_an_event_is_of_its_kind(result, kind, payload):
    assert type(of_kind(result, kind).event_specific_data).__name__ == payload


def test_there_are_forty_seven_kinds_of_events_and_some_have_two_names():
    kinds = dg.DagsterEventType

    assert len(list(kinds)) == 47
    assert {name for name, kind in kinds.__members__.items() if name != kind.name} == {
        f"PIPELINE_{state}"
        for state in "CANCELED CANCELING DEQUEUED ENQUEUED FAILURE START STARTING SUCCESS".split()
    }
    assert kinds.RUN_START is kinds.PIPELINE_START
    assert kinds.RUN_SUCCESS.value == "PIPELINE_SUCCESS"


def test_events_are_json():
    event = of_kind(mixed.execute_in_process(raise_on_error=False), "STEP_OUTPUT")

    assert json.loads(dg.serialize_value(event))
    assert dg.deserialize_value(dg.serialize_value(event)) == event
