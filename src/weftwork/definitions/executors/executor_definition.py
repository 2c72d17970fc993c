"""An executor that users configure: what runs the steps of a job, with its config and what it needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, overload

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import DagsterUnmetExecutorRequirementsError, ParameterCheckError
from weftwork.base.names import check_name
from weftwork.config.schema import DefinitionConfigSchema, Field, build_definition_schema


class ExecutorRequirement(Enum):
    """What an executor needs of the job, its instance and its storage."""

    RECONSTRUCTABLE_PIPELINE = "RECONSTRUCTABLE_PIPELINE"
    RECONSTRUCTABLE_JOB = "RECONSTRUCTABLE_PIPELINE"  # noqa: PIE796 - the documented alias
    NON_EPHEMERAL_INSTANCE = "NON_EPHEMERAL_INSTANCE"
    PERSISTENT_OUTPUTS = "PERSISTENT_OUTPUTS"


def multiple_process_executor_requirements() -> list[ExecutorRequirement]:
    """Return what an executor needs that runs steps in several processes."""
    return [
        ExecutorRequirement.RECONSTRUCTABLE_PIPELINE,
        ExecutorRequirement.NON_EPHEMERAL_INSTANCE,
        ExecutorRequirement.PERSISTENT_OUTPUTS,
    ]


class RetryMode(Enum):
    """Whether an executor tries failed steps again, or leaves that to whoever started it."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    DEFERRED = "deferred"

    @staticmethod
    def from_config(config: Mapping[str, Any] | None) -> RetryMode:
        """Return the mode that the entry ``retries`` of an executor's config stands for."""
        return RetryMode(next(iter(config))) if config else RetryMode.ENABLED


class InitExecutorContext:
    """What the function of an executor is given.

    Args:
        job: the job.
        executor_def: the definition of the executor.
        executor_config: its config.
        instance: the instance of the run.
    """

    __slots__ = ("executor_config", "executor_def", "instance", "job")

    def __init__(
        self, job: Any, executor_def: Any, executor_config: Mapping[str, Any], instance: Any
    ) -> None:
        self.job = job
        self.executor_def: ExecutorDefinition = check_type(executor_def, ExecutorDefinition, "executor_def")
        self.executor_config = executor_config
        self.instance = instance


class Executor(ABC):
    """Base of executors that users write."""

    @abstractmethod
    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[Any]:
        """Run the steps of a plan and yield their events."""

    @property
    @abstractmethod
    def retries(self) -> RetryMode:
        """Whether failed steps are tried again."""


Requirements = Sequence[ExecutorRequirement] | Callable[[Mapping[str, Any]], Sequence[ExecutorRequirement]]
ExecutorFunction = Callable[[InitExecutorContext], Any]


