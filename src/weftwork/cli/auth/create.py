"""`weft auth token create`: a token for a person or a program."""

from __future__ import annotations

import click

from weftwork.api.access.caller import Role
from weftwork.api.actions.tokens import CreateTokenBody, create_token
from weftwork.api.host import Host
from weftwork.cli.auth.local_caller import local_caller
from weftwork.cli.home import open_instance_to_record
from weftwork.cli.printing.json_text import print_json

_SECONDS_PER_DAY = 86400.0


@click.command("create")
@click.argument("name")
@click.option(
    "--role",
    default=Role.VIEWER.value,
    show_default=True,
    type=click.Choice([role.value for role in Role]),
    help="What it lets one do.",
)
@click.option(
    "--days", type=click.FloatRange(min=0, min_open=True), help="How long it is good (default: for ever)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(name: str, role: str, days: float | None, as_json: bool) -> None:
    """Make a token for NAME, and print it: it is never shown again."""
    ttl_s = None if days is None else days * _SECONDS_PER_DAY
    with open_instance_to_record() as instance:
        made = create_token(
            Host(instance), local_caller(), CreateTokenBody(name=name, role=Role(role), ttl_s=ttl_s)
        )
    if as_json:
        print_json(made)
        return
    click.echo(made.token)
    click.echo(f"For {name} as {role}; its id is {made.entry.id}. It is not shown again.", err=True)  # fmt: skip
