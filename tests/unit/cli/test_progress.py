"""What is told of a run while it goes on, and in the end."""

import json

import click
import pytest

from weftwork.api.run_board import RunBoard
from weftwork.api.runs import first_line
from weftwork.cli.runner.plain_progress import PlainProgress
from weftwork.cli.runner.planned_run import PlannedRun, RunOutcome
from weftwork.cli.runner.progress import MAPPED_LINES
from weftwork.cli.runner.run_listener import RunListener
from weftwork.cli.runner.summary import Summary, final_keys, format_error, print_summary
from weftwork.records.asset_events import AssetCheckEvaluation, AssetCheckSeverity, AssetMaterialization
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_data import StepFailureData, StepMaterializationData, UserFailureData
from weftwork.records.event_type import DagsterEventType as Kind
from weftwork.records.events import DagsterEvent, EventLogEntry
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import MetadataValue

A, B = AssetKey("a"), AssetKey("b")


class Run:
    """Feeds a listener with events, a second apart, and keeps the lines that were told."""

    def __init__(self, **options):
        self.lines: list[str] = []
        self.progress = PlainProgress(lambda line: self.lines.append(click.unstyle(line)))
        self.listener = RunListener(self.progress, **options)
        self.now = 0.0

    @property
    def told(self) -> list[list[str]]:
        return [line.split()[1:] for line in self.lines]

    def event(self, kind, step=None, data=None):
        self.now += 1
        self.listener(
            DagsterEvent(
                event_type_value=kind.value, step_key=step, event_specific_data=data, timestamp=self.now
            )
        )

    def step(self, step, *events, end=Kind.STEP_SUCCESS, data=None):
        self.event(Kind.STEP_START, step)
        for kind, inner in events:
            self.event(kind, step, inner)
        self.event(end, step, data)

    def line(self, message, level):
        self.listener(EventLogEntry(level=level, user_message=message, step_key="s"))


def made(asset, partition=None, **metadata):
    event = AssetMaterialization(AssetKey(asset), partition=partition, metadata=metadata)
    return Kind.ASSET_MATERIALIZATION, StepMaterializationData(event)


def checked(name, passed, severity="WARN"):
    found = AssetCheckEvaluation(
        A, name, passed, severity=AssetCheckSeverity(severity), description="some are odd"
    )
    return Kind.ASSET_CHECK_EVALUATION, found


def failed(message="ValueError: no rows", **user):
    frames = ['  File "etl.py", line 3, in load\n    check(rows)\n']
    cause = SerializableErrorInfo(f"{message}\n", frames, "ValueError")
    name = "DagsterExecutionStepExecutionError"
    error = SerializableErrorInfo(f"{name}: Step 's' failed.\n", cls_name=name, cause=cause)
    return StepFailureData(error, UserFailureData(**user) if user else None)


def test_each_step_has_a_line_when_it_ends():
    run = Run()
    run.step("s", made("a", **{"dagster/row_count": 1234}))
    run.step("t", end=Kind.STEP_FAILURE, data=failed())
    run.event(Kind.STEP_SKIPPED, "u")
    assert run.told == [
        ["ok", "s", "2", "s", "1,234", "rows"],
        ["failed", "t", "1", "s", "ValueError:", "no", "rows"],
        ["skipped", "u", "needs", "what", "was", "not", "made"],
    ]


def test_lines_begin_with_the_time_and_align():
    run = Run()
    run.step("s")
    run.step("t", end=Kind.STEP_FAILURE, data=failed())
    assert all(line[2] == line[5] == ":" for line in run.lines)
    assert run.lines[0].index("s ") == run.lines[1].index("t ")


def test_checks_that_do_not_pass_have_a_line():
    run = Run()
    run.step("s", checked("good", passed=True), checked("odd", passed=False))
    assert run.told[0] == ["warned", "a:", "odd", "some", "are", "odd"]
    assert len(run.lines) == 2


@pytest.mark.parametrize(("verbose", "count"), [(False, 2), (True, 3)])
def test_warnings_are_told_and_information_on_request(verbose, count):
    run = Run(is_verbose=verbose)
    for level in (10, 20, 30, 40):
        run.line("hear, hear", level)
    assert len(run.lines) == count
    assert run.told[-1] == ["error", "s:", "hear,", "hear"]


def test_a_retry_is_told_and_the_step_goes_on():
    run = Run()
    run.step("s", end=Kind.STEP_UP_FOR_RETRY)
    run.event(Kind.STEP_RESTARTED, "s")
    run.event(Kind.STEP_SUCCESS, "s")
    assert [words[0] for words in run.told] == ["retry", "ok"]
    assert run.listener.board.steps["s"].attempts == 2


def test_a_fan_out_of_thousands_does_not_flood_the_screen():
    run = Run()
    for number in range(MAPPED_LINES + 40):
        run.step(f"score[{number}]")
    run.step("score[bad]", end=Kind.STEP_FAILURE, data=failed())
    run.progress.end_run()
    assert len(run.lines) == MAPPED_LINES + 2
    assert run.told[-1] == ["ok", "score[...]:", "40", "more", "steps"]


def test_a_run_begins_with_what_it_makes():
    run = Run()
    keys = frozenset(AssetKey(name) for name in "abcde")
    run.progress.begin_run(2, 3, PlannedRun(keys, first="x", last="z"))
    assert run.lines[0].endswith("Run 2 of 3: a, b, c, +2, x...z")


