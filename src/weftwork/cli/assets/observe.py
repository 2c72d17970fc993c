"""`weft asset observe`: look at assets that are made elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import click

from weftwork.api.view import View
from weftwork.cli.definitions_source import DefinitionsSource, definitions_options, require_source
from weftwork.cli.home import open_instance_to_record
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_pairs
from weftwork.cli.printing.values import NOTHING
from weftwork.cli.run_config_option import config_options, read_run_config
from weftwork.cli.tag_option import read_tags
from weftwork.records.tags import DATA_VERSION_TAG


class Observed(View):
    """What was seen.

    Attributes:
        success: whether every asset was observed.
        run_id: the run.
        data_versions: asset to the version of its data; null where nothing tells it.
    """

    success: bool
    run_id: str | None
    data_versions: dict[str, str | None]


@click.command("observe")
@definitions_options
@click.option(
    "--select", "selection", default="*", show_default=True, help="Which assets; see weft materialize."
)
@click.option("--partition", metavar="KEY", help="The partition to observe.")
@config_options
@click.option(
    "--tags", "tags", multiple=True, callback=read_tags, metavar="KEY=VALUE", help="A tag of the run."
)
@click.option("--verbose", "-v", is_flag=True, help="Also show what steps log at level INFO.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; progress goes to standard error.")
@click.pass_context
def command(
    ctx: click.Context,
    source: DefinitionsSource | None,
    selection: str,
    partition: str | None,
    config_files: tuple[str, ...],
    config_json: str | None,
    tags: dict[str, str],
    verbose: bool,
    as_json: bool,
) -> None:
    """Run the functions that observe assets, and record what they see.

    The exit status is 0 if everything was observed, 1 if not, 130 if it was cancelled.
    """
    source = require_source(source)
    run_config = read_run_config(config_files, config_json)
    from weftwork.cli.assets.single_run import (
        RunRequest,
        print_outcome,
        run_once,
    )  # loads the floors that user code needs
    from weftwork.cli.materialize.materialization import select_observable  # see above
    from weftwork.cli.runner.interrupts import cancel_on_signals  # see above

    with cancel_on_signals() as interrupts:
        repository = source.load()
        keys = sorted(select_observable(repository.catalog, selection))
        job = repository.get_implicit_global_asset_job_def().get_subset(asset_selection=keys)
        request = RunRequest(source, partition, run_config, tags, verbose, as_json)
        with open_instance_to_record() as instance:
            title = ", ".join(key.to_user_string() for key in keys)
            outcome = run_once(instance, job, title, request, interrupts)
            versions = {}
            for key in keys:
                version = instance.get_latest_data_version_record(key, partition_key=partition)
                versions[key.to_user_string()] = (
                    (version.event_log_entry.tags or {}).get(DATA_VERSION_TAG)
                    if version is not None
                    else None
                )
            observed = Observed(
                success=outcome.status == "SUCCESS", run_id=outcome.run_id, data_versions=versions
            )

            def lines() -> Iterator[str]:
                pairs = [(name, f"data version {version or NOTHING}") for name, version in versions.items()]
                yield from format_pairs(pairs)

            if as_json:
                print_json(observed)
            else:
                print_outcome(instance, outcome, lines)
    ctx.exit(interrupts.exit_status or (0 if observed.success else 1))
