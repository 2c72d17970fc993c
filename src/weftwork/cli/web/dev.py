"""`weft dev`: the web application for whoever builds here and now."""

from __future__ import annotations

import click

from weftwork.cli.home import open_instance_to_record
from weftwork.cli.origins_option import origins_options
from weftwork.cli.web.loading import load_server
from weftwork.cli.web.options import ServerOptions, server_options
from weftwork.records.snapshots.origin import LocationOrigin


@click.command("dev")
@origins_options
@server_options
@click.option("--no-watch", is_flag=True, help="Do not load code again when its files change.")
def command(origins: list[LocationOrigin], server: ServerOptions, no_watch: bool) -> None:
    """Show what exists, what ran and what runs, in a browser; code is loaded again when it changes.

    Without options it serves what the working directory names: workspace.yaml, pyproject.toml, or definitions.py.
    """
    run_server = load_server()
    if not origins:
        click.echo(
            "Nothing here names code to load: give -f FILE or -m MODULE. Records are shown all the same.",
            err=True,
        )
    with open_instance_to_record() as instance:
        run_server(origins, instance, server, watches=not no_watch, builds_pages=True)