def summary(run, status="SUCCESS", **options):
    planned = PlannedRun(frozenset({A, B}))
    outcomes = [RunOutcome(planned, status, "3f2a91bc-1", run.listener.board)]
    return Summary(
        outcomes, finals=options.pop("finals", {B}), duration_s=3.21, home="/home", storage="/home/storage"
    )


def lines_of(made_summary):
    return [click.unstyle(line) for line in made_summary.lines()]


def test_the_summary_tells_what_was_made_and_where_it_is():
    run = Run()
    run.step(
        "s",
        made("a", where=MetadataValue.path("/a")),
        made(
            "b",
            where=MetadataValue.path("/b"),
            page=MetadataValue.url("https://x/y"),
            **{"dagster/row_count": 2},
        ),
        checked("good", passed=True),
        checked("odd", passed=False),
    )
    lines = lines_of(summary(run))
    assert "Done in 3.21 s." in lines
    assert "Made 2 assets" in lines
    assert "  b  2 rows" in lines
    assert "Checks  1 passed, 1 warned" in lines
    assert "  warned  a: odd  some are odd" in lines
    places = lines[lines.index("Results") + 1 : lines.index("Results") + 4]
    assert [place.split() for place in places] == [
        ["b:", "where", "/b"], ["b:", "page", "https://x/y"], ["stored", "values", "/home/storage"],
    ]  # fmt: skip
    assert "Run 3f2a91bc; more: weft run show 3f2a91bc" in lines
    assert lines[-1] == "Recorded in /home"


@pytest.mark.parametrize("place", ["https://user:[redacted]@host/x", "s3://b/[x", "mailto:a@b"])
def test_an_address_is_shown_as_it_is(place):
    run = Run()
    run.step("s", made("b", page=MetadataValue.url(place)))

    assert f"  b: page        {place}" in lines_of(summary(run))


def test_the_summary_counts_partitions():
    run = Run()
    run.step("s", *(made("a", part, **{"dagster/partition_row_count": 3}) for part in ("x", "y", "z")))
    assert "  a  9 rows, 3 partitions, x to z" in lines_of(summary(run))


def test_a_failure_shows_the_lines_of_the_user():
    run = Run()
    run.step("s", end=Kind.STEP_FAILURE, data=failed(description="the source is empty"))
    made_summary = summary(run, "FAILURE")
    text = "\n".join(click.unstyle(line) for line in made_summary.error_lines())
    assert "s failed (run 3f2a91bc)" in text
    assert 'File "etl.py", line 3, in load' in text
    assert text.endswith("ValueError: no rows")
    assert "the source is empty" in text
    assert "DagsterExecutionStepExecutionError" not in text
    assert "Failed after 3.21 s: 1 step failed." in lines_of(made_summary)


def test_what_an_exception_came_from_is_shown_and_what_we_know_of_it():
    key = SerializableErrorInfo("KeyError: 'x'\n", ['  File "a.py", line 1, in get\n'], "KeyError")
    raised = SerializableErrorInfo(
        "TableError: no x\n", ['  File "b.py", line 2, in load\n'], "TableError", key
    )
    name = "DagsterExecutionLoadInputError"
    error = SerializableErrorInfo(
        f"weftwork.base.errors.{name}: Input 'x' cannot be loaded.\n", [], name, raised
    )
    assert format_error(error).splitlines() == [
        "Input 'x' cannot be loaded.",
        "Traceback (most recent call last):",
        '  File "a.py", line 1, in get',
        "KeyError: 'x'",
        "",
        "The exception above led to this one:",
        "",
        "Traceback (most recent call last):",
        '  File "b.py", line 2, in load',
        "TableError: no x",
    ]
    assert first_line(error) == "TableError: no x"


def test_a_cancelled_run_is_told():
    assert "Cancelled after 3.21 s." in lines_of(summary(Run(), "CANCELED"))


def test_what_was_not_started_is_told():
    outcomes = [
        RunOutcome(PlannedRun(), "FAILURE", "3f2a91bc-1", RunBoard()),
        RunOutcome(PlannedRun(), "NOT_STARTED", None, RunBoard()),
    ]
    made_summary = Summary(outcomes, finals=set(), duration_s=1, home="/h", storage="/h/s")
    assert "1 run not started: what they need was not made." in lines_of(made_summary)
    assert not made_summary.is_success


def test_the_summary_as_json(capsys):
    run = Run()
    run.step("s", made("b", "x", where=MetadataValue.path("/b")), checked("odd", passed=False))
    run.step("t", end=Kind.STEP_FAILURE, data=failed())
    print_summary(summary(run, "FAILURE"), as_json=True)
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert report["success"] is False
    assert report["runs"] == [
        {"run_id": "3f2a91bc-1", "status": "FAILURE", "assets": ["a", "b"], "partition": None}
    ]
    assert report["made"] == [{"asset": "b", "partitions": 1, "rows": None}]
    assert report["results"] == {"b: where": "/b"}
    assert [check["name"] for check in report["checks"]] == ["odd"]
    assert "no rows" in report["errors"]["t"]
    assert "t failed" in err


def test_final_assets_are_those_that_nothing_depends_on():
    assert final_keys({A, B}, [frozenset({A})]) == {B}
