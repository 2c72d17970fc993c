"""AutomationView: the targets as they stand at one moment, as subsets of their partitions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from weftwork.base.errors import DagsterError
from weftwork.conditions.cursor import StoredSubset
from weftwork.conditions.facts import AutomationFacts, CheckState, ExecutionState
from weftwork.conditions.graph import EntityGraph, EntityKey
from weftwork.conditions.subset import AnyPartitions, EntitySubset
from weftwork.partitions.definition import KeySetRecord, PartitionsSubset
from weftwork.partitions.mappings.inference import infer_partition_mapping
from weftwork.partitions.multi import MultiPartitionsDefinition
from weftwork.partitions.time_window import TimeWindowPartitionsDefinition, TimeWindowPartitionsSubset
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.runs import FINISHED_STATUSES
from weftwork.records.tags import BACKFILL_ID_TAG
from weftwork.records.values.asset_job_key import AssetJobKey

_FINISHED = frozenset(status.value for status in FINISHED_STATUSES)
_NOTHING = ExecutionState()


class AutomationView:
    """What conditions ask about targets, answered from facts that are read for all targets at once.

    Args:
        graph: the targets.
        facts: the past.
        effective_dt: the time that counts as now.
        relevant: the targets that will be asked about.
    """

    def __init__(
        self,
        graph: EntityGraph,
        facts: AutomationFacts,
        effective_dt: datetime,
        relevant: Iterable[EntityKey] = (),
    ) -> None:
        self.graph = graph
        self.facts = facts
        self.effective_dt = effective_dt
        assets = (key.asset_key if isinstance(key, AssetCheckKey) else key for key in relevant)
        self._assets = {key for key in assets if isinstance(key, AssetKey)}
        self._full: dict[EntityKey, EntitySubset] = {}
        self._empty: dict[EntityKey, EntitySubset] = {}
        self._known: dict[tuple[str, Any], Any] = {}

    @cached_property
    def max_storage_id(self) -> int | None:
        """The storage id of the latest event."""
        return self.facts.get_max_storage_id()

    # ------------------------------------------------------------------------------ subsets

    def full(self, key: EntityKey) -> EntitySubset:
        """Return everything of a target that exists now."""
        found = self._full.get(key)
        if found is None:
            definition = self.graph.get(key).partitions_def
            value = True if definition is None else definition.subset_with_all_partitions()
            found = self._full[key] = EntitySubset(self, key, value)
        return found

    def empty(self, key: EntityKey) -> EntitySubset:
        """Return nothing of a target."""
        found = self._empty.get(key)
        if found is None:
            definition = self.graph.get(key).partitions_def
            value = False if definition is None else definition.empty_subset()
            found = self._empty[key] = EntitySubset(self, key, value)
        return found

    def from_keys(self, key: EntityKey, partition_keys: Collection[str | None]) -> EntitySubset:
        """Return those of some partitions that exist; all of a target without partitions if there are any keys."""
        definition = self.graph.get(key).partitions_def
        if definition is None:
            return self.full(key) if partition_keys else self.empty(key)
        wanted = {partition for partition in partition_keys if partition is not None}
        if not wanted:
            return self.empty(key)
        existing = definition.filter_valid_partition_keys(wanted)
        return EntitySubset(self, key, definition.subset_with_partition_keys(existing))

    def restore(self, key: EntityKey, stored: StoredSubset | None) -> EntitySubset | None:
        """Return what an earlier evaluation remembered; None if nothing, or if the partitions are others now."""
        definition = self.graph.get(key).partitions_def
        if stored is None or isinstance(stored, bool) is not (definition is None):
            return None
        if isinstance(stored, bool) or definition is None:
            return self.full(key) if stored else self.empty(key)
        try:
            subset = EntitySubset(self, key, definition.subset_from_record(stored))
        except (DagsterError, ValueError):
            return None
        return subset & self.full(key) if isinstance(stored, KeySetRecord) else subset

    # ------------------------------------------------------------------------------ mapping

    def map_subset(self, subset: EntitySubset, key: Any) -> EntitySubset:
        """Return the partitions of another target that belong to those of a subset, in whichever direction."""
        if subset.key in self.graph.get(key).deps and key not in self.graph.get(subset.key).deps:
            return self.map_down(subset, key)
        return self.map_up(subset, key)

    def map_up(self, subset: EntitySubset, upstream: EntityKey) -> EntitySubset:
        """Return the partitions of a target upstream that those of a subset depend on."""
        if subset.is_empty:
            return self.empty(upstream)
        definition = self.graph.get(upstream).partitions_def
        if definition is None:
            return self.full(upstream)
        entity = self.graph.get(subset.key)
        mapping = infer_partition_mapping(entity.find_mapping(upstream), entity.partitions_def, definition)
        below = subset.value if isinstance(subset.value, PartitionsSubset) else None
        mapped = mapping.get_upstream_mapped_partitions_result_for_partitions(
            below, entity.partitions_def, definition
        )
        return EntitySubset(self, upstream, mapped.partitions_subset)

    def map_down(self, subset: EntitySubset, downstream: EntityKey) -> EntitySubset:
        """Return the partitions of a target downstream that depend on those of a subset."""
        if subset.is_empty:
            return self.empty(downstream)
        entity = self.graph.get(downstream)
        above = self.graph.get(subset.key).partitions_def
        if isinstance(subset.value, bool) or above is None:
            return self.full(downstream)
        if entity.partitions_def is None:
            needed = self.map_up(self.full(downstream), subset.key)
            return self.empty(downstream) if (needed & subset).is_empty else self.full(downstream)
        mapping = infer_partition_mapping(entity.find_mapping(subset.key), entity.partitions_def, above)
        mapped = mapping.get_downstream_partitions_for_partitions(subset.value, above, entity.partitions_def)
        return EntitySubset(self, downstream, mapped)

    # ------------------------------------------------------------------------------ state

    def _load(
        self, what: str, key: AssetKey, ask: Callable[[Collection[AssetKey]], Mapping[Any, Any]]
    ) -> Any:
        """Return an answer for one asset; the first question of a kind is asked for all relevant assets."""
        slot = (what, key)
        if slot not in self._known:
            wanted = self._assets if key in self._assets else {key}
            if what == "partitions":
                wanted = {one for one in wanted if self.graph.get(one).partitions_def is not None}
            found = ask(sorted(wanted))
            for one in wanted:
                self._known[what, one] = found.get(one)
        return self._known[slot]

    def states(self, key: EntityKey) -> Mapping[str | None, ExecutionState]:
        """Return the latest events of an asset, by partition; under None for an asset without partitions."""
        if not isinstance(key, AssetKey):
            return {}
        if self.graph.get(key).partitions_def is not None:
            return self._load("partitions", key, self.facts.list_partition_states) or {}
        state = self._load("assets", key, self.facts.list_asset_states)
        return {} if state is None else {None: state}

    def check_states(self, key: AssetCheckKey) -> Mapping[str | None, CheckState]:
        """Return the latest evaluations of a check, by partition, those of older data left out."""
        everything: Mapping[Any, Any] = self._load("checks", key.asset_key, self._list_checks_by_asset) or {}
        found: Mapping[str | None, CheckState] = everything.get(key, {})
        made = self.states(key.asset_key)
        latest = max((state.materialization_id or 0 for state in made.values()), default=0)

        def is_current(partition: str | None, state: CheckState) -> bool:
            newest = (
                latest if partition is None else (made.get(partition) or _NOTHING).materialization_id or 0
            )
            return state.event_id is None or state.event_id >= newest

        return {partition: state for partition, state in found.items() if is_current(partition, state)}

    def _list_checks_by_asset(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, Any]:
        found: dict[AssetKey, dict[Any, Any]] = {}
        for check, states in self.facts.list_check_states(keys).items():
            found.setdefault(check.asset_key, {})[check] = states
        return found

    def backfilled(self, key: EntityKey) -> Collection[str | None]:
        """Return the partitions that backfills in progress, or the runs of one, mean to make."""
        if not isinstance(key, AssetKey):
            return ()
        found = set(self._load("backfills", key, self.facts.list_backfill_targets) or ())
        running = {
            state.planned_id: partition
            for partition, state in self.states(key).items()
            if partition not in found and is_running(state) and state.planned_id is not None
        }
        if running:
            runs = self.facts.list_runs_of_events(running.keys())
            found.update(running[number] for number, run in runs.items() if BACKFILL_ID_TAG in run.tags)
        return found

    def freshness(self, key: EntityKey) -> str | None:
        """Return how the freshness policy of an asset is kept: "PASS", "WARN", "FAIL" or "UNKNOWN"; None without one."""
        rule = self.graph.get(key).freshness
        if rule is None or not isinstance(key, AssetKey):
            return None
        state = self._load("assets", key, self.facts.list_asset_states)
        number = state.materialization_id if state is not None else None
        if number is None:
            return rule.judge(None, self.effective_dt.timestamp())
        made_s = self._load("made", key, self._list_made_times)
        return rule.judge(made_s, self.effective_dt.timestamp())

    def _list_made_times(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, float]:
        states = self.facts.list_asset_states(
            [key for key in keys if self.graph.get(key).freshness is not None]
        )
        numbers = {
            key: state.materialization_id
            for key, state in states.items()
            if state.materialization_id is not None
        }
        times = self.facts.list_event_times(list(numbers.values()))
        return {key: times[number] for key, number in numbers.items() if number in times}

    def where(self, key: EntityKey, holds: Callable[[Any], bool]) -> EntitySubset:
        """Return the partitions whose latest events, or latest evaluation of a check, are as asked."""
        states: Mapping[str | None, Any] = (
            self.check_states(key) if isinstance(key, AssetCheckKey) else self.states(key)
        )
        return self.from_keys(key, [partition for partition, state in states.items() if holds(state)])

    # ------------------------------------------------------------------------------ time

    def latest_windows(self, key: EntityKey, lookback: timedelta | None) -> EntitySubset:
        """Return the latest time window of a target, or those that begin at most ``lookback`` before its end."""
        definition = self.graph.get(key).partitions_def
        if isinstance(definition, TimeWindowPartitionsDefinition):
            return EntitySubset(self, key, _latest_of(definition, lookback))
        if isinstance(definition, MultiPartitionsDefinition) and definition.has_time_window_dimension:
            factors = [
                _latest_of(dimension.partitions_def, lookback)
                if isinstance(dimension.partitions_def, TimeWindowPartitionsDefinition)
                else dimension.partitions_def.subset_with_all_partitions()
                for dimension in definition.partitions_defs
            ]
            return EntitySubset(self, key, definition.subset_of_product(factors))
        return self.full(key)


def _latest_of(definition: TimeWindowPartitionsDefinition, lookback: timedelta | None) -> PartitionsSubset:
    count = definition.count()
    if not count:
        return definition.empty_subset()
    calendar = definition.calendar
    first = count - 1
    if lookback is not None:
        first = min(first, max(0, calendar.first_from(int(calendar.end_s(first) - lookback.total_seconds()))))
    return TimeWindowPartitionsSubset(definition, ((first, count),))


def is_running(state: ExecutionState) -> bool:
    """Return whether a run that is not over means to make it."""
    return _is_planned(state) and state.planned_status not in _FINISHED


def is_failed(state: ExecutionState) -> bool:
    """Return whether the latest attempt to make it failed."""
    if _is_planned(state) and state.planned_status not in _FINISHED:
        return False
    if _is_planned(state) and state.planned_status == "FAILURE":
        return True
    return (state.failure_id or 0) > (state.materialization_id or 0)


def _is_planned(state: ExecutionState) -> bool:
    latest = max(state.materialization_id or 0, state.failure_id or 0)
    return state.planned_status is not None and (state.planned_id or 0) > latest


def is_check_running(state: CheckState) -> bool:
    """Return whether a run that is not over means to evaluate the check."""
    return state.status == "PLANNED" and state.run_status not in _FINISHED


def is_check_broken(state: CheckState) -> bool:
    """Return whether the run that meant to evaluate the check is over, without a result."""
    return state.status == "PLANNED" and state.run_status == "FAILURE"


def can_share_run(graph: EntityGraph, root: EntityKey, key: EntityKey) -> bool:
    """Return whether one run can execute both, so that a request for one counts for the other."""
    if root == key:
        return True
    below, above = graph.get(root), graph.get(key)
    if isinstance(root, AssetJobKey):
        return key in below.roots
    if above.is_observed or not (below.is_executable and above.is_executable):
        return False
    mine: AnyPartitions | None = below.partitions_def
    if above.partitions_def is None and mine is None:
        return True
    if mine != above.partitions_def:
        return False
    mapping = infer_partition_mapping(below.find_mapping(key), mine, above.partitions_def)
    return type(mapping).__name__ in ("IdentityPartitionMapping", "TimeWindowPartitionMapping")
