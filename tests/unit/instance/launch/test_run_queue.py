"""Which of the queued runs may start now."""

from hypothesis import given
from hypothesis import strategies as st

from weftwork.instance.launch.run_queue import choose_queued, explain_queued
from weftwork.records.runs import DagsterRun


def run(number, **tags):
    return DagsterRun(
        job_name="job",
        run_id=str(number),
        tags={key.replace("_", "/", 1): str(value) for key, value in tags.items()},
    )


def ids(runs):
    return [chosen.run_id for chosen in runs]


def test_priority_comes_before_age():
    queued = [run(1), run(2, dagster_priority=5), run(3, dagster_priority=-1), run(4, dagster_priority="x")]

    assert ids(choose_queued(queued, [], max_runs=None)) == ["2", "1", "4", "3"]


def test_a_limit_of_runs_counts_what_is_under_way():
    queued = [run(1), run(2), run(3)]

    assert ids(choose_queued(queued, [run(9)], max_runs=2)) == ["1"]
    assert choose_queued(queued, [run(9)], max_runs=0) == []
    assert len(choose_queued(queued, [run(9)], max_runs=-1)) == 3


def test_a_run_that_a_tag_holds_back_holds_no_other_back():
    limits = [{"key": "team", "value": "a", "limit": 1}]
    queued = [run(1, team="a"), run(2, team="a"), run(3, team="b"), run(4)]

    assert ids(choose_queued(queued, [], max_runs=None, tag_limits=limits)) == ["1", "3", "4"]
    assert ids(choose_queued(queued, [run(9, team="a")], max_runs=None, tag_limits=limits)) == ["3", "4"]


def test_a_limit_may_hold_for_each_value():
    limits = [{"key": "team", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}]
    queued = [run(1, team="a"), run(2, team="a"), run(3, team="b")]

    assert ids(choose_queued(queued, [], max_runs=None, tag_limits=limits)) == ["1", "3"]


@given(
    st.lists(st.tuples(st.integers(-2, 2), st.sampled_from("abc")), max_size=20),
    st.lists(st.sampled_from("abc"), max_size=5),
    st.integers(0, 10),
    st.integers(1, 3),
)
def test_no_limit_is_ever_passed(queued, running, max_runs, limit):
    waiting = [
        run(number, dagster_priority=priority, team=team) for number, (priority, team) in enumerate(queued)
    ]
    under_way = [run(100 + number, team=team) for number, team in enumerate(running)]
    limits = [{"key": "team", "value": {"applyLimitPerUniqueValue": True}, "limit": limit}]

    chosen = choose_queued(waiting, under_way, max_runs=max_runs, tag_limits=limits)

    assert len(chosen) <= max(0, max_runs - len(running))
    for team in "abc":
        before = running.count(team)
        now = sum(one.tags["team"] == team for one in chosen)
        assert now == 0 or before + now <= limit


def test_each_run_that_waits_says_for_what():
    limits = [{"key": "team", "value": {"applyLimitPerUniqueValue": True}, "limit": 1}]
    queued = [run(1, team="a"), run(2, team="b"), run(3), run(4)]

    told = explain_queued(queued, [run(9, team="a")], max_runs=3, tag_limits=limits)

    assert "team=a" in told["1"]
    assert "1 run is under way" in told["1"]
    assert told["2"].startswith(told["3"][:10])
    assert "next" in told["2"]
    assert told["4"] == "3 runs are under way, as many as may be at once; 3 wait before it."


def test_a_run_whose_time_has_not_come_takes_nobodys_place():
    queued = [run(1, **{".dagster_not_before": 200.0}), run(2)]

    assert ids(choose_queued(queued, [], now=100.0, max_runs=1)) == ["2"]
    assert ids(choose_queued(queued, [], now=200.0, max_runs=1)) == ["1"]
    told = explain_queued(queued, [run(9)], now=100.0, max_runs=1)
    assert told["1"] == "It repeats a run that failed, and starts after a pause: in 100 s."
    assert "it is the first to wait" in told["2"]
