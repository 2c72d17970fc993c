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
        click.confirm(question, abort=True, err=True)
    except click.Abort:
        if sys.stdin.isatty() or not _is_at_end():
            raise
        click.echo(err=True)
        raise click.UsageError("Nobody answers here. Give --yes to do it without being asked.") from None


def _is_at_end() -> bool:
    """Return whether there is nothing more to read, as where standard input is closed or /dev/null."""
    try:
        return not sys.stdin.read(1)
    except (OSError, ValueError):
        return True
