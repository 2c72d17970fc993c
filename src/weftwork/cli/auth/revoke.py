"""`weft auth token revoke`: takes a token back."""

from __future__ import annotations

import click

from weftwork.api.actions.tokens import RevokeTokenBody, revoke_token
from weftwork.api.host import Host
from weftwork.cli.auth.local_caller import local_caller
from weftwork.cli.home import open_instance_to_record


@click.command("revoke")
@click.argument("token_id", metavar="ID")
def command(token_id: str) -> None:
    """Take the token with this ID back; it lets nobody in any more."""
    with open_instance_to_record() as instance:
        revoked = revoke_token(Host(instance), local_caller(), RevokeTokenBody(id=token_id))
    click.echo(f"The token of {revoked.name} is good no more.")
