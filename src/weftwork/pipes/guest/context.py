"""PipesContext: what a process knows of the step that started it, and what it reports to it."""

from __future__ import annotations

import json
import logging
import traceback
import warnings
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

from weftwork.pipes.guest.loaders import (
    PipesContextLoader,
    PipesDefaultContextLoader,
    PipesEnvVarParamsLoader,
    PipesParamsLoader,
)
from weftwork.pipes.guest.printed import report_printed
from weftwork.pipes.guest.writers import PipesDefaultMessageWriter, PipesMessageWriter
from weftwork.pipes.protocol import (
    PIPES_METADATA_TYPE_INFER,
    DagsterPipesError,
    DagsterPipesWarning,
    build_message,
)

_NO_PIPE: dict[str, Any] = {
    "run_id": "",
    "job_name": None,
    "retry_number": 0,
    "extras": {},
    "asset_keys": None,
}


def open_dagster_pipes(
    *,
    context_loader: PipesContextLoader | None = None,
    message_writer: PipesMessageWriter | None = None,
    params_loader: PipesParamsLoader | None = None,
) -> PipesContext:
    """Return the context of this process; use it in a ``with`` block, at whose end the pipe is closed.

    Where the process was not started through pipes it warns, and what is reported goes nowhere.

    Args:
        context_loader: how the context is loaded (default: from a file, or the parameters).
        message_writer: where messages go (default: to a file, or a standard stream).
        params_loader: where the parameters are (default: in the environment).
    """
    if PipesContext.is_initialized():
        return PipesContext.get()
    loader = params_loader or PipesEnvVarParamsLoader()
    made = PipesContext(
        loader, context_loader or PipesDefaultContextLoader(), message_writer or PipesDefaultMessageWriter()
    )
    PipesContext.set(made)
    return made


