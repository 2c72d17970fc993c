"""What is said of a check, without the function that evaluates it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.arguments import check_type
from weftwork.definitions.assets.specs.asset_dep import AssetDep, coerce_deps
from weftwork.definitions.assets.specs.attributes import check_metadata
from weftwork.records.keys import AssetCheckKey, AssetKey

if TYPE_CHECKING:
    from weftwork.partitions.definition import PartitionsDefinition

_FIELDS = (
    "name", "asset_key", "description", "additional_deps", "blocking", "metadata", "automation_condition",
    "partitions_def",
)  # fmt: skip


class AssetCheckSpec:
    """Says what a check is: its name, and the asset that it checks.

    Args:
        name: the name of the check, unique among the checks of its asset.
        asset: the asset that is checked: its key, spec or definition.
        description: text for people.
        additional_deps: assets that the check depends on besides the one it checks.
        blocking: whether what is downstream of the asset waits for the check, and does not run if it fails.
        metadata: name to value.
        automation_condition: when it should be evaluated.
        partitions_def: the partitions it has; those of the asset.

    Raises:
        ValueError: if the asset itself is among the additional dependencies.
    """

    __slots__ = _FIELDS

    name: str
    asset_key: AssetKey
    description: str | None
    additional_deps: Sequence[AssetDep]
    blocking: bool
    metadata: Mapping[str, Any]
    automation_condition: Any
    partitions_def: PartitionsDefinition[Any] | None

    def __init__(
        self,
        name: str,
        *,
        asset: Any,
        description: str | None = None,
        additional_deps: Iterable[Any] | None = None,
        blocking: bool = False,
        metadata: Mapping[str, Any] | None = None,
        automation_condition: Any = None,
        partitions_def: PartitionsDefinition[Any] | None = None,
    ) -> None:
        self.name = check_type(name, str, "name")
        self.asset_key = key = AssetKey.from_coercible_or_definition(asset)
        self.description = check_type(description, str, "description", optional=True)
        self.additional_deps = coerce_deps(additional_deps)
        self.blocking = check_type(blocking, bool, "blocking")
        self.metadata = check_metadata(metadata)
        self.automation_condition = automation_condition
        self.partitions_def = partitions_def
        if automation_condition is not None:
            from weftwork.conditions.expression import AutomationCondition  # most checks have none

            check_type(automation_condition, AutomationCondition, "automation_condition")
        if partitions_def is not None:
            from weftwork.partitions.definition import PartitionsDefinition  # most checks have none

            check_type(partitions_def, PartitionsDefinition, "partitions_def")
        if any(dep.asset_key == key for dep in self.additional_deps):
            raise ValueError(
                f"Check '{name}' of asset '{key.to_user_string()}' names that asset among its additional_deps: "
                f"it depends on it anyway. Leave it out."
            )

    @property
    def key(self) -> AssetCheckKey:
        """The key of the check: its asset and its name."""
        return AssetCheckKey(self.asset_key, self.name)

    def get_python_identifier(self) -> str:
        """Return the name that the output of this check has on an op."""
        return f"{self.asset_key.to_python_identifier()}_{self.name}"

    def replace_key(self, key: AssetCheckKey) -> AssetCheckSpec:
        """Return a copy with another name or asset."""
        return self.changed(name=key.name, asset_key=key.asset_key)

    def with_metadata(self, metadata: Mapping[str, Any]) -> AssetCheckSpec:
        """Return a copy with other metadata."""
        return self.changed(metadata=check_metadata(metadata))

    def changed(self, **changes: Any) -> AssetCheckSpec:
        """Return a copy with attributes set as they are."""
        copy = AssetCheckSpec.__new__(AssetCheckSpec)
        for name in _FIELDS:
            setattr(copy, name, changes[name] if name in changes else getattr(self, name))
        return copy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetCheckSpec) and all(
            getattr(self, f) == getattr(other, f) for f in _FIELDS
        )

    def __hash__(self) -> int:
        return hash((self.name, self.asset_key))

    def __repr__(self) -> str:
        return f"AssetCheckSpec({self.name!r}, asset={self.asset_key.to_user_string()!r}, blocking={self.blocking})"
