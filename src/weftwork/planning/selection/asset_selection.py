"""AssetSelection: which assets and checks are meant, as an expression that is resolved over the asset graph later.

All kinds of selection stand in one file, since the union of them must be known to read any of them back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import reduce
from typing import TYPE_CHECKING, Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterError, DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean
from weftwork.planning.asset_graph import AssetGraph, AssetNodeSpec, unknown_assets
from weftwork.planning.selection.graph_sets import first_of, grow, last_of, made_together
from weftwork.planning.selection.selected_keys import (
    check_attribute,
    checks_of,
    keys_of,
    quote,
    to_graph,
    to_key,
)
from weftwork.planning.selection.selection_text import UNLIMITED, build_selection, parse_selection
from weftwork.records.keys import AssetCheckKey, AssetKey, key_prefix_parts
from weftwork.serde.record import Record


class AssetSelection(Record):
    """Which assets and checks are meant; nothing is looked up before ``resolve``.

    Selections are combined with ``|`` (or), ``&`` (and) and ``-`` (without). The checks on selected assets are selected
    too; see ``without_checks``.

    Example:
        >>> AssetSelection.groups("sales").upstream() - AssetSelection.tag("slow", "true")
        >>> AssetSelection.from_string('group:sales and not tag:slow=true')
    """

    @staticmethod
    def all(include_sources: bool = False) -> AllSelection:
        """Select all assets that can be made here.

        Args:
            include_sources: whether those that cannot are selected too.
        """
        return AllSelection(include_sources=include_sources)

    @staticmethod
    def all_asset_checks() -> AllAssetCheckSelection:
        """Select all checks, and no assets."""
        return AllAssetCheckSelection()

    @staticmethod
    def assets(*assets_defs: Any) -> KeysAssetSelection:
        """Select assets by their definitions, or by keys, where "/" in text separates parts."""
        return KeysAssetSelection(selected_keys=tuple(key for one in assets_defs for key in keys_of(one)))

    @staticmethod
    def keys(*asset_keys: Any) -> KeysAssetSelection:
        """Select assets by keys, where "/" in text separates parts."""
        return KeysAssetSelection(selected_keys=tuple(to_key(key) for key in asset_keys))

    @staticmethod
    def checks_for_assets(*assets_defs: Any) -> AssetChecksForAssetKeysSelection:
        """Select the checks on assets, and not the assets themselves."""
        return AssetChecksForAssetKeysSelection(selected_asset_keys=tuple(key for one in assets_defs for key in keys_of(one)))

    @staticmethod
    def checks(*assets_defs_or_check_keys: Any) -> AssetCheckKeysSelection:
        """Select checks by their definitions or keys, and not the assets that they check."""
        return AssetCheckKeysSelection(
            selected_asset_check_keys=tuple(key for one in assets_defs_or_check_keys for key in checks_of(one))
        )

    @staticmethod
    def groups(*group_strs: str, include_sources: bool = False) -> GroupsAssetSelection:
        """Select the assets of some groups."""
        groups = tuple(check_type(group, str, "group_strs") for group in group_strs)
        return GroupsAssetSelection(selected_groups=groups, include_sources=include_sources)

    @staticmethod
    def key_prefixes(*key_prefixes: Any, include_sources: bool = False) -> KeyPrefixesAssetSelection:
        """Select the assets whose keys begin with one of these parts."""
        prefixes = tuple(tuple(key_prefix_parts(prefix)) for prefix in key_prefixes)
        return KeyPrefixesAssetSelection(selected_key_prefixes=prefixes, include_sources=include_sources)

    @staticmethod
    def key_substring(key_substring: str, include_sources: bool = False) -> KeySubstringAssetSelection:
        """Select the assets whose keys, joined by "/", contain a text."""
        check_type(key_substring, str, "key_substring")
        return KeySubstringAssetSelection(selected_key_substring=key_substring, include_sources=include_sources)

    @staticmethod
    def tag(key: str, value: str, include_sources: bool = False) -> TagAssetSelection:
        """Select the assets that have a tag with a value."""
        check_type(key, str, "key")
        return TagAssetSelection(key=key, value=check_type(value, str, "value"), include_sources=include_sources)

    @staticmethod
    def tag_string(string: str, include_sources: bool = False) -> TagAssetSelection:
        """Select the assets that have a tag, given as "key=value", or "key" for an empty value."""
        key, _, value = check_type(string, str, "string").partition("=")
        return AssetSelection.tag(key, value, include_sources)

    @staticmethod
    def kind(kind: str | None, include_sources: bool = False) -> KindAssetSelection:
        """Select the assets of a kind; None for those that have none."""
        return KindAssetSelection(kind_str=check_type(kind, str, "kind", optional=True), include_sources=include_sources)

    @staticmethod
    def owner(owner: str | None) -> OwnerAssetSelection:
        """Select the assets of an owner; None for those that have none."""
        return OwnerAssetSelection(selected_owner=check_type(owner, str, "owner", optional=True))

    @staticmethod
    def key_wildcard(key_wildcard: str) -> KeyWildCardAssetSelection:
        """Select the assets whose keys, joined by "/", fit a text with "*" for anything."""
        return KeyWildCardAssetSelection(selected_key_wildcard=check_type(key_wildcard, str, "key_wildcard"))

    @staticmethod
    def that_are(attribute: str) -> IsAttributeAssetSelection:
        """Select the assets that are "materializable", "observable", "executable" or "external"."""
        return IsAttributeAssetSelection(attribute=check_attribute(attribute))

    @classmethod
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
        return OrAssetSelection(operands=(*_operands(self, OrAssetSelection), *_operands(other, OrAssetSelection)))

    def __and__(self, other: AssetSelection) -> AssetSelection:
        check_type(other, AssetSelection, "other")
        return AndAssetSelection(operands=(*_operands(self, AndAssetSelection), *_operands(other, AndAssetSelection)))

    def __sub__(self, other: AssetSelection) -> AssetSelection:
        return SubtractAssetSelection(left=self, right=check_type(other, AssetSelection, "other"))

    def downstream(self, depth: int | None = None, include_self: bool = True) -> DownstreamAssetSelection:
        """Select what depends on the selected assets.

        Args:
            depth: how many steps at most; None for no limit.
            include_self: whether the selected assets stay selected.
        """
        check_type(depth, int, "depth", optional=True)
        return DownstreamAssetSelection(child=self, depth=depth, include_self=include_self)

    def upstream(self, depth: int | None = None, include_self: bool = True) -> UpstreamAssetSelection:
        """Select what the selected assets depend on, as far as it can be made here.

        Args:
            depth: how many steps at most; None for no limit.
            include_self: whether the selected assets stay selected.
        """
        check_type(depth, int, "depth", optional=True)
        return UpstreamAssetSelection(child=self, depth=depth, include_self=include_self)

    def upstream_source_assets(self) -> ParentSourcesAssetSelection:
        """Select what the selected assets depend on, as far as it cannot be made here."""
        return ParentSourcesAssetSelection(child=self)

    def sinks(self) -> SinksAssetSelection:
        """Select those selected assets on which no other selected asset depends."""
        return SinksAssetSelection(child=self)

    def roots(self) -> RootsAssetSelection:
        """Select those selected assets that depend on no other selected asset."""
        return RootsAssetSelection(child=self)

    def sources(self) -> RootsAssetSelection:
        """Select the same as ``roots`` (older name)."""
        return self.roots()

    def materializable(self) -> MaterializableAssetSelection:
        """Select those selected assets that can be made here."""
        return MaterializableAssetSelection(child=self)

    def required_multi_asset_neighbors(self) -> RequiredNeighborsAssetSelection:
        """Select also what is always made together with the selected assets."""
        return RequiredNeighborsAssetSelection(child=self)

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

    def resolve_checks(self, asset_graph: AssetGraph | Iterable[Any], allow_missing: bool = False) -> set[AssetCheckKey]:
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


class _Filter(AssetSelection):
    """Selects each asset that fits, of those that can be made here, or of all."""

    include_sources: bool = False

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        fits, any_asset = self._fits, self.include_sources
        return {
            number for number, node in enumerate(graph.nodes) if (any_asset or node.is_materializable) and fits(node)
        }

    def _fits(self, node: AssetNodeSpec) -> bool:
        raise NotImplementedError


class _ChecksOnly(AssetSelection):
    """Selects checks and no assets."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return set()


