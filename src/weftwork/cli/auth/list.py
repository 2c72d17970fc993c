"""`weft auth token list`: all tokens, without what makes them ones."""

from __future__ import annotations

import click

from weftwork.api.access.tokens import TokenView
from weftwork.api.actions.tokens import list_tokens
from weftwork.api.host import Host
from weftwork.api.view import to_instant
from weftwork.cli.auth.local_caller import local_caller
from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_table
from weftwork.cli.printing.values import NOTHING, instant


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """List tokens."""
    with open_instance_to_read() as instance:
        found = list_tokens(Host(instance), local_caller())
    if as_json:
        print_json(found)
        return
    if not found.tokens:
        click.echo("No tokens.")
        return
    for line in format_table(
        ["ID", "NAME", "ROLE", "CREATED", "GOOD UNTIL"], [_row(one) for one in found.tokens]
    ):
        click.echo(line)


def _row(token: TokenView) -> list[str]:
    until = instant(to_instant(token.expires_at)) if token.expires_at is not None else NOTHING
    return [
        token.id, token.name, token.role.value, instant(to_instant(token.created_at)),
        "revoked" if token.is_revoked else until,
    ]  # fmt: skip
