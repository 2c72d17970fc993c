"""`weft run cancel`: end runs that are under way."""

from __future__ import annotations

import click

from weftwork.api.runs import resolve_run_id
from weftwork.cli.home import open_runs_to_read
from weftwork.cli.printing.json_text import print_json_line
from weftwork.cli.printing.values import coloured, short_id
from weftwork.cli.runs.waiting import wait_for_run
from weftwork.instance.instance import DagsterInstance


@click.command("cancel")
@click.argument("run_ids", nargs=-1, required=True, metavar="RUN_ID...")
@click.option("--force", is_flag=True, help="Kill its processes at once, nothing is torn down.")
@click.option(
    "--grace",
    "grace_s",
    type=float,
    metavar="SECONDS",
    help="How long it may take to tear down (default 30).",
)
@click.option("--no-wait", is_flag=True, help="Ask only; do not wait for its end.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    run_ids: tuple[str, ...],
    force: bool,
    grace_s: float | None,
    no_wait: bool,
    as_json: bool,
) -> None:
    """End runs that are under way: steps are interrupted, resources torn down.

    RUN_ID is the id of a run, or its beginning. What does not end in time is killed; either way the run is
    CANCELED. The exit status is 1 if a run had ended by itself before.
    """
    with open_runs_to_read() as instance:
        ids = [resolve_run_id(instance, run_id) for run_id in run_ids]
        asked = [run_id for run_id in ids if instance.cancel_run(run_id, force=force)]
        if not no_wait:
            for run_id in asked:
                _await_end(instance, run_id, instance.cancel_timeout_s if grace_s is None else grace_s)
        found = {run_id: instance.get_run_by_id(run_id) for run_id in ids}
    states = {run_id: run.status.value if run is not None else "deleted" for run_id, run in found.items()}
    if as_json:
        runs = [
            {"run_id": key, "status": state, "had_ended": key not in asked} for key, state in states.items()
        ]
        print_json_line({"runs": runs})
    else:
        for run_id, state in states.items():
            if run_id in asked:
                click.echo(f"{short_id(run_id)}  {coloured(state)}")
            else:
                click.echo(f"{short_id(run_id)}  had ended already: {state}", err=True)
    ctx.exit(0 if len(asked) == len(ids) else 1)


def _await_end(instance: DagsterInstance, run_id: str, grace_s: float) -> None:
    status = wait_for_run(instance, run_id, grace_s)
    if status.value == "CANCELING":
        instance.stop_run(run_id, f"The run did not end within {grace_s:g} s; its processes were killed.")
