"""What a hook is told about the step that ended."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Protocol

from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidPropertyError,
    DagsterInvariantViolationError,
)
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.resources.context_resources import ContextResources


class HookStepView(Protocol):
    """What a hook's context asks of the step that ended."""

    job_name: str
    run_id: str
    step_key: str
    node: Any
    op_config: Any
    log: Any
    instance: Any
    resources: Any
    step_exception: BaseException | None
    step_output_values: Mapping[str, Any]
    step_output_metadata: Mapping[str, Any]


class HookContext:
    """What a hook is told about the step that ended; every property is computed when it is read.

    Args:
        step_execution_context: the step.
        hook_def: the hook.
    """

    __slots__ = ("_hook_def", "_step")

    def __init__(self, step_execution_context: Any, hook_def: Any) -> None:
        self._step: HookStepView = step_execution_context
        self._hook_def = hook_def

    @property
    def job_name(self) -> str:
        """The job."""
        return self._step.job_name

    @property
    def run_id(self) -> str:
        """The run."""
        return self._step.run_id

    @property
    def hook_def(self) -> Any:
        """The hook."""
        return self._hook_def

    @property
    def instance(self) -> Any:
        """The instance of the run."""
        return self._step.instance

    @property
    def op(self) -> Any:
        """The use of the op, with its ``name`` and ``definition``."""
        return self._step.node

    @property
    def step_key(self) -> str:
        """The step."""
        return self._step.step_key

    @property
    def required_resource_keys(self) -> AbstractSet[str]:
        """The resources that the hook declared."""
        return self._hook_def.required_resource_keys  # type: ignore[no-any-return]

    @property
    def resources(self) -> Any:
        """One attribute for each resource that the hook declared."""
        resources = self._step.resources
        restrict = getattr(resources, "restrict", None)
        return restrict(self._hook_def.required_resource_keys) if restrict else resources

    @property
    def op_config(self) -> Any:
        """The config of the op."""
        return self._step.op_config

    @property
    def log(self) -> Any:
        """The log of the step."""
        return self._step.log

    @property
    def op_exception(self) -> BaseException | None:
        """The exception that failed the step, as the user raised it; None if it did not fail."""
        return self._step.step_exception

    @property
    def op_output_values(self) -> Mapping[str, Any]:
        """Output name to value; for a dynamic output, mapping key to value."""
        return self._step.step_output_values

    @property
    def op_output_metadata(self) -> Mapping[str, Any]:
        """Output name to metadata; for a dynamic output, mapping key to metadata."""
        return self._step.step_output_metadata


