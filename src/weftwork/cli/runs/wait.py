"""`weft run wait`: wait for the end of a run."""

from __future__ import annotations

import click

from weftwork.api.runs import resolve_run_id
from weftwork.cli.home import open_runs_to_read
from weftwork.cli.printing.json_text import print_json_line
from weftwork.cli.printing.values import coloured
from weftwork.cli.runs.waiting import exit_status, wait_for_run


@click.command("wait")
@click.argument("run_id")
@click.option("--timeout", "timeout_s", type=float, metavar="SECONDS", help="How long to wait at most.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(ctx: click.Context, run_id: str, timeout_s: float | None, as_json: bool) -> None:
    """Wait for the end of a run.

    RUN_ID is the id of the run, or its beginning. The exit status is 0 if it succeeded, 1 if it failed, 130 if
    it was canceled, 124 if the time was over.
    """
    with open_runs_to_read() as instance:
        whole_id = resolve_run_id(instance, run_id)
        status = wait_for_run(instance, whole_id, timeout_s)
    if as_json:
        print_json_line({"run_id": whole_id, "status": status.value})
    else:
        click.echo(coloured(status.value))
    ctx.exit(exit_status(status))
