"""`weft job execute`: run one job and wait for its end."""

from __future__ import annotations

import time

import click

from weftwork.cli.definitions_source import DefinitionsSource, definitions_options, require_source
from weftwork.cli.home import open_instance_to_record
from weftwork.cli.jobs.job_option import find_job, job_options, split_queries
from weftwork.cli.run_config_option import config_options, read_run_config
from weftwork.cli.tag_option import read_tags


@click.command("execute")
@definitions_options
@job_options
@config_options
@click.option(
    "--tags", "tags", multiple=True, callback=read_tags, metavar="KEY=VALUE", help="A tag of the run."
)
@click.option("--run-id", metavar="UUID", help="The id of the run (default: a new one).")
@click.option("--verbose", "-v", is_flag=True, help="Also show what steps log at level INFO.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print a JSON summary; progress goes to standard error."
)
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
    verbose: bool,
    as_json: bool,
) -> None:
    """Run one job as its executor says, and wait for its end.

    Steps run in processes of their own unless the job has another executor; what they print is shown by
    `weft run logs --stdout STEP`. The exit status is 0 if it succeeded, 1 if not, 130 if it was cancelled.
    """
    source = require_source(source)
    run_config = read_run_config(config_files, config_json)
    from weftwork.cli.runner.interrupts import cancel_on_signals  # loads the floors that user code needs
    from weftwork.cli.runner.planned_run import PlannedRun  # see above
    from weftwork.cli.runner.progress_choice import open_progress  # see above
    from weftwork.cli.runner.session import Session  # see above
    from weftwork.cli.runner.summary import Summary, print_summary  # see above
    from weftwork.execution.runs.asked_run import AskedRun  # see above

    with cancel_on_signals() as interrupts:
        job = find_job(source.load(), job_name)
        if op_selection:
            job = job.get_subset(op_selection=split_queries(op_selection))
        keys = frozenset(job.asset_layer.selected_keys) if job.asset_layer is not None else frozenset()
        planned = PlannedRun(keys, first=partition, last=partition, job_name=job.name)
        with open_instance_to_record() as instance:
            given = job.drop_unselected_config(run_config)
            AskedRun(job, instance, run_config=given, partition_key=partition, run_id=run_id).resolve_config()
            started = time.monotonic()
            progress = open_progress(to_stderr=as_json)
            session = Session(
                instance, progress, interrupts, run_config=run_config, tags=tags, is_verbose=verbose,
                origin=source.to_origin(), run_id=run_id,
            )  # fmt: skip
            outcomes = session.run_all([planned], lambda _: job)
            summary = Summary(
                outcomes,
                finals=keys,
                duration_s=time.monotonic() - started,
                home=instance.root_directory,
                storage=instance.storage_directory(),
            )
            print_summary(summary, as_json=as_json)
    ctx.exit(interrupts.exit_status or (0 if summary.is_success else 1))
