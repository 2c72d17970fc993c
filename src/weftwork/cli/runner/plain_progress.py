"""Progress in pipes and files: a line for each step that ends, with the time in front."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from weftwork.api.run_board import StepState
from weftwork.cli.runner.planned_run import PlannedRun
from weftwork.cli.runner.progress import MappedSteps, run_title
from weftwork.cli.runner.step_lines import step_line


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

    def refresh(self) -> None:
        """Lines stay as they are."""

    def end_run(self) -> None:
        """Print how many mapped steps had no line of their own."""
        for line in self._mapped.rest():
            self.tell(line)
