"""`weft open`: the running web application in a browser."""

from __future__ import annotations

from urllib.parse import quote

import click

from weftwork.cli.failure import CommandFailure
from weftwork.cli.home import open_instance_to_read


@click.command("open")
@click.argument("target", required=False)
@click.option("--print", "only_prints", is_flag=True, help="Print the address instead.")
def command(target: str | None, only_prints: bool) -> None:
    """Open the running web application: its first page, or TARGET, a run's id or an asset's key."""
    from weftwork.api.runs import resolve_run_id  # not for --help
    from weftwork.base.errors import DagsterRunNotFoundError
    from weftwork.cli.web.running import find_running
    from weftwork.records.keys import AssetKey

    with open_instance_to_read() as instance:
        found = find_running(instance.root_directory)
        if found is None:
            raise CommandFailure("No web application runs for this home. Start it with: weft dev")
        path = ""
        if target and instance.has_asset_key(AssetKey.from_user_string(target)):
            path = f"/assets/{quote(target)}"
        elif target:
            try:
                path = f"/runs/{resolve_run_id(instance, target)}"
            except DagsterRunNotFoundError:
                path = f"/assets/{quote(target)}"
    url = found.url + path
    if not only_prints:
        import webbrowser  # starts programs; only here

        webbrowser.open(url)
    click.echo(url)