class PipesContext:
    """What a process knows of the step that started it, and what it reports to it.

    Args:
        params_loader: where the parameters are.
        context_loader: how the context is loaded.
        message_writer: where messages go.
    """

    _current: ClassVar[PipesContext | None] = None

    def __init__(
        self,
        params_loader: PipesParamsLoader,
        context_loader: PipesContextLoader,
        message_writer: PipesMessageWriter,
    ) -> None:
        self._stack = ExitStack()
        self._channel: Any = None
        self._data: Mapping[str, Any] = _NO_PIPE
        self._materialized: set[str] = set()
        self.is_closed = False
        if params_loader.is_dagster_pipes_process():
            self._data = self._stack.enter_context(
                context_loader.load_context(params_loader.load_context_params())
            )
            params = params_loader.load_messages_params()
            self._channel = self._stack.enter_context(message_writer.open(params))
            self._write("opened", message_writer.get_opened_payload())
            if params.get("include_stdio_in_messages"):
                self._stack.enter_context(report_printed(self.log_external_stream))
        else:
            warnings.warn(
                "This process was not started through pipes: what it reports goes nowhere.",
                DagsterPipesWarning,
                stacklevel=3,
            )
        self.log = _build_logger(self)

    @classmethod
    def is_initialized(cls) -> bool:
        """Return whether the pipe of this process is open."""
        return cls._current is not None

    @classmethod
    def set(cls, context: PipesContext) -> None:
        """Have this be the context of the process."""
        cls._current = context

    @classmethod
    def get(cls) -> PipesContext:
        """Return the context of this process.

        Raises:
            DagsterPipesError: if the pipe is not open.
        """
        if cls._current is None:
            raise DagsterPipesError("The pipe is not open: call open_dagster_pipes() first.")
        return cls._current

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        told = None
        if error is not None:
            lines = traceback.format_tb(trace)
            told = {
                "message": f"{error}",
                "name": type(error).__name__,
                "stack": lines,
                "cause": None,
                "context": None,
            }
        self.close(told)

    def close(self, exc: Mapping[str, Any] | None = None) -> None:
        """Close the pipe.

        Args:
            exc: the exception that ends the process.
        """
        if self.is_closed:
            return
        self._write("closed", {"exception": exc} if exc is not None else {})
        self.is_closed = True
        self._stack.close()
        if PipesContext._current is self:
            PipesContext._current = None

    def _write(self, method: str, params: Any) -> None:
        if self.is_closed:
            raise DagsterPipesError(f"The pipe is closed, so '{method}' cannot be reported.")
        message = build_message(method, params)
        json.dumps(message)  # what is no JSON is told here, not where it is read
        if self._channel is not None:
            self._channel.write_message(message)

    # ------------------------------------------------------------------------------ what it knows

    def _get(self, name: str, what: str) -> Any:
        value = self._data.get(name)
        if value is None and self._channel is not None:
            raise DagsterPipesError(f"There is no {name}: the step {what}.")
        return value

    @property
    def is_asset_step(self) -> bool:
        """Whether the step makes assets."""
        return self._data.get("asset_keys") is not None

    @property
    def asset_keys(self) -> Sequence[str]:
        """The assets that the step makes."""
        keys: Sequence[str] = self._get("asset_keys", "makes no assets")
        return keys

    @property
    def asset_key(self) -> str:
        """The asset that the step makes.

        Raises:
            DagsterPipesError: if it makes none, or several.
        """
        if self._channel is None:
            return ""
        if len(self.asset_keys) != 1:
            raise DagsterPipesError(
                f"The step makes several assets, {list(self.asset_keys)}: name one of them."
            )
        return self.asset_keys[0]

    @property
    def code_version(self) -> str | None:
        """The version of the code of the asset."""
        return (self.code_version_by_asset_key or {}).get(self.asset_key)

    @property
    def code_version_by_asset_key(self) -> Mapping[str, str | None]:
        """Asset to the version of its code."""
        found: Mapping[str, str | None] = self._get("code_version_by_asset_key", "makes no assets")
        return found

    @property
    def provenance(self) -> Mapping[str, Any] | None:
        """What the asset was made of, the last time."""
        return (self.provenance_by_asset_key or {}).get(self.asset_key)

    @property
    def provenance_by_asset_key(self) -> Mapping[str, Mapping[str, Any] | None]:
        """Asset to what it was made of, the last time."""
        found: Mapping[str, Any] = self._get("provenance_by_asset_key", "makes no assets")
        return found

    @property
    def is_partition_step(self) -> bool:
        """Whether the step is for partitions."""
        return self._data.get("partition_key_range") is not None

    @property
    def partition_key(self) -> str:
        """The partition that the step is for."""
        key: str = self._get("partition_key", "is not for one partition")
        return key

    @property
    def partition_key_range(self) -> Mapping[str, str]:
        """The first and the last partition that the step is for."""
        keys: Mapping[str, str] = self._get("partition_key_range", "is for no partitions")
        return keys

    @property
    def partition_time_window(self) -> Mapping[str, str] | None:
        """The time that the partitions of the step are for; None where they are not of time."""
        _ = self.partition_key_range
        return self._data.get("partition_time_window")

    @property
    def run_id(self) -> str:
        """The run."""
        return str(self._data["run_id"])

    @property
    def job_name(self) -> str | None:
        """The job."""
        return self._data.get("job_name")

    @property
    def retry_number(self) -> int:
        """How often the step was tried before."""
        return int(self._data["retry_number"])

    @property
    def extras(self) -> Mapping[str, Any]:
        """What the starting side gave besides."""
        return self._data.get("extras") or {}

    def get_extra(self, key: str) -> Any:
        """Return something that the starting side gave besides.

        Raises:
            DagsterPipesError: if it did not.
        """
        if self._channel is None:
            return None
        if key not in self.extras:
            raise DagsterPipesError(f"There is no extra '{key}'; there are {sorted(self.extras)}.")
        return self.extras[key]

    # ------------------------------------------------------------------------------ what it reports

    def report_asset_materialization(
        self,
        metadata: Mapping[str, Any] | None = None,
        data_version: str | None = None,
        asset_key: str | None = None,
    ) -> None:
        """Report that an asset was made.

        Args:
            metadata: name to value, or to ``{"raw_value": ..., "type": ...}``.
            data_version: the version of the data.
            asset_key: the asset, where the step makes several.

        Raises:
            DagsterPipesError: if the step does not make it, or it was reported before.
        """
        key = self._choose_asset(asset_key)
        if key in self._materialized:
            raise DagsterPipesError(
                f"That '{key}' was made has been reported; give all its metadata at once."
            )
        params = {"asset_key": key, "data_version": data_version, "metadata": _to_metadata(metadata)}
        self._write("report_asset_materialization", params)
        self._materialized.add(key)

    def report_asset_check(
        self,
        check_name: str,
        passed: bool,
        severity: Literal["WARN", "ERROR"] = "ERROR",
        metadata: Mapping[str, Any] | None = None,
        asset_key: str | None = None,
    ) -> None:
        """Report what a check found.

        Args:
            check_name: the check.
            passed: whether all is well.
            severity: how bad it is if not.
            metadata: name to value, or to ``{"raw_value": ..., "type": ...}``.
            asset_key: the asset, where the step makes several.
        """
        if severity not in ("WARN", "ERROR"):
            raise DagsterPipesError(f"severity is 'WARN' or 'ERROR', not {severity!r}.")
        key = (
            asset_key
            if asset_key is not None and not self._data.get("asset_keys")
            else self._choose_asset(asset_key)
        )
        self._write(
            "report_asset_check",
            {
                "asset_key": key, "check_name": check_name, "passed": passed,
                "metadata": _to_metadata(metadata), "severity": severity,
            },
        )  # fmt: skip

    def report_custom_message(self, payload: Any) -> None:
        """Report anything that is JSON; the starting side reads it with ``get_custom_messages``."""
        self._write("report_custom_message", {"payload": payload})

    def log_external_stream(self, stream: str, text: str, extras: Mapping[str, Any] | None = None) -> None:
        """Report what something printed.

        Args:
            stream: "stdout" or "stderr".
            text: what it printed.
            extras: what else is to be known.
        """
        self._write("log_external_stream", {"stream": stream, "text": text, "extras": dict(extras or {})})

    def _choose_asset(self, asset_key: str | None) -> str:
        if self._channel is None:
            return asset_key or ""
        key = asset_key if asset_key is not None else self.asset_key
        if key not in self.asset_keys:
            raise DagsterPipesError(f"The step does not make '{key}'; it makes {list(self.asset_keys)}.")
        return key


def _to_metadata(given: Mapping[str, Any] | None) -> dict[str, Any]:
    if given is not None and not isinstance(given, Mapping):
        raise DagsterPipesError(f"metadata is a mapping from name to value, not {given!r:.100}.")
    return {
        str(name): value
        if isinstance(value, Mapping) and set(value) == {"raw_value", "type"}
        else {"raw_value": value, "type": PIPES_METADATA_TYPE_INFER}
        for name, value in (given or {}).items()
    }


class _Handler(logging.Handler):
    def __init__(self, context: PipesContext) -> None:
        super().__init__()
        self._context = context

    def emit(self, record: logging.LogRecord) -> None:
        """Report a line of the log."""
        if not self._context.is_closed:
            self._context._write("log", {"message": self.format(record), "level": record.levelname})


def _build_logger(context: PipesContext) -> logging.Logger:
    logger = logging.Logger("dagster-pipes", level=logging.INFO)  # noqa: LOG001 - one for each pipe, known to nobody else
    logger.addHandler(_Handler(context))
    return logger
