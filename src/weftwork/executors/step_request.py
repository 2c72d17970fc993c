"""What a fresh process is told of the attempt that it makes: plain data, from which it builds the rest."""

from __future__ import annotations

import time
from typing import Any

from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import RunState
from weftwork.execution.runs.asked_run import AskedRun
from weftwork.execution.runs.located_job import Loadable, load_job
from weftwork.execution.steps.scope import StepScope
from weftwork.executors.step_process import Work, step_work
from weftwork.instance.instance import DagsterInstance
from weftwork.records.runs import DagsterRun
from weftwork.serde.record import Record


class RunInProcess(Record):
    """What all steps of a run have in common.

    Attributes:
        job: where the code of the job is found.
        run: the run.
        home: the home of the instance.
        settings: what dagster.yaml would say, where the file does not say it.
        search_path: where modules are imported from.
        retries_enabled: whether failed steps are tried again.
        hands_on_early: whether an output may be taken before its step has ended.
        preload: modules that are loaded besides the job.
    """

    job: dict[str, Any]
    run: DagsterRun
    home: str
    settings: dict[str, Any] | None = None
    search_path: list[str] = []
    retries_enabled: bool = True
    hands_on_early: bool = False
    preload: list[str] = []


class StepInProcess(Record):
    """An attempt at a step.

    Attributes:
        step: the number of the step in the plan.
        key: its key, with mapping keys.
        keys: its mapping keys, outermost first.
        attempt: how often it was tried before.
        items: the items that its lists are made of: (axis, outer keys, keys).
        absent: the outputs of steps before it that are not there: (step key, output).
        left_s: how much time the run has left, in seconds; None for any.
        logs: file that its output goes to, without its ending; None to show it.
    """

    step: int
    key: str
    keys: list[str] = []
    attempt: int = 0
    items: list[tuple[int, list[str], list[str]]] = []
    absent: list[tuple[str, str]] = []
    left_s: float | None = None
    logs: str | None = None


class StepRequest(Record):
    """All that a process needs that makes one attempt."""

    run: RunInProcess
    step: StepInProcess


def describe_run(scope: RunScope, job: Loadable, preload: list[str] | None = None) -> RunInProcess:
    """Return what other processes are told of a run."""
    import sys  # for the search path

    settings = scope.instance.settings_to_pass()
    return RunInProcess(
        job=job.to_dict(), run=scope.run, home=scope.instance.root_directory,
        settings=dict(settings) if settings is not None else None, search_path=list(sys.path),
        retries_enabled=scope.retries_enabled, hands_on_early=scope.hands_on_early, preload=preload or [],
    )  # fmt: skip


def describe_step(scope: StepScope, state: RunState, logs: str | None) -> StepInProcess:
    """Return what another process is told of an attempt."""
    run, plan = scope.run, scope.runtime.plan
    before = {run.plan.steps[source.step].key for taken in plan.inputs for source in taken.sources}
    absent = [(key, output) for key, output in run.absent if key.partition("[")[0] in before]
    left_s = run.deadline_s - time.perf_counter() if run.deadline_s is not None else None
    return StepInProcess(
        step=plan.index, key=scope.key, keys=list(scope.keys), attempt=scope.attempt, items=state.list_items(plan),
        absent=absent, left_s=left_s, logs=logs,
    )  # fmt: skip


class LoadedRun:
    """A run as a fresh process sees it.

    Args:
        told: what the process was told.

    Raises:
        DagsterError: if its code cannot be loaded, or does not fit the run any more.
    """

    def __init__(self, told: RunInProcess) -> None:
        import importlib  # for what is to be preloaded
        import sys  # for the search path

        sys.path[:] = told.search_path
        for module in told.preload:
            importlib.import_module(module)
        if told.settings is None:
            instance = DagsterInstance.from_config(told.home)
        else:
            instance = DagsterInstance.local_temp(told.home, told.settings)
        asked = AskedRun.of_recorded(load_job(told.job).get_definition(), instance, told.run)
        self.scope = asked.build_scope(asked.resolve_config())
        self.scope.retries_enabled = told.retries_enabled
        self.scope.hands_on_early = told.hands_on_early
        self.state = RunState(self.scope.plan, self.scope.repeat)
        if self.scope.repeat is not None:
            self.state.start()

    def work_of(self, told: StepInProcess) -> Work:
        """Return what the process of an attempt does."""
        run = self.scope
        run.absent = set(told.absent)
        run.deadline_s = time.perf_counter() + told.left_s if told.left_s is not None else None
        self.state.take_items(told.items)
        scope = StepScope(run, run.runtime(told.step), told.key, tuple(told.keys), told.attempt)
        return step_work(scope, self.state, told.logs)
