"""What a run gives back: its events, how its nodes ended, and the values of outputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from weftwork.base.errors import DagsterError, DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.planning.plan import Plan
from weftwork.planning.step_keys import Keys, parse_instance_key
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun, DagsterRunStatus


class ExecutionResult(ABC):
    """What every result of a run has.

    Args:
        job_def: the job.
        dagster_run: the run as it ended.
        events: its events in order; None where a subclass loads them.
        plan: the plan of the job.
        planned: the events of what it meant to make, which come before it starts.
    """

    def __init__(
        self,
        job_def: Any,
        dagster_run: DagsterRun,
        events: Sequence[DagsterEvent] | None,
        plan: Plan,
        planned: Sequence[DagsterEvent] = (),
    ) -> None:
        self._planned = planned
        self._job = job_def
        self._plan = plan
        self.dagster_run = dagster_run
        self._events = list(events) if events is not None else None

    @property
    def all_events(self) -> list[DagsterEvent]:
        """The events of the run in order."""
        if self._events is None:
            self._events = self._load_events()
        return self._events

    def _load_events(self) -> list[DagsterEvent]:
        return []

    @property
    def job_def(self) -> Any:
        """The job."""
        return self._job

    @property
    def success(self) -> bool:
        """Whether the run ended well."""
        return self.dagster_run.status is DagsterRunStatus.SUCCESS

    @property
    def run_id(self) -> str:
        """The run."""
        return self.dagster_run.run_id

    @property
    def all_node_events(self) -> list[DagsterEvent]:
        """The events of steps."""
        return [event for event in self.all_events if event.is_step_event]

    def filter_events(self, event_filter: Callable[[DagsterEvent], bool]) -> list[DagsterEvent]:
        """Return the events for which the function is true."""
        return [event for event in self.all_events if event_filter(event)]

    def events_for_node(self, node_name: str) -> list[DagsterEvent]:
        """Return the events of the steps of a node, of a graph those of all steps inside.

        Args:
            node_name: the node; inside a graph "graph.node".
        """
        path = tuple(node_name.split("."))
        depth = len(path)
        return [
            event for event in self.all_node_events if event.node_path and event.node_path[:depth] == path
        ]

    def _path_of(self, node_name: str) -> tuple[str, ...]:
        path = tuple(node_name.split("."))
        graph: Any = self._job.graph
        for depth, name in enumerate(path):
            known = graph.node_dict if hasattr(graph, "node_dict") else {}
            if name not in known:
                raise DagsterInvariantViolationError(
                    f"Job '{self._job.name}' has no node '{'.'.join(path[: depth + 1])}'.{did_you_mean(name, known)}"
                )
            graph = known[name].definition
        return path

    def _of_kind(self, kind: DagsterEventType) -> list[DagsterEvent]:
        return [event for event in self.all_events if event.event_type_value == kind]

    def _has(self, node_name: str, kind: DagsterEventType) -> bool:
        return any(event.event_type_value == kind for event in self.events_for_node(node_name))

    def is_node_success(self, node_str: str) -> bool:
        """Return whether a step of the node succeeded."""
        return self._has(node_str, DagsterEventType.STEP_SUCCESS)

    def is_node_failed(self, node_str: str) -> bool:
        """Return whether a step of the node failed."""
        return self._has(node_str, DagsterEventType.STEP_FAILURE)

    def is_node_skipped(self, node_str: str) -> bool:
        """Return whether a step of the node was skipped."""
        return self._has(node_str, DagsterEventType.STEP_SKIPPED)

    def is_node_untouched(self, node_str: str) -> bool:
        """Return whether nothing happened in the node."""
        return not self.events_for_node(node_str)

    def failure_data_for_node(self, node_str: str) -> Any:
        """Return why a step of the node failed, or None."""
        for event in self.events_for_node(node_str):
            if event.is_step_failure:
                return event.event_specific_data
        return None

    def retry_attempts_for_node(self, node_str: str) -> int:
        """Return how often steps of the node were tried again."""
        return sum(event.is_step_restarted for event in self.events_for_node(node_str))

    def compute_events_for_handle(self, handle: Any) -> list[DagsterEvent]:
        """Return the events of the steps of a node."""
        return self.events_for_node(str(handle))

    def asset_materializations_for_node(self, node_name: str) -> list[Any]:
        """Return the materializations that steps of the node made."""
        return [
            event.materialization
            for event in self.events_for_node(node_name)
            if event.is_step_materialization
        ]

    def asset_observations_for_node(self, node_name: str) -> list[Any]:
        """Return the observations that steps of the node made."""
        return [
            event.asset_observation for event in self.events_for_node(node_name) if event.is_asset_observation
        ]

    def expectation_results_for_node(self, node_str: str) -> list[Any]:
        """Return the expectations that steps of the node looked at."""
        found = [event for event in self.events_for_node(node_str) if event.is_expectation_result]
        return [event.step_expectation_result_data.expectation_result for event in found]

    def get_asset_materialization_events(self) -> list[DagsterEvent]:
        """Return the materializations as events."""
        return self._of_kind(DagsterEventType.ASSET_MATERIALIZATION)

    def get_asset_materialization_planned_events(self) -> list[DagsterEvent]:
        """Return what the run meant to materialize."""
        return [event for event in self._planned if event.is_asset_materialization_planned]

    def get_asset_observation_events(self) -> list[DagsterEvent]:
        """Return the observations as events."""
        return self._of_kind(DagsterEventType.ASSET_OBSERVATION)

    def get_asset_check_evaluations(self) -> list[Any]:
        """Return the evaluations of checks."""
        return [
            event.asset_check_evaluation for event in self._of_kind(DagsterEventType.ASSET_CHECK_EVALUATION)
        ]

    def get_step_success_events(self) -> list[DagsterEvent]:
        """Return the ends of the steps that succeeded."""
        return self._of_kind(DagsterEventType.STEP_SUCCESS)

    def get_step_failure_events(self) -> list[DagsterEvent]:
        """Return the ends of the steps that failed."""
        return self._of_kind(DagsterEventType.STEP_FAILURE)

    def get_step_skipped_events(self) -> list[DagsterEvent]:
        """Return the steps that were skipped."""
        return self._of_kind(DagsterEventType.STEP_SKIPPED)

    def get_failed_step_keys(self) -> set[str]:
        """Return the keys of the steps that failed."""
        return {event.step_key for event in self.get_step_failure_events() if event.step_key}

    def get_run_failure_event(self) -> DagsterEvent:
        """Return the end of a run that failed.

        Raises:
            DagsterError: if it did not.
        """
        return self._get_end(DagsterEventType.RUN_FAILURE)

    def get_run_success_event(self) -> DagsterEvent:
        """Return the end of a run that succeeded.

        Raises:
            DagsterError: if it did not.
        """
        return self._get_end(DagsterEventType.RUN_SUCCESS)

    def _get_end(self, kind: DagsterEventType) -> DagsterEvent:
        found = self._of_kind(kind)
        if not found:
            raise DagsterError(
                f"Run {self.run_id} of job '{self._job.name}' has no event {kind.name}: it ended as {self.dagster_run.status.value}."
            )
        return found[0]

    # ------------------------------------------------------------------------------------- values

    @abstractmethod
    def _list_values(self, step_key: str, output: str) -> Iterable[tuple[str, str | None, Any]]:
        """Return the values of an output of a step: (key of the instance, mapping key of a dynamic output, value)."""

    def output_for_node(self, node_str: str, output_name: str = "result") -> Any:
        """Return the value of an output of a node; of a mapped or dynamic one, a dict by mapping key.

        Args:
            node_str: the node; inside a graph "graph.node".
            output_name: the output.

        Raises:
            DagsterInvariantViolationError: if there is no such node or output, or it was not given.
        """
        path = self._path_of(node_str)
        definition = self._job.graph.get_node(path).definition
        names = [output.name for output in definition.output_defs]
        if output_name not in names:
            raise DagsterInvariantViolationError(
                f"Node '{node_str}' has no output '{output_name}'.{did_you_mean(output_name, names)}"
            )
        if hasattr(definition, "nodes"):
            mapping = next(m for m in definition.spec.outputs if m.name == output_name)
            return self.output_for_node(f"{node_str}.{mapping.node}", mapping.output)
        return self._value_of(".".join(path), output_name)

    def _value_of(self, step_key: str, output: str) -> Any:
        found: dict[str, Any] = {}
        is_there = False
        for key, item, value in self._list_values(step_key, output):
            is_there = True
            keys: Keys = parse_instance_key(key)[1]
            if item is not None:
                keys = (*keys, item)
            if not keys:
                return value
            level = found
            for outer in keys[:-1]:
                level = level.setdefault(outer, {})
            level[keys[-1]] = value
        if is_there:
            return found
        raise DagsterInvariantViolationError(
            f"Output '{output}' of node '{step_key}' was not given in run {self.run_id}: the step failed, was skipped, or did "
            f"not run."
        )

    def output_value(self, output_name: str = "result") -> Any:
        """Return the value of an output of the job or graph.

        Raises:
            DagsterInvariantViolationError: if it has no such output, or it was not given.
        """
        outputs = self._plan.outputs
        if output_name not in outputs:
            raise DagsterInvariantViolationError(
                f"Job '{self._job.name}' has no output '{output_name}'.{did_you_mean(output_name, outputs)}"
            )
        step, output = outputs[output_name]
        return self._value_of(self._plan.steps[step].key, output)
