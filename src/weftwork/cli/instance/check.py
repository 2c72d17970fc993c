"""`weft instance check`: whether the database and the files are sound."""

from __future__ import annotations

import click

from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json
from weftwork.instance.soundness import find_faults


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check that the database is whole, its tables agree, and files belong to their owner only."""
    with open_instance_to_read() as instance:
        faults = find_faults(instance)
    if as_json:
        print_json({"faults": faults})
    else:
        for fault in faults or ["Sound."]:
            click.echo(fault)
    if faults:
        ctx.exit(1)
