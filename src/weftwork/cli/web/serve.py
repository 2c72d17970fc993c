"""`weft serve`: the web application for everybody; any number of servers may serve one instance."""

from __future__ import annotations

import click

from weftwork.cli.origins_option import origins_options
from weftwork.cli.web.loading import load_server
from weftwork.cli.web.options import ServerOptions, server_options
from weftwork.instance.instance import DagsterInstance
from weftwork.records.snapshots.origin import LocationOrigin


@click.command("serve")
@origins_options
@server_options
def command(origins: list[LocationOrigin], server: ServerOptions) -> None:
    """Serve the web application for the instance of DAGSTER_HOME, until SIGTERM.

    Code is loaded once; load it again in the application. Several servers may serve one instance at once.
    """
    run_server = load_server()
    with DagsterInstance.get() as instance:
        run_server(origins, instance, server, watches=False, builds_pages=False)