class AllSelection(_Filter, kw_only=True):
    """All assets."""

    def _fits(self, node: AssetNodeSpec) -> bool:
        return True

    def _text(self) -> str:
        return "*"


class AllAssetCheckSelection(_ChecksOnly):
    """All checks."""

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        return set(graph.asset_check_keys)


class AssetChecksForAssetKeysSelection(_ChecksOnly):
    """The checks on some assets."""

    selected_asset_keys: tuple[AssetKey, ...]

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        return KeysAssetSelection(selected_keys=self.selected_asset_keys)._checks(graph, allow_missing)


class AssetCheckKeysSelection(_ChecksOnly):
    """Some checks."""

    selected_asset_check_keys: tuple[AssetCheckKey, ...]

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        selected = set(self.selected_asset_check_keys)
        missing = selected - graph.asset_check_keys
        if missing and not allow_missing:
            name = min(key.to_user_string() for key in missing)
            known = [key.to_user_string() for key in graph.asset_check_keys]
            raise DagsterInvalidSubsetError(f"There is no check '{name}'.{did_you_mean(name, known)}")
        return selected - missing


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


class KeySubstringAssetSelection(_Filter, kw_only=True):
    """The assets whose keys contain a text."""

    selected_key_substring: str

    def _fits(self, node: AssetNodeSpec) -> bool:
        return self.selected_key_substring in node.key.to_user_string()

    def _text(self) -> str:
        return f"key_substring:{quote(self.selected_key_substring)}"


