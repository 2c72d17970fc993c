"""`weft check yaml`: what is wrong in the defs.yaml files of the project."""

from __future__ import annotations

import click

from weftwork.cli.components.working_project import open_project
from weftwork.cli.printing.values import counted


@click.command("yaml")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check every defs.yaml of the project against its type, without building anything; exit status 1 if one is wrong."""
    from weftwork.components.checking import check_files  # the floor of components, and not for --help
    from weftwork.components.tree.component_tree import ComponentTree

    count, problems = check_files(ComponentTree.for_project(open_project().root))
    for problem in problems:
        click.echo(problem)
    if problems:
        ctx.exit(1)
    click.echo(f"{counted(count, 'file')} checked, nothing is wrong.")
