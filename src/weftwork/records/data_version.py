"""Versions of the data of an asset, and from which versions they were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from weftwork.base.digest import digest_text
from weftwork.base.lifecycle import BETA, former, marked, warn_of_use
from weftwork.records.keys import AssetKey
from weftwork.records.tags import (
    CODE_VERSION_TAG,
    DATA_VERSION_IS_USER_PROVIDED_TAG,
    DATA_VERSION_TAG,
    INPUT_DATA_VERSION_TAG_PREFIX,
    INPUT_EVENT_POINTER_TAG_PREFIX,
)
from weftwork.serde.record import Record


class DataVersion(Record, kw_only=False):
    """The version of an asset's data.

    Args:
        value: any text that changes when the data changes.
    """

    value: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, str):
            from weftwork.base.errors import ParameterCheckError

            raise ParameterCheckError(f"A data version is text, not {self.value!r}.")


DEFAULT_DATA_VERSION = DataVersion("INITIAL")
NULL_DATA_VERSION = DataVersion("NULL")
UNKNOWN_DATA_VERSION = DataVersion("UNKNOWN")


class DataVersionsByPartition(Record, kw_only=False):
    """The data versions of partitions of an asset, as an observation gives them.

    Args:
        data_versions_by_partition: partition key to version, as DataVersion or text.
    """

    data_versions_by_partition: dict[str, Any]

    def __post_init__(self) -> None:
        from weftwork.serde.record import force_set

        warn_of_use("DataVersionsByPartition", BETA)
        versions = {
            key: version if isinstance(version, DataVersion) else DataVersion(version)
            for key, version in dict(self.data_versions_by_partition).items()
        }
        force_set(self, "data_versions_by_partition", versions)


class DataProvenance(Record, kw_only=False):
    """From what a materialization was made, as its tags tell.

    Attributes:
        code_version: the version of the code.
        input_data_versions: upstream key to the version of its data that was used.
        input_storage_ids: upstream key to the storage id of the event that told that version.
        is_user_provided: whether the user gave the data version.
    """

    code_version: str
    input_data_versions: dict[AssetKey, DataVersion]
    input_storage_ids: dict[AssetKey, int | None]
    is_user_provided: bool

    @staticmethod
    def from_tags(tags: Mapping[str, str]) -> DataProvenance | None:
        """Return the provenance that the tags of an event tell, or None if they tell none."""
        code_version = tags.get(CODE_VERSION_TAG)
        if code_version is None:
            return None
        versions: dict[AssetKey, DataVersion] = {}
        pointers: dict[AssetKey, int | None] = {}
        for tag, value in tags.items():
            if tag.startswith(INPUT_DATA_VERSION_TAG_PREFIX + "/"):
                key = AssetKey.from_user_string(tag[len(INPUT_DATA_VERSION_TAG_PREFIX) + 1 :])
                versions[key] = DataVersion(value)
            elif tag.startswith(INPUT_EVENT_POINTER_TAG_PREFIX + "/"):
                key = AssetKey.from_user_string(tag[len(INPUT_EVENT_POINTER_TAG_PREFIX) + 1 :])
                pointers[key] = int(value) if value != "NULL" else None
        return DataProvenance(
            code_version, versions, pointers, tags.get(DATA_VERSION_IS_USER_PROVIDED_TAG) == "true"
        )

    @property
    @marked("DataProvenance.input_logical_versions", former("Use input_data_versions."))
    def input_logical_versions(self) -> dict[AssetKey, DataVersion]:
        """Upstream key to the version of its data that was used (the older name)."""
        return self.input_data_versions

    def has_input_asset(self, key: AssetKey) -> bool:
        """Return whether the data was made from that asset."""
        return key in self.input_data_versions


def compute_data_version(
    code_version: str, input_versions: Iterable[tuple[AssetKey, DataVersion]]
) -> DataVersion:
    """Return the version that follows from the code and from the inputs, in the order of their keys."""
    in_order = sorted([(key.path, version.value) for key, version in input_versions])
    return DataVersion(digest_text("\0".join([code_version, *[value for _, value in in_order]])))


def data_version_of(tags: Mapping[str, str] | None) -> DataVersion | None:
    """Return the data version that the tags of an event tell, or None."""
    value = tags.get(DATA_VERSION_TAG) if tags else None
    return DataVersion(value) if value is not None else None
