"""`weft scaffold defs`: a new component in the project."""

from __future__ import annotations

from typing import Any

import click

from weftwork.cli.components.working_project import open_project


@click.command("defs")
@click.argument("type_name", metavar="TYPE")
@click.argument("path", metavar="PATH")
@click.option("--format", "scaffold_format", type=click.Choice(["yaml", "python"]), default="yaml", help="What declares it.")  # fmt: skip
@click.option("--json-params", metavar="JSON", help="What the scaffolder of the type takes.")
@click.option("--append", is_flag=True, help="Add it to the defs.yaml that is there.")
def command(type_name: str, path: str, scaffold_format: Any, json_params: str | None, append: bool) -> None:
    """Begin a component of TYPE in the folder PATH of the definitions.

    TYPE is the name of a class, alone or with its module; `weft list components` lists them.

    \b
    Examples:
      weft scaffold defs PythonScriptComponent reports/daily
      weft scaffold defs my_project.components.Tables crm --format python
    """  # noqa: D301 - the backspace is what click knows a fixed block by
    from weftwork.components.registry import resolve_type_name  # the floor of components, and not for --help
    from weftwork.components.scaffold.scaffolding import scaffold_object
    from weftwork.components.tree.component_tree import ComponentTree

    project = open_project()
    target = ComponentTree.for_project(project.root).defs_module_path / path
    full_name = resolve_type_name(type_name, project)
    scaffold_object(target, full_name, json_params, scaffold_format, project.root, append)
    for file in sorted(target.iterdir()):
        if file.is_file():
            click.echo(f"{file.relative_to(project.root)}")
