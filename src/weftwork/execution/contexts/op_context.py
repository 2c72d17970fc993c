"""The contexts of ops, assets and checks: what their functions may ask of the step, the run and the instance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.base.lifecycle import former, marked
from weftwork.definitions.loggers.log_scope import find_log_place
from weftwork.execution.contexts.asset_facts import AssetFacts
from weftwork.execution.contexts.former_names import with_former_names
from weftwork.execution.contexts.output_facts import OutputFacts
from weftwork.execution.contexts.partition_facts import PartitionFacts
from weftwork.execution.contexts.run_facts import RunFacts
from weftwork.execution.contexts.step_notes import StepNotes


class StepContext(RunFacts, OutputFacts, AssetFacts, PartitionFacts):
    """What the contexts of ops, assets and checks share.

    Args:
        step: the running step, or another context of the same step.
    """

    __weft_op_context__ = True
    __slots__ = ("_notes", "_op_context", "_step")

    def __init__(self, step: Any) -> None:
        self._notes: StepNotes | None = None
        self._op_context: OpExecutionContext | None = None
        self._step = step
        if isinstance(step, StepContext):
            self._step, self._notes = step._step, step.notes

    @property
    def op_execution_context(self) -> OpExecutionContext:
        """The same context as that of an op."""
        if self._op_context is None:
            self._op_context = OpExecutionContext(self)
        return self._op_context


class OpExecutionContext(StepContext):
    """Given to the function of an op; tests make one with ``build_op_context``.

    Args:
        step_execution_context: the running step.

    Example:
        >>> @op
        ... def hello(context: OpExecutionContext):
        ...     context.log.info("hello")
    """

    __slots__ = ()

    def __init__(self, step_execution_context: Any) -> None:
        super().__init__(step_execution_context)

    @property
    def op_execution_context(self) -> OpExecutionContext:
        """This context."""
        return self

    @staticmethod
    def get() -> OpExecutionContext:
        """Return the context of the step that runs here and now.

        Raises:
            DagsterInvariantViolationError: if none does.
        """
        found: StepContext = _get_current(StepContext, "OpExecutionContext")
        return found.op_execution_context


@with_former_names(
    {
        "asset_partitions_def_for_output": "assets_def.partitions_def",
        "dagster_run": "run",
        "get_mapping_key": "op_execution_context.get_mapping_key()",
        "get_tag": "run.tags.get(key)",
        "has_tag": "run.tags",
        "node_handle": "op_execution_context.node_handle",
        "op": "op_execution_context.op",
        "op_config": "op_execution_context.op_config",
        "op_handle": "op_execution_context.op_handle",
        "run_config": "run.run_config",
        "run_id": "run.run_id",
        "run_tags": "run.tags",
        "selected_output_names": "op_execution_context.selected_output_names",
    }
)
class AssetExecutionContext(StepContext):
    """Given to the function of an asset; tests make one with ``build_asset_context``.

    Args:
        op_execution_context: the context of the op that makes the asset.

    Example:
        >>> @asset
        ... def orders(context: AssetExecutionContext):
        ...     context.log.info("making %s", context.asset_key.to_user_string())
    """

    __slots__ = ()

    def __init__(self, op_execution_context: Any) -> None:
        super().__init__(op_execution_context)

    @marked("context.get_op_execution_context", former("Use context.op_execution_context."))
    def get_op_execution_context(self) -> OpExecutionContext:
        """Return the same context as that of an op."""
        return self.op_execution_context

    @staticmethod
    def get() -> AssetExecutionContext:
        """Return the context of the asset that is made here and now.

        Raises:
            DagsterInvariantViolationError: if none is.
        """
        return _get_current(AssetExecutionContext, "AssetExecutionContext")  # type: ignore[no-any-return]


class AssetCheckExecutionContext(StepContext):
    """Given to the function of an asset check; tests make one with ``build_asset_check_context``.

    Args:
        op_execution_context: the context of the op that evaluates the check.
    """

    __slots__ = ()

    def __init__(self, op_execution_context: Any) -> None:
        super().__init__(op_execution_context)

    @property
    def check_specs(self) -> Sequence[Any]:
        """The checks that the step evaluates."""
        return [output.check_spec for output in self._step.runtime.check_outputs.values()]

    @staticmethod
    def get() -> AssetCheckExecutionContext:
        """Return the context of the check that is evaluated here and now.

        Raises:
            DagsterInvariantViolationError: if none is.
        """
        return _get_current(AssetCheckExecutionContext, "AssetCheckExecutionContext")  # type: ignore[no-any-return]


def _get_current(wanted: type[StepContext], name: str) -> Any:
    place = find_log_place()
    found = getattr(place, "op_context", None)
    if not isinstance(found, wanted):
        raise DagsterInvariantViolationError(
            f"There is no current {name}: {name}.get() works only while such a step runs."
        )
    return found


def make_context(step: Any) -> StepContext:
    """Return the context of a step: as its function is annotated, else of an asset, a check, or an op.

    Raises:
        DagsterInvalidDefinitionError: if the function is annotated with a context that the step cannot have.
    """
    runtime = step.runtime
    annotation = runtime.compute.context_class
    if annotation is None:
        return _default_class(runtime)(step)
    name = getattr(annotation, "__name__", None) or str(annotation)
    if name == "OpExecutionContext":
        return OpExecutionContext(step)
    made = _default_class(runtime)
    if name == "AssetExecutionContext" and made is OpExecutionContext and runtime.assets_def is not None:
        made = AssetExecutionContext
    if name in _KNOWN and name != made.__name__:
        fitting = " or ".join(dict.fromkeys((made.__name__, "OpExecutionContext")))
        raise DagsterInvalidDefinitionError(
            f"The context of '{runtime.op_def.name}' is annotated with {name}, but this is {_WHAT[made]}: annotate it with "
            f"{fitting}, or not at all."
        )
    return made(step)


def _default_class(runtime: Any) -> type[StepContext]:
    if len(runtime.plan.path) > 1 or runtime.plan.observes:
        return OpExecutionContext
    if runtime.asset_outputs:
        return AssetExecutionContext
    return AssetCheckExecutionContext if runtime.check_outputs else OpExecutionContext


_KNOWN = ("AssetExecutionContext", "AssetCheckExecutionContext")
_WHAT: dict[type[StepContext], str] = {
    OpExecutionContext: "an op",
    AssetExecutionContext: "an asset",
    AssetCheckExecutionContext: "an asset check",
}
