"""`weft list components`: the types of components that the project may use."""

from __future__ import annotations

import click

from weftwork.cli.components.working_project import open_project
from weftwork.cli.printing.json_text import print_json


@click.command("components")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the schema of the attributes.")
def command(as_json: bool) -> None:
    """List the types of components: those of Weftwork, and those of the registry_modules of the project."""
    from weftwork.components.registry import (
        list_component_types,
    )  # the floor of components, and not for --help

    types = list_component_types(open_project())
    if as_json:
        models = {name: kind.get_model_cls() for name, kind in types.items()}
        print_json(
            [
                {
                    "name": name,
                    "description": kind.get_description(),
                    "schema": model.model_json_schema() if (model := models[name]) is not None else None,
                }
                for name, kind in types.items()
            ]
        )
        return
    width = max(map(len, types))
    for name, kind in types.items():
        first = (kind.get_description() or "").strip().partition("\n")[0]
        click.echo(f"{name:<{width}}  {first}".rstrip())
