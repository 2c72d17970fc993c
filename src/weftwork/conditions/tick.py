"""One evaluation of all conditions: facts and a cursor in, requests and the next cursor out."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.conditions.context import AutomationContext
from weftwork.conditions.cursor import AutomationCursor, EntityCursor
from weftwork.conditions.facts import AutomationFacts
from weftwork.conditions.graph import AssetJobKey, EntityGraph, EntityKey
from weftwork.conditions.kinds import EntityMatchesCondition
from weftwork.conditions.result import AutomationResult, to_stored
from weftwork.conditions.rules import RULES
from weftwork.conditions.subset import EntitySubset
from weftwork.conditions.view import AutomationView
from weftwork.partitions.context import DynamicPartitionsStore, partition_loading_context

_log = logging.getLogger("weftwork.automation")


class TickEvaluation(NamedTuple):
    """What an evaluation found.

    Attributes:
        cursor: what the next evaluation needs.
        results: the result of each target that has a condition, those upstream first.
        requested: what is to be executed, with what is always executed together.
    """

    cursor: AutomationCursor
    results: list[AutomationResult]
    requested: list[EntitySubset]


class AutomationTick:
    """The evaluation of all targets at one moment.

    Args:
        view: the targets as they stand.
        cursor: what the evaluation before left.
        log: where conditions log.
    """

    def __init__(self, view: AutomationView, cursor: AutomationCursor, log: logging.Logger = _log) -> None:
        self.view = view
        self.evaluation_id = cursor.evaluation_id
        self.log = log
        self.requested: dict[EntityKey, EntitySubset] = {}
        self._cursor = cursor

    def find_cursor(self, key: EntityKey) -> EntityCursor | None:
        """Return what is remembered of a target."""
        return self._cursor.by_key.get(key)

    def evaluate_builtin(self, context: AutomationContext) -> AutomationResult:
        """Return where a built-in condition holds."""
        result: AutomationResult = RULES[type(context.condition)](context.condition, context)
        return result

    def evaluate(self, key: EntityKey) -> AutomationResult:
        """Return where the condition of a target holds, and note what is requested.

        Raises:
            DagsterInvariantViolationError: if the condition fails; the cause says why.
        """
        condition = self.view.graph.get(key).condition
        assert condition is not None
        try:
            result = AutomationContext(self, condition, key, self.view.full(key)).evaluate()
        except Exception as error:  # conditions may be user code
            raise DagsterInvariantViolationError(
                f"The automation condition of '{key.to_user_string()}' could not be evaluated: {error}"
            ) from error
        if not result.true_subset.is_empty:
            self._request(key, result.true_subset)
        return result

    def _request(self, key: EntityKey, subset: EntitySubset) -> None:
        for together in self.view.graph.get(key).executed_with or (key,):
            same = subset if together == key else EntitySubset(self.view, together, subset.value)
            before = self.requested.get(together)
            self.requested[together] = same if before is None else before | same


def evaluate_tick(
    graph: EntityGraph,
    facts: AutomationFacts,
    evaluation_time: datetime,
    cursor: AutomationCursor | None = None,
    keys: Collection[EntityKey] | None = None,
    *,
    dynamic_partitions_store: DynamicPartitionsStore | None = None,
    log: logging.Logger = _log,
) -> TickEvaluation:
    """Evaluate the conditions of all targets.

    Args:
        graph: the targets.
        facts: the past.
        evaluation_time: the time that counts as now.
        cursor: what the evaluation before returned; None for the first.
        keys: only these targets; None for all that have a condition.
        dynamic_partitions_store: where dynamic partitions are found.
        log: where conditions log.
    """
    cursor = cursor or AutomationCursor()
    wanted = [key for key in graph.list_conditioned() if keys is None or key in keys]
    view = AutomationView(graph, facts, evaluation_time, list_relevant(graph, wanted))
    tick = AutomationTick(view, cursor, log)
    with partition_loading_context(evaluation_time, dynamic_partitions_store):
        newest = view.max_storage_id
        results = [tick.evaluate(key) for key in wanted]
        now_s = evaluation_time.timestamp()
        entities = tuple(
            EntityCursor(
                key=result.key, requested=to_stored(tick.requested.get(result.key) or view.empty(result.key)),
                time_s=now_s, max_storage_id=newest, nodes=result.collect_cursors(),
            )
            for result in results
        )  # fmt: skip
        mates = _remember_mates(tick, {result.key for result in results}, now_s, newest)
    next_cursor = AutomationCursor(evaluation_id=cursor.evaluation_id + 1, entities=(*entities, *mates))
    return TickEvaluation(next_cursor, results, list(tick.requested.values()))


def _remember_mates(
    tick: AutomationTick, known: set[EntityKey], now_s: float, newest: int | None
) -> Iterable[EntityCursor]:
    """Return what was requested only because it is executed together with something else."""
    return [
        EntityCursor(key=key, requested=to_stored(subset), time_s=now_s, max_storage_id=newest)
        for key, subset in tick.requested.items()
        if key not in known
    ]


def list_relevant(graph: EntityGraph, keys: Iterable[EntityKey]) -> Mapping[EntityKey, None]:
    """Return the targets whose facts these targets' conditions ask for, so that they can be read at once."""
    found: dict[EntityKey, None] = {}
    for key in keys:
        entity = graph.get(key)
        found[key] = None
        found.update(dict.fromkeys(entity.deps))
        if isinstance(key, AssetJobKey):
            found.update(dict.fromkeys(entity.roots))
            for root in entity.roots:
                found.update(dict.fromkeys(graph.get(root).deps))
        if entity.condition is not None:
            for part in entity.condition.iterate():
                if isinstance(part, EntityMatchesCondition) and part.key in graph:
                    found[part.key] = None
    return found
