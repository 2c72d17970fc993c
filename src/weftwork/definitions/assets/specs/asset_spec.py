"""All attributes of an asset in one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from types import EllipsisType
from typing import TYPE_CHECKING, Any

from weftwork.base.arguments import check_hidden_arguments, check_type
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.definitions.assets.specs.asset_dep import AssetDep, coerce_deps
from weftwork.definitions.assets.specs.attributes import (
    IO_MANAGER_KEY_METADATA,
    check_group_name,
    check_metadata,
    check_owners,
    check_tags,
    kinds_of_tags,
    kinds_to_tags,
    without_kinds,
)
from weftwork.records.keys import AssetKey, CoercibleToAssetKey

if TYPE_CHECKING:
    from weftwork.conditions.legacy import AutoMaterializePolicy
    from weftwork.definitions.assets.specs.freshness_policy import FreshnessPolicy, LegacyFreshnessPolicy
    from weftwork.partitions.definition import PartitionsDefinition

_FIELDS = (
    "key", "deps", "description", "metadata", "group_name", "skippable", "code_version", "freshness_policy",
    "legacy_freshness_policy", "automation_condition", "owners", "tags", "partitions_def", "is_virtual",
)  # fmt: skip


class AssetSpec:
    """Says what an asset is, without saying how it is made.

    A spec among the assets of ``Definitions`` is an external asset: something else makes it. Given to
    ``@multi_asset`` it is one of the assets that the function makes. A spec is not changed after it was made:
    ``replace_attributes`` and ``merge_attributes`` return changed copies.

    Args:
        key: the key of the asset.
        deps: the assets it depends on.
        description: text for people.
        metadata: name to value.
        skippable: whether a run may leave it out; what is downstream is then skipped.
        group_name: the group it is shown in (default: the group "default").
        code_version: version of the code that makes it.
        automation_condition: when it should be made.
        owners: e-mail addresses and teams (``team:name``).
        tags: text to text, for searching and selecting.
        kinds: the technologies it is made of; kept as tags.
        partitions_def: the partitions it has.
        freshness_policy: how old it may become.
        is_virtual: whether it holds no data of its own (a view).

    Raises:
        DagsterInvalidDefinitionError: if an owner, a tag or the group is not of the documented form.
        CheckError: if an argument is of the wrong kind.

    Example:
        >>> AssetSpec("orders", deps=["customers"], group_name="sales").key
        AssetKey(['orders'])
    """

    __slots__ = _FIELDS

    key: AssetKey
    deps: Sequence[AssetDep]
    description: str | None
    metadata: Mapping[str, Any]
    group_name: str | None
    skippable: bool
    code_version: str | None
    freshness_policy: FreshnessPolicy | None
    legacy_freshness_policy: LegacyFreshnessPolicy | None
    automation_condition: Any
    owners: Sequence[str]
    tags: Mapping[str, str]
    partitions_def: PartitionsDefinition[Any] | None
    is_virtual: bool

    def __init__(
        self,
        key: CoercibleToAssetKey,
        *,
        deps: Iterable[Any] | None = None,
        description: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        skippable: bool = False,
        group_name: str | None = None,
        code_version: str | None = None,
        automation_condition: Any = None,
        owners: Sequence[str] | None = None,
        tags: Mapping[str, str] | None = None,
        kinds: Set[str] | None = None,
        partitions_def: PartitionsDefinition[Any] | None = None,
        freshness_policy: FreshnessPolicy | None = None,
        is_virtual: bool = False,
        **hidden: Any,
    ) -> None:
        self.key = key = AssetKey.from_coercible(key)
        self.deps = coerce_deps(deps, key) if deps else []
        self.description = description
        self.metadata = check_metadata(metadata) if metadata is not None else {}
        self.skippable = skippable
        self.group_name = check_group_name(group_name) if group_name is not None else None
        self.code_version = code_version
        self.automation_condition = automation_condition
        self.owners = check_owners(owners, f"asset '{key.to_user_string()}'") if owners else []
        self.tags = (
            {**check_tags(tags, f"asset '{key.to_user_string()}'"), **kinds_to_tags(kinds)}
            if tags or kinds
            else {}
        )
        self.partitions_def = partitions_def
        self.freshness_policy = freshness_policy
        self.is_virtual = is_virtual
        self.legacy_freshness_policy = None
        _check_kinds_of_arguments(self)
        if hidden:
            check_hidden_arguments(
                AssetSpec.__init__, hidden, ("legacy_freshness_policy", "auto_materialize_policy")
            )
            self._take_hidden(**hidden)

    def _take_hidden(
        self,
        *,
        legacy_freshness_policy: LegacyFreshnessPolicy | None = None,
        auto_materialize_policy: Any = None,
    ) -> None:
        self.legacy_freshness_policy = legacy_freshness_policy
        if auto_materialize_policy is not None:
            refuse_both_policies(self.automation_condition, f"asset '{self.key.to_user_string()}'")
            self.automation_condition = auto_materialize_policy.to_automation_condition()

    @property
    def kinds(self) -> set[str]:
        """The technologies it is made of."""
        return kinds_of_tags(self.tags)

    @property
    def auto_materialize_policy(self) -> AutoMaterializePolicy | None:
        """Its automation condition in the older form; None where it has none."""
        if self.automation_condition is None:
            return None
        from weftwork.conditions.legacy import AutoMaterializePolicy  # only where the older form is asked for

        return AutoMaterializePolicy.from_automation_condition(self.automation_condition)

    @property
    def partition_mappings(self) -> Mapping[AssetKey, Any]:
        """Upstream key to partition mapping, for the dependencies that name one."""
        return {
            dep.asset_key: dep.partition_mapping for dep in self.deps if dep.partition_mapping is not None
        }

    @property
    def io_manager_key(self) -> str | None:
        """The resource that loads it where nobody in the run makes it, if the spec names one."""
        return self.metadata.get(IO_MANAGER_KEY_METADATA)

    def with_io_manager_key(self, io_manager_key: str) -> AssetSpec:
        """Return a copy that is loaded by the IO manager of this resource key."""
        return self.changed(metadata={**self.metadata, IO_MANAGER_KEY_METADATA: io_manager_key})

    def replace_attributes(
        self,
        *,
        key: CoercibleToAssetKey | EllipsisType = ...,
        deps: Iterable[Any] | None | EllipsisType = ...,
        description: str | None | EllipsisType = ...,
        metadata: Mapping[str, Any] | None | EllipsisType = ...,
        skippable: bool | EllipsisType = ...,
        group_name: str | None | EllipsisType = ...,
        code_version: str | None | EllipsisType = ...,
        automation_condition: Any = ...,
        owners: Sequence[str] | None | EllipsisType = ...,
        tags: Mapping[str, str] | None | EllipsisType = ...,
        kinds: Set[str] | None | EllipsisType = ...,
        partitions_def: PartitionsDefinition[Any] | None | EllipsisType = ...,
        legacy_freshness_policy: LegacyFreshnessPolicy | None | EllipsisType = ...,
        freshness_policy: FreshnessPolicy | None | EllipsisType = ...,
        is_virtual: bool | EllipsisType = ...,
    ) -> AssetSpec:
        """Return a copy with the given attributes replaced; what is not given stays.

        Tags and kinds are replaced apart from each other.
        """
        given = {
            "key": key, "deps": deps, "description": description, "metadata": metadata, "skippable": skippable,
            "group_name": group_name, "code_version": code_version, "automation_condition": automation_condition,
            "owners": owners, "partitions_def": partitions_def, "freshness_policy": freshness_policy,
            "legacy_freshness_policy": legacy_freshness_policy, "is_virtual": is_virtual,
        }  # fmt: skip
        attributes = {name: getattr(self, name) for name in _FIELDS}
        attributes |= {name: value for name, value in given.items() if value is not ...}
        plain = without_kinds(self.tags) if tags is ... else tags
        attributes["tags"] = plain
        attributes["kinds"] = self.kinds if kinds is ... else kinds
        return AssetSpec(**attributes)

    def merge_attributes(
        self,
        *,
        deps: Iterable[Any] | EllipsisType = ...,
        metadata: Mapping[str, Any] | EllipsisType = ...,
        owners: Sequence[str] | EllipsisType = ...,
        tags: Mapping[str, str] | EllipsisType = ...,
        kinds: Set[str] | EllipsisType = ...,
    ) -> AssetSpec:
        """Return a copy with the given dependencies, metadata, owners, tags and kinds added."""
        return self.replace_attributes(
            deps=... if deps is ... else [*self.deps, *deps],
            metadata=... if metadata is ... else {**self.metadata, **metadata},
            owners=... if owners is ... else [*self.owners, *owners],
            tags=... if tags is ... else {**without_kinds(self.tags), **tags},
            kinds=... if kinds is ... else {*self.kinds, *kinds},
        )

    def changed(self, **changes: Any) -> AssetSpec:
        """Return a copy with attributes set as they are, without the checks of ``replace_attributes``."""
        copy = AssetSpec.__new__(AssetSpec)
        for name in _FIELDS:
            setattr(copy, name, changes[name] if name in changes else getattr(self, name))
        return copy

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> Any:
        """Let models of pydantic have fields of this class."""
        from pydantic_core import core_schema  # called by pydantic itself, which is loaded then

        return core_schema.is_instance_schema(cls)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetSpec) and all(getattr(self, f) == getattr(other, f) for f in _FIELDS)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        facts = [
            f"{f}={getattr(self, f)!r}" for f in _FIELDS[1:] if getattr(self, f) not in (None, [], {}, False)
        ]
        return f"AssetSpec({', '.join([repr(self.key.to_user_string()), *facts])})"


def refuse_both_policies(automation_condition: Any, what: str) -> None:
    """Check that no automation condition is given beside the older policy.

    Raises:
        DagsterInvariantViolationError: if one is.
    """
    if automation_condition is not None:
        raise DagsterInvariantViolationError(
            f"Give {what} an automation_condition, or the older auto_materialize_policy, not both."
        )


def _check_kinds_of_arguments(spec: AssetSpec) -> None:
    if spec.description is not None:
        check_type(spec.description, str, "description")
    if spec.code_version is not None:
        check_type(spec.code_version, str, "code_version")
    if spec.skippable is not False:
        check_type(spec.skippable, bool, "skippable")
    if spec.automation_condition is not None:
        from weftwork.conditions.expression import AutomationCondition  # most assets have none

        check_type(spec.automation_condition, AutomationCondition, "automation_condition")
    if spec.partitions_def is not None:
        from weftwork.partitions.definition import PartitionsDefinition  # most assets have none

        check_type(spec.partitions_def, PartitionsDefinition, "partitions_def")
    if spec.freshness_policy is not None:
        from weftwork.definitions.assets.specs.freshness_policy import (
            FreshnessPolicy,  # most assets have none
        )

        check_type(spec.freshness_policy, FreshnessPolicy, "freshness_policy")
