"""`weft job launch`: start a run in the background."""

from __future__ import annotations

import click

from weftwork.cli.definitions_source import DefinitionsSource, definitions_options, require_source
from weftwork.cli.home import open_instance_to_record
from weftwork.cli.jobs.job_option import find_job, job_options, split_queries
from weftwork.cli.printing.json_text import print_json_line
from weftwork.cli.printing.values import coloured
from weftwork.cli.run_config_option import config_options, read_run_config
from weftwork.cli.tag_option import read_tags


@click.command("launch")
@definitions_options
@job_options
@config_options
@click.option(
    "--tags", "tags", multiple=True, callback=read_tags, metavar="KEY=VALUE", help="A tag of the run."
)
@click.option("--run-id", metavar="UUID", help="The id of the run (default: a new one).")
@click.option("--wait", is_flag=True, help="Wait for its end; the exit status then tells how it ended.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    source: DefinitionsSource | None,
    job_name: str | None,
    op_selection: str | None,
    partition: str | None,
    config_files: tuple[str, ...],
    config_json: str | None,
    tags: dict[str, str],
    run_id: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Start a run in the background and print its id.

    The run goes on when this command and the terminal are gone. It is checked before: a job that does not
    load, or config that does not fit, launches nothing.
    """
    source = require_source(source)
    run_config = read_run_config(config_files, config_json)
    from weftwork.cli.runs.waiting import exit_status, wait_for_run  # loads the floors that user code needs
    from weftwork.execution.runs.asked_run import AskedRun  # see above

    job = find_job(source.load(), job_name)
    with open_instance_to_record() as instance:
        asked = AskedRun(
            job, instance, run_config=run_config, tags=tags, partition_key=partition, run_id=run_id,
            op_selection=split_queries(op_selection) if op_selection else None, code_origin=source.to_origin(),
        )  # fmt: skip
        asked.resolve_config()
        asked.record()
        run = instance.submit_run(asked.run.run_id)
        if as_json:
            print_json_line({"run_id": run.run_id, "status": run.status.value})
        else:
            click.echo(run.run_id)
            click.echo(f"Follow it with: weft run logs -f {run.run_id[:8]}", err=True)
        if wait:
            status = wait_for_run(instance, run.run_id)
            if not as_json:
                click.echo(f"It has ended: {coloured(status.value)}", err=True)
            ctx.exit(exit_status(status))
