"""`weft run list`: runs, newest first."""

from __future__ import annotations

import datetime

import click

from weftwork.api.runs import RunView, list_runs
from weftwork.cli.home import open_runs_to_read
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_table
from weftwork.cli.printing.values import NOTHING, coloured, duration, instant, short_id, some_of
from weftwork.cli.tag_option import read_tags
from weftwork.records.runs import DagsterRunStatus

_HEADERS = ["RUN", "STATUS", "JOB", "TARGET", "PARTITION", "STARTED", "DURATION"]

_INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"])


@click.command("list")
@click.option(
    "--limit", "-n", default=25, show_default=True, type=click.IntRange(1, 10_000), help="How many at most."
)
@click.option("--job", "job_name", help="Only runs of this job.")
@click.option(
    "--status", "statuses", multiple=True, help="Only runs in this state; may be repeated.",
    type=click.Choice([status.value for status in DagsterRunStatus], case_sensitive=False),
)  # fmt: skip
@click.option(
    "--tag", "tags", multiple=True, callback=read_tags, metavar="KEY=VALUE", help="Only runs with this tag."
)
@click.option(
    "--after", type=_INSTANT, metavar="DAY", help="Only runs created at or after this day or instant (UTC)."
)
@click.option(
    "--before", type=_INSTANT, metavar="DAY", help="Only runs created before this day or instant (UTC)."
)
@click.option("--cursor", help="Go on after this run: the cursor of the page before (see --json).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    limit: int,
    job_name: str | None,
    statuses: tuple[str, ...],
    tags: dict[str, str],
    after: datetime.datetime | None,
    before: datetime.datetime | None,
    cursor: str | None,
    as_json: bool,
) -> None:
    """List runs, newest first."""
    with open_runs_to_read() as instance:
        page = list_runs(
            instance,
            job_name=job_name,
            statuses=[DagsterRunStatus(status.upper()) for status in statuses],
            tags=tags,
            created_after=_to_utc(after),
            created_before=_to_utc(before),
            limit=limit,
            cursor=cursor,
        )
    if as_json:
        print_json(page)
        return
    if not page.runs:
        click.echo("No runs.")
        return
    for line in format_table(_HEADERS, [_row(run) for run in page.runs], right=["DURATION"]):
        click.echo(line)
    if page.cursor:
        click.echo(f"There are more: weft run list --cursor {page.cursor}", err=True)


def _to_utc(instant: datetime.datetime | None) -> datetime.datetime | None:
    return instant and instant.replace(tzinfo=datetime.UTC)


def _row(run: RunView) -> list[str]:
    return [
        short_id(run.run_id),
        coloured(run.status.value),
        NOTHING if run.job_name.startswith("__") else run.job_name,
        some_of(run.assets) if run.assets else NOTHING,
        run.partition or NOTHING,
        instant(run.started_at or run.created_at),
        duration(run.duration_s),
    ]
