"""What the event of a failed run tells."""

import pytest

import weftwork as dg
from weftwork.base.errors import CheckError


@dg.op
def divide() -> float:
    return 1 / 0


@dg.job
def nightly() -> None:
    divide()


def test_the_error_of_a_run_is_that_of_its_first_failed_step():
    result = nightly.execute_in_process(raise_on_error=False)
    [failed] = [event for event in result.all_events if event.event_type_value == "PIPELINE_FAILURE"]
    error = failed.job_failure_data.error
    assert (error.cls_name, error.cause.cls_name) == (
        "DagsterExecutionStepExecutionError",
        "ZeroDivisionError",
    )


def test_the_event_of_a_failed_run_carries_that_of_the_first_failed_step():
    @dg.op
    def first():
        raise ValueError("no")

    @dg.op
    def second():
        raise ValueError("neither")

    @dg.job
    def both():
        first()
        second()

    with dg.instance_for_test() as instance:
        result = both.execute_in_process(instance=instance, raise_on_error=False)
        (entry,) = instance.all_logs(result.run_id, dg.DagsterEventType.RUN_FAILURE)
    for event in (entry.dagster_event, result.get_run_failure_event()):
        assert event.job_failure_data.first_step_failure_event.step_key == "first"


def test_data_of_another_kind_of_event_is_refused():
    @dg.op
    def fine():
        pass

    @dg.job
    def work():
        fine()

    event = work.execute_in_process().get_step_success_events()[0]
    with pytest.raises(CheckError, match="STEP_FAILURE"):
        event.step_failure_data  # noqa: B018
