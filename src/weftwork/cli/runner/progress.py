"""Telling how a run goes: the interface, and plain lines for pipes and files."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Callable
from typing import Protocol

import click

from weftwork.api.run_board import StepState
from weftwork.cli.printing.values import coloured, counted, some_of
from weftwork.cli.runner.planned_run import PlannedRun
from weftwork.cli.runner.step_lines import mapped_step_of, step_line

MAPPED_LINES = 25
"""Of so many mapped steps each that went well has its line; the others are counted."""


class Progress(Protocol):
    """Tells the user how runs go."""

    def begin_run(self, number: int, count: int, run: PlannedRun) -> None:
        """Tell that a run begins: the ``number``-th of ``count``."""
        ...

    def step_starts(self, step: StepState) -> None:
        """Tell that a step starts."""
        ...

    def step_ends(self, step: StepState) -> None:
        """Tell that a step has ended, or will be tried again."""
        ...

    def asset_made(self, count: int) -> None:
        """Tell how many assets of the run have been made by now."""
        ...

    def tell(self, line: str) -> None:
        """Show a line."""
        ...

    def end_run(self) -> None:
        """Tell that the run has ended."""
        ...


class MappedSteps:
    """Counts mapped steps, so that a fan-out of thousands does not flood the screen."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def is_told(self, step: StepState) -> bool:
        """Return whether a step that ended has a line of its own."""
        name = mapped_step_of(step.key)
        if name is None or step.status != "SUCCESS":
            return True
        self._counts[name] = self._counts.get(name, 0) + 1
        return self._counts[name] <= MAPPED_LINES

    def rest(self) -> list[str]:
        """Return a line for each mapped step of which not all had their line."""
        return [
            f"{coloured('ok', 'ok'.ljust(8))}  {name}[...]: {counted(count - MAPPED_LINES, 'more step')}"
            for name, count in self._counts.items()
            if count > MAPPED_LINES
        ]


def run_title(number: int, count: int, run: PlannedRun) -> str:
    """Return the line that a run begins with."""
    names = sorted(key.to_user_string() for key in run.keys)
    which = f"Run {number} of {count}: " if count > 1 else "Run: "
    partition = f", {run.partition_text}" if run.partition_text else ""
    return click.style(f"{which}{some_of(names)}{partition}", bold=True)


class PlainProgress:
    """One line for each step that ends, with the time in front.

    Args:
        write: prints a line.
    """

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._mapped = MappedSteps()

    def begin_run(self, number: int, count: int, run: PlannedRun) -> None:
        """Tell that a run begins."""
        self._mapped = MappedSteps()
        self.tell(run_title(number, count, run))

    def step_starts(self, step: StepState) -> None:
        """Tell nothing: the end of the step is told."""

    def step_ends(self, step: StepState) -> None:
        """Print the line of a step."""
        if self._mapped.is_told(step):
            self.tell(step_line(step))

    def asset_made(self, count: int) -> None:
        """Tell nothing: steps are told."""

    def tell(self, line: str) -> None:
        """Print a line."""
        now = datetime.datetime.now().astimezone().strftime("%H:%M:%S")
        self._write(f"{now}  {line}")

    def end_run(self) -> None:
        """Print how many mapped steps had no line of their own."""
        for line in self._mapped.rest():
            self.tell(line)


def open_progress(*, to_stderr: bool) -> Progress:
    """Return live progress on a terminal where rich is installed, else plain lines.

    Args:
        to_stderr: whether lines go to standard error, because standard output is for something else.
    """
    stream = sys.stderr if to_stderr else sys.stdout
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        try:
            from weftwork.cli.runner.live_progress import LiveProgress  # rich is an optional library

            return LiveProgress(stream)
        except ImportError:
            pass
    return PlainProgress(lambda line: click.echo(line, err=to_stderr))
