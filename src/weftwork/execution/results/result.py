"""What a run in this process gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun, DagsterRunStatus


class ExecuteInProcessResult:
    """The result of ``execute_in_process``, ``materialize`` and ``materialize_to_memory``.

    Args:
        job_def: the job.
        dagster_run: the run as it ended.
        events: its events in order.
        captured: the values of outputs: (step key, output, mapping key) to value.
        outputs: the outputs of the job: name to (node path, output).
        assets: the assets of the job: key to (step key, output).
    """

    def __init__(
        self,
        job_def: Any,
        dagster_run: DagsterRun,
        events: Sequence[DagsterEvent],
        captured: Mapping[tuple[str, str, str | None], Any],
        outputs: Mapping[str, tuple[str, str]],
        assets: Mapping[AssetKey, tuple[str, str]],
    ) -> None:
        self.job_def = job_def
        self.dagster_run = dagster_run
        self.all_events = list(events)
        self._captured = captured
        self._outputs = outputs
        self._assets = assets

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
        """Return the events of the steps of a node: an op, or all ops inside a graph.

        Raises:
            DagsterInvariantViolationError: if there is no such node.
        """
        path = self._path_of(node_name)
        return [event for event in self.all_node_events if (event.node_path or ())[: len(path)] == path]

    def _path_of(self, node_name: str) -> tuple[str, ...]:
        path = tuple(node_name.split("."))
        graph = self.job_def.graph
        for depth, name in enumerate(path):
            known = graph.node_dict if hasattr(graph, "node_dict") else {}
            if name not in known:
                raise DagsterInvariantViolationError(
                    f"Job '{self.job_def.name}' has no node '{'.'.join(path[: depth + 1])}'.{did_you_mean(name, known)}"
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
        return self._of_kind(DagsterEventType.ASSET_MATERIALIZATION_PLANNED)

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
        """Return the end of a run that failed."""
        return self._of_kind(DagsterEventType.RUN_FAILURE)[0]

    def get_run_success_event(self) -> DagsterEvent:
        """Return the end of a run that succeeded."""
        return self._of_kind(DagsterEventType.RUN_SUCCESS)[0]

    # ------------------------------------------------------------------------------------- values

    def output_for_node(self, node_str: str, output_name: str = "result") -> Any:
        """Return the value of an output of a node; of a mapped or dynamic one, a dict by mapping key.

        Args:
            node_str: the node; inside a graph "graph.node".
            output_name: the output.

        Raises:
            DagsterInvariantViolationError: if there is no such node or output, or it was not given.
        """
        path = self._path_of(node_str)
        definition = self.job_def.graph.get_node(path).definition
        if hasattr(definition, "nodes"):
            mapping = next((m for m in definition.spec.outputs if m.name == output_name), None)
            if mapping is not None:
                return self.output_for_node(f"{node_str}.{mapping.node}", mapping.output)
        key = ".".join(path)
        if (key, output_name, None) in self._captured:
            return self._captured[key, output_name, None]
        found: dict[str, Any] = {}
        is_there = False
        for (step_key, output, item), value in self._captured.items():
            if output == output_name and step_key.split("[", 1)[0] == key:
                is_there = True
                keys = step_key[len(key) + 1 : -1].split("][") if step_key != key else []
                keys = keys if item is None else [*keys, item]
                level = found
                for outer in keys[:-1]:
                    level = level.setdefault(outer, {})
                level[keys[-1]] = value
        if is_there:
            return found
        raise self._explain_missing(node_str, definition, output_name)

    def _explain_missing(self, node_str: str, definition: Any, output_name: str) -> Exception:
        names = [output.name for output in definition.output_defs]
        if output_name not in names:
            return DagsterInvariantViolationError(
                f"Node '{node_str}' has no output '{output_name}'.{did_you_mean(output_name, names)}"
            )
        return DagsterInvariantViolationError(
            f"Output '{output_name}' of node '{node_str}' was not given in run {self.run_id}: the step failed, was skipped, or did "
            f"not run."
        )

    def output_value(self, output_name: str = "result") -> Any:
        """Return the value of an output of the job or graph.

        Raises:
            DagsterInvariantViolationError: if it has no such output.
        """
        if output_name not in self._outputs:
            raise DagsterInvariantViolationError(
                f"Job '{self.job_def.name}' has no output '{output_name}'.{did_you_mean(output_name, self._outputs)}"
            )
        return self.output_for_node(*self._outputs[output_name])

    def asset_value(self, asset_key: Any) -> Any:
        """Return the value of an asset that the run made.

        Raises:
            DagsterInvariantViolationError: if the run did not make it.
        """
        key = AssetKey.from_coercible_or_definition(asset_key)
        where = self._assets.get(key)
        if where is None or (*where, None) not in self._captured:
            raise DagsterInvariantViolationError(
                f"Run {self.run_id} did not make asset '{key.to_user_string()}'."
            )
        return self._captured[(*where, None)]
