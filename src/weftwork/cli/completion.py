"""`weft completion`: what makes a shell complete commands and options."""

from __future__ import annotations

import os

import click

_SHELLS = ("bash", "fish", "zsh")


@click.command("completion")
@click.argument("shell", required=False, type=click.Choice(_SHELLS))
def command(shell: str | None) -> None:
    """Print what makes a shell complete commands and options; SHELL is the one in use if it is left out.

    \b
    bash:  weft completion bash >> ~/.bashrc
    zsh:   weft completion zsh >> ~/.zshrc
    fish:  weft completion fish > ~/.config/fish/completions/weft.fish
    """  # noqa: D301 - the backspace is what click knows a fixed block by
    from click.shell_completion import get_completion_class  # not for --help

    from weftwork.cli.root import weft  # this module is loaded by it

    shell = shell or os.path.basename(os.environ.get("SHELL", ""))
    if shell not in _SHELLS:
        raise click.UsageError(f"Which shell? Give one of: {', '.join(_SHELLS)}.")
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(weft, {}, "weft", "_WEFT_COMPLETE").source())
