"""InputContext: what an IO manager or input manager is told about the value that it loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.definitions.io.asset_partitions import get_single_key
from weftwork.definitions.io.context_base import NO_METADATA, IOContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.io.step_view import StepView
from weftwork.definitions.resources.namespace import Resources
from weftwork.records.asset_events import AssetObservation
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata


class InputContext(IOContext):
    """Given to ``load_input``; tests make one with ``build_input_context``.

    Args:
        step: the step that takes the value; None where a value is loaded outside of a run.
        name: the input.
        input_def: its definition.
        upstream_output: the output that gives the value, if a step made it.
        asset_key: the asset that it is, if it is one.
        resource_config: the config of the manager.
        resources: the resources that the manager requires; those of the step if None.
        config: the config of the input.
        definition_metadata: metadata of the definition; that of ``input_def`` if None.
        dagster_type: the type; that of ``input_def`` if None.
        op_def: the op; that of ``step`` if None.
        instance: the instance; that of ``step`` if None.
    """

    __slots__ = ("_instance", "_upstream_output")

    def __init__(
        self,
        step: StepView | None = None,
        name: str | None = None,
        input_def: Any = None,
        upstream_output: OutputContext | None = None,
        asset_key: AssetKey | None = None,
        resource_config: Mapping[str, Any] | None = None,
        resources: Resources | None = None,
        config: Any = None,
        definition_metadata: Mapping[str, Any] | None = None,
        dagster_type: Any = None,
        op_def: Any = None,
        instance: Any = None,
    ) -> None:
        self._step = step
        self._name = name
        self._definition = input_def
        self._upstream_output = upstream_output
        self._asset_key = asset_key
        self._resource_config = resource_config
        self._resources = resources
        self._config = config
        self._definition_metadata = definition_metadata
        self._dagster_type = dagster_type
        self._op_def = op_def
        self._instance = instance
        self._events = self._logged = self._opened = None

    # ---------------------------------------------------------------------------------- what it is

    @property
    def name(self) -> str:
        """The input.

        Raises:
            DagsterInvariantViolationError: if it is not known; look at ``has_input_name`` first.
        """
        if self._name is None:
            self._refuse("name", "Give 'name' to the function that builds the context.")
        return self._name

    @property
    def has_input_name(self) -> bool:
        """Whether it is the input of an op; False where a value is loaded outside of a run."""
        return self._name is not None

    @property
    def upstream_output(self) -> OutputContext | None:
        """The output that gives the value, or None if no step of this job does."""
        return self._upstream_output

    @property
    def instance(self) -> Any:
        """The instance.

        Raises:
            DagsterInvariantViolationError: if it is not known.
        """
        return self._instance if self._instance is not None else self._get_step("instance").instance

    # --------------------------------------------------------------------------------- partitions

    @property
    def has_asset_partitions(self) -> bool:
        """Whether it is a partitioned asset."""
        if self._step is None or self._asset_key is None:
            return False
        return self._step.has_asset_partitions_for_input(self._name or "")

    def _get_partitioned_step(self, what: str) -> StepView:
        if self._step is None or not self.has_asset_partitions:
            raise CheckError(
                f"There is no {what}: the input is not a partitioned asset; look at has_asset_partitions first."
            )
        return self._step

    @property
    def asset_partition_keys(self) -> Sequence[str]:
        """The partitions of the asset that are loaded.

        Raises:
            CheckError: if it is not a partitioned asset.
        """
        return self._get_partitioned_step("asset_partition_keys").asset_partition_keys_for_input(
            self._name or ""
        )

    @property
    def asset_partition_key(self) -> str:
        """The one partition of the asset that is loaded.

        Raises:
            CheckError: if it is not a partitioned asset, or there are several.
        """
        keys = self._get_partitioned_step("asset_partition_key").asset_partition_keys_for_input(
            self._name or ""
        )
        return get_single_key(keys, f"the input of asset {self._asset_key}")

    @property
    def asset_partition_key_range(self) -> Any:
        """The first and last partition of the asset that are loaded.

        Raises:
            CheckError: if it is not a partitioned asset.
        """
        step = self._get_partitioned_step("asset_partition_key_range")
        return step.asset_partition_key_range_for_input(self._name or "")

    @property
    def asset_partitions_def(self) -> Any:
        """The partitions of the asset.

        Raises:
            DagsterInvariantViolationError: if it is not a partitioned asset.
        """
        if self._step is None or self._asset_key is None:
            self._refuse(
                "asset_partitions_def", "It stands for no asset; look at has_asset_partitions first."
            )
        return self._step.asset_partitions_def_for_input(self._name or "")

    @property
    def asset_partitions_time_window(self) -> Any:
        """The time that the loaded partitions cover.

        Raises:
            CheckError: if it is not a partitioned asset.
            DagsterInvariantViolationError: if its partitions are not of time.
        """
        step = self._get_partitioned_step("asset_partitions_time_window")
        return step.asset_partitions_time_window_for_input(self._name or "")

    # -------------------------------------------------------------------------------- identifiers

    def get_identifier(self) -> list[str]:
        """Return what names the value among all: run, step, output, and the key of a dynamic item.

        Raises:
            DagsterInvariantViolationError: if no step made the value.
        """
        if self._upstream_output is None:
            self._refuse("upstream_output", "No step of this job made the value, so it has no identifier.")
        return self._upstream_output.get_identifier()

    def get_asset_identifier(self) -> list[str]:
        """Return the parts of the asset's key, and last its partition if it has one.

        Raises:
            DagsterInvariantViolationError: if it is no asset.
        """
        path: list[str] = list(self.asset_key.path)
        return [*path, self.asset_partition_key] if self.has_asset_partitions else path

    # ---------------------------------------------------------------------------------- recording

    def add_input_metadata(self, metadata: RawMetadata, description: str | None = None) -> None:
        """Record metadata on the event of this input, and as an observation if it is an asset.

        Args:
            metadata: name to value; see ``MetadataValue``.
            description: of the observation.

        Raises:
            DagsterInvalidMetadata: if a value is of no kind that can be recorded.
        """
        added = normalize_metadata(metadata)
        if self._logged is None:
            self._logged = {}
        self._logged.update(added)
        if self._asset_key is None:
            return
        if self._events is None:
            self._events = []
        partitions = self.asset_partition_keys if self.has_asset_partitions else (None,)
        for partition in partitions:
            observation = AssetObservation(
                asset_key=self._asset_key, description=description, metadata=added, partition=partition
            )
            self._events.append(observation)

    def get_observations(self) -> Sequence[AssetObservation]:
        """Return the observations that ``add_input_metadata`` made."""
        return list(self._events or ())

    def consume_events(self) -> Iterator[AssetObservation]:
        """Return the observations that were made and not consumed yet, and forget them."""
        events, self._events = self._events, None
        return iter(events or ())

    def consume_logged_metadata(self) -> Metadata:
        """Return the metadata that was recorded, and forget it."""
        logged, self._logged = self._logged, None
        return logged or NO_METADATA
