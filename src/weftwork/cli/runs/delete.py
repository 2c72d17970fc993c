"""`weft run delete`: forget runs that have ended."""

from __future__ import annotations

import click

from weftwork.api.runs import resolve_run_id
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json_line
from weftwork.cli.printing.values import short_id
from weftwork.cli.question import ask


@click.command("delete")
@click.argument("run_ids", nargs=-1, required=True, metavar="RUN_ID...")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(run_ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Forget runs that have ended, with their logs; what they made of assets stays known.

    RUN_ID is the id of a run, or its beginning.
    """
    with open_instance_to_read() as instance:
        ids = [resolve_run_id(instance, run_id) for run_id in run_ids]
        for run_id in ids:
            run = instance.get_run_by_id(run_id)
            if run is not None and not run.is_finished:
                raise DagsterInvariantViolationError(
                    f"Run {run_id} is {run.status.value}. End it first: weft run cancel {short_id(run_id)}"
                )
        if not yes:
            ask(f"Forget {len(ids)} run(s) and their logs?")
        for run_id in ids:
            instance.delete_run(run_id)
            if not as_json:
                click.echo(f"{short_id(run_id)}  deleted")
    if as_json:
        print_json_line({"run_ids": ids})
