"""Whether a failed run is run again, when, and as what."""

import pytest

from weftwork.instance.launch.retries import plan_repeat, plan_retry
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.runs import DagsterRun, DagsterRunStatus

CODE = CodeOrigin(module_name="code")


def failed(status="FAILURE", origin=CODE, **tags):
    named = {f"dagster/{key}": value for key, value in tags.items()}
    return DagsterRun(
        job_name="job",
        run_id="1",
        status=DagsterRunStatus(status),
        tags={"mine": "yes", **named},
        code_origin=origin,
    )


def plan(run, max_retries=0, retries_step_failures=True):
    return plan_retry(run, "2", 1000.0, max_retries=max_retries, retries_step_failures=retries_step_failures)


def test_a_retry_has_the_tags_of_the_run_and_knows_its_place():
    retry = plan(failed(max_retries="2"))

    assert retry.run_id == "2"
    assert retry.status is DagsterRunStatus.NOT_STARTED
    assert (retry.parent_run_id, retry.root_run_id) == ("1", "1")
    assert retry.tags["mine"] == "yes"
    assert retry.tags["dagster/retry_number"] == "1"
    assert retry.is_resume_retry


def test_retries_come_to_an_end():
    assert plan(failed(max_retries="2", retry_number="1")) is not None
    assert plan(failed(max_retries="2", retry_number="2")) is None


@pytest.mark.parametrize(
    "run",
    [failed(), failed(max_retries="0"), failed("CANCELED", max_retries="1"), failed(origin=None, max_retries="1"),
     failed(max_retries="many")],
)  # fmt: skip
def test_what_is_not_run_again(run):
    assert plan(run) is None


def test_the_instance_says_what_the_tags_do_not():
    assert plan(failed(), max_retries=1) is not None
    assert plan(failed(max_retries="0"), max_retries=1) is None


def test_all_steps_may_be_run_again():
    assert not plan(failed(max_retries="1", retry_strategy="ALL_STEPS")).is_resume_retry


def test_failures_of_steps_may_be_left_alone():
    by_step = failed(max_retries="1", failure_reason="STEP_FAILURE")

    assert plan(by_step, retries_step_failures=False) is None
    assert (
        plan(failed(max_retries="1", failure_reason="RUN_WORKER_RESTART"), retries_step_failures=False)
        is not None
    )
    told = failed(max_retries="1", failure_reason="STEP_FAILURE", retry_on_asset_or_op_failure="false")
    assert plan(told) is None


@pytest.mark.parametrize(
    ("number", "backoff", "wait_s"),
    [("0", "", 10.0), ("2", "", 10.0), ("2", "LINEAR", 30.0), ("2", "exponential", 40.0)],
)
def test_a_delay_may_grow(number, backoff, wait_s):
    run = failed(max_retries="9", retry_number=number, retry_delay="10", retry_backoff=backoff)

    assert float(plan(run).tags[".dagster/not_before"]) == 1000.0 + wait_s


def test_a_repeat_by_hand_counts_anew():
    run = failed(max_retries="1", retry_number="1", failure_reason="STEP_FAILURE", will_retry="true")

    repeat = plan_repeat(run, "2", from_failure=False, steps=["load*"], tags={"by": "hand"})

    assert repeat.step_keys_to_execute == ["load*"]
    assert repeat.tags.keys() == {
        "mine",
        "dagster/max_retries",
        "dagster/parent_run_id",
        "dagster/root_run_id",
        "by",
    }
