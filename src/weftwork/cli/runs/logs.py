"""`weft run logs`: the log of a run, also while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import click

from weftwork.api.output.captured import get_output
from weftwork.api.run_log import LogLine, list_run_log
from weftwork.api.runs import resolve_run_id
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.cli.home import open_runs_to_read
from weftwork.cli.printing.json_text import print_json_line
from weftwork.cli.printing.values import clock_time
from weftwork.instance.instance import DagsterInstance

_LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
_COLOURS = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}
_PLUMBING = frozenset({
    "STEP_INPUT", "STEP_OUTPUT", "LOADED_INPUT", "HANDLED_OUTPUT", "RESOURCE_INIT_STARTED", "RESOURCE_INIT_SUCCESS",
    "ASSET_MATERIALIZATION_PLANNED", "ASSET_CHECK_EVALUATION_PLANNED", "STEP_WORKER_STARTING",
    "STEP_WORKER_STARTED", "LOGS_CAPTURED", "ENGINE_EVENT", "HOOK_SKIPPED",
})  # fmt: skip
"""Events that tell how a run was done rather than what it did."""
_POLL_S = 0.5


@click.command("logs")
@click.argument("run_id")
@click.option("--follow", "-f", is_flag=True, help="Go on until the run has ended.")
@click.option("--all", "show_all", is_flag=True, help="Also what is told for debugging.")
@click.option(
    "--level", type=click.Choice(_LEVELS, case_sensitive=False), help="Only lines of this level or above."
)
@click.option("--step", "step_key", help="Only lines of this step.")
@click.option(
    "--stdout",
    "stdout_of",
    metavar="STEP",
    help="What a step printed instead; 'run' for the run's own process.",
)
@click.option("--stderr", "stderr_of", metavar="STEP", help="What a step printed to standard error.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line, of all lines.")
def command(
    run_id: str,
    follow: bool,
    show_all: bool,
    level: str | None,
    step_key: str | None,
    stdout_of: str | None,
    stderr_of: str | None,
    as_json: bool,
) -> None:
    """Print the log of a run; times are local, --json tells them in UTC.

    RUN_ID is the id of the run, or its beginning.
    """
    with open_runs_to_read() as instance:
        whole_id = resolve_run_id(instance, run_id)
        if stdout_of is not None or stderr_of is not None:
            for name, stream in ((stdout_of, "stdout"), (stderr_of, "stderr")):
                if name is not None:
                    _print_output(instance, whole_id, name, stream, follow)
            return
        for line in _read(instance, whole_id, follow, time.sleep):
            if not _is_wanted(line, level, step_key, show_all or as_json):
                continue
            if as_json:
                print_json_line(line)
            else:
                click.echo(format_line(line))


def _read(
    instance: DagsterInstance, run_id: str, follow: bool, sleep: Callable[[float], None]
) -> Iterator[LogLine]:
    cursor: str | None = None
    while True:
        page = list_run_log(instance, run_id, cursor=cursor)
        yield from page.lines
        cursor = page.cursor
        if page.is_end or not (follow or page.has_more):
            return
        if not page.has_more:
            sleep(_POLL_S)
            instance.reap_dead_runs()


def _print_output(instance: DagsterInstance, run_id: str, name: str, stream: str, follow: bool) -> None:
    """Print what a step printed, as it was, and go on until the run has ended."""
    offset = 0
    while True:
        try:
            piece = get_output(instance, run_id, name, stream, offset=offset)
        except DagsterInvariantViolationError:
            run = instance.get_run_by_id(run_id)
            if not follow or run is None or run.is_finished:
                raise
            time.sleep(_POLL_S)  # the step has not started
            continue
        click.echo(piece.text, nl=False)
        offset = piece.next_offset
        if piece.is_finished or (offset >= piece.size_bytes and not follow):
            return
        if offset >= piece.size_bytes:
            time.sleep(_POLL_S)
            instance.reap_dead_runs()


def _is_wanted(line: LogLine, level: str | None, step_key: str | None, show_all: bool) -> bool:
    if step_key is not None and line.step_key != step_key:
        return False
    if level is not None:
        return _rank(line.level) >= _rank(level.upper())
    if show_all:
        return True
    return line.event_type not in _PLUMBING if line.event_type else _rank(line.level) > 0


def _rank(level: str) -> int:
    return _LEVELS.index(level) if level in _LEVELS else 1


def format_line(line: LogLine) -> str:
    """Return an entry of a log as a line, with its error below."""
    colour = _COLOURS.get(line.level)
    message = click.style(line.message, fg=colour) if colour else line.message
    level = f"{line.level.lower()}: " if colour and line.event_type is None else ""
    step = f"{click.style(line.step_key, fg='cyan')}  " if line.step_key else ""
    text = f"{clock_time(line.timestamp)}  {step}{level}{message}"
    if line.error:
        text += "\n" + "\n".join(f"    {part}" for part in line.error.rstrip().splitlines())
    return text
