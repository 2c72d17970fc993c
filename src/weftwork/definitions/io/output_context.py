"""OutputContext: what an IO manager is told about the value that it stores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidMetadata
from weftwork.definitions.io.asset_partitions import get_single_key
from weftwork.definitions.io.context_base import NO_METADATA, IOContext
from weftwork.definitions.io.step_view import StepView
from weftwork.definitions.resources.namespace import Resources
from weftwork.records.asset_events import AssetMaterialization, AssetObservation
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata

_NO_METADATA: Metadata = {}


class OutputContext(IOContext):
    """Given to ``handle_output``; tests make one with ``build_output_context``.

    Args:
        step: the step that made the value; None for the output of another run.
        name: the output.
        output_def: its definition.
        asset_key: the asset that it is, if it is one.
        mapping_key: the key of a dynamic item.
        asset_spec: the spec of the asset.
        resource_config: the config of the IO manager.
        resources: the resources that the IO manager requires; those of the step if None.
        config: the config of the output.
        definition_metadata: metadata of the definition; that of ``output_def`` if None.
        output_metadata: metadata of the value that was yielded.
        dagster_type: the type; that of ``output_def`` if None.
        op_def: the op; that of ``step`` if None.
        step_key: the step that made the value, where that is not ``step``.
        run_id: the run that made the value, where that is not the run of ``step``.
        version: the version of the output, if there is one.

    Attributes:
        seal: ``path``, ``size_bytes`` and ``sha256`` of what was stored, set by IO managers that know them.
    """

    __slots__ = (
        "_asset_spec",
        "_mapping_key",
        "_output_metadata",
        "_run_id",
        "_step_key",
        "_version",
        "seal",
    )

    seal: Any

    def __init__(
        self,
        step: StepView | None = None,
        name: str | None = None,
        output_def: Any = None,
        asset_key: AssetKey | None = None,
        mapping_key: str | None = None,
        asset_spec: Any = None,
        resource_config: Mapping[str, Any] | None = None,
        resources: Resources | None = None,
        config: Any = None,
        definition_metadata: Mapping[str, Any] | None = None,
        output_metadata: Metadata | None = None,
        dagster_type: Any = None,
        op_def: Any = None,
        step_key: str | None = None,
        run_id: str | None = None,
        version: str | None = None,
    ) -> None:
        self._step = step
        self._name = name
        self._definition = output_def
        self._asset_key = asset_key
        self._mapping_key = mapping_key
        self._asset_spec = asset_spec
        self._resource_config = resource_config
        self._resources = resources
        self._config = config
        self._definition_metadata = definition_metadata
        self._output_metadata = output_metadata
        self._dagster_type = dagster_type
        self._op_def = op_def
        self._step_key = step_key
        self._run_id = run_id
        self._version = version
        self._events = self._logged = self._opened = self.seal = None

    # ---------------------------------------------------------------------------------- what it is

    @property
    def name(self) -> str:
        """The output.

        Raises:
            DagsterInvariantViolationError: if it is not known.
        """
        if self._name is None:
            self._refuse("name", "Give 'name' to the function that builds the context.")
        return self._name

    @property
    def step_key(self) -> str:
        """The step that made the value.

        Raises:
            DagsterInvariantViolationError: if it is not known.
        """
        return self._step_key if self._step_key is not None else self._get_step("step_key").step_key

    @property
    def run_id(self) -> str:
        """The run that made the value."""
        return self._run_id if self._run_id is not None else self._get_step("run_id").run_id

    @property
    def mapping_key(self) -> str | None:
        """The key of a dynamic item; None for other outputs."""
        return self._mapping_key

    @property
    def version(self) -> str | None:
        """The version of the output, if there is one."""
        return self._version

    @property
    def asset_spec(self) -> Any:
        """The spec of the asset.

        Raises:
            DagsterInvariantViolationError: if it is not known.
        """
        if self._asset_spec is None:
            self._refuse("asset_spec", "It stands for no asset, or was built without 'asset_spec'.")
        return self._asset_spec

    @property
    def output_metadata(self) -> Metadata:
        """The metadata of the value that was yielded."""
        return self._output_metadata if self._output_metadata is not None else _NO_METADATA

    # --------------------------------------------------------------------------------- partitions

    @property
    def has_asset_partitions(self) -> bool:
        """Whether it is a partitioned asset."""
        if self._step is None or self._asset_key is None:
            return False
        return self._step.has_asset_partitions_for_output(self._name or "")

    @property
    def may_hold_many_partitions(self) -> bool:
        """Whether the asset lets one run make several of its partitions."""
        return self._step is not None and self._step.may_make_many_partitions_for_output(self._name or "")

    def _get_partitioned_step(self, what: str) -> StepView:
        if self._step is None or not self.has_asset_partitions:
            raise CheckError(
                f"There is no {what}: the output is not a partitioned asset; look at has_asset_partitions first."
            )
        return self._step

    @property
    def asset_partition_keys(self) -> Sequence[str]:
        """The partitions of the asset that are stored.

        Raises:
            CheckError: if it is not a partitioned asset.
        """
        return self._get_partitioned_step("asset_partition_keys").asset_partition_keys_for_output(
            self._name or ""
        )

    @property
    def asset_partition_key(self) -> str:
        """The one partition of the asset that is stored.

        Raises:
            CheckError: if it is not a partitioned asset, or there are several.
        """
        keys = self._get_partitioned_step("asset_partition_key").asset_partition_keys_for_output(
            self._name or ""
        )
        return get_single_key(keys, f"the output of asset {self._asset_key}")

    @property
    def asset_partition_key_range(self) -> Any:
        """The first and last partition of the asset that are stored.

        Raises:
            CheckError: if it is not a partitioned asset.
        """
        step = self._get_partitioned_step("asset_partition_key_range")
        return step.asset_partition_key_range_for_output(self._name or "")

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
        return self._step.asset_partitions_def_for_output(self._name or "")

    @property
    def asset_partitions_time_window(self) -> Any:
        """The time that the stored partitions cover.

        Raises:
            CheckError: if it is not a partitioned asset.
            DagsterInvariantViolationError: if its partitions are not of time.
        """
        step = self._get_partitioned_step("asset_partitions_time_window")
        return step.asset_partitions_time_window_for_output(self._name or "")

    # -------------------------------------------------------------------------------- identifiers

    def get_identifier(self) -> list[str]:
        """Return what names the value among all: run, step, output, and the key of a dynamic item."""
        run_id = self._run_id if self._run_id is not None else self.run_id
        identifier = [run_id, self._step_key if self._step_key is not None else self.step_key, self.name]
        if self._mapping_key is not None:
            identifier.append(self._mapping_key)
        return identifier

    def get_run_scoped_output_identifier(self) -> list[str]:
        """Return what names the value within its run, the run in front; as ``get_identifier``."""
        return self.get_identifier()

    get_output_identifier = get_run_scoped_output_identifier

    def get_asset_identifier(self) -> list[str]:
        """Return the parts of the asset's key, and last its partition if it has one.

        Raises:
            DagsterInvariantViolationError: if it is no asset.
        """
        path: list[str] = list(self.asset_key.path)
        return [*path, self.asset_partition_key] if self.has_asset_partitions else path

    get_asset_output_identifier = get_asset_identifier

    # ---------------------------------------------------------------------------------- recording

    def add_output_metadata(self, metadata: RawMetadata) -> None:
        """Record metadata on the events of this output (and of the materialization, if it is an asset).

        Args:
            metadata: name to value; see ``MetadataValue``.

        Raises:
            DagsterInvalidMetadata: if a name was recorded before, or a value is of no kind that can be recorded.
        """
        added = normalize_metadata(metadata)
        if self._logged is None:
            self._logged = {}
        if taken := self._logged.keys() & added.keys():
            names = ", ".join(f"'{name}'" for name in sorted(taken))
            raise DagsterInvalidMetadata(
                f"Metadata {names} of this output was recorded before; each name is recorded once."
            )
        self._logged.update(added)

    def get_logged_metadata(self) -> Metadata:
        """Return the metadata that was recorded."""
        return dict(self._logged or ())

    def consume_logged_metadata(self) -> Metadata:
        """Return the metadata that was recorded, and forget it."""
        logged, self._logged = self._logged, None
        return logged or NO_METADATA

    def log_event(self, event: AssetMaterialization | AssetObservation) -> None:
        """Put an event into the log of the run.

        Args:
            event: that an asset was made or observed.

        Raises:
            CheckError: if it is no such event.
        """
        if not isinstance(event, (AssetMaterialization, AssetObservation)):
            raise CheckError(
                f"log_event takes an AssetMaterialization or an AssetObservation, not {type(event).__name__}: {event!r:.100}."
            )
        if self._events is None:
            self._events = []
        self._events.append(event)

    def get_logged_events(self) -> Sequence[AssetMaterialization | AssetObservation]:
        """Return the events that were logged."""
        return list(self._events or ())

    def consume_events(self) -> Iterator[AssetMaterialization | AssetObservation]:
        """Return the events that were logged and not consumed yet, and forget them."""
        events, self._events = self._events, None
        return iter(events or ())
