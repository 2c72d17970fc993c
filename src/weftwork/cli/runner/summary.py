"""What a command that ran jobs says in the end: what was made, what went wrong, where things are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

import click

from weftwork.api.run_board import StepState
from weftwork.api.runs import find_user_error, view_check
from weftwork.api.view import View
from weftwork.base import errors
from weftwork.base.errors import DagsterExecutionStepExecutionError
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_pairs
from weftwork.cli.printing.values import coloured, counted, duration, rows, short_id
from weftwork.cli.runner.planned_run import RunOutcome
from weftwork.cli.runs.show import check_lines
from weftwork.records.asset_events import AssetCheckEvaluation
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.keys import AssetKey
from weftwork.records.values.metadata_value import NotebookMetadataValue, PathMetadataValue, UrlMetadataValue

_MAX_MADE = 30
_MAX_PLACES = 12
_MAX_FRAMES = 20
_MAX_ERRORS = 10
_LINKS = (PathMetadataValue, UrlMetadataValue, NotebookMetadataValue)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class MadeByRun(View):
    """One run of a command, as JSON tells it."""

    run_id: str | None
    status: str
    assets: list[str]
    partition: str | None


class MadeReport(View):
    """An asset that was made, as JSON tells it."""

    asset: str
    partitions: int
    rows: int | None


class Report(View):
    """What a command that ran jobs did, as JSON tells it.

    Attributes:
        success: whether all runs succeeded.
        duration_s: how long it took.
        runs: the runs, also those that were not started.
        made: the assets that were made.
        checks: the checks that did not pass, as ``weft run show --json`` has them.
        errors: step to the error that it ended with.
        unchanged: why steps were left out whose assets and checks are up to date, by step.
        results: "asset: name" to the path or address that the asset tells of.
        home: where everything is recorded.
    """

    success: bool
    duration_s: float
    runs: list[MadeByRun]
    made: list[MadeReport]
    checks: list[View]
    errors: dict[str, str]
    unchanged: dict[str, str]
    results: dict[str, str]
    home: str


class Summary:
    """What runs did, taken together.

    Args:
        outcomes: what became of the runs.
        finals: the assets that nothing else of the selection depends on.
        duration_s: how long all took.
        home: the home of the instance.
        storage: the directory where values are stored.
    """

    def __init__(
        self,
        outcomes: Sequence[RunOutcome],
        *,
        finals: Set[AssetKey],
        duration_s: float,
        home: str,
        storage: str,
    ) -> None:
        self._outcomes = outcomes
        self._finals = finals
        self._duration_s = duration_s
        self._home = home
        self._storage = storage

    @property
    def is_success(self) -> bool:
        """Whether every run succeeded."""
        return all(outcome.status == "SUCCESS" for outcome in self._outcomes)

    def to_report(self) -> Report:
        """Return the summary for other programs."""
        return Report(
            success=self.is_success,
            duration_s=round(self._duration_s, 3),
            runs=[
                MadeByRun(
                    run_id=outcome.run_id, status=outcome.status, partition=outcome.planned.partition_text,
                    assets=sorted(key.to_user_string() for key in outcome.planned.keys),
                )
                for outcome in self._outcomes
            ],
            made=[
                MadeReport(asset=key.to_user_string(), partitions=len(parts), rows=self._rows().get(key))
                for key, parts in self._made().items()
            ],
            checks=[view_check(check) for check in self._checks() if not check.passed],
            errors={step.key: error_text(step) for _, step in self._failed_steps()},
            unchanged={step.key: step.reason or "" for step in self._unchanged()},
            results=dict(self._places()),
            home=self._home,
        )  # fmt: skip

    # ------------------------------------------------------------------------------ lines for people

    def error_lines(self) -> Iterator[str]:
        """Yield what went wrong, with the frames of the user's code."""
        failed = list(self._failed_steps())
        for outcome, step in failed[:_MAX_ERRORS]:
            partition = (
                f", partition {outcome.planned.partition_text}" if outcome.planned.partition_text else ""
            )
            yield ""
            yield click.style(
                f"{step.key} failed (run {short_id(outcome.run_id or '')}{partition}):", fg="red", bold=True
            )
            yield from (f"  {line}" for line in error_text(step).splitlines())
        if len(failed) > _MAX_ERRORS:
            yield f"and {len(failed) - _MAX_ERRORS} more steps"
        for outcome in self._outcomes:
            if (
                outcome.status == "FAILURE"
                and outcome.board.error is not None
                and not _has_failed_step(outcome)
            ):
                yield ""
                yield click.style(f"run {short_id(outcome.run_id or '')} failed:", fg="red", bold=True)
                yield from (f"  {line}" for line in format_error(outcome.board.error).splitlines())

    def lines(self) -> Iterator[str]:
        """Yield what was done, which checks did not pass, and where the results are."""
        yield ""
        yield self._headline()
        unchanged = sum(1 for _ in self._unchanged())
        if unchanged:
            nothing = "" if self._made() else ", and nothing was made"
            yield f"{counted(unchanged, 'step')} left out: up to date{nothing}."
        yield from self._made_lines()
        yield from self._check_lines()
        yield from self._place_lines()
        yield from self._run_lines()

    def _headline(self) -> str:
        took = duration(self._duration_s)
        failed = sum(1 for _ in self._failed_steps())
        if any(outcome.status == "CANCELED" for outcome in self._outcomes):
            return coloured("CANCELED", f"Cancelled after {took}.")
        if self.is_success:
            return coloured("SUCCESS", f"Done in {took}.")
        steps = f": {counted(failed, 'step')} failed" if failed else ""
        return coloured("FAILURE", f"Failed after {took}{steps}.")

    def _made_lines(self) -> Iterator[str]:
        made = self._made()
        if not made:
            return
        counts = self._rows()
        yield ""
        yield click.style(f"Made {counted(len(made), 'asset')}", bold=True)
        if len(made) <= _MAX_MADE:
            pairs = [
                (key.to_user_string(), _made_text(parts, counts.get(key))) for key, parts in made.items()
            ]
            yield from (line.rstrip() for line in format_pairs(pairs, indent="  "))

    def _check_lines(self) -> Iterator[str]:
        checks = self._checks()
        if not checks:
            return
        bad = [view_check(check) for check in checks if not check.passed]
        warned = sum(1 for check in bad if check.severity == "WARN")
        parts = [
            coloured(state, f"{count} {state}")
            for state, count in (
                ("passed", len(checks) - len(bad)),
                ("warned", warned),
                ("failed", len(bad) - warned),
            )
            if count
        ]
        yield ""
        yield f"{click.style('Checks', bold=True)}  {', '.join(parts)}"
        yield from (f"  {line}" for line in check_lines(bad))

    def _place_lines(self) -> Iterator[str]:
        places = self._places()
        if self._made():
            places.append(("stored values", self._storage))
        if not places:
            return
        yield ""
        yield click.style("Results", bold=True)
        yield from format_pairs(places[-_MAX_PLACES:], indent="  ")

    def _run_lines(self) -> Iterator[str]:
        started = [outcome for outcome in self._outcomes if outcome.run_id is not None]
        skipped = [outcome for outcome in self._outcomes if outcome.status == "NOT_STARTED"]
        yield ""
        if skipped:
            is_cancelled = any(outcome.status == "CANCELED" for outcome in self._outcomes)
            reason = "" if is_cancelled else ": what they need was not made"
            yield f"{counted(len(skipped), 'run')} not started{reason}."
        if started:
            shown = ", ".join(short_id(outcome.run_id or "") for outcome in started[:8])
            more = f" and {len(started) - 8} more" if len(started) > 8 else ""
            bad = next((outcome for outcome in started if outcome.status != "SUCCESS"), started[-1])
            for outcome in started:
                if outcome.retry_run_id is not None:
                    yield f"Run {short_id(outcome.run_id or '')} is repeated in the background: run {short_id(outcome.retry_run_id)}"
            yield f"{'Runs' if len(started) > 1 else 'Run'} {shown}{more}; more: weft run show {short_id(bad.run_id or '')}"
        yield f"Recorded in {self._home}"

    # ------------------------------------------------------------------------------ facts of all runs

    def _made(self) -> Mapping[AssetKey, list[str | None]]:
        made: dict[AssetKey, list[str | None]] = {}
        for outcome in self._outcomes:
            for key, parts in outcome.board.made.items():
                made.setdefault(key, []).extend(parts)
        return {
            key: list(dict.fromkeys(part for part in parts if part is not None))
            for key, parts in made.items()
        }

    def _rows(self) -> Mapping[AssetKey, int]:
        counts: dict[AssetKey, int] = {}
        for outcome in self._outcomes:
            for key in outcome.board.made:
                found = outcome.board.rows.find(key)
                if found is not None:
                    counts[key] = counts.get(key, 0) + found
        return counts

    def _checks(self) -> list[AssetCheckEvaluation]:
        return [check for outcome in self._outcomes for check in outcome.board.checks]

    def _failed_steps(self) -> Iterator[tuple[RunOutcome, StepState]]:
        for outcome in self._outcomes:
            for step in outcome.board.steps.values():
                if step.status == "FAILURE" and outcome.status != "CANCELED":
                    yield outcome, step

    def _unchanged(self) -> Iterator[StepState]:
        steps = (step for outcome in self._outcomes for step in outcome.board.steps.values())
        return (step for step in steps if step.status == "SKIPPED" and step.reason)

    def _places(self) -> list[tuple[str, str]]:
        found: dict[str, str] = {}
        for outcome in self._outcomes:
            for key, made in outcome.board.latest.items():
                if key in self._finals:
                    for name, value in made.metadata.items():
                        if isinstance(value, _LINKS) and value.value:
                            found[f"{key.to_user_string()}: {name}"] = _absolute(str(value.value))
        return list(found.items())


