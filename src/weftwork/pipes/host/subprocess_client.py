"""PipesSubprocessClient: a process of this machine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterPipesExecutionError
from weftwork.pipes.host.client import PipesClient, PipesClientCompletedInvocation
from weftwork.pipes.host.injectors import PipesContextInjector, PipesTempFileContextInjector
from weftwork.pipes.host.process_run import run_process
from weftwork.pipes.host.readers import PipesMessageReader, PipesTempFileMessageReader
from weftwork.pipes.host.session import open_pipes_session


class PipesSubprocessClient(PipesClient):
    """Runs a command on this machine; a script in it may report to the step with ``weftwork.pipes``.

    Args:
        env: environment variables beside those of this process.
        cwd: where the command runs.
        context_injector: how it gets the context (default: in a temporary file).
        message_reader: how its messages are read (default: from a temporary file).
        forward_termination: whether it is ended when the step is.
        forward_stdio: whether what it prints is printed here.
        termination_timeout_seconds: how long it has to end before it is killed.

    Example:
        >>> @asset
        ... def orders(context: AssetExecutionContext, pipes: PipesSubprocessClient):
        ...     return pipes.run(context=context, command=["python", "load.py"]).get_materialize_result()
    """

    def __init__(
        self,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        context_injector: PipesContextInjector | None = None,
        message_reader: PipesMessageReader | None = None,
        forward_termination: bool = True,
        forward_stdio: bool = True,
        termination_timeout_seconds: float = 20,
    ) -> None:
        self._env = env or {}
        self._cwd = cwd
        self._injector = context_injector or PipesTempFileContextInjector()
        self._reader = message_reader or PipesTempFileMessageReader()
        self._forward_termination = forward_termination
        self._forward_stdio = forward_stdio
        self._grace_s = termination_timeout_seconds

    def run(  # type: ignore[override]  # each client takes what it needs
        self,
        *,
        context: Any,
        command: str | Sequence[str],
        extras: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> PipesClientCompletedInvocation:
        """Run a command and wait for its end.

        Args:
            context: the context of the op.
            command: program and arguments.
            extras: what it is told besides.
            env: environment variables beside those of the client.
            cwd: where it runs (default: as the client says).

        Raises:
            DagsterPipesExecutionError: if it ends with another status than 0, or cannot be started.
        """
        words = [command] if isinstance(command, str) else list(command)
        with open_pipes_session(context, self._injector, self._reader, extras) as session:
            status = run_process(
                words, cwd=cwd or self._cwd, prints=self._forward_stdio,
                env={**os.environ, **self._env, **(env or {}), **session.get_bootstrap_env_vars()},
                grace_s=self._grace_s if self._forward_termination else None,
            )  # fmt: skip
            if status:
                raise DagsterPipesExecutionError(f"{' '.join(words)} ended with status {status}.")
        return PipesClientCompletedInvocation(session)
