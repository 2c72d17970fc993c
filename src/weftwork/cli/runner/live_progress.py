"""Progress on a terminal: finished steps stay as lines, the running ones move below them."""

from __future__ import annotations

import time
from typing import TextIO

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from weftwork.api.run_board import StepState
from weftwork.cli.printing.values import counted, duration
from weftwork.cli.runner.planned_run import PlannedRun
from weftwork.cli.runner.progress import MappedSteps, run_title
from weftwork.cli.runner.step_lines import step_line

_MAX_RUNNING = 8


class LiveProgress:
    """Shows running steps with a moving sign and the time they have taken; lines of ended steps stay above.

    Args:
        stream: the terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._console = Console(file=stream, highlight=False)
        self._live: Live | None = None
        self._mapped = MappedSteps()
        self._running: dict[str, float] = {}
        self._spinner = Spinner("dots")
        self._ended = self._made = self._assets = 0
        self._started = 0.0

    def begin_run(self, number: int, count: int, run: PlannedRun) -> None:
        """Begin to show a run."""
        self._mapped = MappedSteps()
        self._running = {}
        self._ended = self._made = 0
        self._assets = len(run.keys)
        self._started = time.monotonic()
        self.tell(run_title(number, count, run))
        self._live = Live(
            console=self._console, get_renderable=self._render, auto_refresh=False, transient=True
        )
        self._live.start()

    def step_starts(self, step: StepState) -> None:
        """Show a step as running."""
        self._running[step.key] = time.monotonic()

    def step_ends(self, step: StepState) -> None:
        """Print the line of a step."""
        self._running.pop(step.key, None)
        if step.status != "RETRYING":
            self._ended += 1
        if self._mapped.is_told(step):
            self.tell(step_line(step))

    def asset_made(self, count: int) -> None:
        """Show how many assets have been made."""
        self._made = count

    def tell(self, line: str) -> None:
        """Print a line above what is running."""
        shown = Text.from_ansi(line) if not self._console.no_color else Text(click.unstyle(line))
        self._console.print(shown, soft_wrap=True)

    def refresh(self) -> None:
        """Move the sign and the time of what is running."""
        if self._live is not None:
            self._live.refresh()

    def end_run(self) -> None:
        """Take away what is running, and print how many mapped steps had no line of their own."""
        live, self._live = self._live, None
        if live is not None:
            self._running = {}
            live.stop()
        for line in self._mapped.rest():
            self.tell(line)

    def _render(self) -> RenderableType:
        now = time.monotonic()
        running = list(self._running.items())
        lines: list[RenderableType] = []
        for key, since in running[:_MAX_RUNNING]:
            lines.append(self._with_spinner(f"{key}  {_elapsed(now - since)}"))
        if len(running) > _MAX_RUNNING:
            lines.append(Text(f"  and {len(running) - _MAX_RUNNING} more", style="dim"))
        steps = counted(self._ended, "step")
        told = f"{self._made} of {counted(self._assets, 'asset')}, {steps}" if self._assets else steps
        lines.append(Text(f"  {told}, {_elapsed(now - self._started)}", style="dim"))
        return Group(*lines)

    def _with_spinner(self, text: str) -> RenderableType:
        frame = self._spinner.frames[int(time.monotonic() * 10) % len(self._spinner.frames)]
        return Text.assemble((f"{frame} ", "cyan"), text)


def _elapsed(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else duration(round(seconds))
