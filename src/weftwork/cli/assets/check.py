"""`weft asset check`: evaluate the checks of assets, without making the assets."""

from __future__ import annotations

import click

from weftwork.api.view import View
from weftwork.cli.definitions_source import DefinitionsSource, definitions_options, require_source
from weftwork.cli.home import open_instance_to_record
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.run_config_option import config_options, read_run_config
from weftwork.cli.tag_option import read_tags


class Checked(View):
    """What the checks found.

    Attributes:
        success: whether all were evaluated, and none failed that is more than a warning.
        run_id: the run.
        checks: what each found.
    """

    success: bool
    run_id: str | None
    checks: list[View]


@click.command("check")
@definitions_options
@click.option(
    "--select", "selection", default="*", show_default=True, help="Of which assets; see weft materialize."
)
@click.option(
    "--check", "names", multiple=True, metavar="NAME", help="Only checks of this name; may be repeated."
)
@click.option("--partition", metavar="KEY", help="The partition to check.")
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
    names: tuple[str, ...],
    partition: str | None,
    config_files: tuple[str, ...],
    config_json: str | None,
    tags: dict[str, str],
    verbose: bool,
    as_json: bool,
) -> None:
    """Evaluate checks on the assets as they are now; nothing is made.

    Checks that are evaluated while their asset is made are left out. The exit status is 0 if all passed, or failed
    as warnings only; 1 if not; 130 if it was cancelled.
    """
    source = require_source(source)
    run_config = read_run_config(config_files, config_json)
    from weftwork.api.runs import view_check  # loads the floors that user code needs
    from weftwork.cli.assets.single_run import RunRequest, print_outcome, run_once  # see above
    from weftwork.cli.materialize.materialization import select_checks  # see above
    from weftwork.cli.runner.interrupts import cancel_on_signals  # see above
    from weftwork.cli.runs.show import check_lines  # see above

    with cancel_on_signals() as interrupts:
        repository = source.load()
        keys = select_checks(repository.catalog, selection, names)
        whole = repository.get_implicit_global_asset_job_def()
        job = whole.get_subset(asset_selection=(), asset_check_selection=keys)
        request = RunRequest(source, partition, run_config, tags, verbose, as_json)
        with open_instance_to_record() as instance:
            title = f"{len(keys)} check{'' if len(keys) == 1 else 's'}"
            outcome = run_once(instance, job, title, request, interrupts)
            found = [view_check(check) for check in outcome.board.checks]
            is_bad = any(not check.passed and check.severity == "ERROR" for check in found)
            checked = Checked(
                success=outcome.status == "SUCCESS" and not is_bad, run_id=outcome.run_id, checks=list(found)
            )
            if as_json:
                print_json(checked)
            else:
                print_outcome(instance, outcome, lambda: iter(check_lines(found)))
    ctx.exit(interrupts.exit_status or (0 if checked.success else 1))
