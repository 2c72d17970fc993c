"""An attempt at a step, as it is known from what its process tells and from how that ends."""

from __future__ import annotations

from typing import Any

from weftwork.base.errors import ChildProcessCrashException, DagsterSubprocessError
from weftwork.execution.steps.attempt import UNFINISHED, Outcome, fail_attempt
from weftwork.execution.steps.scope import StepScope
from weftwork.executors.step_messages import LogItem, StepEnded, decode_message, decode_temporary
from weftwork.processes.exit_status import ExitStatus
from weftwork.processes.remains.temporary_files import remove_temporary
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_data import EngineEventData, ErrorSource, StepOutputData
from weftwork.records.events import DagsterEvent

_ENDS = frozenset({"STEP_SUCCESS", "STEP_FAILURE", "STEP_UP_FOR_RETRY"})


class HeardAttempt:
    """An attempt that runs in a process.

    Args:
        scope: the attempt.
    """

    __slots__ = ("_end", "_items", "_last_event", "_produced", "_temporaries", "_told_items", "scope")

    def __init__(self, scope: StepScope) -> None:
        self.scope = scope
        self._end: StepEnded | None = None
        self._last_event: DagsterEvent | None = None
        self._produced: set[str] = set()
        self._items: list[tuple[str, str]] = []
        self._told_items: set[tuple[str, str]] = set()
        self._temporaries: list[str] = []

    def hear(self, message: bytes) -> Outcome | None:
        """Take a message; return what it says of an attempt that goes on, if it says something of it."""
        temporary = decode_temporary(message)
        if temporary is not None:
            self._temporaries.append(temporary)
            return None
        content = decode_message(message)
        if not isinstance(content, StepEnded):
            self._note(content)
            self.scope.run.take_from_step_process(content)
            return None
        if content.status in UNFINISHED:
            self._told_items.update(content.items)
            return Outcome(content.status, frozenset(content.produced), content.items)
        self._end = content
        return None

    def _note(self, items: list[LogItem]) -> None:
        """Remember what tells how the attempt ends, should its process die before it can say so."""
        for item in items:
            if not isinstance(item, DagsterEvent):
                continue
            if isinstance(item.event_specific_data, StepOutputData):
                handle = item.event_specific_data.step_output_handle
                if handle.mapping_key is None:
                    self._produced.add(handle.output_name)
                else:
                    self._items.append((handle.output_name, handle.mapping_key))
            elif item.event_type_value in _ENDS:
                self._last_event = item

    def outcome(self, status: ExitStatus) -> Outcome:
        """Return how the attempt ended, now that its process has."""
        if not status.success:
            for path in self._temporaries:
                remove_temporary(path)
        end = self._end
        if end is None:
            return self._cut_off(status) if self._last_event is not None else self._crashed(status)
        if end.status == "lost":
            return self._lost(end)
        error = self._error(end.error) if end.error is not None else None
        return Outcome(end.status, frozenset(end.produced), end.items, error, end.wait_s)

    def _error(self, info: SerializableErrorInfo) -> DagsterSubprocessError:
        return DagsterSubprocessError(
            f"Step '{self.scope.key}' failed in its process: {info.message.strip()}",
            subprocess_error_infos=[info],
        )

    def _cut_off(self, status: ExitStatus) -> Outcome:
        """Return the end of an attempt that was told by an event; its process died while it tidied up."""
        event = self._last_event
        assert event is not None
        self._emit(f"The process of step '{self.scope.key}' ended after the step did: {status}.")
        data: Any = event.event_specific_data
        if event.event_type_value == "STEP_SUCCESS":
            items = [item for item in self._items if item not in self._told_items]
            return Outcome("success", frozenset(self._produced), items)
        error = self._error(data.error) if data is not None and data.error is not None else None
        if event.event_type_value == "STEP_UP_FOR_RETRY":
            return Outcome("retry", error=error, wait_s=data.seconds_to_wait or 0.0)
        was_interrupted = data is not None and data.error_source is ErrorSource.INTERRUPT
        return Outcome("interrupt" if was_interrupted else "failure", error=error)

    def _lost(self, end: StepEnded) -> Outcome:
        """Fail an attempt whose process could not load what it needs."""
        assert end.error is not None
        text = f"The process of step '{self.scope.key}' could not begin: {end.error.message.strip()}"
        return self._fail(DagsterSubprocessError(text, subprocess_error_infos=[end.error]))

    def _crashed(self, status: ExitStatus) -> Outcome:
        """Fail an attempt whose process ended before the step did; the retry policy of the step applies."""
        text = f"The process of step '{self.scope.key}' ended before the step did: {status}."
        self._emit(text)
        return self._fail(ChildProcessCrashException(text, exit_code=status.code))

    def _emit(self, text: str) -> None:
        self.scope.emit("ENGINE_EVENT", EngineEventData(), text)

    def _fail(self, error: Exception) -> Outcome:
        return fail_attempt(self.scope, error)
