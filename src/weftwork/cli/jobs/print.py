"""`weft job print`: what a job is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from weftwork.api.view import View
from weftwork.cli.definitions_source import DefinitionsSource, definitions_options, require_source
from weftwork.cli.jobs.job_option import find_job
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_pairs, format_table
from weftwork.cli.printing.values import NOTHING, some_of

_HEADERS = ["STEP", "AFTER", "OP", "POOL", "MAKES"]


class PrintedStep(View):
    """A step of a job.

    Attributes:
        key: the step.
        after: the steps that it waits for.
        op: its op.
        makes: the assets that it makes and the checks that it evaluates.
        pool: the pool whose slot it needs.
    """

    key: str
    after: list[str]
    op: str
    makes: list[str]
    pool: str | None


class PrintedJob(View):
    """A job as it is printed.

    Attributes:
        name: its name.
        description: what it is for.
        executor: the executor that runs its steps.
        tags: the tags of its runs.
        partitions: its partitions, in words; None if it has none.
        resources: the resources that it needs.
        hooks: the hooks of all its steps.
        needs_config: whether runs need config.
        steps: its steps, each after those that it waits for.
    """

    name: str
    description: str | None
    executor: str
    tags: dict[str, str]
    partitions: str | None
    resources: list[str]
    hooks: list[str]
    needs_config: bool
    steps: list[PrintedStep]


@click.command("print")
@definitions_options
@click.option(
    "--job", "-j", "job_name", metavar="NAME", help="The job; may be left out where there is only one."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(source: DefinitionsSource | None, job_name: str | None, as_json: bool) -> None:
    """Print what a job is made of: its steps in order, what each waits for and needs."""
    source = require_source(source)
    job = view_job(find_job(source.load(), job_name))
    if as_json:
        print_json(job)
        return
    for line in _lines(job):
        click.echo(line)


def view_job(job: Any) -> PrintedJob:
    """Return a job as it is printed."""
    from weftwork.definitions.run_config.resolution import (
        get_run_config_schema,
    )  # loads the floor of definitions
    from weftwork.execution.runs.asked_run import plan_of  # see above

    plan = plan_of(job)
    keys = [step.key for step in plan.steps]
    return PrintedJob(
        name=job.name,
        description=job.description,
        executor=job.executor_def.name,
        tags=dict(job.run_tags),
        partitions=str(job.partitions_def) if job.partitions_def is not None else None,
        resources=sorted(job.required_resource_keys),
        hooks=sorted(hook.name for hook in job.hook_defs),
        needs_config=bool(get_run_config_schema(job).config_type.example()) and not job.default_run_config,
        steps=[_view_step(step, keys) for step in plan.steps],
    )


def _view_step(step: Any, keys: list[str]) -> PrintedStep:
    made = [
        output.asset_key.to_user_string() for output in step.outputs if output.asset_key and output.selected
    ]
    checked = [
        output.check_key.to_user_string() for output in step.outputs if output.check_key and output.selected
    ]
    return PrintedStep(
        key=step.key,
        after=[keys[number] for number in sorted({source.step for source in step.all_sources})],
        op=step.op.name,
        makes=[*made, *checked],
        pool=step.op.pool,
    )


def _lines(job: PrintedJob) -> Iterator[str]:
    pairs = [("job", job.name)]
    if job.description:
        pairs.append(("description", job.description.strip().partition("\n")[0]))
    pairs.append(("executor", job.executor))
    if job.partitions:
        pairs.append(("partitions", job.partitions))
    if job.resources:
        pairs.append(("resources", ", ".join(job.resources)))
    if job.hooks:
        pairs.append(("hooks", ", ".join(job.hooks)))
    pairs += [("tag", f"{key}={value}") for key, value in sorted(job.tags.items())]
    if job.needs_config:
        pairs.append(("config", f"is needed: weft job scaffold-config -j {job.name}"))
    yield from format_pairs(pairs)
    yield ""
    yield from format_table(_HEADERS, [_row(step) for step in job.steps])


def _row(step: PrintedStep) -> list[str]:
    return [
        step.key, ", ".join(step.after) or NOTHING, step.op, step.pool or NOTHING,
        some_of(step.makes) or NOTHING,
    ]  # fmt: skip
