"""What the function of a step told its context: metadata, versions of data, events."""

from __future__ import annotations

from typing import Any

from weftwork.records.data_version import DataVersion
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata


class StepNotes:
    """What the function of a step told its context.

    Attributes:
        data_versions: asset to the version of its data.
        user_events: the events that were logged, where no run records them.
        requires_typed_event_stream: whether every output must be given explicitly.
        typed_event_stream_error_message: what is added to the error if one is not.
    """

    __slots__ = (
        "_asset_metadata", "_output_metadata", "data_versions", "requires_typed_event_stream",
        "typed_event_stream_error_message", "user_events",
    )  # fmt: skip

    def __init__(self) -> None:
        # As the user wrote it, which is how it is read back.
        self._output_metadata: dict[tuple[str, str | None], dict[str, Any]] = {}
        self._asset_metadata: dict[tuple[AssetKey, str | None], Metadata] = {}
        self.data_versions: dict[AssetKey, DataVersion] = {}
        self.user_events: list[Any] = []
        self.requires_typed_event_stream = False
        self.typed_event_stream_error_message: str | None = None

    @property
    def has_output_metadata(self) -> bool:
        """Whether metadata of outputs or data versions were set."""
        return bool(self._output_metadata or self.data_versions)

    @property
    def output_metadata(self) -> dict[str, Any]:
        """The metadata that was added, by output; for a dynamic one, by mapping key."""
        found: dict[str, Any] = {}
        for (name, mapping_key), metadata in self._output_metadata.items():
            if mapping_key is None:
                found[name] = metadata
            else:
                found.setdefault(name, {})[mapping_key] = metadata
        return found

    def has_metadata_for(self, output_name: str, mapping_key: str | None) -> bool:
        """Return whether metadata was added to an output, or to one item of it."""
        return (output_name, mapping_key) in self._output_metadata

    def add_output_metadata(self, output_name: str, mapping_key: str | None, metadata: RawMetadata) -> None:
        """Add metadata to an output, or to one item of it."""
        normalize_metadata(metadata)  # what cannot be recorded is refused here, where the user sees why
        self._output_metadata.setdefault((output_name, mapping_key), {}).update(metadata)

    def find_output_metadata(self, output_name: str, mapping_key: str | None) -> dict[str, Any] | None:
        """Return the metadata that was added to an output or item; without the item's key, of all items by key."""
        found = self._output_metadata.get((output_name, mapping_key))
        if found is None and mapping_key is None:
            found = self.output_metadata.get(output_name)
        return found

    def merge_output_metadata(self, name: str, mapping_key: str | None, metadata: Metadata) -> Metadata:
        """Return the metadata of a value with what was added to its output."""
        added = self._output_metadata.get((name, mapping_key))
        return {**metadata, **normalize_metadata(added)} if added else metadata

    def add_asset_metadata(self, key: AssetKey, partition_key: str | None, metadata: RawMetadata) -> None:
        """Add metadata to an asset, or to one of its partitions."""
        self._asset_metadata.setdefault((key, partition_key), {}).update(normalize_metadata(metadata))

    def find_asset_metadata(self, key: AssetKey, partition: str | None) -> Metadata | None:
        """Return the metadata that was added to an asset and to one of its partitions, or None."""
        known = self._asset_metadata
        if not known:
            return None
        return {
            **known.get((key, None), {}),
            **(known.get((key, partition), {}) if partition is not None else {}),
        }
