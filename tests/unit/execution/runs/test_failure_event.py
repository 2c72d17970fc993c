"""What the event of a failed run tells."""

import weftwork as dg


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
