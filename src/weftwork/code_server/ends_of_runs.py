"""The end of a run whose process died: recorded by a child, as the server itself opens no database."""

from __future__ import annotations

from weftwork.instance.instance import DagsterInstance
from weftwork.processes.exit_status import ExitStatus
from weftwork.processes.messages import MessageWriter


def note_end_of_run(home: str, run_id: str, pid: int, ended: ExitStatus, _writer: MessageWriter) -> None:
    """Record the end of a run, unless its process has done that.

    Args:
        home: the directory of its instance.
        run_id: the run.
        pid: the process that drove it.
        ended: how that process ended.
    """
    with DagsterInstance.from_config(home) as instance:
        instance.note_run_death(run_id, pid, ended)
