"""``evaluate_automation_conditions``: what the conditions of definitions would request now, for tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import ParameterCheckError
from weftwork.conditions.cursor import AutomationCursor
from weftwork.conditions.evaluation.tick import evaluate_tick
from weftwork.conditions.graph import EntityKey
from weftwork.conditions.result import AutomationResult
from weftwork.conditions.subset import EntitySubset
from weftwork.definitions.automation.entities import build_entity_graph
from weftwork.definitions.locations.definitions import Definitions
from weftwork.partitions.context import partition_loading_context
from weftwork.planning.selection.asset_selection import AssetSelection


class EvaluateAutomationConditionsResult:
    """What an evaluation of automation conditions requests.

    Args:
        cursor: what the next evaluation needs.
        results: the result of each target that has a condition, those upstream first.
        requested_subsets: what is to be executed, with what is always executed together.
        partition_loading_context: returns a context in which partitions are found; by default that of the caller.

    Attributes:
        cursor: what the next evaluation needs.
        results: the result of each target that has a condition, those upstream first.
    """

    def __init__(
        self,
        cursor: AutomationCursor,
        results: Sequence[AutomationResult],
        requested_subsets: Sequence[EntitySubset],
        partition_loading_context: Callable[[], AbstractContextManager[Any]] = nullcontext,
    ) -> None:
        self._load_partitions = partition_loading_context
        self.cursor = cursor
        self.results = list(results)
        self._requested = {subset.key: subset for subset in requested_subsets}

    @property
    def total_requested(self) -> int:
        """How many partitions of targets hold; a target without partitions counts as one."""
        with self._load_partitions():
            return sum(result.true_subset.size for result in self.results)

    def get_requested_partitions(self, asset_key: Any) -> AbstractSet[str | None]:
        """Return the requested partitions of a target; {None} for one without partitions that is requested."""
        found = self._requested.get(asset_key)
        with self._load_partitions():
            return found.expensively_compute_partition_keys() if found is not None else set()

    def get_num_requested(self, asset_key: Any) -> int:
        """Return how many partitions of a target are requested; 1 for one without partitions."""
        found = self._requested.get(asset_key)
        with self._load_partitions():
            return found.size if found is not None else 0

    def explain(self) -> str:
        """Return the trees of all conditions, a sentence a line."""
        with self._load_partitions():
            return "\n".join(result.pprint() for result in self.results)


def evaluate_automation_conditions(
    defs: Definitions | Sequence[Any],
    instance: Any,
    asset_selection: AssetSelection | None = None,
    evaluation_time: datetime | None = None,
    cursor: AutomationCursor | None = None,
) -> EvaluateAutomationConditionsResult:
    """Evaluate automation conditions once, as the daemon does at every tick.

    Args:
        defs: the definitions, or assets.
        instance: what happened so far.
        asset_selection: only the assets and checks selected; all targets that have a condition by default.
        evaluation_time: the time that counts as now; the clock's by default.
        cursor: the ``cursor`` of the result before; None for the first evaluation.

    Raises:
        ParameterCheckError: if an argument is of another type.
        DagsterInvariantViolationError: if a condition cannot be evaluated; the cause says why.

    Example:
        >>> result = evaluate_automation_conditions([orders], instance, cursor=earlier.cursor)
        >>> result.get_requested_partitions(AssetKey("orders"))
    """
    check_type(asset_selection, AssetSelection, "asset_selection", optional=True)
    check_type(cursor, AutomationCursor, "cursor", optional=True)
    check_type(evaluation_time, datetime, "evaluation_time", optional=True)
    if not hasattr(instance, "automation_facts"):
        raise ParameterCheckError(f"instance must be a DagsterInstance, not {type(instance).__name__}.")
    repository = (defs if isinstance(defs, Definitions) else Definitions(list(defs))).get_repository_def()
    jobs = repository.list_automated_jobs() if asset_selection is None else ()
    graph = build_entity_graph(repository.catalog, jobs)
    keys: Collection[EntityKey] | None = (
        graph.select(asset_selection) if asset_selection is not None else None
    )
    now = evaluation_time if evaluation_time is not None else datetime.now(UTC)
    now = now if now.tzinfo is not None else now.replace(tzinfo=UTC)
    tick = evaluate_tick(
        graph,
        instance.automation_facts,
        now,
        cursor,
        keys,
        dynamic_partitions_store=instance,
    )
    return EvaluateAutomationConditionsResult(
        tick.cursor, tick.results, tick.requested, lambda: partition_loading_context(now, instance)
    )
