"""Records as JSON for other programs."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from weftwork.serde import encode


def print_json(value: Any) -> None:
    """Print a record, or plain data, as JSON over several lines."""
    click.echo(msgspec.json.format(encode(value), indent=2).decode())


def print_json_line(value: Any) -> None:
    """Print a record as JSON on one line."""
    click.echo(encode(value).decode())
