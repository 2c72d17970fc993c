"""`weft run retry`: run a run again, as a whole or from where it failed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from weftwork.api.runs import resolve_run_id
from weftwork.cli.definitions_source import DefinitionsSource, definitions_options
from weftwork.cli.home import open_runs_to_read
from weftwork.cli.printing.json_text import print_json_line
from weftwork.cli.printing.values import coloured
from weftwork.cli.runs.waiting import exit_status, wait_for_run
from weftwork.cli.tag_option import read_tags
from weftwork.instance.instance import DagsterInstance


@click.command("retry")
@click.argument("run_id")
@click.option("--from-failure", is_flag=True, help="Only what failed, and what depends on it.")
@click.option(
    "--step",
    "steps",
    multiple=True,
    metavar="QUERY",
    help="Only these steps, like 'load' or 'load*'; may be repeated.",
)
@definitions_options
@click.option(
    "--tags", "tags", multiple=True, callback=read_tags, metavar="KEY=VALUE", help="A tag of the new run."
)
@click.option("--wait", is_flag=True, help="Wait for its end; the exit status then tells how it ended.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    run_id: str,
    from_failure: bool,
    steps: tuple[str, ...],
    source: DefinitionsSource | None,
    tags: dict[str, str],
    wait: bool,
    as_json: bool,
) -> None:
    """Run a run again in the background and print the id of the new run.

    RUN_ID is the id of the run, or its beginning. Its code is loaded anew from where it was; -f, -m and the like
    say where it is now.
    """
    if from_failure and steps:
        raise click.UsageError("Give --from-failure or --step, not both.")
    with open_runs_to_read() as instance:
        whole_id = resolve_run_id(instance, run_id)
        if steps:
            _check_steps(instance, whole_id, steps, source)
        repeated = instance.repeat_run(
            whole_id, from_failure=from_failure, steps=steps, tags=tags,
            code_origin=source.to_origin() if source is not None else None,
        )  # fmt: skip
        run = instance.submit_run(repeated.run_id)
        if as_json:
            print_json_line(
                {"run_id": run.run_id, "parent_run_id": run.parent_run_id, "status": run.status.value}
            )
        else:
            click.echo(run.run_id)
            click.echo(f"Follow it with: weft run logs -f {run.run_id[:8]}", err=True)
        if wait:
            status = wait_for_run(instance, repeated.run_id)
            if not as_json:
                click.echo(f"It has ended: {coloured(status.value)}", err=True)
            ctx.exit(exit_status(status))


def _check_steps(
    instance: DagsterInstance, run_id: str, steps: Sequence[str], source: DefinitionsSource | None
) -> None:
    """Load the code, and raise if a query names no step of the run's job: a run that cannot begin is none."""
    from weftwork.execution.runs.asked_run import AskedRun, plan_of  # loads the floors that user code needs
    from weftwork.execution.runs.located_job import LocatedJob  # see above
    from weftwork.execution.runs.reexecution import ReexecutionOptions, build_repeat  # see above

    run = instance.get_run_by_id(run_id)
    assert run is not None
    origin = source.to_origin() if source is not None else run.code_origin
    if origin is None:
        return  # to be launched takes one, which is told then
    job = AskedRun.of_recorded(LocatedJob(origin, run.job_name).get_definition(), instance, run).job
    build_repeat(plan_of(job), instance, run, ReexecutionOptions(run_id, list(steps)))
