"""`weft instance migrate`: bring the database to today's schema."""

from __future__ import annotations

import click

from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json_line


@click.command("migrate")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Bring the database to today's schema; it also happens by itself whenever it is opened."""
    with open_instance_to_read() as instance:
        instance.upgrade(None if as_json else click.echo)
        if as_json:
            print_json_line({"schema": instance.schema_version})
