"""PipesMessageHandler: what becomes of the messages of a started process."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from weftwork.base.errors import DagsterPipesExecutionError
from weftwork.definitions.events import AssetCheckResult, MaterializeResult
from weftwork.pipes.host.metadata import read_metadata
from weftwork.pipes.host.readers import PipesLaunchedData, PipesMessageReader
from weftwork.pipes.protocol import PIPES_PROTOCOL_VERSION_FIELD
from weftwork.records.asset_events import AssetCheckSeverity
from weftwork.records.data_version import DataVersion
from weftwork.records.keys import AssetKey

PipesExecutionResult = MaterializeResult[Any] | AssetCheckResult
_LEVELS = {"DEBUG": "debug", "INFO": "info", "WARNING": "warning", "ERROR": "error", "CRITICAL": "critical"}


class PipesMessageHandler:
    """Takes the messages of a started process: logs go to the log of the step, reports are kept.

    Args:
        context: the context of the op.
        message_reader: what reads the messages.
    """

    def __init__(self, context: Any, message_reader: PipesMessageReader) -> None:
        self._context = context
        self._reader = message_reader
        self._results: list[PipesExecutionResult] = []
        self._messages: list[Any] = []
        self._opened_count = self._closed_count = 0

    @contextmanager
    def handle_messages(self) -> Iterator[Mapping[str, Any]]:
        """Yield the parameters that lead to where messages go; they are read until the block ends."""
        with self._reader.read_messages(self) as params:
            yield params

    @property
    def received_opened_message(self) -> bool:
        """Whether every writer has opened its pipe."""
        return self._opened_count >= self._reader.expected_writer_count

    @property
    def received_closed_message(self) -> bool:
        """Whether every writer has closed its pipe."""
        return self._closed_count >= self._reader.expected_writer_count

    def get_reported_results(self) -> Sequence[PipesExecutionResult]:
        """Return what was reported of assets and checks."""
        return tuple(self._results)

    def get_custom_messages(self) -> Sequence[Any]:
        """Return what was reported besides."""
        return tuple(self._messages)

    def on_launched(self, launched_payload: PipesLaunchedData) -> None:
        """Tell the reader that the process was started."""
        self._reader.on_launched(launched_payload)

    def handle_message(self, message: Mapping[str, Any]) -> None:
        """Take one message.

        Raises:
            DagsterPipesExecutionError: if it is of no known kind.
        """
        method, params = message.get("method"), message.get("params") or {}
        if PIPES_PROTOCOL_VERSION_FIELD not in message or not isinstance(method, str):
            raise DagsterPipesExecutionError(f"This is no message of a pipe: {dict(message)!r:.200}")
        handle = getattr(self, f"_handle_{method}", None)
        if handle is None:
            raise DagsterPipesExecutionError(f"The process sent a message '{method}', which is not known.")
        handle(params)

    def report_pipes_framework_exception(self, origin: str, exc_info: Any) -> None:
        """Log that reading messages failed.

        Args:
            origin: what failed.
            exc_info: the exception, as ``sys.exc_info`` gives it.
        """
        lines = "".join(traceback.format_exception(*exc_info))
        self._context.log.error("Reading from the pipe failed (%s).\n%s", origin, lines)

    # ------------------------------------------------------------------------------ messages

    def _handle_opened(self, params: Mapping[str, Any]) -> None:
        self._opened_count += 1
        self._reader.on_opened(params)
        self._context.log.info("The process has opened the pipe.")

    def _handle_closed(self, params: Mapping[str, Any]) -> None:
        self._closed_count += 1
        error = params.get("exception")
        if error:
            lines = "".join(error.get("stack") or ())
            what = f"{lines}{error.get('name')}: {error.get('message')}"
            self._context.log.warning("The process closed the pipe with an exception.\n%s", what)

    def _handle_log(self, params: Mapping[str, Any]) -> None:
        getattr(self._context.log, _LEVELS.get(str(params.get("level")), "info"))(params["message"])

    def _handle_log_external_stream(self, params: Mapping[str, Any]) -> None:
        (sys.stderr if params["stream"] == "stderr" else sys.stdout).write(params["text"])

    def _handle_report_custom_message(self, params: Mapping[str, Any]) -> None:
        self._messages.append(params["payload"])

    def _handle_report_asset_materialization(self, params: Mapping[str, Any]) -> None:
        version = params.get("data_version")
        self._results.append(
            MaterializeResult(
                asset_key=_to_key(params.get("asset_key")),
                metadata=read_metadata(params.get("metadata")),
                data_version=DataVersion(version) if version is not None else None,
            )
        )

    def _handle_report_asset_check(self, params: Mapping[str, Any]) -> None:
        self._results.append(
            AssetCheckResult(
                asset_key=_to_key(params.get("asset_key")),
                check_name=params["check_name"],
                passed=params["passed"],
                severity=AssetCheckSeverity(params.get("severity") or "ERROR"),
                metadata=read_metadata(params.get("metadata")),
            )
        )


def _to_key(name: str | None) -> AssetKey | None:
    return None if name is None else AssetKey.from_user_string(name)
