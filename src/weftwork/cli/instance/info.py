"""`weft instance info`: where everything is kept."""

from __future__ import annotations

import click

from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json


@click.command("info")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Show where everything is kept and what dagster.yaml says, passwords masked."""
    with open_instance_to_read() as instance:
        info = {**instance.info_dict(), "schema": instance.schema_version, "runs": instance.get_runs_count()}
    if as_json:
        print_json(info)
        return
    settings = info.pop("settings")
    for name, value in info.items():
        click.echo(f"{name + ':':<11}{value}")
    if settings:
        import yaml  # only where there is something to show

        click.echo("settings:")
        for line in yaml.safe_dump(settings, sort_keys=False).splitlines():
            click.echo(f"  {line}")
