"""The program of a step in a fresh process; started by the process of its run, not by people."""

from __future__ import annotations

import os

from weftwork.executors.step_process import tell_lost
from weftwork.executors.step_request import LoadedRun, StepRequest
from weftwork.processes.spawned import begin_spawned
from weftwork.serde.codec import decode


def main() -> None:
    """Make the attempt that this process was started for."""
    request, writer = begin_spawned()
    told: StepRequest = decode(request, StepRequest)
    try:
        work = LoadedRun(told.run).work_of(told.step)
    except BaseException as error:  # noqa: BLE001 - user code may even ask the process to exit
        tell_lost(writer, error)
        os._exit(1)
    work(writer)


if __name__ == "__main__":
    main()
