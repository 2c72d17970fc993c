"""AutomationContext: what a condition is evaluated with."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.conditions.cursor import EntityCursor, NodeCursor
from weftwork.conditions.expression import AutomationCondition
from weftwork.conditions.graph import EntityKey
from weftwork.conditions.result import AutomationResult
from weftwork.conditions.subset import AnyPartitions, EntitySubset
from weftwork.conditions.view import AutomationView


class Tick(Protocol):
    """The evaluation of all targets at one moment."""

    @property
    def view(self) -> AutomationView:
        """The targets as they stand."""
        ...

    @property
    def evaluation_id(self) -> int:
        """How many evaluations there were before."""
        ...

    @property
    def requested(self) -> Mapping[EntityKey, EntitySubset]:
        """What this evaluation requests so far."""
        ...

    @property
    def log(self) -> logging.Logger:
        """Where conditions log."""
        ...

    def find_cursor(self, key: EntityKey) -> EntityCursor | None:
        """Return what is remembered of a target."""
        ...

    def evaluate_builtin(self, context: AutomationContext) -> AutomationResult:
        """Return where a built-in condition holds."""
        ...


class AutomationContext:
    """What a condition is evaluated with: the target, for which of its partitions, and what was before.

    Args:
        tick: the evaluation that this is part of.
        condition: the condition.
        key: the target.
        candidate_subset: the partitions of the target for which it is asked.
        parent_context: the context of the condition that this one is a part of.
        index: the place among the parts of that condition.
    """

    __slots__ = (
        "_tick", "candidate_subset", "condition", "key", "parent_context", "previous", "root_context", "unique_id",
    )  # fmt: skip

    def __init__(
        self,
        tick: Tick,
        condition: AutomationCondition,
        key: Any,
        candidate_subset: EntitySubset,
        parent_context: AutomationContext | None = None,
        index: int | None = None,
    ) -> None:
        self._tick = tick
        self.condition = condition
        self.key = key
        self.candidate_subset = candidate_subset
        self.parent_context = parent_context
        self.root_context: AutomationContext = (
            parent_context.root_context if parent_context is not None else self
        )
        self.previous: EntityCursor | None = (
            parent_context.previous if parent_context is not None else tick.find_cursor(key)
        )
        self.unique_id: str = condition.get_node_unique_id(
            parent_unique_id=parent_context.unique_id if parent_context is not None else None,
            index=index,
            target_key=None if key == self.root_context.key else key,
        )

    # ------------------------------------------------------------------------------ evaluation

    def evaluate(self) -> AutomationResult:
        """Return where the condition holds.

        Raises:
            DagsterInvariantViolationError: if a condition of the user's own returns something else than a result.
        """
        result = self.condition.evaluate(self)
        if hasattr(result, "send"):
            result = _finish(result, self.condition)
        if not isinstance(result, AutomationResult):
            raise DagsterInvariantViolationError(
                f"The condition {self.condition.name} returned {result!r:.200}. Expected an AutomationResult: "
                f"return AutomationResult(context, true_subset=...)."
            )
        return result

    async def evaluate_async(self) -> AutomationResult:
        """Return where the condition holds; for conditions of the user's own that are coroutines."""
        return self.evaluate()

    def evaluate_builtin(self) -> AutomationResult:
        """Return where a built-in condition holds."""
        return self._tick.evaluate_builtin(self)

    def for_child_condition(
        self,
        child_condition: AutomationCondition,
        child_indices: Sequence[int | None],
        candidate_subset: EntitySubset,
    ) -> AutomationContext:
        """Return the context of a part of the condition.

        Args:
            child_condition: the part.
            child_indices: its place among the parts.
            candidate_subset: for what it is asked; its target may be another one.
        """
        index = child_indices[0] if child_indices else None
        return AutomationContext(
            self._tick, child_condition, candidate_subset.key, candidate_subset, self, index
        )

    def evaluate_child(
        self, condition: AutomationCondition, index: int | None, candidate: EntitySubset
    ) -> AutomationResult:
        """Return where a part of the condition holds."""
        return AutomationContext(self._tick, condition, candidate.key, candidate, self, index).evaluate()

    # ------------------------------------------------------------------------------ now

    @property
    def asset_graph_view(self) -> AutomationView:
        """The targets as they stand."""
        return self._tick.view

    view = asset_graph_view

    @property
    def asset_graph(self) -> Any:
        """The targets and how they depend on each other."""
        return self._tick.view.graph

    @property
    def log(self) -> logging.Logger:
        """Where the condition logs; the logger has its name."""
        return self._tick.log.getChild(type(self.condition).__name__)

    @property
    def evaluation_id(self) -> int:
        """How many evaluations there were before."""
        return self._tick.evaluation_id

    @property
    def evaluation_time(self) -> datetime:
        """The time that counts as now."""
        return self._tick.view.effective_dt

    create_time = evaluation_time

    @property
    def max_storage_id(self) -> int | None:
        """The storage id of the latest event."""
        return self._tick.view.max_storage_id

    @property
    def partitions_def(self) -> AnyPartitions | None:
        """The partitions of the target."""
        return self._tick.view.graph.get(self.key).partitions_def

    @property
    def request_subsets_by_key(self) -> Mapping[Any, EntitySubset]:
        """What this evaluation requests so far."""
        return self._tick.requested

    @property
    def condition_unique_ids(self) -> Sequence[str]:
        """What names the condition by its place in the expression."""
        return (self.unique_id,)

    def get_empty_subset(self) -> EntitySubset:
        """Return no partition of the target."""
        return self._tick.view.empty(self.key)

    # ------------------------------------------------------------------------------ before

    @property
    def node(self) -> NodeCursor | None:
        """What the condition remembers."""
        return self.previous.nodes.get(self.unique_id) if self.previous is not None else None

    @property
    def cursor(self) -> str | None:
        """The text that the condition left at the previous evaluation."""
        return self.node.text if self.node is not None else None

    @property
    def previous_true_subset(self) -> EntitySubset | None:
        """Where the condition held at the previous evaluation; None at the first."""
        return self._restore("true_subset")

    @property
    def previous_candidate_subset(self) -> EntitySubset | None:
        """For what the condition was asked at the previous evaluation; None at the first."""
        return self._restore("candidate_subset")

    def _restore(self, field: str) -> EntitySubset | None:
        node = self.node
        return None if node is None else self._tick.view.restore(self.key, getattr(node, field))

    @property
    def previous_metadata(self) -> Mapping[str, Any] | None:
        """The facts that the condition left at the previous evaluation."""
        return self.node.metadata if self.node is not None else None

    @property
    def previous_evaluation_time(self) -> datetime | None:
        """When the target was evaluated before; None at the first evaluation."""
        return datetime.fromtimestamp(self.previous.time_s, UTC) if self.previous is not None else None

    @property
    def previous_max_storage_id(self) -> int | None:
        """The storage id of the latest event at the previous evaluation."""
        return self.previous.max_storage_id if self.previous is not None else None

    def get_previous_requested_subset(self, key: Any) -> EntitySubset:
        """Return what the previous evaluation requested of a target."""
        cursor = self._tick.find_cursor(key)
        view = self._tick.view
        found = view.restore(key, cursor.requested) if cursor is not None else None
        return found if found is not None else view.empty(key)


def _finish(coroutine: Any, condition: AutomationCondition) -> Any:
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    coroutine.close()
    raise DagsterInvariantViolationError(
        f"The condition {condition.name} waits for something outside. Only other conditions may be awaited."
    )
