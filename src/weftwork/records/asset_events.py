"""What happens to assets, as users report it: materializations, observations, check evaluations."""

from __future__ import annotations

from enum import Enum
from typing import Any

from weftwork.base.errors import CheckError, ParameterCheckError
from weftwork.base.lifecycle import former, warn_of_use
from weftwork.records.data_version import data_version_of
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.metadata import Metadata, RawMetadata, normalize_metadata
from weftwork.serde.record import Record, force_set

UNDEFINED_LABEL = "unlabeled"


class _AssetEvent(Record, kw_only=False):
    """What materializations and observations have in common."""

    asset_key: AssetKey
    description: str | None = None
    metadata: Metadata = {}
    partition: str | None = None
    tags: dict[str, str] | None = None

    def __post_init__(self) -> None:
        if self.asset_key.__class__ is not AssetKey:
            force_set(self, "asset_key", AssetKey.from_coercible(self.asset_key))
        if self.metadata:
            force_set(self, "metadata", normalize_metadata(self.metadata))
        elif self.metadata is None:
            force_set(self, "metadata", {})
        if self.tags:
            force_set(self, "tags", _copy_tags(self.tags))
        if self.partition is not None and not isinstance(self.partition, str):
            raise ParameterCheckError(f"The partition of an asset event is text, not {self.partition!r}.")

    @property
    def label(self) -> str:
        """The parts of the asset's key, joined by spaces."""
        return " ".join(self.asset_key.path)

    def with_metadata(self, metadata: RawMetadata | None) -> Any:
        """Return the event with other metadata."""
        return self.replace(metadata=normalize_metadata(metadata))


def _copy_tags(tags: Any) -> dict[str, str]:
    copied = dict(tags)
    try:
        "".join(copied), "".join(copied.values())  # refuses what is not text without asking one by one
    except TypeError:
        wrong = next(item for item in copied.items() if not all(isinstance(part, str) for part in item))
        raise ParameterCheckError(
            f"The tags of an asset event are text to text, not {wrong[0]!r}: {wrong[1]!r}."
        ) from None
    return copied


class AssetMaterialization(_AssetEvent, kw_only=False):
    """Says that the data of an asset was made.

    Args:
        asset_key: the asset.
        description: what a reader should know.
        metadata: name to value; see ``MetadataValue``.
        partition: the partition that was made; None if the asset has none.
        tags: text to text, among them versions of code and data.

    Example:
        >>> AssetMaterialization("orders", metadata={"rows": 10}).label
        'orders'
    """

    @staticmethod
    def file(path: str, description: str | None = None, asset_key: Any = None) -> AssetMaterialization:
        """Return the materialization of a file, with its path as metadata."""
        if not isinstance(path, str):
            raise ParameterCheckError(f"AssetMaterialization.file takes a path as text, not {path!r}.")
        from weftwork.records.values.metadata_value import PathMetadataValue

        key = AssetKey.from_coercible(asset_key if asset_key is not None else path)
        return AssetMaterialization(key, description, {"path": PathMetadataValue(path)})


class AssetObservation(_AssetEvent, kw_only=False):
    """Says what an asset was found to be; see ``AssetMaterialization`` for the parameters."""

    @property
    def data_version(self) -> str | None:
        """The version of the data that was found, or None."""
        version = data_version_of(self.tags)
        return version.value if version else None


class AssetCheckSeverity(Enum):
    """How bad it is when a check does not pass."""

    WARN = "WARN"
    ERROR = "ERROR"


class AssetCheckEvaluationTargetMaterializationData(Record, kw_only=False):
    """The materialization that a check looked at."""

    storage_id: int
    run_id: str
    timestamp: float


class AssetCheckEvaluation(Record, kw_only=False):
    """Says whether a check of an asset passed.

    Attributes:
        asset_key: the asset that was checked.
        check_name: the name of the check.
        passed: whether it passed.
        metadata: name to value.
        target_materialization_data: the materialization that it looked at.
        severity: how bad it is if it did not pass.
        description: what a reader should know.
        blocking: whether a failure holds back downstream assets.
        partition: the partition that was checked.
    """

    asset_key: AssetKey
    check_name: str
    passed: bool
    metadata: Metadata = {}
    target_materialization_data: AssetCheckEvaluationTargetMaterializationData | None = None
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR
    description: str | None = None
    blocking: bool | None = None
    partition: str | None = None

    def __post_init__(self) -> None:
        force_set(self, "metadata", normalize_metadata(self.metadata))
        if not isinstance(self.passed, bool):
            raise CheckError(
                f"passed of check '{self.check_name}' must be True or False, not {self.passed!r}."
            )

    @property
    def asset_check_key(self) -> AssetCheckKey:
        """The key of the check."""
        return AssetCheckKey(self.asset_key, self.check_name)

    def with_metadata(self, metadata: RawMetadata | None) -> AssetCheckEvaluation:
        """Return the evaluation with other metadata."""
        changed: AssetCheckEvaluation = self.replace(metadata=normalize_metadata(metadata))
        return changed


class ExpectationResult(Record, kw_only=False):
    """Says whether an expectation of an op was met; never fails a step. Deprecated: use asset checks.

    Args:
        success: whether it was met.
        label: a short name.
        description: what a reader should know.
        metadata: name to value.
    """

    success: bool
    label: str | None = "result"
    description: str | None = None
    metadata: Metadata = {}

    def __post_init__(self) -> None:
        warn_of_use("ExpectationResult", former("Use asset checks, and AssetCheckResult."))
        if not isinstance(self.success, bool):
            raise ParameterCheckError(
                f"success of an ExpectationResult must be True or False, not {self.success!r}."
            )
        force_set(self, "metadata", normalize_metadata(self.metadata))
