"""Asking before something is lost."""

from __future__ import annotations

import sys

import click


def ask(question: str) -> None:
    """Ask whether to go on; end the command unless the answer is yes.

    Args:
        question: what is asked.

    Raises:
        UsageError: if nobody can be asked.
        Abort: if the answer is no.
    """
    try:
        is_agreed = click.confirm(question, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)
        raise click.UsageError("Nobody answers here. Give --yes to do it without being asked.") from None
    if not is_agreed:
        raise click.Abort
