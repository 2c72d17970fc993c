"""`weft job list`: the jobs of a file or module."""

from __future__ import annotations

from typing import Any

import click

from weftwork.api.view import View
from weftwork.cli.definitions_source import DefinitionsSource, definitions_options, require_source
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_table
from weftwork.cli.printing.values import NOTHING, counted

_HEADERS = ["JOB", "RUNS", "PARTITIONED", "DESCRIPTION"]


class ListedJob(View):
    """A job as it is listed.

    Attributes:
        name: its name.
        assets: the assets that it makes; None for a job of ops.
        ops: the names of the nodes of its graph.
        is_partitioned: whether its runs are for partitions.
        description: what it is for.
    """

    name: str
    assets: list[str] | None
    ops: list[str]
    is_partitioned: bool
    description: str | None


@click.command("list")
@definitions_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(source: DefinitionsSource | None, as_json: bool) -> None:
    """List the jobs of a file or module."""
    repository = require_source(source).load()
    jobs = [_view(job) for job in repository.get_all_jobs() if not job.name.startswith("__")]
    if as_json:
        print_json({"jobs": jobs})
        return
    if not jobs:
        click.echo("No jobs.")
        return
    for line in format_table(_HEADERS, [_row(job) for job in jobs]):
        click.echo(line)


def _view(job: Any) -> ListedJob:
    layer = job.asset_layer
    return ListedJob(
        name=job.name,
        assets=sorted(key.to_user_string() for key in layer.selected_keys) if layer is not None else None,
        ops=[node.name for node in job.graph.nodes],
        is_partitioned=job.partitions_def is not None,
        description=job.description,
    )


def _row(job: ListedJob) -> list[str]:
    what = counted(len(job.assets), "asset") if job.assets is not None else counted(len(job.ops), "op")
    first_line = (job.description or "").strip().partition("\n")[0]
    return [job.name, what, "yes" if job.is_partitioned else NOTHING, first_line]
