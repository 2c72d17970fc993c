"""PipesSession: one started process, what it is told and what it reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from weftwork.definitions.events import MaterializeResult
from weftwork.pipes.host.context_data import build_context_data, list_expected_keys
from weftwork.pipes.host.handler import PipesExecutionResult, PipesMessageHandler
from weftwork.pipes.host.injectors import PipesContextInjector
from weftwork.pipes.host.readers import COMPOSITE_WRITERS_KEY, PipesLaunchedData, PipesMessageReader
from weftwork.pipes.protocol import (
    DAGSTER_PIPES_CONTEXT_CLI_ARGUMENT,
    DAGSTER_PIPES_CONTEXT_ENV_VAR,
    DAGSTER_PIPES_MESSAGES_CLI_ARGUMENT,
    DAGSTER_PIPES_MESSAGES_ENV_VAR,
    encode_param,
)


class PipesSession:
    """One started process, what it is told and what it reports.

    Args:
        context_data: the context that it gets.
        message_handler: what takes its messages.
        context_injector_params: what leads to the context.
        message_reader_params: what leads to where messages go.
        context: the context of the op.
        created_at: when it began (default: now).
    """

    def __init__(
        self,
        context_data: Mapping[str, Any],
        message_handler: PipesMessageHandler,
        context_injector_params: Mapping[str, Any],
        message_reader_params: Mapping[str, Any],
        context: Any,
        created_at: datetime | None = None,
    ) -> None:
        self.context_data = context_data
        self.message_handler = message_handler
        self.context_injector_params = context_injector_params
        self.message_reader_params = message_reader_params
        self.context = context
        self.created_at = created_at or datetime.now(UTC)

    def get_bootstrap_params(self) -> Mapping[str, Any]:
        """Return the parameters by the names of environment variables, not encoded."""
        return self._params_with(self.message_reader_params)

    def _params_with(self, messages: Mapping[str, Any]) -> dict[str, Any]:
        return {
            DAGSTER_PIPES_CONTEXT_ENV_VAR: self.context_injector_params,
            DAGSTER_PIPES_MESSAGES_ENV_VAR: messages,
        }

    def get_bootstrap_env_vars(self) -> Mapping[str, str]:
        """Return the environment variables that the process needs."""
        return {name: encode_param(value) for name, value in self.get_bootstrap_params().items()}

    def get_bootstrap_cli_arguments(self) -> Mapping[str, str]:
        """Return the arguments that the process needs, where it gets no environment."""
        return _to_arguments(self.get_bootstrap_env_vars())

    def get_per_writer_bootstrap_env_vars(self) -> Sequence[Mapping[str, str]]:
        """Return the environment variables of each process, where several write."""
        writers = self.message_reader_params.get(COMPOSITE_WRITERS_KEY, [self.message_reader_params])
        return [
            {name: encode_param(value) for name, value in self._params_with(params).items()}
            for params in writers
        ]

    def get_per_writer_bootstrap_cli_arguments(self) -> Sequence[Mapping[str, str]]:
        """Return the arguments of each process, where several write."""
        return [_to_arguments(variables) for variables in self.get_per_writer_bootstrap_env_vars()]

    def report_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Tell the reader of messages that the process was started.

        Args:
            launched_payload: what is known of it.
        """
        self.message_handler.on_launched(launched_payload)

    def get_reported_results(self) -> Sequence[PipesExecutionResult]:
        """Return what was reported of assets and checks."""
        return self.message_handler.get_reported_results()

    def get_custom_messages(self) -> Sequence[Any]:
        """Return what was reported besides."""
        return self.message_handler.get_custom_messages()

    def get_results(
        self, *, implicit_materializations: bool = True, metadata: Mapping[str, Any] | None = None
    ) -> Sequence[PipesExecutionResult]:
        """Return what the step may yield: what was reported, and the assets that were not.

        Args:
            implicit_materializations: whether assets of which nothing was reported count as made.
            metadata: added to that of each asset.
        """
        results = list(self.get_reported_results())
        if implicit_materializations:
            told = {result.asset_key for result in results if isinstance(result, MaterializeResult)}
            results += [
                MaterializeResult(asset_key=key)
                for key in list_expected_keys(self.context)
                if key not in told
            ]
        if not metadata:
            return results
        return [
            change_result(result, metadata={**(result.metadata or {}), **metadata})
            if isinstance(result, MaterializeResult)
            else result
            for result in results
        ]


def change_result(result: MaterializeResult[Any], **changes: Any) -> MaterializeResult[Any]:
    """Return a copy of a result with some attributes changed."""
    known = {
        "asset_key": result.asset_key,
        "metadata": result.metadata,
        "check_results": result.check_results,
        "data_version": result.data_version,
        "tags": result.tags,
    }
    return MaterializeResult(**{**known, **changes})


def _to_arguments(variables: Mapping[str, str]) -> dict[str, str]:
    return {
        DAGSTER_PIPES_CONTEXT_CLI_ARGUMENT: variables[DAGSTER_PIPES_CONTEXT_ENV_VAR],
        DAGSTER_PIPES_MESSAGES_CLI_ARGUMENT: variables[DAGSTER_PIPES_MESSAGES_ENV_VAR],
    }


@contextmanager
def open_pipes_session(
    context: Any,
    context_injector: PipesContextInjector,
    message_reader: PipesMessageReader,
    extras: Mapping[str, Any] | None = None,
) -> Iterator[PipesSession]:
    """Yield a session for a process that is started inside of the block; messages are read until it ends.

    Args:
        context: the context of the op.
        context_injector: how the process gets the context.
        message_reader: how its messages are read.
        extras: what it is told besides.

    Example:
        >>> with open_pipes_session(context, PipesTempFileContextInjector(), PipesTempFileMessageReader()) as session:
        ...     subprocess.run(command, env={**os.environ, **session.get_bootstrap_env_vars()}, check=True)
        >>> yield from session.get_results()
    """
    data = build_context_data(context, extras)
    handler = PipesMessageHandler(context, message_reader)
    try:
        with context_injector.inject_context(data) as injected, handler.handle_messages() as params:
            yield PipesSession(data, handler, injected, params, context)
    finally:
        if handler.received_opened_message and not handler.received_closed_message:
            context.log.warning("The process has opened the pipe, and ended without closing it.")
        if not handler.received_opened_message:
            where = f"{context_injector.no_messages_debug_text()} {message_reader.no_messages_debug_text()}"
            context.log.warning("The process reported nothing. %s Does it call open_dagster_pipes()?", where)
