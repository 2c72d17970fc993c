"""`python -m weftwork.cli.run_process`: what the process of a launched run does; started by `launch_run`, not by people."""

from __future__ import annotations

import json
import os

import click

from weftwork.base.errors import DagsterRunConflict


@click.command("run-process")
@click.argument("run_id")
@click.pass_context
def command(ctx: click.Context, run_id: str) -> None:
    """Drive a run that was launched; the exit status is 0 if it succeeded."""
    from weftwork.execution.runs.run_process import run_launched  # loads the floors that user code needs
    from weftwork.instance.home import get_home  # see above
    from weftwork.instance.instance import DagsterInstance  # see above
    from weftwork.instance.launch.launcher import EPOCH_VARIABLE, SETTINGS_VARIABLE  # see above

    epoch = os.environ.pop(EPOCH_VARIABLE, None)
    if epoch is None:
        raise click.UsageError("This is started by `weft job launch`, which holds the run for it.")
    told = os.environ.pop(SETTINGS_VARIABLE, None)
    if told is None:
        instance = DagsterInstance.get()
    else:
        instance = DagsterInstance.local_temp(get_home(), json.loads(told))
    try:
        with instance:
            ctx.exit(0 if run_launched(instance, run_id, int(epoch)) else 1)
    except DagsterRunConflict as conflict:
        click.echo(str(conflict), err=True)
        ctx.exit(3)


if __name__ == "__main__":
    command()
