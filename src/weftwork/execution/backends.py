"""Which backend runs the steps of a run: by the executor that the job names, and its config."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError, DagsterUnmetExecutorRequirementsError
from weftwork.definitions.executors.executor_definition import (
    Executor,
    ExecutorRequirement,
    InitExecutorContext,
    RetryMode,
)
from weftwork.execution.driver import StepBackend
from weftwork.execution.in_process import InProcessBackend
from weftwork.execution.run_scope import RunScope
from weftwork.io_managers.in_memory import mem_io_manager

BackendFactory = Callable[[RunScope, Mapping[str, Any], Any], StepBackend]

_MODULES = {
    "async_executor": "weftwork.executors.asynchronous",
    "multiprocess": "weftwork.executors.multiprocess",
    "thread_executor": "weftwork.executors.threads",
}
_CONCURRENT_HERE = frozenset({"async_executor", "thread_executor"})
_factories: dict[str, BackendFactory] = {}


def register_backend(executor: str, factory: BackendFactory) -> None:
    """Say what runs the steps of an executor; called once by its module on the floor above.

    Args:
        executor: the name of the builtin executor.
        factory: gets the run, the config of the executor and the reconstructable job (or None), and returns the backend.
    """
    _factories[executor] = factory


class ChosenExecutor:
    """The executor of a run.

    Args:
        job: the job.
        execution: the name and the config of its executor, as the run config came to.

    Attributes:
        kind: the name of the builtin executor, or of the user's own.
        config: its config.
    """

    __slots__ = ("config", "definition", "job", "kind")

    def __init__(self, job: Any, execution: tuple[str, Any]) -> None:
        self.job = job
        self.definition = job.executor_def
        self.config: Mapping[str, Any] = execution[1] or {}
        self.kind: str = self.definition.kind
        if self.kind == "multi_or_in_process_executor":
            self.kind, chosen = next(iter(self.config.items()), ("multiprocess", {}))
            self.config = chosen or {}

    @property
    def is_concurrent_here(self) -> bool:
        """Whether it runs several steps at once, and all of them in this process."""
        return self.kind in _CONCURRENT_HERE

    @property
    def retries(self) -> RetryMode:
        """Whether failed steps are tried again."""
        return RetryMode.from_config(self.config.get("retries"))

    def check_job(self, config: Any) -> None:
        """Raise if the job does not store its outputs where the executor needs them.

        Args:
            config: its whole config, as the run config came to.

        Raises:
            DagsterUnmetExecutorRequirementsError: if it does not.
        """
        if ExecutorRequirement.PERSISTENT_OUTPUTS in self.definition.get_requirements(config):
            self._check_outputs()

    def check_instance(self, config: Any, instance: Any) -> None:
        """Raise if the instance is not what the executor needs.

        Args:
            config: its whole config, as the run config came to.
            instance: where the run is recorded.

        Raises:
            DagsterUnmetExecutorRequirementsError: if it is not.
        """
        self.definition.check_requirements(
            config, reconstructable=True, ephemeral_instance=instance.is_ephemeral
        )

    def _check_outputs(self) -> None:
        for op_def in self.job.graph.iterate_op_defs():
            for output in op_def.output_defs:
                manager = self.job.resource_defs.get(output.io_manager_key)
                if manager is mem_io_manager and not output.dagster_type.is_nothing:
                    raise DagsterUnmetExecutorRequirementsError(
                        f"Executor '{self.definition.name}' of job '{self.job.name}' runs steps in other processes, which cannot "
                        f"see what mem_io_manager ('{output.io_manager_key}' of op '{op_def.name}') keeps in this one: use "
                        f"fs_io_manager, or in_process_executor."
                    )

    def build_backend(self, scope: RunScope, reconstructable: Any) -> StepBackend | Executor:
        """Return what runs the steps: a backend, or the user's own executor.

        Raises:
            DagsterInvariantViolationError: if the function of the user's executor returns neither.
        """
        from weftwork.execution.tag_limits import TagLimits  # few have limits

        limits = self.config.get("tag_concurrency_limits")
        if limits:
            scope.tag_limits = TagLimits(limits)
        dependency = self.config.get("step_dependency_config") or {}
        scope.hands_on_early = not dependency.get("require_upstream_step_success", True)
        make = self.definition.executor_creation_fn
        if make is not None:
            return _check_made(self.definition.name, make(self._init_context(scope)))
        factory = _find_factory(self.kind)
        return factory(scope, self.config, reconstructable) if factory is not None else InProcessBackend()

    def _init_context(self, scope: RunScope) -> InitExecutorContext:
        return InitExecutorContext(self.job, self.definition, self.config, scope.instance)


def _find_factory(kind: str) -> BackendFactory | None:
    """Return what makes the backend of a builtin executor; None where steps run in this process."""
    if kind not in _factories and kind in _MODULES:
        try:
            importlib.import_module(_MODULES[kind])  # by name: execution must not depend on executors
        except ModuleNotFoundError as error:
            if error.name is None or not _MODULES[kind].startswith(error.name):
                raise
    return _factories.get(kind)


def _check_made(name: str, made: Any) -> StepBackend | Executor:
    if isinstance(made, Executor):
        return made
    if all(hasattr(made, method) for method in ("start", "messages", "kill", "capacity")):
        backend: StepBackend = made
        return backend
    raise DagsterInvariantViolationError(
        f"The function of executor '{name}' must return an Executor, or an object with start, messages, kill and capacity; it "
        f"returned {made!r:.100}."
    )
