"""How the process of a step comes to be: forked from the run's, from a fresh one, or fresh itself."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from weftwork.base.errors import DagsterSubprocessError
from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import RunState
from weftwork.execution.runs.located_job import Loadable
from weftwork.execution.steps.scope import StepScope
from weftwork.executors.step_process import step_work
from weftwork.executors.step_request import StepRequest, describe_run, describe_step
from weftwork.executors.step_server import WARM, ServerReady
from weftwork.processes.child import Child
from weftwork.processes.fork_server import ForkServer
from weftwork.processes.forked import fork_child
from weftwork.processes.parent_death import prepare
from weftwork.processes.spawned import spawn_child
from weftwork.processes.threads import find_thread_in_the_way
from weftwork.records.event_data import EngineEventData
from weftwork.serde.codec import decode, encode


class StepStarter(Protocol):
    """Starts the processes of steps."""

    def start(self, scope: StepScope, state: RunState, logs: str | None, close_fds: Sequence[int]) -> Child:
        """Start the process of an attempt.

        Args:
            scope: the attempt.
            state: the state of the run, which knows the items of dynamic outputs.
            logs: file that its output goes to, without its ending; None to show it.
            close_fds: descriptors that it has no business with.

        Raises:
            OSError: if the system has no room for another process.
            DagsterSubprocessError: if the code of the job cannot be loaded again.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds; nothing is started any more."""
        ...


class ForkStarter:
    """Forks the process of the run: nothing is loaded again.

    What is there before the first fork is kept from the cycle collector meanwhile: a child whose collector looks at all
    of it would copy all of it.
    """

    def __init__(self) -> None:
        prepare()
        for module in WARM:
            importlib.import_module(module)
        self._has_frozen: bool | None = None

    def start(self, scope: StepScope, state: RunState, logs: str | None, close_fds: Sequence[int]) -> Child:
        """Start the process of an attempt; see ``StepStarter``."""
        if self._has_frozen is None:
            # What the program has frozen itself is its own affair.
            self._has_frozen = gc.get_freeze_count() == 0
            if self._has_frozen:
                gc.freeze()
        return fork_child(step_work(scope, state, logs), close_fds=close_fds)

    def close(self) -> None:
        """Have the cycle collector look at everything again."""
        if self._has_frozen:
            gc.unfreeze()
        self._has_frozen = None


class SpawnStarter:
    """Starts a fresh interpreter for each step.

    Args:
        job: where the code of the job is found.
    """

    def __init__(self, job: Loadable) -> None:
        self._job = job

    def start(self, scope: StepScope, state: RunState, logs: str | None, close_fds: Sequence[int]) -> Child:
        """Start the process of an attempt; see ``StepStarter``."""
        request = StepRequest(run=describe_run(scope.run, self._job), step=describe_step(scope, state, logs))
        return spawn_child("weftwork.executors.step_main", encode(request))

    def close(self) -> None:
        """Nothing is held."""


class ServerStarter:
    """Forks a fresh process that has loaded the job and nothing else.

    Args:
        job: where the code of the job is found.
        preload: modules that it loads besides.
    """

    def __init__(self, job: Loadable, preload: Sequence[str] = ()) -> None:
        self._job = job
        self._preload = list(preload)
        self._server: ForkServer | None = None
        self._fallback: SpawnStarter | None = None

    def open(self, run: RunScope) -> None:
        """Start the process that is forked, if it was not started.

        Raises:
            OSError: if the system has no room for another process.
            DagsterSubprocessError: if the code of the job cannot be loaded again.
        """
        if self._server is not None or self._fallback is not None:
            return
        request = encode(describe_run(run, self._job, self._preload))
        try:
            server = ForkServer("weftwork.executors.step_server", request)
        except ChildProcessError as error:
            raise DagsterSubprocessError(str(error), subprocess_error_infos=[]) from error
        ready: ServerReady = decode(server.answer, ServerReady)
        if ready.error is not None:
            server.close()
            raise DagsterSubprocessError(
                f"The code of job '{run.job_name}' could not be loaded again for its steps: {ready.error.message.strip()}",
                subprocess_error_infos=[ready.error],
            )
        if ready.thread is None:
            self._server = server
            return
        server.close()
        self._fallback = SpawnStarter(self._job)
        _say(
            run,
            f"Each step loads the job anew: loading it starts a thread ('{ready.thread}'), which rules a fork out.",
        )

    def start(self, scope: StepScope, state: RunState, logs: str | None, close_fds: Sequence[int]) -> Child:
        """Start the process of an attempt; see ``StepStarter``."""
        self.open(scope.run)
        if self._server is None:
            assert self._fallback is not None
            return self._fallback.start(scope, state, logs, close_fds)
        return self._server.fork(encode(describe_step(scope, state, logs)))

    def close(self) -> None:
        """End the process that is forked."""
        if self._server is not None:
            self._server.close()
            self._server = None


class SafeStarter:
    """Forks the process of the run as long as no other thread is in the way, else a fresh one.

    Args:
        job: where the code of the job is found; None if it cannot be found by another process.
    """

    def __init__(self, job: Loadable | None) -> None:
        self._job = job
        self._fork = ForkStarter()
        self._server: ServerStarter | None = None
        self._is_settled = job is None

    def start(self, scope: StepScope, state: RunState, logs: str | None, close_fds: Sequence[int]) -> Child:
        """Start the process of an attempt; see ``StepStarter``."""
        if not self._is_settled:
            self._look(scope.run)
        starter: StepStarter = self._server or self._fork
        return starter.start(scope, state, logs, close_fds)

    def _look(self, run: RunScope) -> None:
        thread = find_thread_in_the_way()
        if thread is None:
            return
        self._is_settled = True
        assert self._job is not None
        server = ServerStarter(self._job)
        try:
            server.open(run)
        except (OSError, DagsterSubprocessError) as error:
            _say(
                run,
                f"Steps are forked although thread '{thread}' is running, which may lock them up: {error}",
            )
            return
        _say(run, f"Steps are forked from a fresh process: thread '{thread}' of this one rules a fork out.")
        self._server = server

    def close(self) -> None:
        """End what was started."""
        self._fork.close()
        if self._server is not None:
            self._server.close()


def _say(run: RunScope, text: str) -> None:
    run.emit_run("ENGINE_EVENT", EngineEventData(), text)


def choose_starter(start_method: Mapping[str, Any] | None, job: Loadable | None) -> StepStarter:
    """Return what starts the processes of steps, as the config of the executor says.

    Args:
        start_method: ``spawn``, ``forkserver`` or ``fork`` with its config; None for what is safe and quick.
        job: where the code of the job is found; None if it cannot be found by another process.
    """
    method, config = next(iter((start_method or {}).items()), (None, None))
    if method == "fork":
        return ForkStarter()
    if job is not None and method == "spawn":
        return SpawnStarter(job)
    if job is not None and method == "forkserver":
        return ServerStarter(job, (config or {}).get("preload_modules") or ())
    return SafeStarter(job)
