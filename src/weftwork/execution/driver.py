"""Drives a run: takes what is ready by priority, hands it to a backend, records, and asks what is ready then."""

from __future__ import annotations

from collections import deque
from contextlib import nullcontext, suppress
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Protocol

from weftwork.base.clock import Clock, SystemClock
from weftwork.base.errors import DagsterExecutionInterruptedError, DagsterRunTimeoutError, StoreAwayError
from weftwork.execution.control.shield import shielded, unshielded
from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import Instance, RunState
from weftwork.execution.steps.attempt import INTERRUPTS, Outcome
from weftwork.execution.steps.scope import StepScope
from weftwork.records.event_data import EngineEventData
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import normalize_metadata

if TYPE_CHECKING:
    from weftwork.execution.versions.staleness import Staleness


CANCEL_GRACE_S = 15.0
"""How long steps that are stopped may take to tear down before the run ends without them."""

HEARTBEAT_S = 2.0
"""How long the driver of a run that is being canceled listens before it renews its lease."""

ASK_STORE_S = 0.2
"""How often a store that is away is asked whether it is there again, while steps run."""

AFTER_FAILURE = frozenset({"all_ok"})
AFTER_CANCEL = frozenset({"all_ok", "all_done", "any_failed"})
"""The run conditions of steps that are not started any more."""


class StepBackend(Protocol):
    """Starts steps somewhere and tells how they ended.

    A backend may have ``blocks = False``: its ``start`` returns at once and runs no code of users; and
    ``waits_unshielded = True``: its ``messages`` lets signals through where it waits, and only there.
    """

    def start(self, scope: StepScope, state: RunState) -> None:
        """Start an attempt at a step."""
        ...

    def messages(self, timeout_s: float | None) -> list[tuple[StepScope, Outcome]]:
        """Return the attempts that ended or gave items since the last call, waiting for one at most ``timeout_s``."""
        ...

    def kill(self, scope: StepScope) -> None:
        """Have an attempt stop; its end comes as a message."""
        ...

    def close(self) -> None:
        """Give back what it holds; nothing is started any more."""
        ...

    @property
    def capacity(self) -> int:
        """How many more attempts may be started now."""
        ...


class RunEnd:
    """How the steps of a run ended.

    Attributes:
        failed: the keys of the steps that failed.
        error: what the first of them failed with.
        interrupted: whether the run was interrupted.
    """

    __slots__ = ("error", "failed", "interrupted")

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.error: BaseException | None = None
        self.interrupted = False


