"""`weft instance migrate`: bring the database to today's schema."""

from __future__ import annotations

import click

from weftwork.cli.home import open_instance_to_read


@click.command("migrate")
def command() -> None:
    """Bring the database to today's schema; it also happens by itself whenever it is opened."""
    with open_instance_to_read() as instance:
        instance.upgrade(click.echo)
