"""Runs as they are listed and shown."""

import json

import pytest

from weftwork.api.runs import get_run, list_runs, resolve_run_id
from weftwork.base.errors import DagsterRunNotFoundError
from weftwork.records.event_type import DagsterEventType as Kind
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRunStatus
from weftwork.serde import encode


def test_runs_are_listed_newest_first_in_pages(story, instance):
    for name in ("r1", "r2", "r3"):
        story.start(name)

    first = list_runs(instance, limit=2)
    second = list_runs(instance, limit=2, cursor=first.cursor)

    assert [run.run_id for run in first.runs] == ["r3", "r2"]
    assert [run.run_id for run in second.runs] == ["r1"]
    assert second.cursor is None


def test_runs_are_filtered_by_job_state_and_tags(story, instance):
    story.start("r1", job="a", tags={"team": "x"})
    story.start("r2", job="b", tags={"team": "y"})
    story.end("r2")

    def ids(**conditions):
        return [run.run_id for run in list_runs(instance, **conditions).runs]

    assert ids(job_name="a") == ["r1"]
    assert ids(statuses=[DagsterRunStatus.SUCCESS]) == ["r2"]
    assert ids(tags={"team": "x"}) == ["r1"]


def test_a_run_tells_its_target_and_how_long_it_took(story, instance):
    story.start(
        "r1", asset_selection={AssetKey("b"), AssetKey("a")}, tags={"dagster/partition": "2024-01-01"}
    )
    story.step("r1", "s")
    story.end("r1")

    [run] = list_runs(instance).runs

    assert run.assets == ["a", "b"]
    assert run.partition == "2024-01-01"
    assert run.duration_s == 3


def test_a_range_of_partitions_shows_both_ends(story, instance):
    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "f"}
    story.start("r1", tags=tags)
    assert list_runs(instance).runs[0].partition == "a...f"


def test_json_of_a_run_has_every_field_and_no_class_names(story, instance):
    story.start("r1")
    [run] = json.loads(encode(list_runs(instance)))["runs"]
    assert set(run) == {
        "run_id", "status", "job_name", "assets", "partition", "tags", "created_at", "started_at", "ended_at",
        "duration_s",
    }  # fmt: skip
    assert run["ended_at"] is None


def test_the_beginning_of_an_id_is_enough(story, instance):
    story.start("3f2a91bc-1")
    story.start("77aa91bc-1")
    assert resolve_run_id(instance, "3f") == "3f2a91bc-1"


def test_a_whole_id_wins_over_longer_ones(story, instance):
    story.start("abc")
    story.start("abcd")
    assert resolve_run_id(instance, "abc") == "abc"


def test_an_ambiguous_beginning_names_the_runs(story, instance):
    story.start("ab1")
    story.start("ab2")
    with pytest.raises(DagsterRunNotFoundError, match=r"2 runs: 'ab1', 'ab2'"):
        resolve_run_id(instance, "ab")


def test_an_unknown_id_names_the_nearest(story, instance):
    story.start("3f2a91bc-1")
    with pytest.raises(DagsterRunNotFoundError, match="Did you mean '3f2a91bc'"):
        get_run(instance, "3f2a91cb")


def test_an_unknown_id_where_there_is_no_run(instance):
    with pytest.raises(DagsterRunNotFoundError, match="No run is recorded here"):
        get_run(instance, "x")


def test_a_run_is_shown_with_steps_assets_and_checks(story, instance):
    story.start("r1")
    story.event("r1", Kind.STEP_START, step="s")
    story.make("r1", "a", **{"dagster/row_count": 5})
    story.make("r1", "b", partition="x", **{"dagster/row_count": 7})
    story.check("r1", "a", "is_full", passed=False, severity="WARN")
    story.event("r1", Kind.STEP_SUCCESS, step="s")
    story.failing_step("r1", "t")
    story.event("r1", Kind.STEP_SKIPPED, step="u")
    story.end("r1", Kind.RUN_FAILURE)

    shown = get_run(instance, "r1")

    assert [(step.step_key, step.status) for step in shown.steps] == [
        ("s", "SUCCESS"), ("t", "FAILURE"), ("u", "SKIPPED"),
    ]  # fmt: skip
    assert [step.rows for step in shown.steps] == [12, None, None]
    assert [step.duration_s for step in shown.steps] == [4, 1, None]
    assert shown.steps[1].error == "ValueError: no rows"
    assert [(made.asset, made.partitions) for made in shown.made] == [("a", []), ("b", ["x"])]
    assert [(check.name, check.passed, check.severity) for check in shown.checks] == [
        ("is_full", False, "WARN")
    ]
    assert shown.run.status is DagsterRunStatus.FAILURE


def test_rows_of_partitions_add_up_and_rows_of_the_whole_count_once(story, instance):
    story.start("r1")
    for partition in ("x", "y"):
        story.make(
            "r1", "a", partition, step="s", **{"dagster/partition_row_count": 3, "dagster/row_count": 9}
        )
        story.make("r1", "b", partition, step="t", **{"dagster/row_count": 9})
    rows = {step.step_key: step.rows for step in get_run(instance, "r1").steps}
    assert rows == {"s": 6, "t": 9}


def test_a_step_that_is_tried_again_counts_its_attempts(story, instance):
    story.start("r1")
    story.event("r1", Kind.STEP_START, step="s")
    story.event("r1", Kind.STEP_UP_FOR_RETRY, step="s")
    assert get_run(instance, "r1").steps[0].status == "RETRYING"
    story.event("r1", Kind.STEP_RESTARTED, step="s")
    story.event("r1", Kind.STEP_SUCCESS, step="s")
    [step] = get_run(instance, "r1").steps
    assert (step.status, step.attempts) == ("SUCCESS", 2)
