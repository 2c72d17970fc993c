"""The contexts that tests build for calling the functions of ops, assets and checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Self

from weftwork.base.errors import DagsterInvalidPropertyError, DagsterInvariantViolationError
from weftwork.execution.contexts.op_context import (
    AssetCheckExecutionContext,
    AssetExecutionContext,
    OpExecutionContext,
    StepContext,
)
from weftwork.execution.contexts.step_notes import StepNotes
from weftwork.execution.invocation.direct_step import DirectStep


class DirectContext(StepContext):
    """A context that tests build; open it by ``with`` if a resource has a teardown."""

    __slots__ = ()
    _step: DirectStep

    # One context serves many calls, and what was told belongs to the call.
    _notes = property(lambda self: self._step.notes, lambda self, value: None)

    def __enter__(self) -> Self:
        self._step.open_resources()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._step.close_resources(*exc_info)

    @property
    def direct_step(self) -> DirectStep:
        """What stands for the step."""
        return self._step

    @property
    def is_bound(self) -> bool:
        """Whether a function is being called with the context."""
        return self._step.is_bound

    @property
    def execution_properties(self) -> StepNotes:
        """What the last call told: ``user_events``, ``output_metadata`` and more."""
        return self._step.notes

    @property
    def user_events(self) -> Sequence[Any]:
        """The events that the last call logged."""
        return list(self._step.notes.user_events)

    def get_events(self) -> Sequence[Any]:
        """Return the events that the last call logged."""
        return self.user_events

    def has_events(self) -> bool:
        """Return whether the last call logged events."""
        return bool(self._step.notes.user_events)

    @property
    def resources(self) -> Any:
        """The open resources, one attribute each."""
        return self._step.resources

    @property
    def run_tags(self) -> Mapping[str, str]:
        """The tags that were given."""
        return self._step.run_tags

    @property
    def run_config(self) -> Mapping[str, Any]:
        """The run config that would give the same config."""
        runtime = self._step.runtime
        config: dict[str, Any] = {"resources": dict(self._step.resources_config or {})}
        if self._step.op_config is not None:
            config["ops"] = {runtime.op_def.name: {"config": self._step.op_config}}
        return config

    @property
    def op_execution_context(self) -> OpExecutionContext:
        """The same context as that of an op."""
        if self._op_context is None:
            self._op_context = DirectOpExecutionContext(self._step)
        return self._op_context

    def get_step_execution_context(self) -> NoReturn:
        """Exists only in a run.

        Raises:
            DagsterInvalidPropertyError: always.
        """
        raise DagsterInvalidPropertyError("There is no step where a function is called directly.")

    def load_asset_value(
        self, asset_key: Any, *, python_type: type | None = None, partition_key: str | None = None
    ) -> NoReturn:
        """Exists only in a run.

        Raises:
            DagsterInvalidPropertyError: always.
        """
        del python_type, partition_key
        raise DagsterInvalidPropertyError(
            f"The value of '{asset_key}' can be loaded only in a run: a context that was built has no IO managers."
        )

    def check_target(self, op_def: Any, assets_def: Any) -> None:
        """Look whether the context fits what it is given to.

        Raises:
            DagsterInvariantViolationError: if it does not.
        """


class DirectOpExecutionContext(DirectContext, OpExecutionContext):
    """Made by ``build_op_context``."""

    __slots__ = ()

    @property
    def op_execution_context(self) -> OpExecutionContext:
        """This context."""
        return self


class DirectAssetExecutionContext(DirectContext, AssetExecutionContext):
    """Made by ``build_asset_context``."""

    __slots__ = ()

    def check_target(self, op_def: Any, assets_def: Any) -> None:
        """Look whether the context is given to an asset.

        Raises:
            DagsterInvariantViolationError: if it is not.
        """
        if assets_def is None:
            raise DagsterInvariantViolationError(
                f"A context of build_asset_context() was given to op '{op_def.name}', which is no asset: use build_op_context()."
            )


class DirectAssetCheckExecutionContext(DirectContext, AssetCheckExecutionContext):
    """Made by ``build_asset_check_context``."""

    __slots__ = ()

    def check_target(self, op_def: Any, assets_def: Any) -> None:
        """Look whether the context is given to a check or asset.

        Raises:
            DagsterInvariantViolationError: if it is not.
        """
        if assets_def is None:
            raise DagsterInvariantViolationError(
                f"A context of build_asset_check_context() was given to op '{op_def.name}', which is no asset check: use "
                f"build_op_context()."
            )
