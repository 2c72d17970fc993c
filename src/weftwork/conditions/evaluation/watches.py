"""What each condition asks about, so that only those are evaluated of which an answer may have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from weftwork.conditions import kinds
from weftwork.conditions.expression import AutomationCondition, BuiltinAutomationCondition
from weftwork.conditions.graph import EntityGraph, EntityKey
from weftwork.conditions.rules.targets import list_checks, list_deps, list_downstream_conditions
from weftwork.partitions.cron import get_cron_ticks
from weftwork.partitions.definition import digest
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition
from weftwork.records.keys import AssetCheckKey


class WatchIndex:
    """For each target what its condition asks about, and the other way round; built once for a graph.

    Args:
        graph: the targets.
    """

    def __init__(self, graph: EntityGraph) -> None:
        self._graph = graph
        self.place: dict[EntityKey, int] = {key: place for place, key in enumerate(graph.list_conditioned())}
        self.watchers: dict[EntityKey, set[EntityKey]] = {}
        self.by_cron: dict[tuple[str, str], set[EntityKey]] = {}
        self.by_windows: dict[int, tuple[TimeWindowPartitionsDefinition, set[EntityKey]]] = {}
        self.always: set[EntityKey] = set()
        for key in self.place:
            self._add(key)

    def _add(self, key: EntityKey) -> None:
        condition = self._graph.get(key).condition
        assert condition is not None
        for asked, part in _walk(self._graph, condition, key):
            self.watchers.setdefault(asked, set()).add(key)
            if isinstance(asked, AssetCheckKey):
                self.watchers.setdefault(asked.asset_key, set()).add(key)
            if part is None:
                self._watch_partitions(self._graph.get(asked).partitions_def, key)
            elif isinstance(part, kinds.CronTickPassedCondition):
                self.by_cron.setdefault((part.cron_schedule, part.cron_timezone), set()).add(key)
            elif not isinstance(part, BuiltinAutomationCondition) or self._ages(part, asked):
                self.always.add(key)

    def _ages(self, part: AutomationCondition, asked: EntityKey) -> bool:
        """Return whether time alone changes an answer at instants that depend on the past."""
        return (
            isinstance(part, kinds.FreshnessResultCondition) and self._graph.get(asked).freshness is not None
        )

    def _watch_partitions(self, definition: Any, key: EntityKey) -> None:
        if isinstance(definition, MultiPartitionsDefinition):
            for dimension in definition.partitions_defs:
                self._watch_partitions(dimension.partitions_def, key)
        elif isinstance(definition, TimeWindowPartitionsDefinition):
            self.by_windows.setdefault(id(definition), (definition, set()))[1].add(key)
        elif definition is not None and not isinstance(definition, StaticPartitionsDefinition):
            self.always.add(key)  # partitions that come and go without an event

    def list_moved_by_time(self, before_s: float, now: datetime) -> Iterator[EntityKey]:
        """Yield the targets for which time alone changed something: a cron tick, or a new time window."""
        now_s = now.timestamp()
        for (schedule, timezone), keys in self.by_cron.items():
            if get_cron_ticks(schedule, timezone).last_before(int(now_s) + 1) > before_s:
                yield from keys
        before = datetime.fromtimestamp(before_s, now.tzinfo)
        for definition, keys in self.by_windows.values():
            if definition.count(before) != definition.count(now):
                yield from keys

    @cached_property
    def shapes(self) -> Mapping[EntityKey, str]:
        """Target to a digest of its condition and of what it asks about."""
        return {key: self._shape(key) for key in self.place}

    def _shape(self, key: EntityKey) -> str:
        entity = self._graph.get(key)
        told = [
            repr(entity.condition), repr(entity.code_version), repr(entity.partitions_def),
            *sorted(f"{dep}:{mapping!r}" for dep, mapping in entity.deps.items()),
            *map(str, entity.checks), *map(str, entity.roots), repr(entity.freshness),
        ]  # fmt: skip
        return digest("\x1f".join(told).encode())[:16]


def _walk(
    graph: EntityGraph, condition: AutomationCondition, key: EntityKey
) -> Iterator[tuple[EntityKey, AutomationCondition | None]]:
    """Yield every target that a condition asks about, with None, and with each condition that asks."""
    yield key, None
    waiting: list[tuple[AutomationCondition, Any]] = [(condition, key)]
    while waiting:
        part, target = waiting.pop()
        yield target, part
        for inner, asked in _parts(graph, part, target):
            if asked != target:
                yield asked, None
            waiting.append((inner, asked))


def _parts(
    graph: EntityGraph, part: AutomationCondition, target: Any
) -> Iterator[tuple[AutomationCondition, Any]]:
    if isinstance(part, kinds.EntityMatchesCondition):
        if part.key in graph:
            yield part.operand, part.key
    elif isinstance(part, kinds.DepsCondition):
        yield from ((part.operand, dep) for dep in list_deps(part, graph, target))
    elif isinstance(part, kinds.ChecksCondition):
        yield from ((part.operand, check) for check in list_checks(part, graph, target))
    elif isinstance(part, kinds.JobRootsCondition):
        yield from ((part.operand, root) for root in graph.get(target).roots)
    elif isinstance(part, kinds.AnyDownstreamConditionsCondition):
        yield from ((inner, target) for inner in list_downstream_conditions(graph, target).values())
    else:
        yield from ((inner, target) for inner in part.children)
