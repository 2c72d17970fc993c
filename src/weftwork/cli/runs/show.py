"""`weft run show`: one run with its steps, assets and checks."""

from __future__ import annotations

from collections.abc import Iterator

import click

from weftwork.api.runs import CheckView, RunDetail, StepView, get_run
from weftwork.cli.home import open_runs_to_read
from weftwork.cli.printing.json_text import print_json
from weftwork.cli.printing.table import format_pairs, format_table
from weftwork.cli.printing.values import NOTHING, coloured, counted, duration, instant, rows

_STEP_HEADERS = ["STEP", "STATUS", "DURATION", "ROWS", "NOTE"]


@click.command("show")
@click.argument("run_id")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(run_id: str, as_json: bool) -> None:
    """Show one run: steps, assets, checks, errors.

    RUN_ID is the id of the run, or its beginning.
    """
    with open_runs_to_read() as instance:
        detail = get_run(instance, run_id)
    if as_json:
        print_json(detail)
        return
    for line in _lines(detail):
        click.echo(line)


def _lines(detail: RunDetail) -> Iterator[str]:
    run = detail.run
    pairs = [
        ("run", run.run_id),
        ("job", run.job_name),
        ("status", coloured(run.status.value)),
        ("created", instant(run.created_at)),
        ("started", instant(run.started_at)),
        ("duration", duration(run.duration_s)),
    ]
    if detail.waits_for:
        pairs.append(("waits for", detail.waits_for))
    if run.partition:
        pairs.append(("partition", run.partition))
    if run.assets:
        pairs.append(("assets", ", ".join(run.assets)))
    if detail.parent_run_id:
        pairs.append(("repeats", detail.parent_run_id))
    # Tags that begin with a dot are our own.
    shown = sorted(item for item in run.tags.items() if not item[0].startswith("."))
    pairs += [("tag", f"{key}={value}") for key, value in shown]
    yield from format_pairs(pairs)
    if detail.steps:
        yield ""
        yield from format_table(
            _STEP_HEADERS, [_step_row(step) for step in detail.steps], right=["DURATION", "ROWS"]
        )
    if detail.made:
        yield ""
        yield click.style("MADE", bold=True)
        for made in detail.made:
            parts = f", {counted(len(made.partitions), 'partition')}" if made.partitions else ""
            yield f"  {made.asset}{parts}"
    if detail.checks:
        yield ""
        yield click.style("CHECKS", bold=True)
        yield from (f"  {line}" for line in check_lines(detail.checks))
    if detail.error:
        yield ""
        yield detail.error.rstrip()
    yield ""
    yield f"log: weft run logs {run.run_id[:8]}"


def _step_row(step: StepView) -> list[str]:
    again = f"{step.attempts} attempts" if step.attempts > 1 else ""
    note = "; ".join(part for part in (again, step.error or "", step.reason or "") if part)
    return [step.step_key, coloured(step.status), duration(step.duration_s), rows(step.rows) or NOTHING, note]


def check_lines(checks: list[CheckView]) -> list[str]:
    """Return what checks found, a line for each."""
    width = max((len(_name(check)) for check in checks), default=0)
    lines = []
    for check in checks:
        state = "passed" if check.passed else "warned" if check.severity == "WARN" else "failed"
        said = f"  {check.description}" if check.description and not check.passed else ""
        lines.append(f"{coloured(state)}  {_name(check).ljust(width)}{said}".rstrip())
    return lines


def _name(check: CheckView) -> str:
    partition = f" [{check.partition}]" if check.partition else ""
    return f"{check.asset}: {check.name}{partition}"
