"""The log of a step: a Python logger whose lines go to the run's event log and to the configured loggers."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from weftwork.base.ids import new_id
from weftwork.config.redaction import REDACTOR, redact_value
from weftwork.records.event_type import FAILURE_EVENTS

_FRAMES = ("exc_info", "args", "msg", "pathname", "filename", "module", "name")
Sink = Callable[[logging.LogRecord, str], None]
FACT_NAMES = ("run_id", "job_name", "job_tags", "step_key", "op_name", "resource_name", "resource_fn_name")


class DagsterLogManager(logging.Logger):
    """The log of a step, or of a run; ``context.log``.

    Every standard logging call works. A line goes to the sink, which records it in the event log, and, with the place
    put in front of it, to each of the loggers that the run has; its record carries the facts as ``dagster_meta``.

    Args:
        facts: where the log is: ``run_id``, ``job_name``, ``step_key``, … (see ``FACT_NAMES``).
        sink: (record, message) -> None, called for each line.
        loggers: the loggers that the run has.
        level: the level below which lines are dropped.
        managed_names: the Python loggers whose lines are captured here.
    """

    def __init__(
        self,
        facts: Mapping[str, Any] | None = None,
        sink: Sink | None = None,
        loggers: Sequence[logging.Logger] = (),
        level: int | str = logging.NOTSET,
        managed_names: Collection[str] = (),
    ) -> None:
        super().__init__("dagster", to_level(level))
        self._facts = dict(facts or {})
        self._sink = sink
        self._loggers = tuple(loggers)
        self.managed_names = managed_names

    @classmethod
    def create(
        cls,
        loggers: Sequence[logging.Logger],
        handlers: Sequence[logging.Handler] | None = None,
        instance: Any = None,
        dagster_run: Any = None,
    ) -> DagsterLogManager:
        """Return a log that writes to loggers and handlers.

        Args:
            loggers: what a line goes to, each at its level.
            handlers: more that a line goes to.
            instance: says the level in ``python_logs``.
            dagster_run: the run that is logged of.
        """
        facts: dict[str, Any] = {}
        if dagster_run is not None:
            facts = {
                "run_id": dagster_run.run_id,
                "job_name": dagster_run.job_name,
                "job_tags": dagster_run.tags,
            }
        made = cls(facts, None, loggers, (getattr(instance, "python_log_level", None) or "NOTSET").upper())
        for handler in handlers or ():
            made.addHandler(handler)
        return made

    @property
    def metadata(self) -> dict[str, Any]:
        """Where the log is."""
        return {name: self._facts.get(name) for name in FACT_NAMES}

    @property
    def managed_loggers(self) -> Sequence[logging.Logger]:
        """The loggers that the run has."""
        return self._loggers

    def with_tags(self, **new_tags: str) -> DagsterLogManager:
        """Return the log of another place in the run.

        Args:
            **new_tags: facts that change, such as ``step_key``.
        """
        made = DagsterLogManager(
            {**self._facts, **new_tags}, self._sink, self._loggers, self.level, self.managed_names
        )
        made.handlers, made.filters = list(self.handlers), list(self.filters)
        return made

    def setLevel(self, level: int | str) -> None:  # noqa: N802 - the name of the standard library
        """Set the level below which lines are dropped."""
        self.level = to_level(level)
        self._cache.clear()  # type: ignore[attr-defined]

    def log(self, level: int | str, msg: object, *args: Any, **kwargs: Any) -> None:
        """Log a line.

        Args:
            level: a number, or a name such as "INFO".
            msg: the line, with % placeholders for ``args``.
            *args: what the placeholders stand for.
            **kwargs: as in ``logging``: ``exc_info``, ``stack_info``, ``stacklevel``, ``extra``.
        """
        kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1
        super().log(to_level(level), msg, *args, **kwargs)

    def handle(self, record: logging.LogRecord) -> None:
        """Take a line that was logged here, or captured from a Python logger."""
        if self.filters and not self.filter(record):
            return
        message = _message_of(record)
        if REDACTOR.is_active:
            record, message = _redact(record, message)
        if self._sink is not None:
            self._sink(record, message)
        if self._loggers or self.handlers:
            self._forward(self._place(record, message, None))

    def log_dagster_event(
        self, level: int | str | None, msg: str, dagster_event: Any, batch_metadata: Any = None
    ) -> None:
        """Tell the loggers of the run about an event; the event log has it already.

        Args:
            level: a number or a name; None for the event's own (failures ERROR, all else DEBUG).
            msg: what happened.
            dagster_event: the event.
            batch_metadata: accepted for compatibility.
        """
        number = event_level(dagster_event) if level is None else to_level(level)
        if not any(
            logger.isEnabledFor(number)
            for logger in (*self._loggers, self)
            if logger is not self or self.handlers
        ):
            return
        record = logging.LogRecord(self.name, number, "", 0, msg, (), None)
        self._forward(self._place(record, _with_error(msg, dagster_event), dagster_event))

    def _place(self, record: logging.LogRecord, message: str, event: Any) -> logging.LogRecord:
        facts = self.metadata
        if event is not None:
            facts.update((name, value) for name, value in event.logging_tags.items() if name in facts)
        placed = logging.makeLogRecord(record.__dict__)
        facts["job_tags"] = facts["job_tags"] or {}
        # A line of a resource names it in the place of the job; a line of nobody's job comes from the system.
        origin = (
            f"resource:{facts['resource_name']}" if facts["resource_name"] else facts["job_name"] or "system"
        )
        parts = [origin, facts["run_id"], facts["step_key"], message]
        if event is not None:
            parts.insert(3, event.event_type_value.replace("PIPELINE_", "RUN_"))  # as people say it
        placed.msg = " - ".join(part for part in parts if part)
        placed.args = ()
        when = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        placed.dagster_meta = {
            **facts, "orig_message": message, "log_message_id": new_id(), "log_timestamp": when.replace(tzinfo=None).isoformat(),
            "dagster_event": event,
        }  # fmt: skip
        return placed

    def _forward(self, placed: logging.LogRecord) -> None:
        for target in self._loggers:
            if target.isEnabledFor(placed.levelno):
                mine = logging.makeLogRecord(placed.__dict__)
                mine.name = target.name
                target.handle(mine)
        for handler in self.handlers:
            if placed.levelno >= handler.level:
                handler.handle(placed)

    def begin_python_log_capture(self) -> None:
        """Accepted for compatibility: lines of ``get_dagster_logger`` are captured wherever a step runs."""

    def end_python_log_capture(self) -> None:
        """Accepted for compatibility; see ``begin_python_log_capture``."""


def event_level(event: Any) -> int:
    """Return the level at which loggers hear of an event: failures as errors, all else for debugging."""
    return logging.ERROR if event.event_type_value in FAILURE_EVENTS else logging.DEBUG


def _with_error(message: str, event: Any) -> str:
    error = getattr(event.event_specific_data, "error", None)
    return f"{message}\n\n{error}" if error is not None else message


def _redact(record: logging.LogRecord, message: str) -> tuple[logging.LogRecord, str]:
    """Return a line without the values that must not be shown."""
    clean = logging.makeLogRecord(
        {
            name: redact_value(value) if name not in _FRAMES else value
            for name, value in record.__dict__.items()
        }
    )
    clean.msg, clean.args = REDACTOR.redact(message), ()
    if record.exc_info:
        clean.exc_text = REDACTOR.redact(logging.Formatter().formatException(record.exc_info))
    return clean, clean.msg


def _message_of(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError) as error:
        # A line whose placeholders do not fit must not fail the step that logs it, nor be lost.
        return f"{record.msg} {record.args!r} (not formatted: {error})"


def to_level(level: int | str) -> int:
    """Return a log level as a number.

    Raises:
        CheckError: if it is the name of none.
    """
    if isinstance(level, int):
        return level
    number = logging.getLevelName(str(level).upper())
    if not isinstance(number, int):
        from weftwork.base.errors import CheckError  # only on the way to an error
        from weftwork.base.text import did_you_mean  # only on the way to an error

        known = list(logging.getLevelNamesMapping())
        raise CheckError(
            f"'{level}' is no log level.{did_you_mean(str(level).upper(), known)} Known: {', '.join(known)}."
        )
    return number
