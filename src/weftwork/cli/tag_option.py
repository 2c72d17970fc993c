"""Tags on the command line: KEY=VALUE, or a JSON object; given as often as needed."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click


def read_tags(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    """Return the tags that an option was given, all as one dict; later ones win."""
    return {key: text for value in values for key, text in _read(ctx, param, value).items()}


def _read(ctx: click.Context, param: click.Parameter, value: str) -> dict[str, str]:
    if value.lstrip().startswith("{"):
        try:
            tags = json.loads(value)
        except ValueError as error:
            raise click.BadParameter(f"not a JSON object: {error}", ctx, param) from None
        return {key: text if isinstance(text, str) else json.dumps(text) for key, text in tags.items()}
    key, sign, text = value.partition("=")
    if not sign or not key:
        raise click.BadParameter(f"'{value}' is no tag: write KEY=VALUE, or a JSON object.", ctx, param)
    return {key: text}
