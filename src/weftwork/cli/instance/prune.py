"""`weft instance prune`: delete what retention lets go."""

from __future__ import annotations

import click

from weftwork.cli.home import open_instance_to_read
from weftwork.cli.printing.json_text import print_json
from weftwork.instance.retention.policy import RetentionRule, read_retention
from weftwork.instance.retention.prune import PruneReport, prune


@click.command("prune")
@click.option("--dry-run", is_flag=True, help="Only tell what would be deleted.")
@click.option(
    "--older-than", "days", type=click.IntRange(0), metavar="DAYS",
    help="Delete runs that ended so many days ago, whatever dagster.yaml says of runs.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(dry_run: bool, days: int | None, as_json: bool) -> None:
    """Delete what the `retention` block of dagster.yaml lets go.

    Runs that have not ended stay, and so does all that is known of assets, their partitions and checks.
    """
    with open_instance_to_read() as instance:
        policy = read_retention(instance.settings)
        if days is not None:
            policy = policy.replace(runs=RetentionRule(days=days))
        report = prune(instance, is_dry_run=dry_run, policy=policy)
    if as_json:
        print_json(report)
        return
    for line in _lines(report):
        click.echo(line)


def _lines(report: PruneReport) -> list[str]:
    counts = {
        "runs": report.runs,
        "outputs of steps": report.compute_logs,
        "backfills": report.backfills,
        **{f"ticks ({kind.lower()})": count for kind, count in report.ticks.items()},
        "events of deleted runs": report.events,
    }
    found = [f"  {count:>8,}  {name}" for name, count in counts.items() if count]
    if not found:
        return ["Nothing to delete."]
    head = "Would delete:" if report.is_dry_run else "Deleted:"
    return [head, *found, *([f"  {report.file_bytes:>8,}  bytes of files"] if report.file_bytes else [])]
