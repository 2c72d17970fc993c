"""A group of commands whose modules are imported only when one of them runs or is explained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from weftwork.base.collector.loading import load_module
from weftwork.base.text import did_you_mean


class LazyCommand(NamedTuple):
    """Where a command is written, and what it does in a few words.

    Args:
        module: the module; the command is its attribute ``command``.
        summary: what the list of commands says of it.
    """

    module: str
    summary: str


class LazyGroup(click.Group):
    """A group of commands that are named without being imported.

    Args:
        lazy: name to place; listed in this order.
        **options: see ``click.Group``.
    """

    def __init__(self, *, lazy: Mapping[str, LazyCommand | click.Command], **options: Any) -> None:
        super().__init__(**options)
        self._lazy = dict(lazy)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, importing its module; None if there is none of that name."""
        place = self._lazy.get(cmd_name)
        if not isinstance(place, LazyCommand):
            return place
        found: click.Command = load_module(place.module).command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments begin with; an unknown one is told with its nearest."""
        if args and args[0] not in self._lazy and not args[0].startswith("-"):
            names = ", ".join(self._lazy)
            hint = did_you_mean(args[0], self._lazy)
            raise click.UsageError(f"There is no command '{args[0]}'.{hint} Commands: {names}.", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        rows = [(name, _summary_of(place)) for name, place in self._lazy.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _summary_of(place: LazyCommand | click.Command) -> str:
    return place.summary if isinstance(place, LazyCommand) else place.get_short_help_str(limit=80)
