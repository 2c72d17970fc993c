"""What `weft dev` and `weft serve` are told alike: address, who may ask, what may be done."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import click

DEFAULT_PORT = 3000


class ServerOptions(NamedTuple):
    """How a server is started.

    Attributes:
        host: the address to listen on.
        port: the port; None for the usual one, or the next that is free.
        allow_hosts: further names under which it may be asked.
        needs_auth: whether tokens are needed.
        is_open: whether it is reached from elsewhere without tokens, on purpose.
        is_read_only: whether nothing may be changed.
    """

    host: str
    port: int | None
    allow_hosts: tuple[str, ...]
    needs_auth: bool
    is_open: bool
    is_read_only: bool


def server_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of a server; it gets them as ``server``."""

    @click.option("--host", "-h", default="127.0.0.1", show_default=True, help="The address to listen on.")
    @click.option(
        "--port",
        "-p",
        type=click.IntRange(0, 65535),
        help=f"The port; 0 for a free one (default: {DEFAULT_PORT}, or the next that is free).",
    )
    @click.option(
        "--allow-host",
        "allow_hosts",
        multiple=True,
        metavar="NAME",
        help="A name under which browsers may ask; may be repeated.",
    )
    @click.option("--auth", "needs_auth", is_flag=True, help="Ask for tokens: weft auth token create.")
    @click.option(
        "--insecure-no-auth",
        "is_open",
        is_flag=True,
        help="Let everybody in who reaches the address, as admin.",
    )
    @click.option("--read-only", "is_read_only", is_flag=True, help="Let nothing be changed.")
    @functools.wraps(command)
    def with_server(
        *args: Any,
        host: str,
        port: int | None,
        allow_hosts: tuple[str, ...],
        needs_auth: bool,
        is_open: bool,
        is_read_only: bool,
        **options: Any,
    ) -> Any:
        server = ServerOptions(host, port, allow_hosts, needs_auth, is_open, is_read_only)
        return command(*args, server=server, **options)

    return with_server  # fmt: skip
