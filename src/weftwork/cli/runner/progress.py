"""Telling how a run goes: what every kind of progress does, and what they share."""

from __future__ import annotations

import time
from typing import Protocol

import click

from weftwork.api.run_board import StepState
from weftwork.cli.printing.values import coloured, counted, some_of
from weftwork.cli.runner.planned_run import PlannedRun
from weftwork.cli.runner.step_lines import mapped_step_of

REFRESH_S = 0.125
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

    def refresh(self) -> None:
        """Show how much time has passed."""
        ...

    def end_run(self) -> None:
        """Tell that the run has ended."""
        ...


class ProgressPulse:
    """Refreshes what is shown while a run goes on.

    Args:
        progress: what is shown.
    """

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.due_s = time.perf_counter() + REFRESH_S

    def beat(self) -> None:
        """Refresh it."""
        self.due_s = time.perf_counter() + REFRESH_S
        self._progress.refresh()


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
    names = sorted(key.to_user_string() for key in run.keys) if run.job_name is None else [run.job_name]
    which = f"Run {number} of {count}: " if count > 1 else "Run: "
    partition = f", {run.partition_text}" if run.partition_text else ""
    return click.style(f"{which}{some_of(names)}{partition}", bold=True)
