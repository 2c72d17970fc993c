"""The program of a process that has loaded a job and forks the processes of its steps."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from weftwork.executors.step_process import Work
from weftwork.executors.step_request import LoadedRun, RunInProcess, StepInProcess
from weftwork.processes.fork_server import serve_forks
from weftwork.processes.threads import find_thread_in_the_way
from weftwork.records.errors import SerializableErrorInfo, error_info
from weftwork.serde.codec import decode, encode
from weftwork.serde.record import Record

WARM = (
    "pickle", "weftwork.definitions.loggers.console", "weftwork.definitions.loggers.log_manager",
    "weftwork.execution.run_loggers", "weftwork.execution.contexts.op_context", "weftwork.io_managers.default",
)  # fmt: skip
"""What nearly every step loads: once in the process that is forked instead of in each child."""


class ServerReady(Record):
    """What a server says when it has loaded the job.

    Attributes:
        thread: the thread that keeps it from forking; None if it can fork.
        error: why the job could not be loaded.
    """

    thread: str | None = None
    error: SerializableErrorInfo | None = None


def _prepare(request: bytes) -> tuple[bytes, Callable[[bytes], Work]]:
    try:
        loaded = LoadedRun(decode(request, RunInProcess))
        for module in WARM:
            importlib.import_module(module)
    except BaseException as error:  # noqa: BLE001 - user code may even ask the process to exit
        return encode(ServerReady(error=error_info(error))), _refuse

    def work_of(told: bytes) -> Work:
        return loaded.work_of(decode(told, StepInProcess))

    return encode(ServerReady(thread=find_thread_in_the_way())), work_of


def _refuse(_told: bytes) -> Work:
    raise AssertionError("Nothing is asked of a server that is not ready.")


if __name__ == "__main__":
    serve_forks(_prepare)
