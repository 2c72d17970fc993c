"""Runs a web server with its code locations, until Ctrl-C."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Sequence

import click
import msgspec

from weftwork.api.access.tokens import Tokens
from weftwork.api.host import Host
from weftwork.cli.web.options import DEFAULT_PORT, ServerOptions
from weftwork.cli.web.page_build import PageBuild
from weftwork.cli.web.upkeep import Upkeep
from weftwork.instance.instance import DagsterInstance
from weftwork.locations.workspace import Workspace
from weftwork.records.snapshots.origin import LocationOrigin
from weftwork.records.snapshots.state import LocationState, LocationStatus
from weftwork.web.application import build_application
from weftwork.web.server import is_loopback, open_socket, serve
from weftwork.web.settings import LOOPBACK_HOSTS, WebSettings
from weftwork.web.static_files import StaticFiles

URL_FILE = "web.json"


class RunningServer(msgspec.Struct):
    """Where a server is, for those who look for it.

    Attributes:
        url: its address.
        pid: its process.
    """

    url: str
    pid: int


def run_server(
    origins: Sequence[LocationOrigin],
    instance: DagsterInstance,
    server: ServerOptions,
    *,
    watches: bool,
    builds_pages: bool,
) -> None:
    """Serve until SIGINT or SIGTERM, and end everything that was started for it.

    Args:
        origins: the code locations.
        instance: the instance.
        server: how to serve.
        watches: whether code is loaded again when its files change.
        builds_pages: whether the pages of a checkout that has none are built.

    Raises:
        click.UsageError: if others could reach it and nothing says who may.
    """
    settings = _build_settings(instance, server)
    may_move = server.port is None
    listening = open_socket(
        server.host, DEFAULT_PORT if server.port is None else server.port, may_move=may_move
    )
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # connections that break are no news
    port = listening.getsockname()[1]
    name = f"[{server.host}]" if ":" in server.host else server.host
    shown = "localhost" if server.host in ("127.0.0.1", "0.0.0.0", "::") else name  # noqa: S104 - shown, not bound
    url = f"http://{shown}:{port}"
    with listening, contextlib.ExitStack() as stack:
        workspace = stack.enter_context(
            Workspace.load(origins, instance, watches=watches, on_change=_Announcer())
        )
        stack.enter_context(Upkeep(instance))
        pages = PageBuild()
        if builds_pages:
            stack.enter_context(pages)
        files = StaticFiles(placeholder=pages.placeholder)
        app = build_application(Host(instance, workspace), settings, files)
        stack.enter_context(_announced(instance, url))
        serve(app, listening, on_ready=lambda: click.echo(f"Weftwork is at {url}  (Ctrl-C ends it)"))


def _build_settings(instance: DagsterInstance, server: ServerOptions) -> WebSettings:
    if server.needs_auth and server.is_open:
        raise click.UsageError("Give --auth or --insecure-no-auth, not both.")
    if not is_loopback(server.host) and not server.needs_auth and not server.is_open:
        raise click.UsageError(
            f"Others can reach {server.host}: add --auth, and make them tokens with `weft auth token create`. "
            f"(--insecure-no-auth lets everybody in.)"
        )
    if server.needs_auth and not Tokens(instance).has_any():
        raise click.UsageError("Nobody could log in: make a token first with `weft auth token create`.")
    hosts = (*LOOPBACK_HOSTS, *server.allow_hosts)
    if not is_loopback(server.host):
        hosts = (*hosts, f"[{server.host}]" if ":" in server.host else server.host)
    return WebSettings(allowed_hosts=hosts, needs_login=server.needs_auth, is_read_only=server.is_read_only)


class _Announcer:
    """Tells on the terminal what became of code locations."""

    def __call__(self, state: LocationState) -> None:
        if state.status is LocationStatus.LOADED:
            took = f" in {state.load_duration_s:.1f} s" if state.load_duration_s is not None else ""
            click.echo(f"Code location '{state.name}' is loaded{took}.")
            for warning in state.warnings:
                click.echo(f"  {warning}", err=True)
        elif state.status is LocationStatus.FAILED and state.error is not None:
            click.echo(f"Code location '{state.name}' is not loaded:\n{state.error.to_string()}", err=True)


@contextlib.contextmanager
def _announced(instance: DagsterInstance, url: str) -> Iterator[None]:
    """Leave a note of where the server is, for `weft open`."""
    if instance.is_ephemeral:
        yield
        return
    path = os.path.join(instance.root_directory, URL_FILE)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(RunningServer(url=url, pid=os.getpid())))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


def find_running(home: str) -> RunningServer | None:
    """Return the server that serves a home; None if there is none."""
    try:
        with open(os.path.join(home, URL_FILE), "rb") as file:
            found = msgspec.json.decode(file.read(), type=RunningServer)
        os.kill(found.pid, 0)
    except (OSError, msgspec.MsgspecError):
        return None
    return found
