"""What a function tells of its outputs: metadata, versions of data, events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.execution.contexts.step_notes import StepNotes
from weftwork.records.data_version import DataVersion
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import Metadata, RawMetadata


class OutputFacts:
    """What a function tells of its outputs; ``_notes`` is made by the first that tells something."""

    __slots__ = ()
    _step: Any
    _notes: StepNotes | None

    @property
    def notes(self) -> StepNotes:
        """What was told so far."""
        found = self._notes
        if found is None:
            found = StepNotes()
            setattr(self, "_notes", found)  # noqa: B010 - the slot is the context's
        return found

    def log_event(self, event: Any) -> None:
        """Record an AssetMaterialization, AssetObservation, AssetCheckEvaluation or ExpectationResult.

        Raises:
            CheckError: if it is none of these.
        """
        self._step.emit_user_event(event)

    def has_events(self) -> bool:
        """Return whether events wait to be recorded; none ever do, they are recorded as they are logged."""
        return False

    def consume_events(self) -> Iterator[Any]:
        """Return the events that wait to be recorded; see ``has_events``."""
        return iter(())

    def add_output_metadata(
        self, metadata: RawMetadata, output_name: str | None = None, mapping_key: str | None = None
    ) -> None:
        """Add metadata to an output; to the only one, if none is named.

        Args:
            metadata: name to value; a name that was added before is replaced.
            output_name: the output.
            mapping_key: the key of the item, for a dynamic output.

        Raises:
            DagsterInvariantViolationError: if there are several outputs and none is named, or it was given already.
        """
        step = self._step
        outputs = step.runtime.outputs
        if output_name is None:
            if len(outputs) != 1:
                raise DagsterInvariantViolationError(
                    f"Step '{step.key}' has {len(outputs)} outputs, so add_output_metadata needs output_name: one of "
                    f"{quote_names(outputs)}."
                )
            output_name = next(iter(outputs))
        output = step.runtime.get_output(output_name, "adds metadata")
        if output.is_dynamic and mapping_key is None:
            raise DagsterInvariantViolationError(
                f"Output '{output_name}' of step '{step.key}' is dynamic, so add_output_metadata needs the mapping_key of the "
                f"item."
            )
        if step.has_given(output_name, mapping_key):
            raise DagsterInvariantViolationError(
                f"Output '{output_name}' of step '{step.key}' was given already; add its metadata before."
            )
        self.notes.add_output_metadata(output_name, mapping_key, metadata)

    def get_output_metadata(self, output_name: str, mapping_key: str | None = None) -> dict[str, Any] | None:
        """Return the metadata that was added to an output, or None.

        Args:
            output_name: the output.
            mapping_key: the key of the item, for a dynamic output; without it, metadata by mapping key.
        """
        return self._notes.find_output_metadata(output_name, mapping_key) if self._notes is not None else None

    def add_asset_metadata(
        self, metadata: RawMetadata, asset_key: Any = None, partition_key: str | None = None
    ) -> None:
        """Add metadata to the materialization of an asset, or of one of its partitions.

        Args:
            metadata: name to value.
            asset_key: the asset; may be left out if the step makes only one.
            partition_key: the partition; None for all that the step makes.

        Raises:
            DagsterInvariantViolationError: if the step makes several assets and none is named, or not that one, or
                not that partition of it.
        """
        outputs = self._step.runtime.asset_outputs
        key = AssetKey.from_coercible(asset_key) if asset_key is not None else None
        if key is None and len(outputs) == 1:
            key = next(iter(outputs))
        if key is None or key not in outputs:
            names = [known.to_user_string() for known in outputs]
            wanted = (
                f"not '{key.to_user_string()}'"
                if key is not None
                else "so add_asset_metadata needs asset_key"
            )
            raise DagsterInvariantViolationError(
                f"Step '{self._step.key}' makes {quote_names(names) or 'no assets'}, {wanted}."
                f"{did_you_mean(key.to_user_string(), names) if key is not None else ''}"
            )
        if partition_key is not None:
            self._check_targeted(key, outputs[key], partition_key)
        self.notes.add_asset_metadata(key, partition_key, metadata)

    def _check_targeted(self, key: AssetKey, output: Any, partition_key: str) -> None:
        if output.partitions_def is None:
            raise DagsterInvariantViolationError(
                f"Metadata was added to partition '{partition_key}' of '{key.to_user_string()}', which is not partitioned."
            )
        targeted = self._step.run.partitions.list_keys(output.partitions_def)
        if partition_key not in targeted:
            raise DagsterInvariantViolationError(
                f"Metadata was added to partition '{partition_key}' of '{key.to_user_string()}', which this run does not make."
                f"{did_you_mean(partition_key, targeted)}"
            )

    def set_data_version(self, asset_key: AssetKey, data_version: DataVersion) -> None:
        """Set the version of the data of an asset that the step makes."""
        self.notes.data_versions[asset_key] = data_version

    @property
    def requires_typed_event_stream(self) -> bool:
        """Whether every output must be given explicitly, even those that carry nothing."""
        return self._notes is not None and self._notes.requires_typed_event_stream

    @property
    def typed_event_stream_error_message(self) -> str | None:
        """What is added to the error if an output is not given explicitly."""
        return self._notes.typed_event_stream_error_message if self._notes is not None else None

    def set_requires_typed_event_stream(self, *, error_message: str | None = None) -> None:
        """Ask that every output is given explicitly: no value is taken for one that is missing.

        Args:
            error_message: what is added to the error if one is not.
        """
        self.notes.requires_typed_event_stream = True
        self.notes.typed_event_stream_error_message = error_message

    # What execution asks when it takes an output.

    @property
    def has_output_metadata(self) -> bool:
        """Whether metadata or data versions were set."""
        return self._notes is not None and self._notes.has_output_metadata

    def merge_output_metadata(self, name: str, mapping_key: str | None, metadata: Metadata) -> Metadata:
        """Return the metadata of a value with what was added here."""
        return self.notes.merge_output_metadata(name, mapping_key, metadata)

    def data_version_for(self, key: AssetKey | None) -> DataVersion | None:
        """Return the data version that was set for an asset, or None."""
        return self.notes.data_versions.get(key) if key is not None else None

    def asset_metadata_for(self, key: AssetKey, partition: str | None) -> Metadata | None:
        """Return the metadata that was added to an asset and to one of its partitions, or None."""
        return self._notes.find_asset_metadata(key, partition) if self._notes is not None else None
