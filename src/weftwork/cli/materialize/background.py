"""Making assets in the background: what goes on when the command and the terminal are gone."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from weftwork.api.view import View
from weftwork.base.ids import new_id
from weftwork.cli.printing.json_text import print_json_line
from weftwork.cli.printing.values import counted
from weftwork.cli.runner.planned_run import PlannedRun
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.instance.home import HOME_VARIABLE, make_directory
from weftwork.instance.instance import DagsterInstance
from weftwork.processes.detached import start_detached
from weftwork.records.control.code_origin import CodeOrigin


class InBackground(View):
    """What goes on in the background.

    Attributes:
        run_id: the run; None where several are made, one after the other.
        runs: how many runs it takes.
        pid: the process that starts them, where there are several.
        log: the file that it tells its progress in.
    """

    run_id: str | None
    runs: int
    pid: int | None = None
    log: str | None = None


def launch_run(
    instance: DagsterInstance,
    planned: PlannedRun,
    job: JobDefinition,
    *,
    run_config: Mapping[str, Any],
    tags: Mapping[str, str],
    origin: CodeOrigin,
    run_id: str | None,
) -> InBackground:
    """Launch one run; it is recorded, queued and watched like any other.

    Args:
        instance: where it is recorded.
        planned: what it makes.
        job: the job over that.
        run_config: its config.
        tags: its tags.
        origin: where its code is found.
        run_id: its id; a new one if None.
    """
    asked = AskedRun(
        job, instance, run_config=job.drop_unselected_config(run_config), partition_key=planned.partition_key,
        tags={**tags, **planned.tags}, run_id=run_id, code_origin=origin,
    )  # fmt: skip
    asked.resolve_config()
    asked.record()
    return InBackground(run_id=instance.submit_run(asked.run.run_id).run_id, runs=1)


def launch_command(instance: DagsterInstance, arguments: Sequence[str], runs: int) -> InBackground:
    """Start `weft` once more, in a session of its own, to make several runs one after the other.

    Args:
        instance: where they are recorded.
        arguments: the arguments of `weft`.
        runs: how many runs it takes.
    """
    folder = make_directory(os.path.join(instance.root_directory, "logs"))
    log = os.path.join(folder, f"materialize-{new_id()[:8]}.log")
    pid = start_detached(
        [sys.executable, "-c", "from weftwork.cli import main; main()", *arguments],
        stdout=log, stderr=log, environment={**os.environ, HOME_VARIABLE: instance.root_directory},
    )  # fmt: skip
    return InBackground(run_id=None, runs=runs, pid=pid, log=log)


def print_launched(launched: InBackground, *, as_json: bool) -> None:
    """Tell what goes on in the background, and how to follow it."""
    if as_json:
        print_json_line(launched)
    elif launched.run_id is not None:
        click.echo(launched.run_id)
        click.echo(f"Follow it with: weft run logs -f {launched.run_id[:8]}", err=True)
    else:
        click.echo(f"{counted(launched.runs, 'run')}, one after the other (process {launched.pid}).")
        click.echo(f"Follow them with: tail -f {launched.log}   End them with: kill {launched.pid}", err=True)
