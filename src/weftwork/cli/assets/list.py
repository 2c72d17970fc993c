"""`weft asset list`: assets and how they stand."""

from __future__ import annotations

import click

from weftwork.api.assets import AssetPage, AssetView, CheckCounts, PartitionCounts, list_assets
from weftwork.cli.definitions_source import DefinitionsSource, definitions_options
from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_table
from weftwork.cli.printing.values import NOTHING, coloured, instant, short_id

_HEADERS = ["ASSET", "GROUP", "STATUS", "PARTITIONS", "CHECKS", "MATERIALIZED", "RUN"]


@click.command("list")
@definitions_options
@click.option(
    "--select", "selection", help="Only these assets (with -f or -m): a selection, like 'group:\"raw\"'."
)
@click.option("--prefix", help="Only assets whose keys begin with these parts.")
@click.option(
    "--limit",
    "-n",
    default=1000,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="How many at most.",
)
@click.option("--cursor", help="Go on after this asset: the cursor of the page before (see --json).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    source: DefinitionsSource | None,
    selection: str | None,
    prefix: str | None,
    limit: int,
    cursor: str | None,
    as_json: bool,
) -> None:
    """List assets and how they stand.

    Without -f or -m these are the assets of which something was recorded; with it all that are defined there, also
    those that were never made.
    """
    parts = prefix.strip("/").split("/") if prefix else None
    if source is None and selection is not None:
        raise click.UsageError("--select needs the definitions: give -f FILE or -m MODULE.")
    with open_instance_to_read() as instance:
        if source is not None:
            from weftwork.cli.assets.defined import list_defined_assets  # loads user code

            page = AssetPage(
                assets=list_defined_assets(source.load(), instance, selection or "*", prefix=parts),
                cursor=None,
            )
        else:
            page = list_assets(instance, prefix=parts, limit=limit, cursor=cursor)
    if as_json:
        print_json(page)
        return
    if not page.assets:
        click.echo("No assets.")
        return
    for line in format_table(_HEADERS, [_row(asset) for asset in page.assets]):
        click.echo(line)
    if page.cursor:
        click.echo(f"There are more: weft asset list --cursor '{page.cursor}'", err=True)


def _row(asset: AssetView) -> list[str]:
    return [
        asset.key,
        asset.group or NOTHING,
        coloured(asset.status.value),
        partitions_text(asset.partitions) if asset.partitions else NOTHING,
        _checks_text(asset.checks) if asset.checks else NOTHING,
        instant(asset.materialized_at),
        short_id(asset.run_id) if asset.run_id else NOTHING,
    ]


def partitions_text(counts: PartitionCounts) -> str:
    """Return how many partitions of an asset are in which state."""
    of_total = f" of {counts.total:,}" if counts.total is not None else ""
    text = f"{counts.materialized:,}{of_total}"
    if counts.failed:
        text += f", {coloured('failed', f'{counts.failed:,} failed')}"
    if counts.in_progress:
        text += f", {counts.in_progress:,} in progress"
    return text


def _checks_text(counts: CheckCounts) -> str:
    parts = [
        coloured(state, f"{count} {state}")
        for state, count in (("passed", counts.passed), ("warned", counts.warned), ("failed", counts.failed))
        if count
    ]
    return ", ".join(parts)
