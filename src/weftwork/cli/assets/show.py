"""`weft asset show`: one asset, its latest metadata and its checks."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from weftwork.api.assets import AssetDetail, get_asset
from weftwork.api.view import MetadataView
from weftwork.cli.assets.list import partitions_text
from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_pairs
from weftwork.cli.printing.values import coloured, instant
from weftwork.cli.runs.show import check_lines
from weftwork.records.keys import parse_asset_key

_MAX_VALUE = 200


@click.command("show")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(key: str, as_json: bool) -> None:
    """Show one asset: state, metadata of the latest materialization, checks.

    KEY is the key of the asset, its parts joined by slashes.
    """
    with open_instance_to_read() as instance:
        detail = get_asset(instance, parse_asset_key(key))
    if as_json:
        print_json(detail)
        return
    for line in _lines(detail):
        click.echo(line)


def _lines(detail: AssetDetail) -> Iterator[str]:
    asset = detail.asset
    pairs = [("asset", asset.key), ("status", coloured(asset.status.value))]
    if asset.partitions is not None:
        pairs.append(("partitions", partitions_text(asset.partitions)))
    pairs.append(("materialized", instant(asset.materialized_at)))
    if detail.partition is not None:
        pairs.append(("partition", detail.partition))
    if asset.run_id:
        pairs.append(("run", asset.run_id))
    if detail.observed_at is not None:
        pairs.append(("observed", instant(detail.observed_at)))
    if detail.description:
        pairs.append(("description", detail.description))
    if detail.value_fault:
        pairs.append(("value", click.style(detail.value_fault, fg="yellow")))
    yield from format_pairs(pairs)
    if detail.metadata:
        yield ""
        yield click.style("METADATA", bold=True)
        yield from format_pairs(
            [(name, _value(value)) for name, value in detail.metadata.items()], indent="  "
        )
    if detail.tags:
        yield ""
        yield click.style("TAGS", bold=True)
        yield from format_pairs(sorted(detail.tags.items()), indent="  ")
    if detail.checks:
        yield ""
        yield click.style("CHECKS", bold=True)
        yield from (f"  {line}" for line in check_lines(detail.checks))


def _value(metadata: MetadataView) -> str:
    value = metadata.value
    if metadata.kind == "table_schema":
        return ", ".join(f"{column['name']} {column.get('type', 'string')}" for column in value["columns"])
    if metadata.kind == "int":
        return f"{value:,}"
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    text = " ".join(text.split()) if metadata.kind != "path" else text
    return f"{text[:_MAX_VALUE]}... ({len(text):,} characters)" if len(text) > _MAX_VALUE else text