class KeyPrefixesAssetSelection(_Filter, kw_only=True):
    """The assets whose keys begin with certain parts."""

    selected_key_prefixes: tuple[tuple[str, ...], ...]

    def _fits(self, node: AssetNodeSpec) -> bool:
        return any(node.key.has_prefix(prefix) for prefix in self.selected_key_prefixes)


class GroupsAssetSelection(_Filter, kw_only=True):
    """The assets of some groups."""

    selected_groups: tuple[str, ...]

    def _fits(self, node: AssetNodeSpec) -> bool:
        return node.group in self.selected_groups

    def _text(self) -> str:
        return " or ".join(f"group:{quote(group)}" for group in self.selected_groups) or "group:<null>"


class TagAssetSelection(_Filter, kw_only=True):
    """The assets with a tag."""

    key: str
    value: str

    def _fits(self, node: AssetNodeSpec) -> bool:
        return node.tags.get(self.key) == self.value

    def _text(self) -> str:
        return f"tag:{quote(self.key)}" + (f"={quote(self.value)}" if self.value else "")


class KindAssetSelection(_Filter, kw_only=True):
    """The assets of a kind."""

    kind_str: str | None

    def _fits(self, node: AssetNodeSpec) -> bool:
        return self.kind_str in node.kinds if self.kind_str is not None else not node.kinds

    def _text(self) -> str:
        return "kind:<null>" if self.kind_str is None else f"kind:{quote(self.kind_str)}"


class OwnerAssetSelection(_Filter, kw_only=True):
    """The assets of an owner."""

    selected_owner: str | None
    include_sources: bool = True

    def _fits(self, node: AssetNodeSpec) -> bool:
        return self.selected_owner in node.owners if self.selected_owner is not None else not node.owners

    def _text(self) -> str:
        return "owner:<null>" if self.selected_owner is None else f"owner:{quote(self.selected_owner)}"


class IsAttributeAssetSelection(_Filter, kw_only=True):
    """The assets that can be made here, observed here, or neither."""

    attribute: str
    include_sources: bool = True

    def _fits(self, node: AssetNodeSpec) -> bool:
        return bool(getattr(node, f"is_{self.attribute}"))

    def _text(self) -> str:
        return f"is:{self.attribute}"


class _OfChild(AssetSelection):
    """Selects by way of another selection."""

    child: SelectionNode


class MaterializableAssetSelection(_OfChild):
    """Those of the selected assets that can be made here."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return {number for number in self.child._assets(graph, allow_missing) if graph.nodes[number].is_materializable}

    def _text(self) -> str:
        return f"{_operand(self.child)} and is:materializable"


class RequiredNeighborsAssetSelection(_OfChild):
    """The selected assets and what is always made together with them."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return made_together(graph, self.child._assets(graph, allow_missing))


