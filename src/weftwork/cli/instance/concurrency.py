"""`weft instance concurrency`: the pools, and how many steps of each may run at once."""

from __future__ import annotations

import click

from weftwork.cli.home import open_instance_to_read, open_instance_to_record
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_table
from weftwork.cli.printing.values import NOTHING

_HEADERS = ["POOL", "LIMIT", "RUNNING", "WAITING"]


@click.group("concurrency")
def command() -> None:
    """Pools: how many steps of each may run at once, over all runs."""


@command.command("get")
@click.argument("pool", required=False)
@click.option("--all", "show_all", is_flag=True, help="All pools; the same as naming none.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def get(pool: str | None, show_all: bool, as_json: bool) -> None:
    """Show one pool, or all that are known."""
    with open_instance_to_read() as instance:
        log = instance.event_log_storage
        names = sorted(log.get_concurrency_keys()) if pool is None or show_all else [pool]
        infos = [log.get_concurrency_info(name) for name in names]
    if as_json:
        print_json(infos)
    elif not infos:
        click.echo("No pools.")
    else:
        rows = [
            [
                one.concurrency_key,
                (NOTHING if one.limit is None else str(one.limit))
                + (" (default)" if one.using_default_limit and one.limit is not None else ""),
                str(one.active_slot_count),
                str(one.pending_step_count),
            ]
            for one in infos
        ]
        for line in format_table(_HEADERS, rows, right=_HEADERS[2:]):
            click.echo(line)


@command.command("set")
@click.argument("pool")
@click.argument("limit", type=click.IntRange(0, 1000))
def set_limit(pool: str, limit: int) -> None:
    """Let at most LIMIT steps of POOL run at once."""
    with open_instance_to_record() as instance:
        instance.slots.set_limit(pool, limit)
    click.echo(f"At most {limit} steps of pool '{pool}' run at once.")


@command.command("unset")
@click.argument("pool")
def unset(pool: str) -> None:
    """Forget the limit of POOL: the default of dagster.yaml holds again."""
    with open_instance_to_record() as instance:
        instance.slots.delete_limit(pool)
    click.echo(f"Pool '{pool}' has no limit of its own.")
