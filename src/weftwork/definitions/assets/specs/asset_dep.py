"""A dependency of an asset on another asset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterInvariantViolationError, ParameterCheckError
from weftwork.definitions.assets.specs.attributes import check_metadata
from weftwork.definitions.assets.specs.missing import MissingPolicy, check_missing
from weftwork.records.keys import AssetKey

if TYPE_CHECKING:
    from weftwork.partitions.mappings.mapping import PartitionMapping


class AssetDep:
    """Says that an asset depends on another one without taking its value.

    Args:
        asset: the upstream asset: its key, spec or definition.
        partition_mapping: which partitions of the upstream asset a partition depends on; None for the default.
        metadata: name to value, about the dependency.
        missing: what happens if partitions of the asset, or all of it, are not there: "error"; "skip" leaves them out;
            "none" gives None in their place; "wait" lets automation wait until they are there, and is "error" in a run.

    Raises:
        ParameterCheckError: if ``asset`` or ``partition_mapping`` is something else.
        CheckError: if ``asset`` defines several assets.

    Example:
        >>> AssetDep("orders").asset_key
        AssetKey(['orders'])
    """

    __slots__ = ("asset_key", "metadata", "missing", "partition_mapping")

    asset_key: AssetKey
    partition_mapping: PartitionMapping | None
    metadata: Mapping[str, Any]
    missing: MissingPolicy

    def __init__(
        self,
        asset: Any,
        *,
        partition_mapping: PartitionMapping | None = None,
        metadata: Mapping[str, Any] | None = None,
        missing: MissingPolicy = "error",
    ) -> None:
        self.asset_key = asset if asset.__class__ is AssetKey else _key_of(asset)
        self.partition_mapping = (
            check_partition_mapping(partition_mapping) if partition_mapping is not None else None
        )
        self.metadata = check_metadata(metadata)
        self.missing = missing if missing == "error" else check_missing(missing)

    @staticmethod
    def from_coercible(arg: Any) -> AssetDep:
        """Return ``arg`` if it is a dependency, else a dependency on it."""
        return arg if isinstance(arg, AssetDep) else AssetDep(arg)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AssetDep)
            and self.asset_key == other.asset_key
            and self.partition_mapping == other.partition_mapping
            and self.metadata == other.metadata
            and self.missing == other.missing
        )

    def __hash__(self) -> int:
        return hash(self.asset_key)

    def __repr__(self) -> str:
        mapping = (
            f", partition_mapping={self.partition_mapping!r}" if self.partition_mapping is not None else ""
        )
        return f"AssetDep({self.asset_key.to_user_string()!r}{mapping})"


def check_partition_mapping(mapping: Any) -> PartitionMapping:
    """Return a partition mapping.

    Raises:
        ParameterCheckError: if it is none.
    """
    from weftwork.partitions.mappings.mapping import PartitionMapping  # most dependencies name none

    if isinstance(mapping, PartitionMapping):
        return mapping
    hint = f" Did you mean {mapping.__name__}()?" if isinstance(mapping, type) else ""
    raise ParameterCheckError(
        f"Parameter 'partition_mapping' must be a PartitionMapping, not {mapping!r:.200}.{hint}"
    )


def _key_of(asset: Any) -> AssetKey:
    if isinstance(asset, str) or (isinstance(asset, Sequence) and not isinstance(asset, bytes)):
        return AssetKey.from_coercible(asset)
    key = getattr(asset, "key", None)
    if not isinstance(key, AssetKey):
        raise ParameterCheckError(
            f"A dependency must be an asset (its key, spec or definition), not {type(asset).__name__}: {asset!r:.200}."
        )
    return key


def coerce_deps(deps: Iterable[Any] | None, of: AssetKey | None = None) -> list[AssetDep]:
    """Return dependencies as a list without repeats; a definition of several assets counts as all of them.

    Args:
        deps: as the user gave them, a single name or key too; None for none.
        of: the asset that has them, for the message.

    Raises:
        DagsterInvariantViolationError: if one asset is named twice in different ways.
    """
    if not deps:
        return []
    if isinstance(deps, (str, AssetKey)):
        deps = [deps]  # a single name: its letters are never meant
    if not isinstance(deps, Iterable):
        raise ParameterCheckError(f"Parameter 'deps' must be a list of assets, not {deps!r:.200}.")
    found: dict[AssetKey, AssetDep] = {}
    for raw in deps:
        for dep in [raw] if isinstance(raw, AssetDep) else _deps_on(raw):
            known = found.setdefault(dep.asset_key, dep)
            if known is not dep and known != dep:
                owner = f" of asset '{of.to_user_string()}'" if of else ""
                raise DagsterInvariantViolationError(
                    f"The dependencies{owner} name '{dep.asset_key.to_user_string()}' twice, with different partition "
                    f"mappings or metadata. Name it once."
                )
    return list(found.values())


def _deps_on(asset: Any) -> list[AssetDep]:
    keys = getattr(asset, "keys", None)
    if isinstance(keys, (set, frozenset)) and len(keys) > 1:
        return [AssetDep(spec.key) for spec in asset.specs]
    return [AssetDep(asset)]


def dep_input_name(key: AssetKey) -> str:
    """Return the name of the input that a dependency without a value has."""
    return "_".join([part if part.isidentifier() and part.isascii() else _to_name(part) for part in key.path])


def _to_name(part: str) -> str:
    return "".join([c if c.isalnum() and c.isascii() else "_" for c in part])
