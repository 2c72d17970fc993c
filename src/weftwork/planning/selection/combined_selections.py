"""Selections made of other selections: above and below them, some of several, one without another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from weftwork.planning.asset_graph import AssetGraph
from weftwork.planning.selection.asset_filters import (
    AllSelection,
    GroupsAssetSelection,
    IsAttributeAssetSelection,
    KeyPrefixesAssetSelection,
    KeysAssetSelection,
    KeySubstringAssetSelection,
    KeyWildCardAssetSelection,
    KindAssetSelection,
    OwnerAssetSelection,
    TagAssetSelection,
)
from weftwork.planning.selection.check_selections import (
    AllAssetCheckSelection,
    AssetCheckKeysSelection,
    AssetChecksForAssetKeysSelection,
)
from weftwork.planning.selection.graph_sets import first_of, grow, last_of, made_together
from weftwork.planning.selection.selection_expression import AssetSelection
from weftwork.planning.selection.selection_text import UNLIMITED
from weftwork.records.keys import AssetCheckKey


class _OfChild(AssetSelection):
    """Selects by way of another selection."""

    child: SelectionNode


class MaterializableAssetSelection(_OfChild):
    """Those of the selected assets that can be made here."""

    def _assets(self, graph: AssetGraph, allow_missing: bool) -> set[int]:
        return {
            number
            for number in self.child._assets(graph, allow_missing)
            if graph.nodes[number].is_materializable
        }

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


def _operand(selection: AssetSelection) -> str:
    text = selection._text()
    return f"({text})" if " and " in text or " or " in text or text.startswith("not ") else text
