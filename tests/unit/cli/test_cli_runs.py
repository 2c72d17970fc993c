"""`weft run list`, `show` and `logs` on what was recorded."""

import json
import threading

import pytest

from weftwork.records.event_type import DagsterEventType as Kind
from weftwork.records.keys import AssetKey

FIRST, SECOND = "3f2a91bc-0000-4000-8000-000000000001", "77aa91bc-0000-4000-8000-000000000002"


@pytest.fixture
def recorded(story_at_home):
    story = story_at_home
    tags = {"dagster/partition": "2024-01-01", "team": "x"}
    story.start(FIRST, job="nightly", asset_selection={AssetKey(name) for name in "abcde"}, tags=tags)
    story.event(FIRST, Kind.STEP_START, step="load")
    story.make(FIRST, "a", step="load", **{"dagster/row_count": 12345})
    story.log(FIRST, "12345 rows", step="load")
    story.log(FIRST, "some were odd", level=30, step="load")
    story.check(FIRST, "a", "is_full", passed=False, severity="WARN")
    story.event(FIRST, Kind.STEP_SUCCESS, step="load")
    story.end(FIRST)
    story.start(SECOND, job="hourly")
    story.failing_step(SECOND, "clean")
    story.end(SECOND, Kind.RUN_FAILURE)
    return story


def test_runs_are_listed_as_a_table(run, recorded):
    result = run("run", "list")
    header, second, first = result.stdout.splitlines()
    assert header.split() == ["RUN", "STATUS", "JOB", "TARGET", "PARTITION", "STARTED", "DURATION"]
    assert second.split()[:3] == ["77aa91bc", "FAILURE", "hourly"]
    assert first.split()[:3] == ["3f2a91bc", "SUCCESS", "nightly"]
    assert "a, b, c, +2" in first
    assert "2024-01-01" in first
    assert result.exit_code == 0


def test_runs_are_listed_as_json(run, recorded):
    page = json.loads(run("run", "list", "--json", "--limit", "1").stdout)
    assert [one["run_id"] for one in page["runs"]] == [SECOND]
    following = json.loads(run("run", "list", "--json", "--cursor", page["cursor"]).stdout)
    assert [one["run_id"] for one in following["runs"]] == [FIRST]


def test_runs_are_listed_by_the_day_they_were_created(run, recorded):
    assert run("run", "list", "--after", "2999-01-01").stdout == "No runs.\n"
    assert len(json.loads(run("run", "list", "--json", "--before", "2999-01-01").stdout)["runs"]) == 2


@pytest.mark.parametrize(
    "arguments", [["--status", "failure"], ["--job", "hourly"], ["--limit", "1"]], ids=lambda value: value[0]
)
def test_runs_are_filtered(run, recorded, arguments):
    [_, line] = run("run", "list", *arguments).stdout.splitlines()
    assert line.startswith("77aa91bc")


def test_runs_are_filtered_by_tag(run, recorded):
    [_, line] = run("run", "list", "--tag", "team=x").stdout.splitlines()
    assert line.startswith("3f2a91bc")


def test_no_runs_are_told(run, home):
    assert run("run", "list").stdout == "No runs.\n"


def test_a_home_that_is_not_there_yet_is_told_and_not_made(run, tmp_path, monkeypatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    result = run("run", "list")
    assert result.stdout == "No runs.\n"
    assert "DAGSTER_HOME is not set" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_does_not_exist_is_an_error(run, tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "nowhere"))
    result = run("run", "list")
    assert result.exit_code == 1
    assert "does not exist" in result.stderr


def test_a_run_is_shown(run, recorded):
    text = run("run", "show", "3f").stdout
    assert FIRST in text
    assert "12,345 rows" in text
    assert "warned  a: is_full  is_full says" in text
    assert "tag" in text
    assert "team=x" in text


def test_a_failed_run_shows_why(run, recorded):
    text = run("run", "show", "77").stdout
    assert "FAILURE" in text
    assert "ValueError: no rows" in text


def test_a_run_is_shown_as_json(run, recorded):
    shown = json.loads(run("run", "show", "3f", "--json").stdout)
    assert shown["steps"][0]["rows"] == 12345
    assert shown["run"]["status"] == "SUCCESS"


@pytest.mark.parametrize("command", ["show", "logs"])
def test_an_unknown_run_is_an_error(run, recorded, command):
    result = run("run", command, "3f2a91cb")
    assert result.exit_code == 1
    assert "Did you mean '3f2a91bc'" in result.stderr
    assert result.stdout == ""


def test_the_log_is_printed_a_line_each(run, recorded):
    lines = run("run", "logs", "3f").stdout.splitlines()
    assert any(line.endswith("load  12345 rows") for line in lines)
    assert any(line.endswith("load  warning: some were odd") for line in lines)


def test_the_log_of_a_failed_run_has_the_stack(run, recorded):
    assert 'File "etl.py", line 3' in run("run", "logs", "77").stdout


def test_the_log_is_narrowed_to_a_step_and_a_level(run, recorded):
    [line] = run("run", "logs", "3f", "--step", "load", "--level", "warning").stdout.splitlines()
    assert "some were odd" in line
    assert run("run", "logs", "3f", "--step", "nobody").stdout == ""


def test_the_log_as_json_has_an_object_on_each_line(run, recorded):
    lines = [json.loads(line) for line in run("run", "logs", "3f", "--json").stdout.splitlines()]
    assert lines[0]["event_type"] == "RUN_START"
    assert {"id", "timestamp", "level", "step_key", "event_type", "message", "error"} == set(lines[0])


def test_a_log_is_followed_until_the_run_has_ended(run, story_at_home, monkeypatch):
    story = story_at_home
    story.start(FIRST)
    polled = threading.Event()

    def add_the_end(_seconds: float) -> None:
        if polled.is_set():
            story.end(FIRST)
        else:
            story.log(FIRST, "meanwhile")
        polled.set()

    monkeypatch.setattr("weftwork.cli.runs.logs.time.sleep", add_the_end)
    lines = run("run", "logs", "3f", "-f").stdout.splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == [
        "The run of 'j' starts.", "s  meanwhile", "The run of 'j' is done.",
    ]  # fmt: skip


def test_who_cannot_be_asked_is_told_how_to_answer_before(run, recorded):
    asked = run("run", "delete", FIRST)
    refused = run("run", "delete", FIRST, input="n\n")
    done = run("run", "delete", FIRST, input="y\n")

    assert (asked.exit_code, refused.exit_code, done.exit_code) == (2, 1, 0)
    assert "Give --yes" in asked.stderr