def _has_failed_step(outcome: RunOutcome) -> bool:
    return any(step.status == "FAILURE" for step in outcome.board.steps.values())


def _made_text(parts: Sequence[str | None], count: int | None) -> str:
    known = [part for part in parts if part is not None]
    texts = [rows(count)] if count is not None else []
    if len(known) == 1:
        texts.append(known[0])
    elif known:
        texts.append(f"{counted(len(known), 'partition')}, {known[0]} to {known[-1]}")
    return ", ".join(texts)


def _absolute(place: str) -> str:
    return place if _ADDRESS.match(place) else os.path.abspath(place)


def error_text(step: StepState) -> str:
    """Return why a step failed: what the user's code raised, with its frames."""
    lines = []
    if step.failure is not None and step.failure.description:
        lines.append(step.failure.description)
    if step.error is not None:
        lines.append(format_error(step.error))
    return "\n".join(lines)


def format_error(error: SerializableErrorInfo) -> str:
    """Return an error as Python prints it: what the user's code raised, what that came from, what we add to it."""
    raised = find_user_error(error)
    texts = [_format_chain(raised)]
    if raised is not error and error.cls_name != DagsterExecutionStepExecutionError.__name__:
        texts.insert(0, _without_class(error).removesuffix(f": {raised.message.strip()}"))
    return "\n".join(texts)


