"""What is done about a run, by what is known of it."""

import pytest

from weftwork.instance.launch.judgement import RunFacts, Verdict, judge
from weftwork.records.runs import DagsterRun, DagsterRunStatus

NOW = 1000.0


def run(status, **tags):
    named = {f"dagster/{key}": value for key, value in tags.items()}
    return DagsterRun(job_name="job", run_id="1", status=DagsterRunStatus(status), tags=named)


def verdict(facts, **more):
    return judge(facts, NOW, **{"cancel_timeout_s": 30.0, "max_runtime_s": None, **more})


ALIVE = {"is_here": True, "is_alive": True}
DEAD = {"is_here": True, "is_alive": False}
ELSEWHERE = {"is_here": False, "is_alive": False}


@pytest.mark.parametrize(
    ("status", "where", "expires_at", "expected"),
    [
        ("STARTED", ALIVE, NOW + 1, Verdict.KEEP),
        ("STARTED", ALIVE, NOW - 60, Verdict.KEEP),  # it holds the interpreter, or the machine slept
        ("STARTED", DEAD, NOW + 14, Verdict.FAIL),
        ("STARTED", ELSEWHERE, NOW + 1, Verdict.KEEP),
        ("STARTED", ELSEWHERE, NOW, Verdict.FAIL),
        ("CANCELING", DEAD, NOW + 14, Verdict.CANCEL),
        ("CANCELING", ELSEWHERE, NOW - 1, Verdict.CANCEL),
        ("SUCCESS", DEAD, NOW + 14, Verdict.RELEASE),
        ("NOT_STARTED", DEAD, NOW + 14, Verdict.FAIL),
    ],
)
def test_a_process_is_believed_to_live_until_it_is_known_to_be_gone(status, where, expires_at, expected):
    assert verdict(RunFacts(run=run(status), expires_at=expires_at, **where)) is expected


def test_a_lease_without_a_run_is_given_back_when_it_has_expired():
    assert verdict(RunFacts(expires_at=NOW + 1, **DEAD)) is Verdict.KEEP
    assert verdict(RunFacts(expires_at=NOW - 1, **DEAD)) is Verdict.RELEASE


def test_a_run_that_starts_has_the_time_of_the_launcher_s_lease():
    starting = run("STARTING")

    assert verdict(RunFacts(run=starting, is_launching=True, expires_at=NOW + 1, **DEAD)) is Verdict.KEEP
    assert verdict(RunFacts(run=starting, is_launching=True, expires_at=NOW - 1, **ALIVE)) is Verdict.FAIL


def test_a_canceled_run_may_tear_down_for_a_while():
    canceling = run("CANCELING")

    assert verdict(RunFacts(run=canceling, changed_at=NOW - 29, expires_at=NOW + 9, **ALIVE)) is Verdict.KEEP
    late = RunFacts(run=canceling, changed_at=NOW - 31, expires_at=NOW + 9, **ALIVE)
    assert verdict(late) is Verdict.STOP_HANGING


@pytest.mark.parametrize(
    ("tags", "more", "expected"),
    [
        ({"max_runtime": "60"}, {}, Verdict.STOP_OVERTIME),
        ({"max_runtime": "95"}, {}, Verdict.KEEP),  # it may end by itself still
        ({}, {"max_runtime_s": 60.0}, Verdict.STOP_OVERTIME),
        ({"max_runtime": "200"}, {"max_runtime_s": 60.0}, Verdict.KEEP),
        ({"max_runtime": "soon"}, {}, Verdict.KEEP),
    ],
)
def test_a_run_that_took_a_hundred_seconds(tags, more, expected):
    facts = RunFacts(run=run("STARTED", **tags), started_at=NOW - 100, expires_at=NOW + 9, **ALIVE)

    assert verdict(facts, **more) is expected


def test_a_process_that_has_just_died_is_left_to_the_one_that_knows_how():
    facts = RunFacts(run=run("STARTED"), renewed_at=NOW - 2, expires_at=NOW + 13, **DEAD)

    assert verdict(facts) is Verdict.KEEP
    assert verdict(facts.replace(renewed_at=NOW - 4)) is Verdict.FAIL


def test_a_clock_that_was_set_back_hides_no_death():
    facts = RunFacts(run=run("STARTED"), renewed_at=NOW + 3600, expires_at=NOW + 3615, **DEAD)

    assert verdict(facts) is Verdict.FAIL
    assert verdict(facts.replace(is_alive=True)) is Verdict.KEEP
