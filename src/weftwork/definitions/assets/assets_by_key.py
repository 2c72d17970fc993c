"""The attributes of several assets, read by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.records.keys import AssetKey


class AssetsByKey:
    """Reads the attributes of several assets by key; the specs hold them."""

    __slots__ = ()

    specs_by_key: Mapping[AssetKey, AssetSpec]

    def _by_key(self, attribute: str) -> dict[AssetKey, Any]:
        """Return key to attribute, for the assets that have it."""
        found = ((key, getattr(spec, attribute)) for key, spec in self.specs_by_key.items())
        return {key: value for key, value in found if value is not None}

    @property
    def descriptions_by_key(self) -> Mapping[AssetKey, str]:
        """Descriptions of the assets that have one."""
        return self._by_key("description")

    @property
    def group_names_by_key(self) -> Mapping[AssetKey, str]:
        """The group of each asset."""
        return self._by_key("group_name")

    @property
    def metadata_by_key(self) -> Mapping[AssetKey, Mapping[str, Any]]:
        """The definition metadata of each asset."""
        return self._by_key("metadata")

    @property
    def tags_by_key(self) -> Mapping[AssetKey, Mapping[str, str]]:
        """The tags of each asset."""
        return self._by_key("tags")

    @property
    def owners_by_key(self) -> Mapping[AssetKey, Sequence[str]]:
        """The owners of each asset."""
        return self._by_key("owners")

    @property
    def code_versions_by_key(self) -> Mapping[AssetKey, str | None]:
        """The code version of each asset, None where it has none."""
        return {key: spec.code_version for key, spec in self.specs_by_key.items()}

    @property
    def automation_conditions_by_key(self) -> Mapping[AssetKey, Any]:
        """The automation conditions of the assets that have one."""
        return self._by_key("automation_condition")

    @property
    def freshness_policies_by_key(self) -> Mapping[AssetKey, Any]:
        """The freshness policies of the assets that have one."""
        return self._by_key("freshness_policy")

    @property
    def legacy_freshness_policies_by_key(self) -> Mapping[AssetKey, Any]:
        """The freshness policies of the older form, of the assets that have one."""
        return self._by_key("legacy_freshness_policy")
