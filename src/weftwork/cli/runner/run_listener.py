"""Hears what happens in a run, keeps its state, and tells the user what matters."""

from __future__ import annotations

import logging

from weftwork.api.run_board import RunBoard
from weftwork.cli.runner.progress import Progress
from weftwork.cli.runner.step_lines import check_line, log_line
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent, EventLogEntry


class RunListener:
    """Called with every event and log line of a run, as they happen.

    Args:
        progress: tells the user.
        is_verbose: whether lines of level INFO are told too, not only warnings and errors.

    Attributes:
        board: the state of the run.
    """

    def __init__(self, progress: Progress, *, is_verbose: bool = False) -> None:
        self._progress = progress
        self._level = logging.INFO if is_verbose else logging.WARNING
        self.board = RunBoard()

    def __call__(self, item: DagsterEvent | EventLogEntry) -> None:
        """Take in an event or a line."""
        event = item if isinstance(item, DagsterEvent) else item.dagster_event
        if event is None:
            assert isinstance(item, EventLogEntry)
            self._note_line(item)
            return
        step = self.board.note(event)
        if step is not None:
            if step.status == "RUNNING":
                self._progress.step_starts(step)
            else:
                self._progress.step_ends(step)
        elif event.event_type is DagsterEventType.ASSET_MATERIALIZATION:
            self._progress.asset_made(len(self.board.made))
        elif event.event_type is DagsterEventType.ASSET_CHECK_EVALUATION:
            check = event.asset_check_evaluation
            if not check.passed:
                self._progress.tell(check_line(check))

    def _note_line(self, line: EventLogEntry) -> None:
        level = (
            line.level if isinstance(line.level, int) else logging.getLevelNamesMapping().get(line.level, 0)
        )
        if level >= self._level:
            self._progress.tell(log_line(logging.getLevelName(level), line.step_key, line.user_message))
