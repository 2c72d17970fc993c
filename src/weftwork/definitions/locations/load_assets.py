"""``load_assets_from_*`` and ``load_asset_checks_from_*``: what modules define at their top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.source_asset import SourceAsset
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.attributes import DEFAULT_GROUP_NAME, check_group_name
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition
from weftwork.definitions.locations.modules import (
    caller_module,
    import_package,
    iterate_objects,
    list_package_modules,
)
from weftwork.records.keys import AssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts


def load_assets_from_modules(
    modules: Iterable[ModuleType],
    group_name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    *,
    automation_condition: Any = None,
    backfill_policy: BackfillPolicy | None = None,
    source_key_prefix: CoercibleToAssetKeyPrefix | None = None,
    include_specs: bool = False,
    **hidden: Any,
) -> Sequence[AssetsDefinition | SourceAsset | AssetSpec]:
    """Return the assets at the top of modules, also those in lists there.

    Args:
        modules: the modules.
        group_name: the group of all of them; none may have one already.
        key_prefix: parts before the keys of those that are made here; dependencies among them follow.
        automation_condition: for all that have none.
        backfill_policy: for all that have none.
        source_key_prefix: parts before the keys of source assets and specs.
        include_specs: whether AssetSpec objects are taken too.
        **hidden: older parameters: auto_materialize_policy, legacy_freshness_policy.

    Raises:
        DagsterInvalidDefinitionError: if two have one key, or one has a group already.
    """
    kinds = (AssetsDefinition, SourceAsset, AssetSpec) if include_specs else (AssetsDefinition, SourceAsset)
    found: list[Any] = []
    specs: list[AssetSpec] = []
    places: dict[AssetKey, str] = {}
    for module, item in iterate_objects(modules, kinds):
        if isinstance(item, AssetChecksDefinition):
            continue
        if isinstance(item, AssetSpec) and item in specs:
            continue  # two modules say the same of an asset that something else makes
        if isinstance(item, AssetSpec):
            specs.append(item)
        for key in _keys_of(item):
            if key in places:
                raise DagsterInvalidDefinitionError(
                    f"Asset '{key.to_user_string()}' is defined in module '{places[key]}' and again in "
                    f"'{module.__name__}'. Give one of them another key."
                )
            places[key] = module.__name__
        found.append(item)
    found.sort(
        key=lambda item: (
            0 if isinstance(item, AssetsDefinition) else 1 if isinstance(item, SourceAsset) else 2
        )
    )
    change = _Change(
        group_name, key_prefix, source_key_prefix, automation_condition, backfill_policy, **hidden
    )
    return change.apply(found)


def load_assets_from_current_module(
    group_name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    *,
    automation_condition: Any = None,
    backfill_policy: BackfillPolicy | None = None,
    source_key_prefix: CoercibleToAssetKeyPrefix | None = None,
    include_specs: bool = False,
    **hidden: Any,
) -> Sequence[AssetsDefinition | SourceAsset | AssetSpec]:
    """Return the assets at the top of the module that calls this; arguments as in ``load_assets_from_modules``."""
    return load_assets_from_modules(
        [caller_module()], group_name, key_prefix, automation_condition=automation_condition,
        backfill_policy=backfill_policy, source_key_prefix=source_key_prefix, include_specs=include_specs, **hidden,
    )  # fmt: skip


def load_assets_from_package_module(
    package_module: ModuleType,
    group_name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    *,
    automation_condition: Any = None,
    backfill_policy: BackfillPolicy | None = None,
    source_key_prefix: CoercibleToAssetKeyPrefix | None = None,
    include_specs: bool = False,
    **hidden: Any,
) -> Sequence[AssetsDefinition | SourceAsset | AssetSpec]:
    """Return the assets in a package and all its modules; arguments as in ``load_assets_from_modules``."""
    return load_assets_from_modules(
        list_package_modules(package_module), group_name, key_prefix, automation_condition=automation_condition,
        backfill_policy=backfill_policy, source_key_prefix=source_key_prefix, include_specs=include_specs, **hidden,
    )  # fmt: skip


def load_assets_from_package_name(
    package_name: str,
    group_name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    *,
    automation_condition: Any = None,
    backfill_policy: BackfillPolicy | None = None,
    source_key_prefix: CoercibleToAssetKeyPrefix | None = None,
    include_specs: bool = False,
    **hidden: Any,
) -> Sequence[AssetsDefinition | SourceAsset | AssetSpec]:
    """Return the assets in the package of that name; arguments as in ``load_assets_from_modules``."""
    return load_assets_from_modules(
        import_package(package_name), group_name, key_prefix, automation_condition=automation_condition,
        backfill_policy=backfill_policy, source_key_prefix=source_key_prefix, include_specs=include_specs, **hidden,
    )  # fmt: skip


class _Change:
    """What ``load_assets_from_*`` changes about the assets that it finds."""

    def __init__(
        self,
        group_name: str | None,
        key_prefix: CoercibleToAssetKeyPrefix | None,
        source_key_prefix: CoercibleToAssetKeyPrefix | None,
        automation_condition: Any,
        backfill_policy: BackfillPolicy | None,
        auto_materialize_policy: Any = None,
        legacy_freshness_policy: Any = None,
    ) -> None:
        if auto_materialize_policy is not None:
            automation_condition = auto_materialize_policy.to_automation_condition()
        self.group_name = check_group_name(group_name)
        self.prefix = key_prefix_parts(key_prefix)
        self.source_prefix = key_prefix_parts(source_key_prefix)
        self.automation_condition = automation_condition
        self.backfill_policy = backfill_policy
        self.legacy_freshness_policy = legacy_freshness_policy

    def apply(self, found: Sequence[Any]) -> list[Any]:
        """Return copies with the change, or the objects themselves where nothing changes."""
        if not any(vars(self).values()):
            return list(found)  # so that an asset of several modules is known as one
        renamed: dict[AssetKey, AssetKey] = {}
        for item in found:
            prefix = self.prefix if isinstance(item, AssetsDefinition) else self.source_prefix
            if prefix:
                renamed.update({key: key.with_prefix(prefix) for key in _keys_of(item)})
        return [self._apply_to(item, renamed) for item in found]

    def _apply_to(self, item: Any, renamed: Mapping[AssetKey, AssetKey]) -> Any:
        for key, group in _groups_of(item).items():
            if self.group_name is not None and group not in (None, DEFAULT_GROUP_NAME, self.group_name):
                raise DagsterInvalidDefinitionError(
                    f"Asset '{key.to_user_string()}' is in group '{group}' already, so load_assets_from_* cannot put it in "
                    f"'{self.group_name}'. Leave one of the two out."
                )
        if isinstance(item, SourceAsset):
            group = self.group_name if item.group_name == DEFAULT_GROUP_NAME else None
            return (
                item.with_attributes(group, renamed.get(item.key)) if group or item.key in renamed else item
            )
        if isinstance(item, AssetSpec):
            changes: dict[str, Any] = {"key": renamed.get(item.key, item.key)}
            if self.group_name is not None:
                changes["group_name"] = self.group_name
            return item.changed(**changes)
        return self._apply_to_definition(item, renamed)

    def _apply_to_definition(
        self, item: AssetsDefinition, renamed: Mapping[AssetKey, AssetKey]
    ) -> AssetsDefinition:
        groups = {
            key: self.group_name
            for key, group in _groups_of(item).items()
            if self.group_name is not None and group != self.group_name
        }
        conditions = item.automation_conditions_by_key
        return item.with_attributes(
            asset_key_replacements=renamed, group_names_by_key=groups,
            automation_condition=self.automation_condition if not conditions else None,
            backfill_policy=self.backfill_policy if item.backfill_policy is None else None,
            legacy_freshness_policy=self.legacy_freshness_policy,
        )  # fmt: skip


def _keys_of(item: Any) -> Iterable[AssetKey]:
    return item.specs_by_key if isinstance(item, AssetsDefinition) else (item.key,)


def _groups_of(item: Any) -> Mapping[AssetKey, str | None]:
    return item.group_names_by_key if isinstance(item, AssetsDefinition) else {item.key: item.group_name}


def load_asset_checks_from_modules(
    modules: Iterable[ModuleType], asset_key_prefix: CoercibleToAssetKeyPrefix | None = None
) -> Sequence[AssetChecksDefinition]:
    """Return the checks at the top of modules.

    Args:
        modules: the modules.
        asset_key_prefix: parts before the keys of the assets that they check.

    Raises:
        DagsterInvalidDefinitionError: if two checks have one asset and name.
    """
    prefix = key_prefix_parts(asset_key_prefix)
    found: list[AssetChecksDefinition] = []
    places: dict[Any, str] = {}
    for module, item in iterate_objects(modules, (AssetChecksDefinition,)):
        for key in item.check_keys:
            if key in places:
                raise DagsterInvalidDefinitionError(
                    f"Check '{key.to_user_string()}' is defined in module '{places[key]}' and again in '{module.__name__}'."
                )
            places[key] = module.__name__
        found.append(item)
    if not prefix:
        return found
    return [
        item.with_attributes(  # type: ignore[misc]
            asset_key_replacements={
                check.asset_key: check.asset_key.with_prefix(prefix) for check in item.check_keys
            }
        )
        for item in found
    ]


def load_asset_checks_from_current_module(
    asset_key_prefix: CoercibleToAssetKeyPrefix | None = None,
) -> Sequence[AssetChecksDefinition]:
    """Return the checks at the top of the module that calls this."""
    return load_asset_checks_from_modules([caller_module()], asset_key_prefix)


def load_asset_checks_from_package_module(
    package_module: ModuleType, asset_key_prefix: CoercibleToAssetKeyPrefix | None = None
) -> Sequence[AssetChecksDefinition]:
    """Return the checks in a package and all its modules."""
    return load_asset_checks_from_modules(list_package_modules(package_module), asset_key_prefix)


def load_asset_checks_from_package_name(
    package_name: str, asset_key_prefix: CoercibleToAssetKeyPrefix | None = None
) -> Sequence[AssetChecksDefinition]:
    """Return the checks in the package of that name."""
    return load_asset_checks_from_modules(import_package(package_name), asset_key_prefix)
