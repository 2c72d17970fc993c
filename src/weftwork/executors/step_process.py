"""The process of one step: forked from the run's process, it runs the step and tells what happens."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence

from weftwork.base.errors import DagsterExecutionInterruptedError
from weftwork.execution.control.temporaries import open_notes
from weftwork.execution.run_state import RunState
from weftwork.execution.steps.attempt import Outcome, execute_step, fail_attempt, interrupt_attempt
from weftwork.execution.steps.guard import Guard
from weftwork.execution.steps.scope import StepScope
from weftwork.executors.step_messages import LogItem, encode_end, encode_items, encode_temporary
from weftwork.processes.forked import send_output_to
from weftwork.processes.messages import MessageWriter
from weftwork.processes.remains.places import PlaceNotes
from weftwork.processes.remains.temporary_files import tell_temporaries
from weftwork.records.errors import error_info
from weftwork.records.event_data import EngineEventData

Work = Callable[[MessageWriter], None]


class PipeRecorder:
    """Sends what happens to the process of the run, the only one that records.

    Attributes:
        absence: always None: the process of the run is there as long as this one is.
    """

    absence: None = None

    def __init__(self, writer: MessageWriter) -> None:
        self._writer = writer

    def commit(self, items: Sequence[LogItem]) -> None:
        """Send events and lines; their storage ids are known to the run's process only."""
        if items:
            self._writer.send(encode_items(list(items)))

    def offer(self, items: Sequence[LogItem], *, wait_s: float) -> tuple[bool, int | None]:
        """Send events and lines; see ``commit``."""
        self.commit(items)
        return True, None

    def close(self) -> None:
        """Nothing is held here."""


def step_work(scope: StepScope, state: RunState, logs: str | None) -> Work:
    """Return what the process of a step does.

    Args:
        scope: the attempt, as the run's process sees it.
        state: the state of the run, which knows the items of dynamic outputs.
        logs: file that its output goes to, ``.out`` and ``.err`` put behind it; None to show it.
    """

    def work(writer: MessageWriter) -> None:
        run = scope.run
        shown_on = send_output_to(f"{logs}.out", f"{logs}.err") if logs is not None else None
        run.enter_step_process(PipeRecorder(writer), shown_on)
        child = StepScope(run, run.runtime(scope.runtime.plan.index), scope.key, scope.keys, scope.attempt)
        _watch(child, writer)
        notes = open_notes(run)
        tell_temporaries(lambda path: _tell_temporary(child, writer, path, notes))
        child.emit("STEP_WORKER_STARTED", EngineEventData(), f"Step '{scope.key}' runs in process {run.pid}.")
        _tell(child, writer, _execute(child, state))

    return work


def tell_lost(writer: MessageWriter, error: BaseException) -> None:
    """Tell that the attempt could not begin in this process."""
    writer.send(encode_end(Outcome("lost", error=error)))


def _tell_temporary(scope: StepScope, writer: MessageWriter, path: str, notes: PlaceNotes) -> None:
    """Tell of a file for the death of this process; the note is for the death of all processes of the run."""
    notes.note(path)
    with scope.run.lock:
        writer.send(encode_temporary(path))


def _watch(scope: StepScope, writer: MessageWriter) -> None:
    """Have items told at once, and let SIGTERM and timeouts stop the attempt."""

    def give_up(reason: BaseException) -> None:
        """End a process whose code does not stop."""
        told = StepScope(scope.run, scope.runtime, scope.key, scope.keys, scope.attempt)
        if isinstance(reason, Exception):
            outcome = fail_attempt(told, reason)
        else:
            outcome = interrupt_attempt(told, reason)
        _tell(told, writer, outcome)
        os._exit(1)

    guard = scope.guard = Guard(scope.run.lock, give_up)

    def stop() -> None:
        guard.stop(DagsterExecutionInterruptedError(f"Step '{scope.key}' was stopped: the run is canceled."))

    # Not in the handler itself: it may have come while the main thread tells something.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=stop, daemon=True).start())
    if scope.runtime.plan.retry_policy is None:  # with a policy, items count when the attempt has succeeded
        scope.on_item = lambda name, key: _tell(scope, writer, Outcome("items", items=[(name, key)]))
    if scope.run.hands_on_early:
        scope.on_output = lambda name: _tell(scope, writer, Outcome("outputs", frozenset((name,))))


def _tell(scope: StepScope, writer: MessageWriter, outcome: Outcome) -> None:
    with scope.run.lock:
        scope.run.flush()  # the events of an item or output come before those of the steps that take it
        writer.send(encode_end(outcome))


def _execute(scope: StepScope, state: RunState) -> Outcome:
    """Run the step between the setup and the teardown of its resources."""
    run = scope.run
    keys = scope.runtime.list_resource_keys()
    names = ", ".join(keys)
    if keys:
        scope.emit("RESOURCE_INIT_STARTED", EngineEventData(), f"Setting up resources: {names}.")
    try:
        try:
            run.session.open(keys)
        except Exception as error:  # noqa: BLE001 - user code
            data = EngineEventData(error=error_info(error))
            scope.emit("RESOURCE_INIT_FAILURE", data, f"Resources could not be set up: {error}")
            return fail_attempt(scope, error)
        if keys:
            scope.emit("RESOURCE_INIT_SUCCESS", EngineEventData(), f"Resources are set up: {names}.")
        return execute_step(scope, state)
    finally:
        if keys:
            run.flush_if_due()  # whatever a teardown does, how the step ended is told
        for failure in run.session.close():
            scope.emit("ENGINE_EVENT", EngineEventData(error=error_info(failure)), str(failure))
