"""Everything that the steps of one run share: job, config, resources, log, versions of data."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext, redirect_stderr, suppress
from typing import TYPE_CHECKING, Any, TextIO

from weftwork.base.errors import (
    DagsterExecutionInterruptedError,
    DagsterInvalidInvocationError,
    DagsterStorageError,
    StoreAwayError,
)
from weftwork.config.redaction import REDACTOR
from weftwork.definitions.resources.namespace import NONE_OPEN, Resources
from weftwork.definitions.resources.session import ResourceSession
from weftwork.execution.control.pulses import ShowPulse
from weftwork.execution.control.shield import shielded, unshielded
from weftwork.execution.python_logs import begin_python_logs
from weftwork.execution.redacted import redact_texts
from weftwork.execution.run_partitions import RunPartitions
from weftwork.execution.step_runtime import StepRuntime
from weftwork.planning.plan import Plan, PlanStep
from weftwork.planning.step_keys import Keys
from weftwork.records.asset_events import AssetCheckEvaluationTargetMaterializationData
from weftwork.records.data_version import DataVersion
from weftwork.records.event_data import EngineEventData
from weftwork.records.event_type import FAILURE_EVENTS
from weftwork.records.events import DagsterEvent, EventLogEntry
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun
from weftwork.records.tags import DATA_VERSION_TAG, MAX_RUNTIME_SECONDS_TAG

if TYPE_CHECKING:
    from weftwork.definitions.loggers.log_manager import DagsterLogManager
    from weftwork.execution.control.pools import PoolGate
    from weftwork.execution.control.pulses import Pulse
    from weftwork.execution.control.run_lease import RunLease
    from weftwork.execution.tag_limits import TagLimits
    from weftwork.planning.reexecution.repeat import Repeat

LogItem = DagsterEvent | EventLogEntry
Listener = Callable[[LogItem], None]
Captured = dict[tuple[str, str, str | None], Any]

PLANNED_EVENTS = frozenset({"ASSET_MATERIALIZATION_PLANNED", "ASSET_CHECK_EVALUATION_PLANNED"})
FLUSH_INTERVAL_S = 0.2
_WAIT_S, _SHORT_WAIT_S = 1.0, 0.1
_PAUSE_S, _AWAY_PAUSE_S = 0.1, 1.0
_DEBUG = 10  # as in logging: the level of events that are no failures


class RunScope:
    """One run while it executes.

    Args:
        job: the job.
        plan: its plan.
        run: the run's record.
        instance: where it is recorded.
        config: its resolved config.
        resource_defs: the resources it uses, by key.
        input_values: values for the inputs of the job, by name.
        listener: told of every event and log line in order.
        captured: where the values of outputs are kept for the result; None to keep none.
        keep_events: whether events are kept for the result.
        make_context: makes the context of a step that asks for it.
        repeat: what of a past run is repeated; None to run everything.

    Attributes:
        lock: held while something is noted or recorded, as steps may run in several threads.
        deadline_s: when the run must have ended, on the clock of ``time.perf_counter``; None for never.
        timeout_s: how long the run may take.
        tag_limits: how many steps with a tag run at once; None for any number.
        hands_on_early: whether an output may be taken before its step has ended.
        max_events: how many events are kept for the result; when there are more, none is, and the result reads them
            where they are recorded. None for any number.
        lease: what its process holds while it runs; None where nothing outlives the process.
        pulses: what is done every now and then while it goes on, such as renewing the lease.
        pools: lets steps in that have a slot of their pool; None where no step needs one.
    """

    def __init__(
        self,
        *,
        job: Any,
        plan: Plan,
        run: DagsterRun,
        instance: Any,
        config: Any,
        resource_defs: Mapping[str, Any],
        input_values: Mapping[str, Any] | None = None,
        listener: Listener | None = None,
        captured: Captured | None = None,
        keep_events: bool = True,
        make_context: Callable[[Any], Any] | None = None,
        repeat: Repeat | None = None,
    ) -> None:
        self.job = job
        self._job_def: Any = None
        self.lock = threading.RLock()
        self.timeout_s = parse_max_runtime(run.tags)
        self.deadline_s = time.perf_counter() + self.timeout_s if self.timeout_s is not None else None
        self.job_name: str = job.name
        self.plan = plan
        self.run = run
        self.run_id = run.run_id
        self.instance = instance
        self.make_context = make_context or (lambda step: None)
        self.config = config
        self.resource_defs = resource_defs
        self.input_values = input_values or {}
        self.captured = captured
        self.pid = os.getpid()
        self.events: list[DagsterEvent] | None = [] if keep_events else None
        self.planned: list[DagsterEvent] = []
        self.max_events: int | None = None
        self.first_failure: DagsterEvent | None = None
        self.session = ResourceSession(
            resource_defs, config.resources, run=run, instance=instance, log=LazyLog(self)
        )
        self.versions: dict[AssetKey, tuple[DataVersion, int | None]] = {}
        self.partitions = RunPartitions(job, run, instance)
        self.retries_enabled = True
        self.only_stale = False
        self.tag_limits: TagLimits | None = None
        self.hands_on_early = False
        self.lease: RunLease | None = None
        self.pulses: list[Pulse] = []
        self.pools: PoolGate | None = None
        self.absent: set[tuple[str, str]] = set()
        self.repeat = repeat
        self._runtimes: list[StepRuntime | None] = [None] * len(plan.steps)
        self._managers: dict[str, tuple[Any, frozenset[str]]] = {}
        self._recorder = instance.open_recorder(run, job.name)
        self._listener = listener
        self._buffer: list[LogItem] = []
        self._made: list[tuple[int, AssetKey]] = []
        self._offered: list[LogItem] = []
        self._offered_made: list[tuple[int, AssetKey]] = []
        self._made_at: dict[AssetKey, float] = {}
        self._may_be_away = not instance.is_ephemeral
        self._flushed_at = time.perf_counter()
        self._flush_interval_s = FLUSH_INTERVAL_S
        self._loggers: Sequence[Any] | None = None
        self._shown_on: TextIO | None = None
        self._log: DagsterLogManager | None = None
        self._hears_events = True if begin_python_logs(instance) else None if config.loggers else False

    @property
    def job_def(self) -> Any:
        """The job with the resources with which it runs, for those who look at it."""
        if self._job_def is None:
            changed = self.resource_defs != self.job.resource_defs
            self._job_def = self.job.with_top_level_resources(self.resource_defs) if changed else self.job
        return self._job_def

    # -------------------------------------------------------------------------------------- steps

    def runtime(self, index: int) -> StepRuntime:
        """Return what is known of a step before it runs; made on first use."""
        found = self._runtimes[index]
        if found is None:
            found = self._runtimes[index] = StepRuntime(self, self.plan.steps[index])
        return found

    def find_source_run(self, step: PlanStep, keys: Keys, output: str) -> str | None:
        """Return the run whose value of an output is loaded: this one, or one that it repeats; None if none made it."""
        repeat = self.repeat
        if repeat is None or repeat.runs_again(step, keys):
            return self.run_id
        return repeat.find_output_run(step, keys, output)

    def manager_view(self, key: str) -> tuple[Any, Resources]:
        """Return what an IO manager is told besides the value: its config, and the resources that it may see."""
        known = self._managers.get(key)
        if known is None:
            entry = self.config.resources.get(key)
            definition = self.resource_defs.get(key)
            required = (
                definition.get_required_resource_keys(self.resource_defs) if definition is not None else ()
            )
            known = self._managers[key] = (entry.get("config") if entry else None, frozenset(required))
        config, keys = known
        return config, self.session.resources.restrict(keys) if keys else NONE_OPEN

    def find_materialization(self, key: AssetKey) -> AssetCheckEvaluationTargetMaterializationData | None:
        """Return the latest materialization of an asset, for a check that looks at it."""
        made = self.versions.get(key)
        if made is not None and made[1] is not None and key in self._made_at:
            return AssetCheckEvaluationTargetMaterializationData(made[1], self.run_id, self._made_at[key])
        record = self.instance.get_latest_data_version_record(key, is_source=False)
        if record is None:
            return None
        return AssetCheckEvaluationTargetMaterializationData(
            record.storage_id, record.run_id, record.timestamp
        )

    # --------------------------------------------------------------------------------------- log

    def emit(self, event: DagsterEvent) -> None:
        """Take note of an event; it is recorded with the next flush."""
        if REDACTOR.is_active:
            event = redact_texts(event)
        kind = event.event_type_value
        with self.lock:
            self._buffer.append(event)
            if self.events is not None:
                (self.planned if kind in PLANNED_EVENTS else self.events).append(event)
                if self.max_events is not None and len(self.events) > self.max_events:
                    self.events = None
            if self._listener is not None:
                self._listener(event)
        if kind in FAILURE_EVENTS:
            if kind == "STEP_FAILURE" and self.first_failure is None:
                self.first_failure = event
        elif self._hears_events is False:
            return
        elif self._hears_events is None:  # asked once, as events are many
            self._hears_events = any(logger.isEnabledFor(_DEBUG) for logger in self.loggers)
            if not self._hears_events:
                return
        self.log.log_dagster_event(None, event.message, event)

    def emit_run(
        self, kind: str, data: Any = None, text: str | None = None, step_key: str | None = None
    ) -> None:
        """Take note of an event of the run as a whole, or of a step before it starts."""
        self.emit(
            DagsterEvent(
                event_type_value=kind,
                job_name=self.job_name,
                step_key=step_key,
                event_specific_data=data,
                text=text,
                pid=self.pid,
                timestamp=time.time(),
            )
        )

    def emit_line(self, line: EventLogEntry) -> None:
        """Take note of a logged line."""
        with self.lock:
            self._buffer.append(line)
            if self._listener is not None:
                self._listener(line)
        self.flush_if_due()

    def note_version(self, key: AssetKey, version: DataVersion) -> None:
        """Remember the version of data that the event emitted last tells of."""
        self.versions[key] = (version, None)
        self._made_at[key] = self._buffer[-1].timestamp
        self._made.append((len(self._buffer) - 1, key))

    @property
    def made_keys(self) -> Collection[AssetKey]:
        """The assets that the run has made so far."""
        return self._made_at.keys()

    def flush_if_due(self) -> None:
        """Record what has happened if the last time is a while ago, so that others can follow a long step.

        A store that is away is not waited for.
        """
        if time.perf_counter() - self._flushed_at > self._flush_interval_s:
            if self._may_be_away:
                self.offer(wait_s=_SHORT_WAIT_S)
            else:
                self._flush_to_memory()

    def show(self) -> None:
        """Record what has happened, for those who follow a step that does nothing more for a while.

        A store that is away is left to the run itself, which knows how long to wait.
        """
        if self._buffer and not self._offered:
            with suppress(DagsterStorageError):
                self.flush_if_due()

    def flush(self) -> None:
        """Record what has happened since the last flush; a store that is away is waited for."""
        if not self._may_be_away:
            self._flush_to_memory()
            return
        with shielded():
            while not self.offer():
                with unshielded():  # who does not want to wait for a store may end the run
                    time.sleep(_PAUSE_S)

    def _flush_to_memory(self) -> None:
        with shielded(), self.lock:
            if self._buffer:
                first_id = self._recorder.commit(self._buffer)
                self._buffer = []
                if self._made:
                    self._settle(first_id, self._made)
                    self._made = []
                self._flushed_at = time.perf_counter()

    def _settle(self, first_id: int | None, made: list[tuple[int, AssetKey]]) -> None:
        """Take note of the ids of the events that tell of versions of data."""
        if first_id is not None:
            for position, key in made:
                version, _ = self.versions[key]
                self.versions[key] = (version, first_id + position)

    def offer(self, *, wait_s: float = _WAIT_S) -> bool:
        """Record what has happened since the last flush, in one transaction, unless the store is away.

        Args:
            wait_s: how long a store is waited for that others hold, in seconds.

        Returns:
            Whether everything is recorded.
        """
        with shielded(), self.lock:
            while self._buffer or self._offered:
                if not self._offered:
                    self._offered, self._offered_made = self._buffer, self._made
                    self._buffer, self._made = [], []
                is_recorded, first_id = self._recorder.offer(self._offered, wait_s=wait_s)
                self._flushed_at = time.perf_counter()
                if not is_recorded:
                    self._flushed_at += _AWAY_PAUSE_S
                    return False
                self._settle(first_id, self._offered_made)
                self._offered, self._offered_made = [], []
                if self._recorder.absence is not None:
                    self._tell_absence(self._recorder)
            return True

    def _tell_absence(self, recorder: Any) -> None:
        told, recorder.absence = recorder.absence, None
        self.emit_run("ENGINE_EVENT", EngineEventData(), told)

    @property
    def is_behind(self) -> bool:
        """Whether the store was away when something was to be recorded last."""
        return bool(self._offered)

    def hold(self, lease: RunLease) -> None:
        """Record under a lease from now on: what happens after somebody else has taken it over is refused."""
        self.lease = lease
        self.pulses += [lease, ShowPulse(self)]
        self._recorder.lease = lease.lease

    def discard(self) -> None:
        """Forget what is not recorded yet: the run goes on, or has ended, elsewhere."""
        with self.lock:
            self._buffer, self._made = [], []
            self._offered, self._offered_made = [], []

    def enter_step_process(self, recorder: Any, shown_on: TextIO | None) -> None:
        """Become the copy of a run that lives in the process of one step.

        What happens goes to the recorder, that is to the process of the run; resources are the step's own.

        Args:
            recorder: where it goes.
            shown_on: what standard error was, where that is kept in a file now: loggers show there what is logged.
        """
        self._inherited = dict(self.__dict__)  # to let go of what is replaced would copy the pages it is in
        self._recorder = recorder
        self._flush_interval_s = 0.0  # a process that crashes must have told what it did
        self.lock = threading.RLock()
        self.pid = os.getpid()
        self._shown_on = shown_on
        self.captured = self._listener = self._log = self._loggers = None
        self._buffer, self._made, self.events = [], [], []
        self._offered, self._offered_made = [], []
        self._runtimes = [None] * len(self.plan.steps)
        self.session = ResourceSession(
            self.resource_defs, self.config.resources, run=self.run, instance=self.instance, log=LazyLog(self)
        )

    def take_from_step_process(self, items: Sequence[LogItem]) -> None:
        """Take note of what happened in the process of a step; what loggers show, they showed there."""
        for item in items:
            with self.lock:
                self._buffer.append(item)
                if self.events is not None and isinstance(item, DagsterEvent):
                    self.events.append(item)
                    if self.max_events is not None and len(self.events) > self.max_events:
                        self.events = None
                if self._listener is not None:
                    self._listener(item)
            event = item if isinstance(item, DagsterEvent) else item.dagster_event
            if event is not None and event.event_type_value == "STEP_FAILURE" and self.first_failure is None:
                self.first_failure = event
            made = event.materialization if event is not None and event.is_step_materialization else None
            version = made.tags.get(DATA_VERSION_TAG) if made is not None and made.tags else None
            if made is not None and version is not None:
                self.note_version(made.asset_key, DataVersion(version))

    def reopen(self) -> RunScope:
        """Return the run with resources of its own, for loading what it stored."""
        return RunScope(
            job=self.job, plan=self.plan, run=self.run, instance=self.instance, config=self.config,
            resource_defs=self.resource_defs, keep_events=False, make_context=self.make_context,
        )  # fmt: skip

    def close(self) -> None:
        """Record the rest and end recording: a run that has ended only waits to record how."""
        while True:
            try:
                self.flush()
                break
            except (StoreAwayError, KeyboardInterrupt, DagsterExecutionInterruptedError):
                continue
        self._recorder.close()

    @property
    def loggers(self) -> Sequence[Any]:
        """The loggers of the run, made on first use."""
        if self._loggers is None:
            from weftwork.execution.run_loggers import build_loggers  # a run that logs nothing makes none

            quiet = self._listener is not None and not self.config.loggers
            self._loggers = ()  # one that cannot be made fails the run, and is not asked for its last event
            with redirect_stderr(self._shown_on) if self._shown_on is not None else nullcontext():
                self._loggers = () if quiet else build_loggers(self.job, self.config, self.run_id)
        return self._loggers

    @property
    def log(self) -> DagsterLogManager:
        """The log of the run as a whole."""
        if self._log is None:
            self._log = self.make_log(None)
        return self._log

    def list_running_steps(self) -> list[PlanStep]:
        """Return the steps of the plan that run."""
        return [step for step in self.plan.steps if self.repeat is None or self.repeat.runs(step)]

    def find_only_step(self) -> str | None:
        """Return the step of a run of one step: what its resources do is told with it."""
        steps = self.list_running_steps() if len(self.plan.steps) == 1 or self.repeat is not None else ()
        return steps[0].key if len(steps) == 1 else None

    def make_log(self, step_key: str | None, op_name: str | None = None) -> DagsterLogManager:
        """Return the log of a step, or of the run."""
        from weftwork.execution.run_loggers import make_log_manager  # logging is imported by those who log

        return make_log_manager(self, step_key, op_name)


class LazyLog:
    """The log of a run for those who may never use it.

    Args:
        scope: the run.
        resource: the resource that logs, or None.
    """

    __slots__ = ("_log", "_resource", "_scope")

    def __init__(self, scope: RunScope, resource: str | None = None) -> None:
        self._scope = scope
        self._resource = resource
        self._log: Any = None

    def for_resource(self, key: str) -> LazyLog:
        """Return the log of one resource."""
        return LazyLog(self._scope, key)

    def __getattr__(self, name: str) -> Any:
        if self._log is None:
            if self._resource is None:
                self._log = self._scope.log
            else:
                log = self._scope.make_log(self._scope.find_only_step())
                self._log = log.with_tags(resource_name=self._resource)
        return getattr(self._log, name)


def parse_max_runtime(tags: Mapping[str, str]) -> float | None:
    """Return how many seconds a run with these tags may take; None for any.

    Raises:
        DagsterInvalidInvocationError: if the tag is no number of seconds.
    """
    text = tags.get(MAX_RUNTIME_SECONDS_TAG)
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if seconds <= 0 or seconds != seconds:
        raise DagsterInvalidInvocationError(
            f"Tag '{MAX_RUNTIME_SECONDS_TAG}' must be how many seconds the run may take, not {text!r}."
        )
    return seconds
