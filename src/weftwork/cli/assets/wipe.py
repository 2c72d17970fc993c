"""`weft asset wipe`: forget what is known of assets."""

from __future__ import annotations

import click

from weftwork.api.assets import get_asset
from weftwork.api.view import View
from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.question import ask
from weftwork.records.keys import parse_asset_key


class Wiped(View):
    """What was forgotten.

    Attributes:
        assets: the assets.
        partitions: only these partitions; null for everything.
    """

    assets: list[str]
    partitions: list[str] | None


@click.command("wipe")
@click.argument("keys", nargs=-1, metavar="KEY...")
@click.option("--all", "wipes_all", is_flag=True, help="All assets of which something is recorded.")
@click.option(
    "--partition", "partitions", multiple=True, metavar="KEY", help="Only this partition; may be repeated."
)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    keys: tuple[str, ...], wipes_all: bool, partitions: tuple[str, ...], yes: bool, as_json: bool
) -> None:
    """Forget what is known of assets: materializations, observations, checks.

    KEY is the key of an asset, its parts joined by slashes. Stored values and the logs of runs stay.
    """
    if bool(keys) == wipes_all:
        raise click.UsageError("Which assets? Give their keys, or --all.")
    if partitions and (wipes_all or len(keys) != 1):
        raise click.UsageError("--partition goes with one asset.")
    with open_instance_to_read() as instance:
        found = sorted(instance.all_asset_keys()) if wipes_all else [parse_asset_key(key) for key in keys]
        for key in found:
            get_asset(instance, key)  # tells of what is not there, and what is like it
        names = [key.to_user_string() for key in found]
        if found and not yes:
            what = f"{len(partitions)} partition(s) of {names[0]}" if partitions else ", ".join(names)
            ask(f"Forget what is known of {what}?")
        if partitions:
            instance.wipe_asset_partitions(found[0], list(partitions))
        elif found:
            instance.wipe_assets(found)
    if as_json:
        print_json(Wiped(assets=names, partitions=list(partitions) or None))
        return
    for name in names:
        click.echo(f"{name}  forgotten")
