"""A change to the attributes of several assets at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.specs.asset_dep import AssetDep
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.attributes import DEFAULT_GROUP_NAME, check_group_name
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.records.keys import AssetCheckKey, AssetKey


class SpecChange:
    """Other keys, groups, tags, metadata and policies for some assets.

    Args:
        keys: key to new key, for assets, their dependencies and their checks.
        groups: key to group.
        tags: key to tags, which are added.
        metadata: asset or check to metadata, which replaces what is there.
        legacy_freshness_policy: for every asset that has none.
        automation_condition: for every asset; an error where there is one.
    """

    __slots__ = ("_automation_condition", "_groups", "_keys", "_legacy_policy", "_metadata", "_tags")

    def __init__(
        self,
        keys: Mapping[AssetKey, AssetKey],
        groups: Mapping[AssetKey, str],
        tags: Mapping[AssetKey, Mapping[str, str]],
        metadata: Mapping[AssetKey | AssetCheckKey, Mapping[str, Any]],
        legacy_freshness_policy: Any = None,
        automation_condition: Any = None,
    ) -> None:
        self._keys = keys
        self._groups = groups
        self._tags = tags
        self._metadata = metadata
        self._legacy_policy = legacy_freshness_policy
        self._automation_condition = automation_condition

    def apply(self, spec: AssetSpec) -> AssetSpec:
        """Return the spec with the change applied.

        Raises:
            DagsterInvalidDefinitionError: if it has a group or policy already.
        """
        key = spec.key
        changes: dict[str, Any] = {}
        if self._keys:
            changes["key"] = self._keys.get(key, key)
            changes["deps"] = [self._apply_to_dep(dep) for dep in spec.deps]
        if key in self._groups:
            _refuse_second(key, "group", spec.group_name if spec.group_name != DEFAULT_GROUP_NAME else None)
            changes["group_name"] = check_group_name(self._groups[key])
        if key in self._tags:
            changes["tags"] = {**spec.tags, **self._tags[key]}
        if key in self._metadata:
            changes["metadata"] = dict(self._metadata[key])
        if self._automation_condition is not None:
            _refuse_second(key, "automation condition", spec.automation_condition)
            changes["automation_condition"] = self._automation_condition
        if self._legacy_policy is not None:
            _refuse_second(key, "freshness policy", spec.legacy_freshness_policy)
            changes["legacy_freshness_policy"] = self._legacy_policy
        return spec.changed(**changes) if changes else spec

    def apply_to_checks(self, checks: Mapping[str, AssetCheckSpec]) -> Mapping[str, AssetCheckSpec]:
        """Return checks (by output name) with keys and metadata changed."""
        if not checks or not (self._keys or self._metadata):
            return checks
        found = {}
        for name, check in checks.items():
            new = check.with_metadata(self._metadata[check.key]) if check.key in self._metadata else check
            target = self._keys.get(check.asset_key, check.asset_key)
            deps = [self._apply_to_dep(dep) for dep in check.additional_deps]
            found[name] = new.changed(asset_key=target, additional_deps=deps)
        return found

    def _apply_to_dep(self, dep: AssetDep) -> AssetDep:
        new = self._keys.get(dep.asset_key)
        return (
            dep
            if new is None
            else AssetDep(
                new, partition_mapping=dep.partition_mapping, metadata=dep.metadata, missing=dep.missing
            )
        )


def _refuse_second(key: AssetKey, what: str, present: Any) -> None:
    if present is not None:
        raise DagsterInvalidDefinitionError(
            f"Asset '{key.to_user_string()}' is given a {what}, and it has one already: {present!r:.100}. Give it in one place."
        )


def check_mapped_spec(spec: AssetSpec, mapped: Any) -> AssetSpec:
    """Return the spec that a mapping function made of ``spec``.

    Raises:
        DagsterInvalidDefinitionError: if it is no spec, or has another key.
    """
    if not isinstance(mapped, AssetSpec):
        raise CheckError(
            f"The function given to map_asset_specs must return an AssetSpec; for '{spec.key.to_user_string()}' it returned "
            f"{mapped!r:.100}."
        )
    if mapped.key != spec.key:
        raise DagsterInvalidDefinitionError(
            f"The function given to map_asset_specs changed the key '{spec.key.to_user_string()}' to "
            f"'{mapped.key.to_user_string()}'. Keys of assets that a function makes cannot be mapped: use key_prefix, or "
            f"with_attributes(asset_key_replacements=...)."
        )
    if mapped.group_name is None:
        return mapped.changed(group_name=DEFAULT_GROUP_NAME)
    return mapped


def map_asset_specs(func: Callable[[AssetSpec], AssetSpec], iterable: Iterable[Any]) -> Sequence[Any]:
    """Return assets with each of their specs replaced by what ``func`` makes of it.

    Args:
        func: gets a spec and returns the spec that takes its place.
        iterable: specs and definitions of assets.

    Raises:
        DagsterInvalidDefinitionError: if ``func`` changes the key of an asset that a function makes.

    Example:
        >>> map_asset_specs(lambda spec: spec.replace_attributes(owners=["team:data"]), [orders, customers])
    """
    return [
        func(item) if isinstance(item, AssetSpec)
        else item.map_asset_specs(func) if hasattr(item, "map_asset_specs")
        else item
        for item in iterable
    ]  # fmt: skip