def _format_chain(error: SerializableErrorInfo) -> str:
    texts = []
    if error.cause is not None and not _explains_itself(error):
        texts = [_format_chain(error.cause), "", "The exception above led to this one:", ""]
    frames = error.stack[-_MAX_FRAMES:]
    if frames:
        texts.append("Traceback (most recent call last):\n" + "".join(frames).rstrip())
    return "\n".join([*texts, error.message.strip()])


def _explains_itself(error: SerializableErrorInfo) -> bool:
    """Return whether it is one of our errors whose message has said what it came from."""
    return not error.stack and hasattr(errors, error.cls_name or "")


def _without_class(error: SerializableErrorInfo) -> str:
    """Return the message of one of our errors; its class says nothing to the reader."""
    message = error.message.strip()
    name, sign, text = message.partition(": ")
    return text if sign and name.rpartition(".")[2] == error.cls_name else message


def print_summary(summary: Summary, *, as_json: bool) -> None:
    """Print what went wrong to standard error, and the summary, or its JSON, to standard output."""
    for line in summary.error_lines():
        click.echo(line, err=True)
    if as_json:
        print_json(summary.to_report())
        return
    for line in summary.lines():
        click.echo(line)


def final_keys(keys: Set[AssetKey], parents_of: Iterable[Set[AssetKey]]) -> Set[AssetKey]:
    """Return the assets that no other of them depends on.

    Args:
        keys: the assets.
        parents_of: the assets that each of them depends on.
    """
    needed = {key for parents in parents_of for key in parents}
    return keys - needed