class ExecutorDefinition:
    """An executor that users configure under ``execution``; most users take a builtin one.

    Args:
        name: its name.
        config_schema: the config that it takes (default: anything).
        requirements: what it needs, or a function from its config to what it needs.
        executor_creation_fn: (InitExecutorContext) -> Executor.
        description: text for people.

    Raises:
        DagsterInvalidDefinitionError: if the name is none.
        ParameterCheckError: if an argument is of the wrong kind.
    """

    def __init__(
        self,
        name: str,
        config_schema: Any = None,
        requirements: Requirements | None = None,
        executor_creation_fn: ExecutorFunction | None = None,
        description: str | None = None,
    ) -> None:
        self._name = check_name(name, "executor")
        self._config_schema = build_definition_schema(config_schema)
        self._requirements = _check_requirements(requirements)
        self.executor_creation_fn: ExecutorFunction | None = (
            None
            if executor_creation_fn is None
            else check_callable(executor_creation_fn, "executor_creation_fn")
        )
        self._description: str | None = check_type(description, str, "description", optional=True)
        self.kind = self._name

    @property
    def name(self) -> str:
        """Its name; ``kind`` is that of the executor that it is a configured copy of."""
        return self._name

    @property
    def description(self) -> str | None:
        """Text for people."""
        return self._description

    @property
    def config_schema(self) -> DefinitionConfigSchema:
        """The config that it takes."""
        return self._config_schema

    @property
    def config_field(self) -> Field:
        """The config that it takes, as a field."""
        return self._config_schema.as_field()

    def get_requirements(self, executor_config: Mapping[str, Any]) -> Sequence[ExecutorRequirement]:
        """Return what it needs with this config."""
        return self._requirements(executor_config) if callable(self._requirements) else self._requirements

    def check_requirements(
        self, executor_config: Mapping[str, Any], *, reconstructable: bool, ephemeral_instance: bool
    ) -> None:
        """Raise if the job or its instance does not give what the executor needs.

        Raises:
            DagsterUnmetExecutorRequirementsError: if it does not.
        """
        needed = self.get_requirements(executor_config)
        if ExecutorRequirement.RECONSTRUCTABLE_JOB in needed and not reconstructable:
            raise DagsterUnmetExecutorRequirementsError(
                f"The executor '{self.name}' runs steps in other processes, which must be able to load the job: give "
                f"reconstructable(function), or use in_process_executor."
            )
        if ExecutorRequirement.NON_EPHEMERAL_INSTANCE in needed and ephemeral_instance:
            raise DagsterUnmetExecutorRequirementsError(
                f"The executor '{self.name}' runs steps in other processes, which cannot see an instance that lives in "
                f"memory: use DagsterInstance.get() with DAGSTER_HOME set, or in_process_executor."
            )

    def copy_for_configured(
        self, name: str, description: str | None, config_schema: Any
    ) -> ExecutorDefinition:
        """Return the executor with another name and schema."""
        made = ExecutorDefinition(
            name,
            config_schema,
            self._requirements,
            self.executor_creation_fn,
            description or self.description,
        )
        made.kind = self.kind
        return made

    def configured(
        self,
        config_or_config_fn: Any,
        name: str | None = None,
        config_schema: Any = None,
        description: str | None = None,
    ) -> ExecutorDefinition:
        """Return the executor with its config given, or made by a function of simpler config.

        Args:
            config_or_config_fn: the config, or a function that makes it.
            name: the name of the new executor (default: that of this one).
            config_schema: what the function may be given (default: anything).
            description: text for people (default: that of the executor).
        """
        from weftwork.definitions.run_config.configured import configure  # few definitions are

        made: ExecutorDefinition = configure(
            self, config_or_config_fn, name or self.name, config_schema, description
        )
        return made

    @staticmethod
    def hardcoded_executor(executor: Executor) -> ExecutorDefinition:
        """Return the definition of an executor that exists already."""
        return ExecutorDefinition("__executor__", None, None, lambda _context: executor)

    def __repr__(self) -> str:
        return f"<ExecutorDefinition {self.name}>"


def _check_requirements(requirements: Any) -> Requirements:
    if requirements is None:
        return []
    if callable(requirements):
        return requirements  # type: ignore[no-any-return]
    if not isinstance(requirements, (list, tuple)) or not all(
        isinstance(one, ExecutorRequirement) for one in requirements
    ):
        raise ParameterCheckError(
            f"requirements must be a list of ExecutorRequirement or a function that returns one, not {requirements!r:.200}."
        )
    return list(requirements)


@overload
def executor(name: ExecutorFunction) -> ExecutorDefinition: ...


@overload
def executor(
    name: str | None = None, config_schema: Any = None, requirements: Requirements | None = None
) -> Callable[[ExecutorFunction], ExecutorDefinition]: ...


def executor(name: Any = None, config_schema: Any = None, requirements: Requirements | None = None) -> Any:
    """Make an executor definition of a function (InitExecutorContext) -> Executor.

    Args:
        name: its name (default: that of the function).
        config_schema: the config that it takes (default: anything).
        requirements: what it needs, or a function from its config to what it needs.
    """
    if name is not None and not isinstance(name, str):
        return _decorate(check_callable(name, "name"), None, None, None)
    return lambda function: _decorate(function, name, config_schema, requirements)


def _decorate(
    function: ExecutorFunction, name: str | None, config_schema: Any, requirements: Requirements | None
) -> ExecutorDefinition:
    check_callable(function, "executor_creation_fn")
    return ExecutorDefinition(
        name or function.__name__, config_schema, requirements, function, getattr(function, "__doc__", None)
    )
