"""AutomationResult: where a condition holds, what it remembers, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.conditions.cursor import NodeCursor, StoredSubset
from weftwork.conditions.expression import BuiltinAutomationCondition
from weftwork.conditions.subset import EntitySubset
from weftwork.serde import Record


class ConditionEvaluation(Record):
    """An evaluation of a condition, to be stored and shown.

    Attributes:
        unique_id: names the condition by its place in the expression.
        key: the target, as text.
        name: what kind of condition it is.
        label: the label that it was given.
        operator: "and", "or", "not" or "identity".
        sentence: what was found, in a sentence.
        true_subset: where it holds.
        candidate_subset: for what it was asked.
        metadata: when it became true and was reset, and the like.
        children: the evaluations of its parts.
    """

    unique_id: str
    key: str
    name: str
    label: str | None = None
    operator: str = "identity"
    sentence: str = ""
    true_subset: StoredSubset = False
    candidate_subset: StoredSubset = False
    metadata: dict[str, Any] = {}
    children: tuple[ConditionEvaluation, ...] = ()


class AutomationResult:
    """Where a condition holds.

    Args:
        context: the context that it was evaluated with.
        true_subset: the partitions for which it holds.
        cursor: text that the next evaluation finds as ``context.cursor``.
        child_results: the results of its parts.
        metadata: facts to be shown and remembered.
        remembered: what the next evaluation finds, where that is not ``true_subset``.

    Raises:
        ParameterCheckError: if the subset or the cursor is of another type.
        CheckError: if the subset is one of another target.
    """

    __slots__ = ("_context", "_cursor", "_remembered", "child_results", "metadata", "true_subset")

    def __init__(
        self,
        context: Any,
        true_subset: EntitySubset,
        cursor: str | None = None,
        child_results: Sequence[AutomationResult] | None = None,
        *,
        metadata: Mapping[str, Any] | None = None,
        remembered: EntitySubset | None = None,
        **_hidden: Any,
    ) -> None:
        if not isinstance(true_subset, EntitySubset):
            check_type(true_subset, EntitySubset, "true_subset")
        if true_subset.key is not context.key and true_subset.key != context.key:
            raise CheckError(
                f"The condition was evaluated for {context.key}; its result is about {true_subset.key}. Map it first, "
                f"with true_subset.compute_mapped_subset(context.key)."
            )
        self._context = context
        self.true_subset = true_subset
        self._cursor: str | None = (
            cursor if cursor is None else check_type(cursor, str, "cursor", optional=True)
        )
        self.child_results: Sequence[AutomationResult] = tuple(child_results or ())
        self.metadata: Mapping[str, Any] = metadata or {}
        self._remembered = remembered

    @property
    def condition(self) -> Any:
        """The condition."""
        return self._context.condition

    @property
    def condition_unique_id(self) -> str:
        """What names the condition by its place in the expression."""
        return str(self._context.unique_id)

    @property
    def key(self) -> Any:
        """The target."""
        return self._context.key

    @property
    def cursor(self) -> str | None:
        """The text that the next evaluation finds."""
        return self._cursor

    @property
    def candidate_subset(self) -> EntitySubset:
        """The partitions for which it was asked."""
        subset: EntitySubset = self._context.candidate_subset
        return subset

    @property
    def sentence(self) -> str:
        """What was found, in a sentence."""
        condition = self.condition
        what = condition.get_label() or condition.description or condition.name
        asked, held = self.candidate_subset, self.true_subset
        if asked.is_empty:
            return f"{what}: not asked for {self.key.to_user_string()}, an earlier condition ruled it out."
        if not held.is_partitioned:
            return f"{what}: {'holds' if not held.is_empty else 'does not hold'} for {self.key.to_user_string()}."
        return f"{what}: holds for {held.size} of {asked.size} partitions of {self.key.to_user_string()}."

    def iterate(self) -> Iterator[AutomationResult]:
        """Yield it and the results of all parts."""
        yield self
        for child in self.child_results:
            yield from child.iterate()

    def collect_cursors(self) -> dict[str, NodeCursor]:
        """Return what the conditions remember, by their ids; those with nothing to remember are left out."""
        return {
            result.condition_unique_id: result.to_cursor()
            for result in self.iterate()
            if result._remembered is not None or result._cursor is not None or result.is_custom
        }

    @property
    def is_custom(self) -> bool:
        """Whether the condition is the user's own."""
        return not isinstance(self.condition, BuiltinAutomationCondition)

    def to_cursor(self) -> NodeCursor:
        """Return what the condition remembers."""
        return NodeCursor(
            true_subset=to_stored(self._remembered or self.true_subset),
            candidate_subset=to_stored(self.candidate_subset) if self.is_custom else None,
            text=self._cursor,
            metadata=dict(self.metadata),
        )

    def to_record(self) -> ConditionEvaluation:
        """Return the evaluation as a record, to be stored and shown."""
        condition = self.condition
        return ConditionEvaluation(
            unique_id=self.condition_unique_id, key=self.key.to_user_string(), name=condition.name,
            label=condition.get_label(), operator=condition.operator_type, sentence=self.sentence,
            true_subset=to_stored(self.true_subset), candidate_subset=to_stored(self.candidate_subset),
            metadata=dict(self.metadata), children=tuple(child.to_record() for child in self.child_results),
        )  # fmt: skip

    def pprint(self, indent: int = 0) -> str:
        """Return the tree of results as text, a line each."""
        lines = [f"{'    ' * indent}{self.sentence}"]
        return "\n".join([*lines, *(child.pprint(indent + 1) for child in self.child_results)])

    def __repr__(self) -> str:
        return self.pprint()


def to_stored(subset: EntitySubset) -> StoredSubset:
    """Return a subset as it is stored."""
    value = subset.value
    return value if isinstance(value, bool) else value.to_record()  # type: ignore[return-value]
