"""The loggers of a run, and the log of a step that writes to them and to the event log."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from weftwork.config.redaction import REDACTOR
from weftwork.definitions.loggers.console import default_system_loggers
from weftwork.definitions.loggers.log_manager import DagsterLogManager
from weftwork.definitions.loggers.logger_definition import InitLoggerContext
from weftwork.execution.python_logs import find_level, list_handlers
from weftwork.execution.redacted import redact_all
from weftwork.records.errors import SerializableErrorInfo, error_info
from weftwork.records.events import EventLogEntry

_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {
    "message",
    "asctime",
    "dagster_meta",
    "taskName",
}
_PLAIN = (str, int, float, bool, type(None))


def build_default_loggers(
    instance: Any = None, job: Any = None, run_id: str | None = None
) -> Sequence[logging.Logger]:
    """Return the loggers of a run that configures none."""
    return [
        definition.logger_fn(InitLoggerContext(settings, definition, job, run_id))
        for definition, settings in default_system_loggers(instance)
    ]


def build_loggers(job: Any, config: Any, run_id: str, instance: Any = None) -> Sequence[logging.Logger]:
    """Return the loggers that the run's config asks for, or the default ones."""
    made = []
    configured = config.loggers
    if not configured:
        return build_default_loggers(instance, job, run_id)
    for name, entry in configured.items():
        definition = job.loggers[name]
        made.append(
            definition.logger_fn(InitLoggerContext((entry or {}).get("config"), definition, job, run_id))
        )
    return made


def make_log_manager(scope: Any, step_key: str | None, op_name: str | None) -> DagsterLogManager:
    """Return the log of a step, or of the run if there is no step."""

    def sink(record: logging.LogRecord, message: str) -> None:
        scope.emit_line(
            EventLogEntry(
                error_info=_find_error(record),
                level=record.levelno,
                user_message=message,
                run_id=scope.run_id,
                timestamp=record.created,
                step_key=step_key,
                job_name=scope.job_name,
                log_metadata=_extras(record),
            )
        )

    facts = {"run_id": scope.run_id, "job_name": scope.job_name, "job_tags": scope.run.tags, "step_key": step_key,
             "op_name": op_name}  # fmt: skip
    instance = scope.instance
    made = DagsterLogManager(
        facts, sink, scope.loggers, find_level(instance) or logging.NOTSET, instance.managed_python_loggers
    )
    for handler in list_handlers(scope.instance):
        made.addHandler(handler)
    return made


def _find_error(record: logging.LogRecord) -> SerializableErrorInfo | None:
    if not record.exc_info or record.exc_info[1] is None:
        return None
    found = error_info(record.exc_info[1])
    return redact_all(found) if REDACTOR.is_active else found


def _extras(record: logging.LogRecord) -> dict[str, Any]:
    return {
        name: value if isinstance(value, _PLAIN) else repr(value)
        for name, value in record.__dict__.items()
        if name not in _STANDARD
    }
