"""`python -m weftwork.cli.queue_process`: waits until queued runs are due; started by the queue, not by people."""

from __future__ import annotations

import json
import os

import click


@click.command("queue-process")
def command() -> None:
    """Launch the runs that repeat failed ones after a pause, each when its time has come."""
    from weftwork.instance.home import get_home  # loads what the command line as a whole does not need
    from weftwork.instance.instance import DagsterInstance  # see above
    from weftwork.instance.launch.launcher import EPOCH_VARIABLE, SETTINGS_VARIABLE  # see above

    epoch = os.environ.pop(EPOCH_VARIABLE, None)
    if epoch is None:
        raise click.UsageError("This is started by the queue of an instance, which holds its lease for it.")
    told = os.environ.pop(SETTINGS_VARIABLE, None)
    instance = (
        DagsterInstance.get() if told is None else DagsterInstance.local_temp(get_home(), json.loads(told))
    )
    with instance:
        instance.watch_queue(int(epoch))


if __name__ == "__main__":
    command()
