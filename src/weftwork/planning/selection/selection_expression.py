"""The base of all selections of assets: how they are made, combined, resolved and written as text."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import reduce
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterError
from weftwork.base.lifecycle import BETA, former, marked, warn_of_use
from weftwork.planning.asset_graph import AssetGraph
from weftwork.planning.selection.selected_keys import check_attribute, checks_of, keys_of, to_graph, to_key
from weftwork.planning.selection.selection_text import build_selection, parse_selection
from weftwork.records.keys import AssetCheckKey, AssetKey, key_prefix_parts
from weftwork.serde.record import RECORD_TYPES, Record


class AssetSelection(Record):
    """Which assets and checks are meant; nothing is looked up before ``resolve``.

    Selections are combined with ``|`` (or), ``&`` (and) and ``-`` (without). The checks on selected assets are selected
    too; see ``without_checks``.

    Example:
        >>> AssetSelection.groups("sales").upstream() - AssetSelection.tag("slow", "true")
        >>> AssetSelection.from_string('group:sales and not tag:slow=true')
    """

    @staticmethod
    @marked("AssetSelection.all", include_sources=BETA)
    def all(include_sources: bool = False) -> AssetSelection:
        """Select all assets that can be made here.

        Args:
            include_sources: whether those that cannot are selected too.
        """
        return _make("AllSelection", include_sources=include_sources)

    @staticmethod
    def all_asset_checks() -> AssetSelection:
        """Select all checks, and no assets."""
        return _make("AllAssetCheckSelection")

    @staticmethod
    def assets(*assets_defs: Any) -> AssetSelection:
        """Select assets by their definitions, or by keys, where "/" in text separates parts."""
        return _make(
            "KeysAssetSelection", selected_keys=tuple(key for one in assets_defs for key in keys_of(one))
        )

    @staticmethod
    @marked("AssetSelection.keys", former("Use AssetSelection.assets."))
    def keys(*asset_keys: Any) -> AssetSelection:
        """Select assets by keys, where "/" in text separates parts."""
        return _make("KeysAssetSelection", selected_keys=tuple(to_key(key) for key in asset_keys))

    @staticmethod
    def checks_for_assets(*assets_defs: Any) -> AssetSelection:
        """Select the checks on assets, and not the assets themselves."""
        return _make(
            "AssetChecksForAssetKeysSelection",
            selected_asset_keys=tuple(key for one in assets_defs for key in keys_of(one)),
        )

    @staticmethod
    def checks(*assets_defs_or_check_keys: Any) -> AssetSelection:
        """Select checks by their definitions or keys, and not the assets that they check."""
        return _make(
            "AssetCheckKeysSelection",
            selected_asset_check_keys=tuple(
                key for one in assets_defs_or_check_keys for key in checks_of(one)
            ),
        )

    @staticmethod
    @marked("AssetSelection.groups", include_sources=BETA)
    def groups(*group_strs: str, include_sources: bool = False) -> AssetSelection:
        """Select the assets of some groups."""
        groups = tuple(check_type(group, str, "group_strs") for group in group_strs)
        return _make("GroupsAssetSelection", selected_groups=groups, include_sources=include_sources)

    @staticmethod
    @marked("AssetSelection.key_prefixes", include_sources=BETA)
    def key_prefixes(*key_prefixes: Any, include_sources: bool = False) -> AssetSelection:
        """Select the assets whose keys begin with one of these parts."""
        prefixes = tuple(tuple(key_prefix_parts(prefix)) for prefix in key_prefixes)
        return _make(
            "KeyPrefixesAssetSelection", selected_key_prefixes=prefixes, include_sources=include_sources
        )

    @staticmethod
    @marked("AssetSelection.key_substring", include_sources=BETA)
    def key_substring(key_substring: str, include_sources: bool = False) -> AssetSelection:
        """Select the assets whose keys, joined by "/", contain a text."""
        check_type(key_substring, str, "key_substring")
        return _make(
            "KeySubstringAssetSelection",
            selected_key_substring=key_substring,
            include_sources=include_sources,
        )

    @staticmethod
    @marked("AssetSelection.tag", include_sources=BETA)
    def tag(key: str, value: str, include_sources: bool = False) -> AssetSelection:
        """Select the assets that have a tag with a value."""
        check_type(key, str, "key")
        return _make(
            "TagAssetSelection",
            key=key,
            value=check_type(value, str, "value"),
            include_sources=include_sources,
        )

    @staticmethod
    @marked("AssetSelection.tag_string", include_sources=BETA)
    def tag_string(string: str, include_sources: bool = False) -> AssetSelection:
        """Select the assets that have a tag, given as "key=value", or "key" for an empty value."""
        key, _, value = check_type(string, str, "string").partition("=")
        return AssetSelection.tag(key, value, include_sources)

    @staticmethod
    def kind(kind: str | None, include_sources: bool = False) -> AssetSelection:
        """Select the assets of a kind; None for those that have none."""
        return _make(
            "KindAssetSelection",
            kind_str=check_type(kind, str, "kind", optional=True),
            include_sources=include_sources,
        )

    @staticmethod
    def owner(owner: str | None) -> AssetSelection:
        """Select the assets of an owner; None for those that have none."""
        return _make("OwnerAssetSelection", selected_owner=check_type(owner, str, "owner", optional=True))

    @staticmethod
    def key_wildcard(key_wildcard: str) -> AssetSelection:
        """Select the assets whose keys, joined by "/", fit a text with "*" for anything."""
        return _make(
            "KeyWildCardAssetSelection", selected_key_wildcard=check_type(key_wildcard, str, "key_wildcard")
        )

    @staticmethod
    def that_are(attribute: str) -> AssetSelection:
        """Select the assets that are "materializable", "observable", "executable" or "external"."""
        return _make("IsAttributeAssetSelection", attribute=check_attribute(attribute))

    @classmethod
    @marked("AssetSelection.from_string", include_sources=BETA)
    def from_string(cls, string: str, include_sources: bool = False) -> AssetSelection:
        """Read a selection from text.

        Args:
            string: ``*``; a name, with ``*`` or ``+`` before it for what is upstream and behind it for what is downstream;
                or an expression of ``key:``, ``group:``, ``tag:``, ``kind:``, ``owner:``, ``and``, ``or``, ``not``, ``roots()``,
                ``sinks()``, ``+x`` and ``x+`` (all), ``2+x`` and ``x+2`` (so many steps), and parentheses.
            include_sources: whether assets that cannot be made here are selected too.

        Raises:
            DagsterInvalidAssetSelectionError: if it is no selection.
        """
        return build_selection(AssetSelection, parse_selection(string), include_sources)  # type: ignore[no-any-return]

    @classmethod
    def from_coercible(cls, selection: Any) -> AssetSelection:
        """Return the selection that a text, a list of texts, of keys or of definitions, or a selection, stands for.

        Raises:
            DagsterError: if it is none of these.
        """
        if isinstance(selection, AssetSelection):
            return selection
        if isinstance(selection, str):
            return cls.from_string(selection)
        if isinstance(selection, Iterable) and not isinstance(selection, AssetKey):
            items = list(selection)
            if all(isinstance(item, str) for item in items):
                parts = [cls.from_string(item) for item in items]
                return reduce(lambda left, right: left | right, parts) if parts else cls.keys()
            with suppress(CheckError):
                return cls.assets(*items)
        raise DagsterError(
            f"An asset selection is text, a list of texts, of asset keys or of assets definitions, or an AssetSelection; not "
            f"{selection!r:.200}."
        )

    def __or__(self, other: AssetSelection) -> AssetSelection:
        check_type(other, AssetSelection, "other")
        return _join("OrAssetSelection", self, other)

    def __and__(self, other: AssetSelection) -> AssetSelection:
        check_type(other, AssetSelection, "other")
        return _join("AndAssetSelection", self, other)

    def __sub__(self, other: AssetSelection) -> AssetSelection:
        return _make("SubtractAssetSelection", left=self, right=check_type(other, AssetSelection, "other"))

    def downstream(self, depth: int | None = None, include_self: bool = True) -> AssetSelection:
        """Select what depends on the selected assets.

        Args:
            depth: how many steps at most; None for no limit.
            include_self: whether the selected assets stay selected.
        """
        check_type(depth, int, "depth", optional=True)
        return _make("DownstreamAssetSelection", child=self, depth=depth, include_self=include_self)

    def upstream(self, depth: int | None = None, include_self: bool = True) -> AssetSelection:
        """Select what the selected assets depend on, as far as it can be made here.

        Args:
            depth: how many steps at most; None for no limit.
            include_self: whether the selected assets stay selected.
        """
        check_type(depth, int, "depth", optional=True)
        return _make("UpstreamAssetSelection", child=self, depth=depth, include_self=include_self)

    def upstream_source_assets(self) -> AssetSelection:
        """Select what the selected assets depend on, as far as it cannot be made here."""
        return _make("ParentSourcesAssetSelection", child=self)

    def sinks(self) -> AssetSelection:
        """Select those selected assets on which no other selected asset depends."""
        return _make("SinksAssetSelection", child=self)

    def roots(self) -> AssetSelection:
        """Select those selected assets that depend on no other selected asset."""
        return _make("RootsAssetSelection", child=self)

    def sources(self) -> AssetSelection:
        """Select the same as ``roots`` (older name)."""
        warn_of_use("AssetSelection.sources", former("Use AssetSelection.roots."))
        return self.roots()

    def materializable(self) -> AssetSelection:
        """Select those selected assets that can be made here."""
        return _make("MaterializableAssetSelection", child=self)

    def required_multi_asset_neighbors(self) -> AssetSelection:
        """Select also what is always made together with the selected assets."""
        return _make("RequiredNeighborsAssetSelection", child=self)

    def without_checks(self) -> AssetSelection:
        """Select the assets and none of their checks."""
        return self - AssetSelection.all_asset_checks()

    def resolve(self, all_assets: AssetGraph | Iterable[Any], allow_missing: bool = False) -> set[AssetKey]:
        """Return the keys of the selected assets.

        Args:
            all_assets: the graph, or the definitions that it is made of.
            allow_missing: whether keys that do not exist are passed over.

        Raises:
            DagsterInvalidSubsetError: if a selected key does not exist.
        """
        graph = to_graph(all_assets)
        return graph.to_keys(self._assets(graph, allow_missing))

    def resolve_checks(
        self, asset_graph: AssetGraph | Iterable[Any], allow_missing: bool = False
    ) -> set[AssetCheckKey]:
        """Return the keys of the selected checks; arguments and errors as for ``resolve``."""
        return self._checks(to_graph(asset_graph), allow_missing)

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        raise NotImplementedError

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        nodes = graph.nodes
        return {check for number in self._assets(graph, allow_missing) for check in nodes[number].checks}

    def to_selection_str(self) -> str:
        """Return the text that ``from_string`` reads back.

        Raises:
            DagsterError: if the selection has no such text.
        """
        return self._text()

    def _text(self) -> str:
        raise DagsterError(f"{type(self).__name__} cannot be written as a selection text.")

    def __str__(self) -> str:
        try:
            return self.to_selection_str()
        except DagsterError:
            return repr(self)


def _make(kind: str, **fields: Any) -> AssetSelection:
    """Return a selection of a kind, which is known by name here, as the kinds are selections themselves."""
    known: Any = RECORD_TYPES[kind]
    made: AssetSelection = known(**fields)
    return made


def _join(kind: str, *parts: Any) -> AssetSelection:
    """Return several selections as one; what is of that kind already gives its parts."""
    known: Any = RECORD_TYPES[kind]
    operands = [one for part in parts for one in (part.operands if isinstance(part, known) else (part,))]
    return _make(kind, operands=tuple(operands))
