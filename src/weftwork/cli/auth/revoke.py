"""`weft auth token revoke`: takes a token back."""

from __future__ import annotations

import click

from weftwork.api.actions.tokens import RevokeTokenBody, revoke_token
from weftwork.api.host import Host
from weftwork.cli.auth.local_caller import local_caller
from weftwork.cli.home import open_instance_to_record
from weftwork.cli.printing.json_text import print_json


@click.command("revoke")
@click.argument("token_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(token_id: str, as_json: bool) -> None:
    """Take the token with this ID back; it lets nobody in any more."""
    with open_instance_to_record() as instance:
        revoked = revoke_token(Host(instance), local_caller(), RevokeTokenBody(id=token_id))
    if as_json:
        print_json(revoked)
    else:
        click.echo(f"The token of {revoked.name} is good no more.")