class Driver:
    """Drives one run.

    Args:
        run: the run.
        backend: where its steps run.
        stop_at_failure: whether the first failure ends the run.
        clock: the time, for delays before retries.
    """

    def __init__(
        self,
        run: RunScope,
        backend: StepBackend,
        *,
        stop_at_failure: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._run = run
        self._backend = backend
        self._blocks: bool = getattr(backend, "blocks", True)
        self._waits_unshielded: bool = getattr(backend, "waits_unshielded", False)
        self._stop_at_failure = stop_at_failure
        self._clock: Clock = clock or SystemClock()
        self._state = RunState(run.plan, run.repeat)
        self._ready: list[tuple[int, tuple[int, ...], int, int, Instance]] = []
        self._delayed: list[tuple[float, int, Instance]] = []
        self._running: dict[str, tuple[Instance, StepScope]] = {}
        self._number = 0
        self._attempts: dict[str, int] = {}
        self._streamed: dict[str, set[tuple[str, str]]] = {}
        self._refused: frozenset[str] = frozenset()
        self._staleness = _build_staleness(run) if run.only_stale else None
        self._end = RunEnd()
        self._is_stopped = False

    def drive(self) -> RunEnd:
        """Run every step that can run; return how they ended."""
        try:
            with shielded():
                try:
                    self._push(self._state.start())
                    self._loop()
                except INTERRUPTS as error:
                    self._end.interrupted = True
                    self._stop(error)
                except StoreAwayError as error:
                    self._stop(error)
        finally:
            self._backend.close()
        return self._end

    def _listen(self, timeout_s: float | None) -> list[tuple[StepScope, Outcome]]:
        """Return what the backend tells; a signal interrupts the waiting, and nothing else."""
        if self._waits_unshielded:
            return self._backend.messages(timeout_s)
        with unshielded():
            return self._backend.messages(timeout_s)

    def _loop(self) -> None:
        while True:
            self._wake()
            is_held_up = not self._blocks and self._is_held_up()
            if not is_held_up:
                self._start_ready()
            timeout_s = self._timeout()
            if is_held_up:
                timeout_s = min(ASK_STORE_S, timeout_s if timeout_s is not None else ASK_STORE_S)
            if self._running or self._ready:
                for scope, outcome in self._listen(timeout_s):
                    self._handle(scope, outcome)
            elif self._delayed or self._is_waiting_for_pools:
                self._run.flush()
                with unshielded():
                    self._clock.sleep(timeout_s or 0.0)
            else:
                return
            self._beat()
            if self._run.deadline_s is not None:
                self._check_deadline(self._run.deadline_s)

    def _is_held_up(self) -> bool:
        """Return whether steps run, and others must not start, as what came before them cannot be recorded now."""
        if not self._run.is_behind or not self._running:
            return False
        return not self._run.offer(wait_s=ASK_STORE_S)

    def _timeout(self) -> float | None:
        """Return how long there is nothing to do but to listen."""
        waits = []
        if self._delayed:
            waits.append(self._delayed[0][0] - self._clock.now())
        if self._run.deadline_s is not None:
            waits.append(self._run.deadline_s - self._clock.monotonic())
        waits += [pulse.due_s - self._clock.monotonic() for pulse in self._run.pulses]
        if self._run.pools is not None and self._run.pools.due_s is not None:
            waits.append(self._run.pools.due_s - self._clock.monotonic())
        return max(0.0, min(waits)) if waits else None

    @property
    def _is_waiting_for_pools(self) -> bool:
        return self._run.pools is not None and self._run.pools.due_s is not None

    def _keep_lease(self) -> None:
        """Renew the lease of a run that is being canceled already."""
        with suppress(DagsterExecutionInterruptedError):
            self._beat()

    def _beat(self) -> None:
        """Do what is due, such as renewing the lease of the run."""
        for pulse in self._run.pulses:
            if pulse.due_s <= self._clock.monotonic():
                pulse.beat()

    def _push(self, instances: list[Instance]) -> None:
        """Queue instances: by priority, then item by item in the order of the steps, so that items end early."""
        if self._state.lost or self._state.errors:
            self._note_losses()
        if not instances:
            return
        pending = deque(instances)
        while pending:
            instance = pending.popleft()
            if instance.skipped:
                pending.extend(self._skip(instance))
                self._note_losses()
                continue
            self._number += 1
            step = instance.step
            heappush(self._ready, (-step.priority, instance.order, step.index, self._number, instance))

    def _note_losses(self) -> None:
        """Take note of what never runs, before anything starts that would take it."""
        while self._state.lost:
            self._miss(self._state.lost.pop())
        while self._state.errors:
            self._fail_run(self._state.errors.pop())

    def _skip(self, instance: Instance) -> list[Instance]:
        run = self._run
        scope = StepScope(run, run.runtime(instance.step.index), instance.key, instance.keys)
        scope.emit("STEP_SKIPPED")
        self._miss(instance)
        return self._state.skipped(instance)

    def _miss(self, instance: Instance) -> None:
        """Remember that an instance gives nothing, for lists that take what is there."""
        self._run.absent.update(
            (instance.key, output.name)
            for output in instance.step.outputs
            if not self._state.has_given(instance, output.name)
        )

    def _wake(self) -> None:
        while self._delayed and self._delayed[0][0] <= self._clock.now():
            self._push([heappop(self._delayed)[2]])
        if self._run.pools is not None:
            self._push(self._run.pools.take_due(self._clock.monotonic()))

    def _start_ready(self) -> None:
        limits = self._run.tag_limits
        while self._ready and self._backend.capacity > 0:
            instance = heappop(self._ready)[-1]
            if instance.step.run_when in self._refused:
                self._give_up(instance)
            elif self._staleness is not None and self._keep(instance, self._staleness):
                continue
            elif limits is None or limits.enter(instance):
                self._enter_pool(instance)

    def _enter_pool(self, instance: Instance) -> None:
        """Start a step that needs no slot of a pool, or has one."""
        pools, limits = self._run.pools, self._run.tag_limits
        if pools is None or pools.enter(instance, self._clock.monotonic()):
            self._start(instance)
        elif limits is not None:
            self._push(limits.leave(instance))

    def _keep(self, instance: Instance, staleness: Staleness) -> bool:
        """Leave the assets of a step as they are if they are up to date; return whether they are."""
        run, step = self._run, instance.step
        run.flush()
        verdict, is_new = staleness.judge(step)
        scope = StepScope(run, run.runtime(step.index), instance.key, instance.keys)
        if is_new:
            for key, reason in verdict.reasons.items():
                name, kind = key.to_user_string(), "asset" if isinstance(key, AssetKey) else "check"
                done = "made" if kind == "asset" else "evaluated"
                what = f"is {done}" if verdict.is_stale else "stays as it is"
                facts = normalize_metadata({kind: name, "reason": reason})
                text = f"{kind.capitalize()} '{name}' {what}: {reason}."
                scope.emit("ENGINE_EVENT", EngineEventData(metadata=facts), text)
                if not verdict.is_stale:
                    staleness.settle(key)
        if verdict.is_stale:
            return False
        scope.emit("STEP_SKIPPED", None, f"Step '{instance.key}' is skipped: what it makes is up to date.")
        self._push(self._state.succeeded(instance, frozenset(output.name for output in step.outputs)))
        return True

    def _start(self, instance: Instance) -> None:
        key = instance.key
        runtime = self._run.runtime(instance.step.index)
        scope = StepScope(self._run, runtime, key, instance.keys, self._attempts.get(key, 0))
        with (
            unshielded() if self._blocks else nullcontext()
        ):  # what is pending comes before the step is counted in
            self._running[key] = (instance, scope)
            try:
                self._backend.start(scope, self._state)
            except (
                StoreAwayError,
                *INTERRUPTS,
            ):  # what comes before it cannot be recorded: it has not started
                del self._running[key]
                self._give_up(instance)
                raise

    def _handle(self, scope: StepScope, outcome: Outcome) -> None:
        self._run.flush_if_due()  # the next step that starts records all that came before it
        if outcome.status == "items":
            self._take_items(scope, outcome.items)
            return
        if outcome.status == "outputs":
            for name in outcome.produced:
                self._push(self._state.gave(self._running[scope.key][0], name))
            return
        instance, _ = self._running.pop(scope.key)
        if outcome.status != "retry":
            self._streamed.pop(scope.key, None)
        if self._run.tag_limits is not None:
            self._push(self._run.tag_limits.leave(instance))
        if self._run.pools is not None:
            self._run.flush()  # the end of the step comes before that of its slot
            self._push(self._run.pools.leave(instance))
        if outcome.status == "success":
            self._succeed(instance, scope, outcome)
        elif outcome.status == "retry" and instance.step.run_when not in self._refused:
            self._attempts[scope.key] = scope.attempt + 1
            self._number += 1
            heappush(self._delayed, (self._clock.now() + outcome.wait_s, self._number, instance))
        else:
            self._fail(instance, scope, outcome)

    def _take_items(self, scope: StepScope, items: list[tuple[str, str]]) -> None:
        """Start what is mapped over items of a step that still runs; a retry of it gives some of them again."""
        instance, _ = self._running[scope.key]
        seen = self._streamed.setdefault(scope.key, set())
        for item in items:
            if item not in seen:
                seen.add(item)
                self._push(self._state.item(instance, *item))

    def _succeed(self, instance: Instance, scope: StepScope, outcome: Outcome) -> None:
        self._attempts.pop(scope.key, None)
        for output in instance.step.outputs:
            if output.name not in outcome.produced:
                self._run.absent.add((scope.key, output.name))
        for name, key in outcome.items:
            self._push(self._state.item(instance, name, key))
        self._push(self._state.succeeded(instance, outcome.produced))

    def _fail(self, instance: Instance, scope: StepScope, outcome: Outcome) -> None:
        end = self._end
        end.failed.append(scope.key)
        if end.error is None:
            end.error = outcome.error
        self._give_up(instance)
        if isinstance(outcome.error, StoreAwayError) and not self._is_stopped:  # its thread has met it first
            raise outcome.error
        if outcome.status == "interrupt" and not self._is_stopped:
            error = outcome.error
            raise error if isinstance(error, INTERRUPTS) else DagsterExecutionInterruptedError(str(error))
        if self._stop_at_failure:
            self._refuse(AFTER_FAILURE)

    def _fail_run(self, error: Exception) -> None:
        """Take note that the run has failed, though no step has."""
        if self._end.error is None:
            self._end.error = error
        if self._stop_at_failure:
            self._refuse(AFTER_FAILURE)

    def _give_up(self, instance: Instance) -> None:
        self._miss(instance)
        self._push(self._state.failed(instance))

    def _refuse(self, conditions: frozenset[str]) -> None:
        """Start no more steps with these run conditions; what depends on them counts as failed."""
        self._refused |= conditions
        waiting = [entry[2] for entry in self._delayed]
        self._delayed.clear()
        if self._run.tag_limits is not None:
            waiting += self._run.tag_limits.take_parked()
        if self._run.pools is not None:
            waiting += self._run.pools.take_parked()
        if not self._state.is_conditional:
            self._ready.clear()
            return
        for instance in waiting:
            self._give_up(instance)

    def _check_deadline(self, deadline_s: float) -> None:
        run = self._run
        if self._clock.monotonic() < deadline_s or not (self._ready or self._running or self._delayed):
            return
        if self._end.error is None:
            self._end.error = DagsterRunTimeoutError(run.timeout_s or 0.0)
        self._refuse(AFTER_FAILURE)
        run.deadline_s = None  # what runs stops itself; what tidies up after it has its own time

    def _stop(self, error: BaseException) -> None:
        """Stop what runs; then run what is there to run even then."""
        self._is_stopped = True
        self._end.error = error
        self._refuse(AFTER_CANCEL)
        for _, scope in list(self._running.values()):
            self._backend.kill(scope)
        latest = self._clock.monotonic() + CANCEL_GRACE_S
        while self._running and self._clock.monotonic() < latest:
            timeout_s = latest - self._clock.monotonic()
            for scope, outcome in self._listen(min(timeout_s, HEARTBEAT_S)):
                self._handle(scope, outcome)
            self._keep_lease()
            if self._blocks:
                break  # nothing runs beside the driver: what has not ended by now never will
        for instance, _ in self._running.values():
            self._give_up(instance)
        self._running.clear()
        if self._state.is_conditional:
            self._loop()


def _build_staleness(run: RunScope) -> Staleness:
    from weftwork.execution.versions.staleness import Staleness  # only runs of what is stale

    return Staleness(run)
