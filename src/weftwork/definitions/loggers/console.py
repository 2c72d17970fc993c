"""The builtin loggers: lines for people, or JSON, on standard error."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.config.schema import Field
from weftwork.definitions.loggers.log_manager import to_level
from weftwork.definitions.loggers.logger_definition import InitLoggerContext, LoggerDefinition, logger

_COLORS = {"WARNING": "\033[33m", "ERROR": "\033[31m", "CRITICAL": "\033[1;31m", "DEBUG": "\033[32m"}
_RESET = "\033[0m"
_CONFIG = {
    "log_level": Field(
        str, is_required=False, default_value="INFO", description="Lines below this level are dropped."
    ),
    "name": Field(
        str, is_required=False, default_value="dagster", description="The name of the Python logger."
    ),
}
_STANDARD_FIELDS = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {
    "message",
    "asctime",
    "taskName",
}


class StandardErrorHandler(logging.StreamHandler[Any]):
    """Writes to what standard error is at the time, so that captured output stays captured."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        """Standard error."""
        return sys.stderr

    @stream.setter
    def stream(self, _stream: Any) -> None:
        pass


class ConsoleFormatter(logging.Formatter):
    """One line: time, logger, level, message; in colour on a terminal."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s - %(name)s - %(levelname)s - %(message)s", "%Y-%m-%d %H:%M:%S %z")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        text = super().format(record)
        color = _COLORS.get(record.levelname)
        if color and sys.stderr.isatty() and "NO_COLOR" not in os.environ:
            return f"{color}{text}{_RESET}"
        return text


class JsonLogFormatter(logging.Formatter):
    """One JSON object per record: the standard fields that have a value, ``dagster_meta`` and extras."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        import json  # only who shows structured fields

        fields = {
            name: value
            for name, value in record.__dict__.items()
            if name not in ("args", "exc_info", "exc_text", "msg")
            and (value is not None or name not in _STANDARD_FIELDS)
        }
        fields["msg"] = record.getMessage()
        if record.exc_info:
            fields["exc_info"] = self.formatException(record.exc_info)
        return json.dumps(fields, default=_to_plain, skipkeys=True)


def _to_plain(value: Any) -> Any:
    import json  # only who shows structured fields

    if hasattr(value, "event_type_value"):
        from weftwork.serde import serialize_value  # only for events in JSON

        return json.loads(serialize_value(value))
    return repr(value)


def _make(context: InitLoggerContext, formatter: logging.Formatter) -> logging.Logger:
    config = context.logger_config or {}
    # A logger of its own, in no registry: two runs in one process do not share their level and handlers.
    made = logging.Logger(config.get("name", "dagster"), to_level(config.get("log_level", "INFO")))  # noqa: LOG001
    handler = StandardErrorHandler()
    handler.setFormatter(formatter)
    made.addHandler(handler)
    return made


@logger(_CONFIG, description="Lines for people on standard error, in colour on a terminal.")
def colored_console_logger(init_context: InitLoggerContext) -> logging.Logger:
    """Return a logger that writes lines for people to standard error."""
    return _make(init_context, ConsoleFormatter())


@logger(_CONFIG, description="One JSON object per line on standard error.")
def json_console_logger(init_context: InitLoggerContext) -> logging.Logger:
    """Return a logger that writes one JSON object per line to standard error."""
    return _make(init_context, JsonLogFormatter())


def default_loggers() -> Mapping[str, LoggerDefinition]:
    """Return the loggers of a job that has none of its own."""
    return {"console": colored_console_logger}


def default_system_loggers(instance: Any = None) -> Sequence[tuple[LoggerDefinition, Mapping[str, object]]]:
    """Return the loggers, with their config, of a run that configures none.

    Args:
        instance: the instance, which may say the level in ``python_logs``; else everything is shown.
    """
    level = getattr(instance, "python_log_level", None) or "DEBUG"
    return [(colored_console_logger, {"name": "dagster", "log_level": level})]