class RootsAssetSelection(_OfChild):
    """Those of the selected assets that depend on no other of them."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return first_of(graph, self.child._assets(graph, allow_missing))

    def _text(self) -> str:
        return f"roots({self.child._text()})"


class SinksAssetSelection(_OfChild):
    """Those of the selected assets on which no other of them depends."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return last_of(graph, self.child._assets(graph, allow_missing))

    def _text(self) -> str:
        return f"sinks({self.child._text()})"


class ParentSourcesAssetSelection(_OfChild):
    """What the selected assets depend on, as far as it cannot be made here."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        above = grow(graph.parents, self.child._assets(graph, allow_missing), None, True)
        return {number for number in above if not graph.nodes[number].is_materializable}


class _Traversal(_OfChild):
    depth: int | None = None
    include_self: bool = True

    def _traversed(self, pattern: str) -> str:
        steps = "" if self.depth is None or self.depth >= UNLIMITED else str(self.depth)
        child = f"({self.child})" if isinstance(self.child, _Traversal) else _operand(self.child)
        return pattern.format(child=child, steps=steps) + ("" if self.include_self else f" and not {child}")


class UpstreamAssetSelection(_Traversal):
    """What the selected assets depend on, as far as it can be made here."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        found = grow(graph.parents, self.child._assets(graph, allow_missing), self.depth, self.include_self)
        return {number for number in found if graph.nodes[number].is_materializable}

    def _text(self) -> str:
        return self._traversed("{steps}+{child}")


class DownstreamAssetSelection(_Traversal):
    """What depends on the selected assets."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return grow(graph.children, self.child._assets(graph, allow_missing), self.depth, self.include_self)

    def _text(self) -> str:
        return self._traversed("{child}+{steps}")


class _OfMany(AssetSelection):
    operands: tuple[SelectionNode, ...]

    def _joined(self, word: str) -> str:
        return f" {word} ".join(_operand(one) for one in self.operands)


class AndAssetSelection(_OfMany):
    """What all of several selections select."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return set.intersection(*(one._assets(graph, allow_missing) for one in self.operands))

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        return set.intersection(*(one._checks(graph, allow_missing) for one in self.operands))

    def _text(self) -> str:
        return self._joined("and")


class OrAssetSelection(_OfMany):
    """What any of several selections selects."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return set().union(*(one._assets(graph, allow_missing) for one in self.operands))

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        return set().union(*(one._checks(graph, allow_missing) for one in self.operands))

    def _text(self) -> str:
        return self._joined("or")


class SubtractAssetSelection(AssetSelection):
    """What one selection selects and another does not."""

    left: SelectionNode
    right: SelectionNode

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return self.left._assets(graph, allow_missing) - self.right._assets(graph, allow_missing)

    def _checks(self, graph: AssetGraph, allow_missing: bool) -> set[AssetCheckKey]:
        return self.left._checks(graph, allow_missing) - self.right._checks(graph, allow_missing)

    def _text(self) -> str:
        if isinstance(self.left, AllSelection):
            return f"not {_operand(self.right)}"
        return f"{_operand(self.left)} and not {_operand(self.right)}"


if TYPE_CHECKING:
    SelectionNode = AssetSelection
else:
    # What a child may be when it is read back: every kind of selection, told apart by its tag.
    SelectionNode = (
        AllSelection | AllAssetCheckSelection | AssetChecksForAssetKeysSelection | AssetCheckKeysSelection | KeysAssetSelection
        | KeyWildCardAssetSelection | KeySubstringAssetSelection | KeyPrefixesAssetSelection | GroupsAssetSelection
        | TagAssetSelection | KindAssetSelection | OwnerAssetSelection | IsAttributeAssetSelection | MaterializableAssetSelection
        | RequiredNeighborsAssetSelection | RootsAssetSelection | SinksAssetSelection | ParentSourcesAssetSelection
        | UpstreamAssetSelection | DownstreamAssetSelection | AndAssetSelection | OrAssetSelection | SubtractAssetSelection
    )  # fmt: skip


def _operands(selection: AssetSelection, kind: type[AndAssetSelection | OrAssetSelection]) -> tuple[Any, ...]:
    return selection.operands if isinstance(selection, kind) else (selection,)


def _operand(selection: AssetSelection) -> str:
    text = selection._text()
    return f"({text})" if " and " in text or " or " in text or text.startswith("not ") else text
