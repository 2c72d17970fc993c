"""`weft code-server start`: serves the code of one location to hosts elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from weftwork.cli.origins_option import origins_options, require_single
from weftwork.records.snapshots.origin import LocationOrigin

if TYPE_CHECKING:
    from weftwork.code_server.loaded_code import LoadedCode

DEFAULT_HOST = "localhost"


@click.command("start")
@origins_options
@click.option("--port", "-p", type=click.IntRange(0, 65535), help="Listen on this port; 0 for a free one.")
@click.option("--socket", "-s", "socket_path", metavar="PATH", help="Listen on a socket at this path.")
@click.option("--host", "-h", default=DEFAULT_HOST, show_default=True, help="The address to listen on.")
@click.option(
    "--key-file",
    metavar="FILE",
    help="The file with the key that hosts must have (default: code_server.key in DAGSTER_HOME, made if it is not there).",
)
def command(
    origins: list[LocationOrigin], port: int | None, socket_path: str | None, host: str, key_file: str | None
) -> None:
    """Load the code of one location and serve it until Ctrl-C.

    Hosts name it in their workspace.yaml: `- code_server: {host: ..., port: ..., key_file: ...}`. Connections are
    authenticated by the key, not encrypted: beyond a trusted network, let them go through a tunnel.
    """
    if (port is None) == (socket_path is None):
        raise click.UsageError("Give --port or --socket, one of them.")
    code = require_single(origins)
    from weftwork.code_server.standalone import serve_code  # loads the floors of user code
    from weftwork.instance.home import HOME_VARIABLE, get_home
    from weftwork.processes.connections.keys import KEY_FILE, make_key

    if key_file is None:
        if not os.environ.get(HOME_VARIABLE):
            raise click.UsageError(f"Give --key-file, or set {HOME_VARIABLE}: the key is kept there.")
        key_file = os.path.join(get_home(), KEY_FILE)
    key = make_key(key_file)
    address = os.path.abspath(socket_path) if socket_path is not None else f"{host}:{port}"
    serve_code(code, address, key, _tell)


def _tell(code: LoadedCode, address: str) -> None:
    for warning in code.warnings:
        click.echo(f"Warning: {warning}", err=True)
    count = sum(len(repository.job_names) for repository in code.repositories.values())
    click.echo(
        f"Serving {code.origin.python_file or code.origin.module_name or code.origin.package_name} "
        f"({count} jobs) at {address}. Ctrl-C ends it."
    )
