"""One evaluation of all conditions: facts and a cursor in, requests and the next cursor out."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.conditions.cursor import AutomationCursor, EntityCursor, StoredSubset
from weftwork.conditions.evaluation.context import AutomationContext
from weftwork.conditions.evaluation.watches import WatchIndex
from weftwork.conditions.facts import AutomationFacts
from weftwork.conditions.graph import EntityGraph, EntityKey
from weftwork.conditions.kinds import EntityMatchesCondition
from weftwork.conditions.result import AutomationResult, to_stored
from weftwork.conditions.rules import RULES
from weftwork.conditions.subset import EntitySubset
from weftwork.conditions.view import AutomationView
from weftwork.partitions.context import DynamicPartitionsStore, partition_loading_context
from weftwork.records.keys import AssetKey
from weftwork.records.values.asset_job_key import AssetJobKey

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
    index: WatchIndex | None = None,
    log: logging.Logger = _log,
) -> TickEvaluation:
    """Evaluate the conditions of all targets, or only those of which an answer may have changed.

    Args:
        graph: the targets.
        facts: the past.
        evaluation_time: the time that counts as now.
        cursor: what the evaluation before returned; None for the first.
        keys: only these targets; None for all that have a condition.
        dynamic_partitions_store: where dynamic partitions are found.
        index: what each condition asks about. With it, targets of which nothing changed are left out: they would
            request nothing. Without it, every target has a result.
        log: where conditions log.
    """
    before = cursor or AutomationCursor()
    with partition_loading_context(evaluation_time, dynamic_partitions_store):
        backfilled = tuple(sorted(facts.list_backfilled_keys()))
        wanted = (
            [key for key in graph.list_conditioned() if keys is None or key in keys] if index is None else []
        )
        agenda = (
            Agenda(wanted)
            if index is None
            else build_agenda(index, facts, evaluation_time, before, keys, backfilled)
        )
        relevant = list_relevant(graph, agenda.list_waiting())
        tick = AutomationTick(AutomationView(graph, facts, evaluation_time, relevant), before, log)
        return _evaluate_agenda(tick, agenda, before, index, backfilled)


class Agenda:
    """The targets that are still to be evaluated, those upstream first.

    Args:
        keys: the targets, in order.
        index: what each condition asks about; None if no more are to be added.
        noticed: the targets of which something changed.
        keep: only these are added; None for all.
    """

    def __init__(
        self,
        keys: Iterable[EntityKey],
        index: WatchIndex | None = None,
        noticed: Collection[EntityKey] = (),
        keep: Collection[EntityKey] | None = None,
    ) -> None:
        self._index = index
        self._keep = keep
        self.noticed = set(noticed)
        place = index.place if index is not None else None
        self._waiting = [
            (place[key] if place is not None else number, key) for number, key in enumerate(keys)
        ]
        self._known = {key for _, key in self._waiting}
        self._waiting.sort(key=itemgetter(0))
        heapq.heapify(self._waiting)

    def list_waiting(self) -> list[EntityKey]:
        """Return what is to be evaluated."""
        return [key for _, key in self._waiting]

    def __iter__(self) -> Iterator[EntityKey]:
        while self._waiting:
            yield heapq.heappop(self._waiting)[1]

    def add_watchers(self, key: EntityKey, requester: EntityKey) -> None:
        """Add the targets whose conditions ask about one that is requested, of those that come after the requester."""
        if self._index is None:
            return
        here = self._index.place[requester]
        for watcher in self._index.watchers.get(key, ()):
            self.noticed.add(watcher)
            is_due = watcher not in self._known and self._index.place[watcher] > here
            if is_due and (self._keep is None or watcher in self._keep):
                self._known.add(watcher)
                heapq.heappush(self._waiting, (self._index.place[watcher], watcher))


def build_agenda(
    index: WatchIndex,
    facts: AutomationFacts,
    now: datetime,
    cursor: AutomationCursor,
    keys: Collection[EntityKey] | None = None,
    backfilled: Collection[AssetKey] = (),
) -> Agenda:
    """Return the targets of which an answer may have changed since the evaluation before, and those not yet quiet."""
    noticed = set(index.always)
    noticed.update(index.list_moved_by_time(cursor.time_s, now))
    changed: set[AssetKey] = {
        *facts.list_changed_keys(cursor.max_storage_id or 0),
        *backfilled,
        *cursor.backfilled,
    }
    for asset_key in changed:
        noticed.update(index.watchers.get(asset_key, ()))
    known = cursor.by_key
    for entity in cursor.entities:
        if entity.requested is True or (entity.requested and not _is_empty(entity.requested)):
            noticed.update(index.watchers.get(entity.key, ()))
    due = set(noticed)
    shapes = index.shapes
    for key in index.place:
        before = known.get(key)
        if before is None or not before.is_quiet or before.shape != shapes[key]:
            due.add(key)
    return Agenda([key for key in due if keys is None or key in keys], index, noticed, keys)


def _is_empty(stored: StoredSubset) -> bool:
    if isinstance(stored, bool):
        return not stored
    return not next((getattr(stored, field) for field in stored.__struct_fields__), None)


def _evaluate_agenda(
    tick: AutomationTick,
    agenda: Agenda,
    before: AutomationCursor,
    index: WatchIndex | None,
    backfilled: tuple[AssetKey, ...],
) -> TickEvaluation:
    view = tick.view
    now_s, newest = view.effective_dt.timestamp(), view.max_storage_id
    results = []
    for key in agenda:
        result = tick.evaluate(key)
        results.append(result)
        if not result.true_subset.is_empty:
            for together in view.graph.get(key).executed_with or (key,):
                agenda.add_watchers(together, key)
    found: dict[EntityKey, EntityCursor] = {} if index is None else dict(before.by_key)
    for result in results:
        nodes = result.collect_cursors()
        earlier = before.by_key.get(result.key)
        asked_for = tick.requested.get(result.key) or view.empty(result.key)
        is_same = earlier is not None and earlier.nodes == nodes and asked_for.is_empty
        found[result.key] = EntityCursor(
            key=result.key, requested=to_stored(asked_for), time_s=now_s, max_storage_id=newest, nodes=nodes,
            shape=index.shapes[result.key] if index is not None else "",
            is_quiet=index is not None and is_same and result.key not in agenda.noticed,
        )  # fmt: skip
    evaluated = {result.key for result in results}
    _update_mates(tick, found, evaluated, now_s, newest)
    cursor = AutomationCursor(
        evaluation_id=before.evaluation_id + 1,
        entities=tuple(found.values()),
        time_s=now_s,
        max_storage_id=newest,
        backfilled=backfilled,
    )
    return TickEvaluation(cursor, results, list(tick.requested.values()))


def _update_mates(
    tick: AutomationTick,
    found: dict[EntityKey, EntityCursor],
    evaluated: Collection[EntityKey],
    now_s: float,
    newest: int | None,
) -> None:
    """Remember what was requested only because it is executed together with something else, and forget it after."""
    graph = tick.view.graph
    for key in [
        key
        for key in found
        if key not in evaluated and (key not in graph or graph.get(key).condition is None)
    ]:
        del found[key]
    for key, subset in tick.requested.items():
        if key not in evaluated:
            found[key] = EntityCursor(
                key=key, requested=to_stored(subset), time_s=now_s, max_storage_id=newest,
                nodes=found[key].nodes if key in found else {},
            )  # fmt: skip


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
