"""Loads the web server, whose libraries are optional."""

from __future__ import annotations

from collections.abc import Callable

import click

_LIBRARIES = ("starlette", "uvicorn", "websockets", "ariadne", "graphql")


def load_server() -> Callable[..., None]:
    """Return the function that runs a server, whose libraries are optional and not for ``--help``.

    Raises:
        click.ClickException: if a library is missing, with how to install it.
    """
    try:
        from weftwork.cli.web.running import run_server  # see above
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _LIBRARIES:
            raise
        raise click.ClickException(
            f"The web application needs {error.name}, which is not installed: pip install 'weftwork[web]'"
        ) from None
    return run_server
