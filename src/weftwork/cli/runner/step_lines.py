"""What is told of a run while it goes on: a line for each step that ends, for each check and for each warning."""

from __future__ import annotations

import click

from weftwork.api.run_board import StepState
from weftwork.api.runs import first_line
from weftwork.cli.printing.values import coloured, duration, rows
from weftwork.records.asset_events import AssetCheckEvaluation

_STATES = {
    "SUCCESS": "ok",
    "UP_TO_DATE": "same",
    "FAILURE": "failed",
    "SKIPPED": "skipped",
    "RETRYING": "retry",
}
_STATE_WIDTH = 8
NAME_WIDTH = 40


def step_line(step: StepState) -> str:
    """Return the line for a step that ended, or is tried again."""
    took = duration(step.duration_s) if step.duration_s is not None else ""
    told = rows(step.rows.total)
    if step.status in ("FAILURE", "RETRYING") and step.error is not None:
        told = first_line(step.error)
    elif step.status == "SKIPPED":
        told = step.reason or "needs what was not made"
    elif step.reason:
        told = ", ".join(filter(None, (told, step.reason)))
    state = "UP_TO_DATE" if step.status == "SKIPPED" and step.reason else step.status
    return _line(_STATES[state], step.key, f"{took:>10}", told)


def check_line(check: AssetCheckEvaluation) -> str:
    """Return the line for a check that did not pass."""
    state = "warned" if check.severity.value == "WARN" else "failed"
    partition = f" [{check.partition}]" if check.partition else ""
    name = f"{check.asset_key.to_user_string()}: {check.check_name}{partition}"
    return _line(state, name, " " * 10, check.description or "the check did not pass")


def log_line(level: str, step_key: str | None, message: str) -> str:
    """Return the line for something that was logged."""
    colour = "red" if level in ("ERROR", "CRITICAL") else "yellow" if level == "WARNING" else None
    state = (
        click.style(level.lower().ljust(_STATE_WIDTH), fg=colour)
        if colour
        else level.lower().ljust(_STATE_WIDTH)
    )
    step = f"{step_key}: " if step_key else ""
    return f"{state}  {step}{message}"


def mapped_step_of(step_key: str) -> str | None:
    """Return the step without its mapping keys, for a step that is one of many; else None."""
    return step_key.partition("[")[0] if "[" in step_key else None


def _line(state: str, name: str, middle: str, told: str) -> str:
    return f"{coloured(state, state.ljust(_STATE_WIDTH))}  {name.ljust(NAME_WIDTH)} {middle}  {told}".rstrip()
