"""The context of an op: what its function may ask of the step, the run and the instance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.partitions.keys import PartitionKeyRange, TimeWindow
from weftwork.records.data_version import DataProvenance, DataVersion
from weftwork.records.keys import AssetCheckKey, AssetKey, NodeHandle
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata


class OpExecutionContext:
    """Given to the function of an op; tests make one with ``build_op_context``.

    Args:
        step: the running step.

    Example:
        >>> @op
        ... def hello(context: OpExecutionContext):
        ...     context.log.info("hello")
    """

    __weft_op_context__ = True
    __slots__ = ("_asset_metadata", "_data_versions", "_output_metadata", "_resources", "_step")

    def __init__(self, step: Any) -> None:
        self._step = step
        self._resources: Any = None
        self._output_metadata: dict[tuple[str, str | None], Metadata] = {}
        self._asset_metadata: dict[tuple[AssetKey, str | None], Metadata] = {}
        self._data_versions: dict[AssetKey, DataVersion] = {}

    # ------------------------------------------------------------------------------- step and run

    run_id = property(lambda self: self._step.run_id, doc="The run.")
    job_name = property(lambda self: self._step.job_name, doc="The job.")
    job_def = property(lambda self: self._step.job_def, doc="The job's definition.")
    op_def = property(lambda self: self._step.op_def, doc="The op.")
    op = property(lambda self: self._step.node, doc="The use of the op in its graph.")
    op_config = property(lambda self: self._step.op_config, doc="The config of the op.")
    instance = property(lambda self: self._step.instance, doc="The instance.")
    log = property(lambda self: self._step.log, doc="The log of the step.")
    run = property(lambda self: self._step.dagster_run, doc="The run's record.")
    dagster_run = run
    run_config = property(lambda self: self._step.dagster_run.run_config, doc="The config of the run.")
    run_tags = property(lambda self: self._step.dagster_run.tags, doc="The tags of the run.")
    retry_number = property(lambda self: self._step.attempt, doc="How often the step was tried before.")
    op_execution_context = property(lambda self: self, doc="This context.")

    @property
    def node_handle(self) -> NodeHandle:
        """The handle of the step's node."""
        return NodeHandle.from_path(self._step.runtime.plan.path)

    op_handle = node_handle

    @property
    def resources(self) -> Any:
        """The resources that the op declared, one attribute each."""
        return self._step.runtime.resources

    def get_step_execution_context(self) -> Any:
        """Return the running step."""
        return self._step

    def describe_op(self) -> str:
        """Return the step in words."""
        return f'step "{self._step.key}"'

    def get_tag(self, key: str) -> str | None:
        """Return a tag of the run, or None."""
        return self.run_tags.get(key)  # type: ignore[no-any-return]

    def has_tag(self, key: str) -> bool:
        """Return whether the run has a tag."""
        return key in self.run_tags

    def get_mapping_key(self) -> str | None:
        """Return the key of the item that the step is mapped over, or None."""
        return self._step.keys[-1] if self._step.keys else None

    # ------------------------------------------------------------------------------------- events

    def log_event(self, event: Any) -> None:
        """Record an AssetMaterialization, AssetObservation, AssetCheckEvaluation or ExpectationResult.

        Raises:
            DagsterInvariantViolationError: if it is none of these.
        """
        self._step.emit_user_event(event)

    def add_output_metadata(
        self, metadata: RawMetadata, output_name: str | None = None, mapping_key: str | None = None
    ) -> None:
        """Add metadata to an output; to the only one, if none is named.

        Raises:
            DagsterInvariantViolationError: if there are several outputs and none is named, or it was given already.
        """
        outputs = self._step.runtime.outputs
        if output_name is None:
            if len(outputs) != 1:
                raise DagsterInvariantViolationError(
                    f"Step '{self._step.key}' has {len(outputs)} outputs, so add_output_metadata needs output_name."
                )
            output_name = next(iter(outputs))
        output = self._step.runtime.get_output(output_name, "adds metadata")
        if output_name in self._step.produced and not output.is_dynamic:
            raise DagsterInvariantViolationError(
                f"Output '{output_name}' of step '{self._step.key}' was given already; add its metadata before."
            )
        known = self._output_metadata.setdefault((output_name, mapping_key), {})
        known.update(normalize_metadata(metadata))

    def get_output_metadata(self, output_name: str, mapping_key: str | None = None) -> Metadata | None:
        """Return the metadata that was added to an output, or None."""
        return self._output_metadata.get((output_name, mapping_key))

    def add_asset_metadata(
        self, metadata: RawMetadata, asset_key: Any = None, partition_key: str | None = None
    ) -> None:
        """Add metadata to the materialization of an asset, or of one of its partitions.

        Raises:
            DagsterInvariantViolationError: if the step makes several assets and none is named, or not that one.
        """
        outputs = self._step.runtime.asset_outputs
        key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        if key is None and len(outputs) == 1:
            key = next(iter(outputs))
        if key is None or key not in outputs:
            raise DagsterInvariantViolationError(
                f"Step '{self._step.key}' makes {len(outputs)} assets, so add_asset_metadata needs the asset_key of one of them."
            )
        self._asset_metadata.setdefault((key, partition_key), {}).update(normalize_metadata(metadata))

    def set_data_version(self, asset_key: AssetKey, data_version: DataVersion) -> None:
        """Set the version of the data of an asset that the step makes."""
        self._data_versions[asset_key] = data_version

    @property
    def has_output_metadata(self) -> bool:
        """Whether metadata or data versions were set."""
        return bool(self._output_metadata or self._data_versions)

    def merge_output_metadata(self, name: str, mapping_key: str | None, metadata: Metadata) -> Metadata:
        """Return the metadata of a value with what was added here."""
        return {**metadata, **self._output_metadata.get((name, mapping_key), {})}

    def data_version_for(self, key: AssetKey | None) -> DataVersion | None:
        """Return the data version that was set for an asset, or None."""
        return self._data_versions.get(key) if key is not None else None

    def asset_metadata_for(self, key: AssetKey, partition: str | None) -> Metadata | None:
        """Return the metadata that was added to an asset and to one of its partitions, or None."""
        known = self._asset_metadata
        if not known:
            return None
        return {
            **known.get((key, None), {}),
            **(known.get((key, partition), {}) if partition is not None else {}),
        }

    def output_metadata_by_name(self) -> dict[str, Any]:
        """Return the metadata that was added, by output."""
        return {name: metadata for (name, _), metadata in self._output_metadata.items()}

    # ------------------------------------------------------------------------------------- assets

    @property
    def has_assets_def(self) -> bool:
        """Whether the step makes assets."""
        return self._step.runtime.assets_def is not None

    @property
    def assets_def(self) -> Any:
        """The definition of the assets that the step makes.

        Raises:
            DagsterInvariantViolationError: if it makes none.
        """
        if self._step.runtime.assets_def is None:
            raise DagsterInvariantViolationError(f"Step '{self._step.key}' makes no asset.")
        return self._step.runtime.assets_def

    @property
    def asset_key(self) -> AssetKey:
        """The asset that the step makes.

        Raises:
            DagsterInvariantViolationError: if it makes none, or several.
        """
        outputs = self._step.runtime.asset_outputs
        if len(outputs) != 1:
            raise DagsterInvariantViolationError(
                f"Step '{self._step.key}' makes {len(outputs)} assets, not one."
            )
        return next(iter(outputs))  # type: ignore[no-any-return]

    @property
    def selected_asset_keys(self) -> set[AssetKey]:
        """The assets that this run asks of the step."""
        return {key for key, output in self._step.runtime.asset_outputs.items() if output.selected}

    @property
    def selected_asset_check_keys(self) -> set[AssetCheckKey]:
        """The checks that this run asks of the step."""
        return {key for key, output in self._step.runtime.check_outputs.items() if output.selected}

    @property
    def selected_output_names(self) -> set[str]:
        """The outputs that this run asks of the step."""
        return {output.name for output in self._step.runtime.outputs.values() if output.selected}

    @property
    def is_subset(self) -> bool:
        """Whether the run asks for only some of what the step can make."""
        return any(not output.selected for output in self._step.runtime.outputs.values())

    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        """Return the asset that an output is."""
        output = self._step.runtime.get_output(output_name, "is asked for the asset")
        if output.asset_key is None:
            raise DagsterInvariantViolationError(
                f"Output '{output_name}' of step '{self._step.key}' is no asset."
            )
        return output.asset_key  # type: ignore[no-any-return]

    def output_for_asset_key(self, asset_key: AssetKey) -> str:
        """Return the output that an asset is."""
        return self._step.runtime.asset_outputs[asset_key].name  # type: ignore[no-any-return]

    def asset_key_for_input(self, input_name: str) -> AssetKey:
        """Return the asset that an input is."""
        return self._step._input_asset(input_name)  # type: ignore[no-any-return]

    def get_asset_provenance(self, asset_key: AssetKey) -> DataProvenance | None:
        """Return from what the latest materialization of an asset was made, or None."""
        event = self.instance.get_latest_materialization_event(asset_key)
        made = event.asset_materialization if event is not None else None
        return DataProvenance.from_tags(made.tags or {}) if made is not None else None

    # --------------------------------------------------------------------------------- partitions

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is of one partition."""
        return self._step.has_partition_key  # type: ignore[no-any-return]

    @property
    def has_partition_key_range(self) -> bool:
        """Whether the run is of a range of partitions."""
        return self._step.run.partitions.has_range  # type: ignore[no-any-return]

    @property
    def has_partitions(self) -> bool:
        """Whether the run is of partitions."""
        return self._step.run.partitions.is_partitioned  # type: ignore[no-any-return]

    def _definition(self) -> Any:
        for output in self._step.runtime.outputs.values():
            if output.partitions_def is not None:
                return output.partitions_def
        return self.job_def.partitions_def

    @property
    def partition_key(self) -> str:
        """The partition of the run.

        Raises:
            DagsterInvariantViolationError: if the run is of none, or of several.
        """
        return self._step.run.partitions.get_key(self._definition())  # type: ignore[no-any-return]

    @property
    def partition_keys(self) -> Sequence[str]:
        """The partitions of the run."""
        return self._step.run.partitions.list_keys(self._definition())  # type: ignore[no-any-return]

    @property
    def partition_key_range(self) -> PartitionKeyRange:
        """The first and last partition of the run."""
        return self._step.run.partitions.get_range()  # type: ignore[no-any-return]

    asset_partition_key_range = partition_key_range
    multi_partition_key = partition_key

    @property
    def partition_time_window(self) -> TimeWindow:
        """The time that the partitions of the run cover.

        Raises:
            DagsterInvariantViolationError: if they are not partitions of time.
        """
        partitions = self._step.run.partitions
        bounds = partitions.get_range()
        return partitions.time_window(self._definition(), [bounds.start, bounds.end])  # type: ignore[no-any-return]

    def asset_partition_key_for_output(self, output_name: str = "result") -> str:
        """Return the one partition of an output that the step makes."""
        return _single(self._step.asset_partition_keys_for_output(output_name), f"output '{output_name}'")

    def asset_partition_keys_for_output(self, output_name: str = "result") -> Sequence[str]:
        """Return the partitions of an output that the step makes."""
        return self._step.asset_partition_keys_for_output(output_name)  # type: ignore[no-any-return]

    def asset_partition_key_for_input(self, input_name: str) -> str:
        """Return the one partition of an input that the step reads."""
        return _single(self._step.asset_partition_keys_for_input(input_name), f"input '{input_name}'")

    def asset_partition_keys_for_input(self, input_name: str) -> Sequence[str]:
        """Return the partitions of an input that the step reads."""
        return self._step.asset_partition_keys_for_input(input_name)  # type: ignore[no-any-return]

    def asset_partition_key_range_for_output(self, output_name: str = "result") -> PartitionKeyRange:
        """Return the first and last partition of an output that the step makes."""
        return self._step.asset_partition_key_range_for_output(output_name)  # type: ignore[no-any-return]

    def asset_partition_key_range_for_input(self, input_name: str) -> PartitionKeyRange:
        """Return the first and last partition of an input that the step reads."""
        return self._step.asset_partition_key_range_for_input(input_name)  # type: ignore[no-any-return]

    def asset_partitions_def_for_output(self, output_name: str = "result") -> Any:
        """Return the partitions definition of an output."""
        return self._step.asset_partitions_def_for_output(output_name)

    def asset_partitions_def_for_input(self, input_name: str) -> Any:
        """Return the partitions definition of an input."""
        return self._step.asset_partitions_def_for_input(input_name)

    def asset_partitions_time_window_for_output(self, output_name: str = "result") -> TimeWindow:
        """Return the time that the partitions of an output cover."""
        return self._step.asset_partitions_time_window_for_output(output_name)  # type: ignore[no-any-return]

    def asset_partitions_time_window_for_input(self, input_name: str) -> TimeWindow:
        """Return the time that the partitions of an input cover."""
        return self._step.asset_partitions_time_window_for_input(input_name)  # type: ignore[no-any-return]


class AssetExecutionContext(OpExecutionContext):
    """Given to the function of an asset; tests make one with ``build_asset_context``."""

    __slots__ = ()

    def get_op_execution_context(self) -> OpExecutionContext:
        """Return this context."""
        return self


class AssetCheckExecutionContext(OpExecutionContext):
    """Given to the function of an asset check; tests make one with ``build_asset_check_context``."""

    __slots__ = ()

    @property
    def check_specs(self) -> Sequence[Any]:
        """The checks that the step evaluates."""
        return [output.check_spec for output in self._step.runtime.check_outputs.values()]


def make_context(step: Any) -> OpExecutionContext:
    """Return the context of a step: of an asset, a check, or an op."""
    runtime = step.runtime
    if runtime.asset_outputs:
        return AssetExecutionContext(step)
    if runtime.check_outputs:
        return AssetCheckExecutionContext(step)
    return OpExecutionContext(step)


def _single(keys: Sequence[str], what: str) -> str:
    if len(keys) != 1:
        raise DagsterInvariantViolationError(
            f"The {what} has {len(keys)} partitions here, not one: use the plural form."
        )
    return keys[0]
