"""One run over assets or checks that makes nothing: observed, or evaluated, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import click

from weftwork.cli.definitions_source import DefinitionsSource
from weftwork.cli.runner.interrupts import Interrupts
from weftwork.cli.runner.planned_run import PlannedRun, RunOutcome
from weftwork.cli.runner.progress_choice import open_progress
from weftwork.cli.runner.session import Session
from weftwork.cli.runner.summary import Summary
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.instance.instance import DagsterInstance


class RunRequest(NamedTuple):
    """What the run is told.

    Attributes:
        source: where the code is.
        partition: the partition that it is for; None for none.
        run_config: its config.
        tags: its tags.
        verbose: whether log lines of level INFO are told.
        as_json: whether progress goes to standard error.
    """

    source: DefinitionsSource
    partition: str | None
    run_config: Mapping[str, Any]
    tags: Mapping[str, str]
    verbose: bool
    as_json: bool


def run_once(
    instance: DagsterInstance, job: JobDefinition, title: str, request: RunRequest, interrupts: Interrupts
) -> RunOutcome:
    """Run a job, telling how it goes, and return what became of it.

    Args:
        instance: where it is recorded.
        job: the job.
        title: what it is called while it runs.
        request: what the run is told.
        interrupts: the signals that come.

    Raises:
        DagsterInvalidConfigError: if the config does not fit.
    """
    given = job.drop_unselected_config(request.run_config)
    AskedRun(job, instance, run_config=given, partition_key=request.partition).resolve_config()
    session = Session(
        instance, open_progress(to_stderr=request.as_json), interrupts, run_config=request.run_config, tags=request.tags,
        is_verbose=request.verbose, origin=request.source.to_origin(),
    )  # fmt: skip
    planned = PlannedRun(first=request.partition, last=request.partition, job_name=title)
    return session.run_all([planned], lambda _: job)[0]


def print_outcome(instance: DagsterInstance, outcome: RunOutcome, lines: Callable[[], Iterator[str]]) -> None:
    """Print what went wrong to standard error, and what came of the run to standard output."""
    summary = Summary([outcome], finals=frozenset(), duration_s=0, home=instance.root_directory, storage="")
    for line in summary.error_lines():
        click.echo(line, err=True)
    click.echo("")
    for line in lines():
        click.echo(line)
    click.echo(f"Run {(outcome.run_id or '')[:8]}; more: weft run show {(outcome.run_id or '')[:8]}")
