"""`weft code-server start`: serves the code of one location to hosts elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from weftwork.cli.origins_option import origins_options, require_single
from weftwork.records.control.tls_files import TlsFiles
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
@click.option(
    "--tls-cert", metavar="FILE", help="Encrypt connections: the certificate that is shown, as PEM."
)
@click.option("--tls-key", metavar="FILE", help="The private key of that certificate.")
@click.option("--tls-ca", metavar="FILE", help="Let only hosts in that show a certificate of this authority.")
def command(
    origins: list[LocationOrigin],
    port: int | None,
    socket_path: str | None,
    host: str,
    key_file: str | None,
    tls_cert: str | None,
    tls_key: str | None,
    tls_ca: str | None,
) -> None:
    """Load the code of one location and serve it until Ctrl-C.

    Hosts name it in their workspace.yaml: `- code_server: {host: ..., port: ..., key_file: ...}`. Connections are
    authenticated by the key. With --tls-cert and --tls-key they are encrypted too, and hosts add `ssl: true`, and `ca_file`
    where the system does not know the authority.
    """
    if (port is None) == (socket_path is None):
        raise click.UsageError("Give --port or --socket, one of them.")
    tls = _read_tls(tls_cert, tls_key, tls_ca, has_port=port is not None)
    code = require_single(origins)
    from weftwork.code_server.standalone import serve_code  # loads the floors of user code
    from weftwork.instance.home import HOME_VARIABLE, get_home
    from weftwork.processes.connections.keys import KEY_FILE, make_key
    from weftwork.processes.connections.wire import is_local

    if key_file is None:
        if not os.environ.get(HOME_VARIABLE):
            raise click.UsageError(f"Give --key-file, or set {HOME_VARIABLE}: the key is kept there.")
        key_file = os.path.join(get_home(), KEY_FILE)
    key = make_key(key_file)
    address = os.path.abspath(socket_path) if socket_path is not None else f"{host}:{port}"
    if tls is None and not is_local(address):
        click.echo(
            f"Warning: connections to {address} are not encrypted: who can listen on the way reads run config, tags and "
            "definitions. Give --tls-cert and --tls-key, or let them go through a tunnel.",
            err=True,
        )
    serve_code(code, address, key, _tell, tls)


def _read_tls(cert: str | None, key: str | None, ca: str | None, *, has_port: bool) -> TlsFiles | None:
    if cert is None and key is None and ca is None:
        return None
    if cert is None or key is None:
        raise click.UsageError("--tls-cert and --tls-key go together.")
    if not has_port:
        raise click.UsageError("TLS goes with --port; a socket never leaves the machine.")
    return TlsFiles(cert_file=cert, key_file=key, ca_file=ca)


def _tell(code: LoadedCode, address: str) -> None:
    for warning in code.warnings:
        click.echo(f"Warning: {warning}", err=True)
    count = sum(len(repository.job_names) for repository in code.repositories.values())
    click.echo(
        f"Serving {code.origin.python_file or code.origin.module_name or code.origin.package_name} "
        f"({count} jobs) at {address}. Ctrl-C ends it."
    )
