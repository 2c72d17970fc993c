"""Selections of assets by what is known of each: its key, its group, its tags, its owners."""

from __future__ import annotations

import re

from weftwork.planning.asset_graph import AssetGraph, AssetNodeSpec, unknown_assets
from weftwork.planning.selection.selected_keys import quote
from weftwork.planning.selection.selection_expression import AssetSelection
from weftwork.records.keys import AssetKey


class AssetFilter(AssetSelection):
    """Selects each asset that fits, of those that can be made here, or of all."""

    include_sources: bool = False

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        fits, any_asset = self._fits, self.include_sources
        return {
            number
            for number, node in enumerate(graph.nodes)
            if (any_asset or node.is_materializable) and fits(node)
        }

    def _fits(self, node: AssetNodeSpec) -> bool:
        raise NotImplementedError


class AllSelection(AssetFilter, kw_only=True):
    """All assets."""

    def _fits(self, node: AssetNodeSpec) -> bool:
        return True

    def _text(self) -> str:
        return "*"


class KeysAssetSelection(AssetSelection):
    """Some assets."""

    selected_keys: tuple[AssetKey, ...]

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        missing = [key for key in self.selected_keys if key not in graph]
        if missing and not allow_missing:
            raise unknown_assets(missing, graph)
        return {graph.get_number(key) for key in self.selected_keys if key in graph}

    def _text(self) -> str:
        return " or ".join(f"key:{quote(key.to_user_string())}" for key in self.selected_keys)


class KeyWildCardAssetSelection(AssetSelection):
    """The assets whose keys fit a text with "*"."""

    selected_key_wildcard: str

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        wanted = self.selected_key_wildcard
        if "*" not in wanted:
            number = graph.find_number(AssetKey.from_user_string(wanted))
            return set() if number is None else {number}
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.split("*")) + r"\Z", re.DOTALL)
        return {number for number, node in enumerate(graph.nodes) if pattern.match(node.key.to_user_string())}

    def _text(self) -> str:
        return f"key:{quote(self.selected_key_wildcard)}"


class KeySubstringAssetSelection(AssetFilter, kw_only=True):
    """The assets whose keys contain a text."""

    selected_key_substring: str

    def _fits(self, node: AssetNodeSpec) -> bool:
        return self.selected_key_substring in node.key.to_user_string()

    def _text(self) -> str:
        return f"key_substring:{quote(self.selected_key_substring)}"


class KeyPrefixesAssetSelection(AssetFilter, kw_only=True):
    """The assets whose keys begin with certain parts."""

    selected_key_prefixes: tuple[tuple[str, ...], ...]

    def _fits(self, node: AssetNodeSpec) -> bool:
        return any(node.key.has_prefix(prefix) for prefix in self.selected_key_prefixes)


class GroupsAssetSelection(AssetFilter, kw_only=True):
    """The assets of some groups."""

    selected_groups: tuple[str, ...]

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return {
            number
            for group in self.selected_groups
            for number in graph.group_numbers.get(group, ())
            if self.include_sources or graph.nodes[number].is_materializable
        }

    def _text(self) -> str:
        return " or ".join(f"group:{quote(group)}" for group in self.selected_groups) or "group:<null>"


class TagAssetSelection(AssetFilter, kw_only=True):
    """The assets with a tag."""

    key: str
    value: str

    def _fits(self, node: AssetNodeSpec) -> bool:
        return node.tags.get(self.key) == self.value

    def _text(self) -> str:
        return f"tag:{quote(self.key)}" + (f"={quote(self.value)}" if self.value else "")


class KindAssetSelection(AssetFilter, kw_only=True):
    """The assets of a kind."""

    kind_str: str | None

    def _fits(self, node: AssetNodeSpec) -> bool:
        return self.kind_str in node.kinds if self.kind_str is not None else not node.kinds

    def _text(self) -> str:
        return "kind:<null>" if self.kind_str is None else f"kind:{quote(self.kind_str)}"


class OwnerAssetSelection(AssetFilter, kw_only=True):
    """The assets of an owner."""

    selected_owner: str | None
    include_sources: bool = True

    def _fits(self, node: AssetNodeSpec) -> bool:
        return self.selected_owner in node.owners if self.selected_owner is not None else not node.owners

    def _text(self) -> str:
        return "owner:<null>" if self.selected_owner is None else f"owner:{quote(self.selected_owner)}"


class IsAttributeAssetSelection(AssetFilter, kw_only=True):
    """The assets that can be made here, observed here, or neither."""

    attribute: str
    include_sources: bool = True

    def _fits(self, node: AssetNodeSpec) -> bool:
        return bool(getattr(node, f"is_{self.attribute}"))

    def _text(self) -> str:
        return f"is:{self.attribute}"
