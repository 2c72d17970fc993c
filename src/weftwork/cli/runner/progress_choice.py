"""Which progress is shown: live on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys

import click

from weftwork.cli.runner.plain_progress import PlainProgress
from weftwork.cli.runner.progress import Progress


def open_progress(*, to_stderr: bool) -> Progress:
    """Return live progress on a terminal where rich is installed, else plain lines.

    Args:
        to_stderr: whether lines go to standard error, because standard output is for something else.
    """
    stream = sys.stderr if to_stderr else sys.stdout
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        try:
            from weftwork.cli.runner.live_progress import LiveProgress  # rich is an optional library

            return LiveProgress(stream)
        except ImportError:
            pass
    return PlainProgress(
        lambda line: click.echo(line, file=stream)
    )  # that stream, whatever stands there later
