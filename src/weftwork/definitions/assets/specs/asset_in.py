"""An input of an asset's function: which asset it is, and how it is loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import CheckError
from weftwork.definitions.assets.specs.asset_dep import AssetDep, check_partition_mapping
from weftwork.definitions.assets.specs.missing import MissingPolicy, check_missing
from weftwork.definitions.io.missing import MISSING_POLICY_METADATA
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.records.keys import AssetKey, CoercibleToAssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts

if TYPE_CHECKING:
    from weftwork.partitions.mappings.mapping import PartitionMapping


class AssetIn:
    """Says which asset an input of a function is, and how it is loaded.

    Args:
        key: the key of the asset; not together with ``key_prefix``.
        metadata: name to value; the IO manager sees it as ``context.definition_metadata``.
        key_prefix: parts before the name of the input, which together are the key.
        input_manager_key: the resource that loads it, instead of the asset's IO manager.
        partition_mapping: which partitions of the asset a partition depends on; None for the default.
        dagster_type: the type that the value is checked against; ``Nothing`` for an input that is not loaded.
        missing: what happens if partitions of the asset, or all of it, are not there: "error"; "skip" leaves them out;
            "none" gives None in their place; "wait" lets automation wait until they are there, and is "error" in a run.

    Raises:
        CheckError: if ``key`` and ``key_prefix`` are given.
    """

    __slots__ = (
        "dagster_type",
        "input_manager_key",
        "key",
        "key_prefix",
        "metadata",
        "missing",
        "partition_mapping",
    )

    key: AssetKey | None
    key_prefix: Sequence[str] | None
    metadata: Mapping[str, Any] | None
    missing: MissingPolicy

    def __init__(
        self,
        key: CoercibleToAssetKey | None = None,
        metadata: Mapping[str, Any] | None = None,
        key_prefix: CoercibleToAssetKeyPrefix | None = None,
        input_manager_key: str | None = None,
        partition_mapping: PartitionMapping | None = None,
        dagster_type: Any = NO_VALUE,
        missing: MissingPolicy = "error",
    ) -> None:
        if key is not None and key_prefix is not None:
            raise CheckError(
                "An AssetIn takes a key or a key_prefix, not both: the prefix is put before the input's name."
            )
        self.key = None if key is None else AssetKey.from_coercible_or_definition(key)
        self.metadata = metadata
        self.key_prefix = None if key_prefix is None else key_prefix_parts(key_prefix)
        self.input_manager_key = input_manager_key
        self.partition_mapping = (
            check_partition_mapping(partition_mapping) if partition_mapping is not None else None
        )
        self.dagster_type = dagster_type
        self.missing = missing if missing == "error" else check_missing(missing)

    @classmethod
    def from_coercible(cls, coercible: Any) -> AssetIn:
        """Return ``coercible`` if it is an input, else the input that is the asset of that key."""
        return coercible if isinstance(coercible, AssetIn) else cls(key=coercible)

    @property
    def input_metadata(self) -> Mapping[str, Any] | None:
        """The metadata of the input of the op, which tells IO managers the policy too."""
        if self.missing == "error":
            return self.metadata
        return {**(self.metadata or {}), MISSING_POLICY_METADATA: self.missing}

    def to_dep(self, key: AssetKey) -> AssetDep:
        """Return the dependency that the input is."""
        return AssetDep(key, partition_mapping=self.partition_mapping, missing=self.missing)

    def resolve_key(self, input_name: str) -> AssetKey:
        """Return the key of the asset that the input of this name is."""
        return self.key if self.key is not None else AssetKey([*(self.key_prefix or []), input_name])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetIn) and all(
            getattr(self, s) == getattr(other, s) for s in AssetIn.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        facts = (
            f"{s}={getattr(self, s)!r}" for s in AssetIn.__slots__ if getattr(self, s) not in (None, NO_VALUE)
        )
        return f"AssetIn({', '.join(facts)})"
