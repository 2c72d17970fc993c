"""What the caller sees of a step that failed as often as it may be tried."""

import pytest

import weftwork as dg


def run(op, **arguments):
    @dg.job
    def nightly():
        op()

    return nightly.execute_in_process(**arguments)


@dg.op(retry_policy=dg.RetryPolicy(max_retries=2))
def fails():
    raise KeyError("rates")


@dg.op
def asks():
    try:
        raise KeyError("rates")
    except KeyError as error:
        raise dg.RetryRequested(max_retries=1) from error


@dg.op(retry_policy=dg.RetryPolicy(max_retries=1))
def gives_up():
    raise dg.Failure("no rates", allow_retries=False)


@pytest.mark.parametrize("op", [fails, asks])
def test_the_run_raises_that_there_were_too_many_with_the_last_exception_as_its_cause(op):
    with pytest.raises(dg.DagsterMaxRetriesExceededError, match="KeyError: 'rates'") as raised:
        run(op)

    assert isinstance(raised.value.__cause__, KeyError)


@pytest.mark.parametrize("op", [fails, asks])
def test_the_cause_is_recorded(op):
    result = run(op, raise_on_error=False)

    error = result.failure_data_for_node(op.name).error
    assert error.cls_name == "DagsterMaxRetriesExceededError"
    assert error.cause.cls_name == "KeyError"


def test_a_failure_that_allows_no_retries_is_raised_as_it_is():
    with pytest.raises(dg.Failure):
        run(gives_up)


@pytest.mark.parametrize(
    "wrong",
    [
        {"backoff": "LINEAR"},
        {"jitter": "FULL"},
        {"delay": -1},
        {"delay": float("nan")},
        {"max_delay": -1},
        {"delay": "1"},
    ],
    ids=str,
)
def test_a_policy_takes_enums_and_numbers_from_0(wrong):
    with pytest.raises(dg.CheckError, match=next(iter(wrong))):
        dg.RetryPolicy(**{"delay": 1, **wrong})
