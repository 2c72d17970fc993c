"""`weft materialize`: make assets."""

from __future__ import annotations

import json

import click

from weftwork.cli.definitions_source import DefinitionsSource, definitions_options, require_source
from weftwork.cli.home import open_instance_to_record
from weftwork.cli.run_config_option import config_options, read_run_config
from weftwork.cli.tag_option import read_tags
from weftwork.records.tags import ONLY_STALE_TAG


@click.command("materialize")
@definitions_options
@click.option(
    "--select",
    "selection",
    default="*",
    show_default=True,
    help='Which assets: names and expressions, separated by commas, like \'report, +key:"daily" and not group:"raw"\'.',
)
@click.option("--partition", metavar="KEY", help="Make this partition, in one run of everything selected.")
@click.option("--partition-range", metavar="FIRST...LAST", help="Make these partitions, both ends included.")
@click.option(
    "--all-partitions", is_flag=True, help="Make every partition, also where that takes a run for each."
)
@config_options
@click.option(
    "--tags", "tags", multiple=True, callback=read_tags, metavar="KEY=VALUE", help="A tag of the runs."
)
@click.option(
    "--only-stale",
    is_flag=True,
    help="Leave what is up to date: made of the same code version, config and upstream data; say why of each.",
)
@click.option("--run-id", metavar="UUID", help="The id of the run, where it takes only one.")
@click.option(
    "--detach",
    is_flag=True,
    help="Go on in the background, also when the terminal is gone; print the run's id.",
)
@click.option("--verbose", "-v", is_flag=True, help="Also show what steps log at level INFO.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print a JSON summary; progress goes to standard error."
)
@click.pass_context
def command(
    ctx: click.Context,
    source: DefinitionsSource | None,
    selection: str,
    partition: str | None,
    partition_range: str | None,
    all_partitions: bool,
    config_files: tuple[str, ...],
    config_json: str | None,
    tags: dict[str, str],
    only_stale: bool,
    run_id: str | None,
    detach: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Make assets: run what makes them, in the order of their dependencies.

    Closing the terminal does not end it, Ctrl-C does; with --detach it goes on in the background from the beginning.
    Assets without partitions and assets with single-run partitions around them are made in as few runs as possible.
    The exit status is 0 if everything was made, 1 if not, 130 if it was cancelled.

    \b
    Examples:
      weft materialize -f definitions.py
      weft materialize -f definitions.py --only-stale
      weft materialize -f definitions.py --select 'key:"orders"+'
      weft materialize -f definitions.py --select days --partition 2024-07-01
      weft materialize -f definitions.py --select days --partition-range 2024-07-01...2024-07-07
    """  # noqa: D301 - the backspace is what click knows a fixed block by
    if sum((partition is not None, partition_range is not None, all_partitions)) > 1:
        raise click.UsageError("Give one of --partition, --partition-range and --all-partitions.")
    source = require_source(source)
    run_config = read_run_config(config_files, config_json)
    tags = {**tags, ONLY_STALE_TAG: "true"} if only_stale else tags

    from weftwork.cli.materialize.background import print_launched  # loads the floors that user code needs
    from weftwork.cli.materialize.materialization import (
        Materialization,  # loads the floors that user code needs
    )
    from weftwork.cli.materialize.planned_runs import PartitionChoice, parse_range  # see above
    from weftwork.cli.runner.interrupts import cancel_on_signals  # see above
    from weftwork.cli.runner.summary import print_summary  # see above

    span = parse_range(partition_range) if partition_range is not None else None
    choice = PartitionChoice(partition, span, all_partitions)
    with cancel_on_signals() as interrupts:
        repository = source.load()
        with open_instance_to_record() as instance:
            materialization = Materialization(repository, selection, choice, instance, source.to_origin())
            materialization.check_config(run_config)
            if detach:
                again = [
                    "materialize", *source.to_arguments(), *choice.to_arguments(), "--select", selection,
                    "--config-json", json.dumps(run_config), "--tags", json.dumps(tags), *(["-v"] if verbose else []),
                ]  # fmt: skip
                launched = materialization.launch(again, run_config=run_config, tags=tags, run_id=run_id)
                print_launched(launched, as_json=as_json)
                return
            summary = materialization.run(
                interrupts,
                run_config=run_config,
                tags=tags,
                is_verbose=verbose,
                to_stderr=as_json,
                run_id=run_id,
            )
            print_summary(summary, as_json=as_json)
    ctx.exit(interrupts.exit_status or (0 if summary.is_success else 1))
