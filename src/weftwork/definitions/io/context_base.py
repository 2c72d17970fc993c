"""What the contexts of inputs and outputs have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from weftwork.base.errors import CheckError, DagsterInvariantViolationError
from weftwork.base.lifecycle import former, marked
from weftwork.definitions.io.step_view import StepView
from weftwork.definitions.resources.namespace import Resources
from weftwork.records.keys import AssetKey

NO_METADATA: dict[str, Any] = {}


class IOContext:
    """Base of InputContext and OutputContext: slots that are filled, and properties computed on demand."""

    __slots__ = ("_asset_key", "_config", "_dagster_type", "_definition", "_definition_metadata", "_events", "_logged",
                 "_name", "_op_def", "_opened", "_resource_config", "_resources", "_step")  # fmt: skip

    _step: StepView | None
    _name: str | None
    _definition: Any
    _asset_key: AssetKey | None
    _config: Any
    _resource_config: Mapping[str, Any] | None
    _resources: Resources | None
    _definition_metadata: Mapping[str, Any] | None
    _dagster_type: Any
    _op_def: Any
    _events: list[Any] | None
    _logged: dict[str, Any] | None
    _opened: Any  # the resources that a test's context opened, closed on leaving its `with` block

    def _refuse(self, what: str, why: str) -> NoReturn:
        raise DagsterInvariantViolationError(f"This {type(self).__name__} has no {what}. {why}")

    def _get_step(self, what: str) -> StepView:
        if self._step is None:
            self._refuse(what, f"Give '{what}' to the function that builds the context.")
        return self._step

    @property
    def asset_key(self) -> AssetKey:
        """The asset that is stored or loaded.

        Raises:
            DagsterInvariantViolationError: if it is no asset.
        """
        if self._asset_key is None:
            self._refuse("asset_key", "It stands for no asset; look at has_asset_key first.")
        return self._asset_key

    @property
    def has_asset_key(self) -> bool:
        """Whether it is an asset."""
        return self._asset_key is not None

    @property
    def config(self) -> Any:
        """The config of this input or output in the run config."""
        return self._config

    @property
    def resource_config(self) -> Any:
        """The config of the IO manager."""
        return self._resource_config

    @property
    def resources(self) -> Any:
        """The resources that the IO manager requires, one attribute each."""
        if self._opened is not None:
            return self._opened.get()
        if self._resources is not None:
            return self._resources
        return self._get_step("resources").resources

    @property
    def definition_metadata(self) -> Mapping[str, Any]:
        """The metadata of the definition of this input or output."""
        if self._definition_metadata is not None:
            return self._definition_metadata
        metadata: Mapping[str, Any] | None = getattr(self._definition, "metadata", None)
        return metadata if metadata is not None else NO_METADATA

    @property
    @marked("context.metadata", former("Use context.definition_metadata."))
    def metadata(self) -> Mapping[str, Any]:
        """The metadata of the definition (the older name of ``definition_metadata``)."""
        return self.definition_metadata

    @property
    def dagster_type(self) -> Any:
        """The type of this input or output.

        Raises:
            DagsterInvariantViolationError: if it is not known.
        """
        if self._dagster_type is not None:
            return self._dagster_type
        if self._definition is None:
            self._refuse("dagster_type", "Give 'dagster_type' to the function that builds the context.")
        return self._definition.dagster_type

    @property
    def op_def(self) -> Any:
        """The op that takes the input or gives the output.

        Raises:
            DagsterInvariantViolationError: if it is not known.
        """
        return self._op_def if self._op_def is not None else self._get_step("op_def").op_def

    @property
    def job_name(self) -> str:
        """The job.

        Raises:
            DagsterInvariantViolationError: outside of a run.
        """
        return self._get_step("job_name").job_name

    @property
    def log(self) -> Any:
        """Where the IO manager logs."""
        if self._step is not None:
            return self._step.log
        import logging  # only where something is logged

        return logging.getLogger("dagster")

    @property
    def step_context(self) -> Any:
        """The step that runs.

        Raises:
            DagsterInvariantViolationError: outside of a run.
        """
        step = self._get_step("step_context")
        find_behind = getattr(step, "get_step_behind", None)  # a step of plain values is no step of a run
        return find_behind() if find_behind is not None else step

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is of one partition."""
        return self._step is not None and self._step.has_partition_key

    @property
    def partition_key(self) -> str:
        """The partition of the run.

        Raises:
            CheckError: if the run is of none, or of several.
        """
        if self._step is None:
            raise CheckError(
                "This run is of no partition, so there is no partition_key; look at has_partition_key first."
            )
        return self._step.partition_key

    def use_resources(self, opened: Any, resource_config: Mapping[str, Any]) -> None:
        """Take resources that are opened on first use, as contexts outside of a run do.

        Args:
            opened: gives them by ``get()``; entered and left with the context.
            resource_config: the config of the IO manager.
        """
        self._opened = opened
        self._resource_config = resource_config

    def __enter__(self) -> Any:
        if self._opened is not None:
            self._opened.__enter__()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._opened is not None:
            self._opened.__exit__(*exc_info)