class UnboundHookContext(HookContext):
    """The context of a hook that a test calls; see ``build_hook_context``."""

    __slots__ = ("_exception", "_instance", "_job_name", "_keys", "_log", "_op", "_resources", "_run_id")

    def __init__(
        self,
        resources: Mapping[str, Any] | None = None,
        op: Any = None,
        run_id: str | None = None,
        job_name: str | None = None,
        op_exception: BaseException | None = None,
        instance: Any = None,
    ) -> None:
        super().__init__(None, None)
        self._resources = ContextResources(resources, "build_hook_context", instance=instance)
        self._keys = frozenset(resources or ())
        self._op = op
        self._run_id = run_id
        self._job_name = job_name
        self._exception = op_exception
        self._instance = instance
        self._log: Any = None

    def bind(self, hook_def: Any) -> HookContext:
        """Return the context for one hook.

        Raises:
            DagsterInvalidDefinitionError: if a resource that the hook declared is not provided.
        """
        for key in sorted(hook_def.required_resource_keys - self._keys):
            raise DagsterInvalidDefinitionError(
                f"The hook '{hook_def.name}' requires the resource '{key}', which the context does not have."
                f"{did_you_mean(key, self._keys)} Given: {quote_names(self._keys)}."
            )
        return BoundHookContext(self, hook_def)

    def __enter__(self) -> UnboundHookContext:
        self._resources.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._resources.__exit__(*exc_info)

    def _find(self, value: Any, parameter: str) -> Any:
        if value is None:
            raise DagsterInvalidPropertyError(
                f"The context has no '{parameter}': give it to build_hook_context({parameter}=...)."
            )
        return value

    def _absent(self, name: str) -> DagsterInvalidPropertyError:
        return DagsterInvalidPropertyError(
            f"'{name}' exists only in a run; a context of build_hook_context() has none."
        )

    @property
    def job_name(self) -> str:
        """The job that was given."""
        return self._find(self._job_name, "job_name")  # type: ignore[no-any-return]

    @property
    def run_id(self) -> str:
        """The run that was given."""
        return self._find(self._run_id, "run_id")  # type: ignore[no-any-return]

    @property
    def hook_def(self) -> Any:
        """The hook that the context is bound to."""
        if self._hook_def is None:
            raise self._absent("hook_def")
        return self._hook_def

    @property
    def instance(self) -> Any:
        """The instance that was given."""
        if self._instance is None:
            raise DagsterInvariantViolationError(
                "The context has no instance: give it to build_hook_context(instance=...)."
            )
        return self._instance

    @property
    def op(self) -> Any:
        """The op that was given, with its ``name`` and ``definition``."""
        return ProvidedNode(self._find(self._op, "op"))

    @property
    def step_key(self) -> str:
        """Exists only in a run."""
        raise self._absent("step_key")

    @property
    def required_resource_keys(self) -> AbstractSet[str]:
        """The resources that the hook declared."""
        return self.hook_def.required_resource_keys  # type: ignore[no-any-return]

    @property
    def resources(self) -> Any:
        """One attribute for each resource that was given."""
        return self._resources.get()

    @property
    def op_config(self) -> Any:
        """Exists only in a run."""
        raise self._absent("op_config")

    @property
    def log(self) -> Any:
        """A log of its own."""
        if self._log is None:
            from weftwork.definitions.loggers.log_manager import (
                DagsterLogManager,  # a hook that never logs needs none
            )

            self._log = DagsterLogManager()
        return self._log

    @property
    def op_exception(self) -> BaseException | None:
        """The exception that was given."""
        return self._exception

    @property
    def op_output_values(self) -> Mapping[str, Any]:
        """Exists only in a run."""
        raise self._absent("op_output_values")

    @property
    def op_output_metadata(self) -> Mapping[str, Any]:
        """Exists only in a run."""
        raise self._absent("op_output_metadata")


class BoundHookContext(UnboundHookContext):
    """The context of a test, bound to the hook that it is given to."""

    __slots__ = ()

    def __init__(self, context: UnboundHookContext, hook_def: Any) -> None:
        HookContext.__init__(self, None, hook_def)
        for slot in UnboundHookContext.__slots__:
            setattr(self, slot, getattr(context, slot))


class ProvidedNode:
    """An op that stands for its use in a graph, in the context of a test."""

    __slots__ = ("definition", "name")

    def __init__(self, op: Any) -> None:
        self.definition = getattr(op, "node_def", op)
        self.name: str = getattr(op, "given_alias", None) or self.definition.name

    @property
    def graph_definition(self) -> ProvidedGraph:
        """The graph that it is used in."""
        return ProvidedGraph(self)


class ProvidedGraph:
    """Stands for the graph of an op in the context of a test.

    Attributes:
        nodes: the op alone.
    """

    __slots__ = ("nodes",)

    name = "graph_of_test"

    def __init__(self, node: ProvidedNode) -> None:
        self.nodes = (node,)


def build_hook_context(
    resources: Mapping[str, Any] | None = None,
    op: Any = None,
    run_id: str | None = None,
    job_name: str | None = None,
    op_exception: Exception | None = None,
    instance: Any = None,
) -> UnboundHookContext:
    """Build the context for calling a hook in a test.

    Args:
        resources: key to resource definition or value.
        op: the op whose step ended.
        run_id: the run.
        job_name: the job.
        op_exception: the exception that failed the step.
        instance: the instance of the run.

    Example:
        >>> tell(build_hook_context(resources={"slack": FakeSlack()}, op=my_op))
    """
    return UnboundHookContext(resources, op, run_id, job_name, op_exception, instance)
