"""Refuses documents that would cost too much, before they are validated or run."""

from __future__ import annotations

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

MAX_TOKENS = 20_000
MAX_DEPTH = 20
MAX_ALIASES = 500
MAX_FIELDS = 20_000


class _Cost:
    """Depth and number of fields of selections, fragments taken once each."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self._known: dict[str, tuple[int, int]] = {}
        self._open: set[str] = set()
        self.aliases = 0

    def measure(self, selections: SelectionSetNode | None, depth: int) -> tuple[int, int]:
        """Return how deep a selection goes and how many fields it has, fragments expanded."""
        if selections is None:
            return 0, 0
        if depth > MAX_DEPTH:
            raise GraphQLError(f"The document is nested deeper than {MAX_DEPTH} levels.")
        deepest = count = 0
        for one in selections.selections:
            if isinstance(one, FieldNode):
                if one.alias is not None:
                    self.aliases += 1
                below, fields = self.measure(one.selection_set, depth + 1)
                below, fields = below + 1, fields + 1
            elif isinstance(one, InlineFragmentNode):
                below, fields = self.measure(one.selection_set, depth + 1)
            else:
                assert isinstance(one, FragmentSpreadNode)
                below, fields = self._measure_fragment(one.name.value, depth)
            deepest, count = max(deepest, below), count + fields
        return deepest, count

    def _measure_fragment(self, name: str, depth: int) -> tuple[int, int]:
        if name in self._open or name not in self._fragments:
            return 0, 0  # validation tells what is wrong with it
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self.measure(self._fragments[name].selection_set, depth)
            self._open.discard(name)
        return self._known[name]


def check_cost(document: DocumentNode) -> None:
    """Refuse a document that costs too much.

    Raises:
        GraphQLError: if it is nested too deep, or has too many aliases or fields.
    """
    cost = _Cost(document)
    fields = 0
    for one in document.definitions:
        if not isinstance(one, (OperationDefinitionNode, FragmentDefinitionNode)):
            continue
        depth, count = cost.measure(one.selection_set, 0)
        fields += count
        if depth > MAX_DEPTH:
            raise GraphQLError(f"The document is nested deeper than {MAX_DEPTH} levels.")
    if cost.aliases > MAX_ALIASES:
        raise GraphQLError(f"The document has more than {MAX_ALIASES} aliases.")
    if fields > MAX_FIELDS:
        raise GraphQLError(f"The document asks for more than {MAX_FIELDS:,} fields, fragments expanded.")
