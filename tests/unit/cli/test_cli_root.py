"""The command itself: help, wrong usage, colours, errors."""

import os
import subprocess
import sys

import click
import pytest

from weftwork.base.errors import DagsterInvariantViolationError, DagsterUserCodeExecutionError
from weftwork.cli.failure import to_command_failure
from weftwork.cli.printing.table import format_table
from weftwork.cli.root import weft


def test_help_names_every_command(run):
    text = run("--help").stdout
    for name in ("materialize", "run", "asset", "job"):
        assert f"\n  {name} " in text


@pytest.mark.parametrize("group", ["run", "asset", "job"])
def test_every_command_of_a_group_can_be_explained(run, group):
    commands = weft.get_command(click.Context(weft), group)
    for name in commands.list_commands(click.Context(commands)):
        result = run(group, name, "--help")
        assert result.exit_code == 0
        assert "Usage: weft" in result.stdout


def test_a_mistyped_command_names_the_nearest(run):
    result = run("materialise")
    assert result.exit_code == 2
    assert "Did you mean 'materialize'" in result.stderr


def test_a_mistyped_option_is_wrong_usage(run):
    assert run("run", "list", "--jsn").exit_code == 2


def test_the_version_is_told(run):
    assert run("--version").stdout.startswith("weft ")


def test_help_imports_nothing_but_click_and_what_the_package_loads():
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from weftwork.cli.root import weft\n"
        "from weftwork.cli.lazy_group import LazyGroup\n"
        "before = set(sys.modules)\n"
        "assert CliRunner().invoke(weft, ['--help']).exit_code == 0\n"
        "heavy = {'pydantic', 'sqlite3', 'yaml', 'rich', 'asyncio', 'weftwork.instance', 'weftwork.definitions'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.strip()
    assert loaded in ("[]", "['asyncio']"), loaded  # click's own test runner may load asyncio


def test_tables_align_also_when_cells_are_coloured():
    lines = format_table(["A", "N"], [[click.style("x", fg="red"), "1"], ["long", "22"]], right=["N"])
    assert [click.unstyle(line) for line in lines] == ["A      N", "x      1", "long  22"]


def test_an_error_of_ours_is_its_message():
    assert to_command_failure(DagsterInvariantViolationError("no such thing")).message == "no such thing"


def test_an_error_in_user_code_shows_their_frames_only():
    def raise_in_user_code():
        raise KeyError("x")

    try:
        try:
            raise_in_user_code()
        except KeyError as error:
            raise DagsterUserCodeExecutionError("the resource failed") from error
    except DagsterUserCodeExecutionError as error:
        message = to_command_failure(error).message
    assert message.startswith("the resource failed\n")
    assert "in raise_in_user_code" in message
    assert message.endswith("KeyError: 'x'")


def test_a_foreign_error_that_was_translated_is_left_out(run, home):
    (home / "dagster.yaml").write_text("telemetry: [")
    result = run("run", "list")
    assert result.exit_code == 1
    assert "dagster.yaml" in result.stderr
    assert "Traceback" not in result.stderr
    assert "yaml.parser" not in result.stderr


def test_an_error_of_the_system_is_one_line():
    assert (
        to_command_failure(PermissionError(13, "Permission denied", "/x")).message == "Permission denied: /x"
    )


def test_our_own_defect_is_called_one():
    message = to_command_failure(ZeroDivisionError("oh")).message
    assert "defect of weft" in message


@pytest.mark.parametrize("no_color", ["1", ""])
def test_colours_are_left_out_on_request(run, home, monkeypatch, no_color):
    monkeypatch.setenv("NO_COLOR", no_color)
    from click.testing import CliRunner

    result = CliRunner().invoke(weft, ["asset", "show", "x"], color=True)
    assert ("\x1b[" in result.stderr) is (not no_color)


def test_a_reader_that_goes_away_is_no_error(story_at_home):
    for number in range(500):
        story_at_home.start(f"run-{number:04}")
    weft_list = f"{sys.executable} -c 'from weftwork.cli import main; main()' run list -n 500"
    done = subprocess.run(
        f"set -o pipefail; {weft_list} | head -n 1", shell=True, executable="/bin/bash", capture_output=True,
        text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("RUN")
    assert done.stderr == ""


def test_shells_are_told_how_to_complete(run, monkeypatch):
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert "compdef" in run("completion").stdout
    assert "_WEFT_COMPLETE=bash_complete" in run("completion", "bash").stdout
    monkeypatch.setenv("SHELL", "/bin/sh")
    assert run("completion").exit_code == 2


def test_commands_complete():
    program = "import os; from weftwork.cli import main; main()"
    environment = {
        **os.environ,
        "COMP_WORDS": "weft run lo",
        "COMP_CWORD": "2",
        "_WEFT_COMPLETE": "bash_complete",
    }
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "plain,logs\n"
