"""`weft instance concurrency`: the pools, and how many steps of each may run at once."""

from __future__ import annotations

import click

from weftwork.api.view import View
from weftwork.cli.home import open_instance_to_read, open_instance_to_record
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_table
from weftwork.cli.printing.values import NOTHING
from weftwork.records.control.pools import ConcurrencyKeyInfo

_HEADERS = ["POOL", "LIMIT", "RUNNING", "WAITING"]


class PoolLimitView(View):
    """A pool.

    Attributes:
        pool: its name.
        limit: how many steps may run at once; null for any number.
        is_default: whether that is the default of dagster.yaml.
        running: how many steps hold a slot.
        waiting: how many steps wait for one.
        run_ids: the runs of these steps.
    """

    pool: str
    limit: int | None
    is_default: bool
    running: int
    waiting: int
    run_ids: list[str]


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
        pools = [_view(log.get_concurrency_info(name)) for name in names]
    if as_json:
        print_json({"pools": pools})
    elif not pools:
        click.echo("No pools.")
    else:
        for line in format_table(_HEADERS, [_row(pool) for pool in pools], right=_HEADERS[2:]):
            click.echo(line)


def _view(info: ConcurrencyKeyInfo) -> PoolLimitView:
    return PoolLimitView(
        pool=info.concurrency_key,
        limit=info.limit,
        is_default=info.using_default_limit,
        running=info.active_slot_count,
        waiting=info.pending_step_count,
        run_ids=sorted({*info.active_run_ids, *info.pending_run_ids}),
    )


def _row(pool: PoolLimitView) -> list[str]:
    default = " (default)" if pool.is_default and pool.limit is not None else ""
    limit = NOTHING if pool.limit is None else f"{pool.limit}{default}"
    return [pool.pool, limit, str(pool.running), str(pool.waiting)]


@command.command("set")
@click.argument("pool")
@click.argument("limit", type=click.IntRange(0, 1000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def set_limit(pool: str, limit: int, as_json: bool) -> None:
    """Let at most LIMIT steps of POOL run at once."""
    with open_instance_to_record() as instance:
        instance.slots.set_limit(pool, limit)
        stands = _view(instance.event_log_storage.get_concurrency_info(pool))
    if as_json:
        print_json(stands)
    else:
        click.echo(f"At most {limit} steps of pool '{pool}' run at once.")


@command.command("unset")
@click.argument("pool")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def unset(pool: str, as_json: bool) -> None:
    """Forget the limit of POOL: the default of dagster.yaml holds again."""
    with open_instance_to_record() as instance:
        instance.slots.delete_limit(pool)
        stands = _view(instance.event_log_storage.get_concurrency_info(pool))
    if as_json:
        print_json(stands)
    else:
        click.echo(f"Pool '{pool}' has no limit of its own.")
