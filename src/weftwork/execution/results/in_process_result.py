"""What a run in this process gives back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.execution.results.result import ExecutionResult
from weftwork.planning.plan import Plan
from weftwork.planning.step_keys import parse_instance_key
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun


class ExecuteInProcessResult(ExecutionResult):
    """The result of ``execute_in_process``, ``materialize`` and ``materialize_to_memory``.

    Args:
        job_def: the job.
        dagster_run: the run as it ended.
        events: its events in order.
        captured: the values of outputs: (step key, output, mapping key) to value.
        plan: the plan of the job.
        resource_defs: the resources with which it ran, where they are not those of the job.
        planned: the events of what it meant to make, which come before it starts.
    """

    def __init__(
        self,
        job_def: Any,
        dagster_run: DagsterRun,
        events: Sequence[DagsterEvent],
        captured: Mapping[tuple[str, str, str | None], Any],
        plan: Plan,
        resource_defs: Mapping[str, Any] | None = None,
        planned: Sequence[DagsterEvent] = (),
    ) -> None:
        super().__init__(job_def, dagster_run, events, plan, planned)
        self._captured = captured
        self._resource_defs = resource_defs
        self._ran: Any = None

    @property
    def job_def(self) -> Any:
        """The job, with the resources with which it ran."""
        if self._ran is None:
            used = self._resource_defs
            changed = used is not None and used != self._job.resource_defs
            self._ran = self._job.with_top_level_resources(used) if changed else self._job
        return self._ran

    def _list_values(self, step_key: str, output: str) -> Iterator[tuple[str, str | None, Any]]:
        if (step_key, output, None) in self._captured:
            yield step_key, None, self._captured[step_key, output, None]
            return
        for (key, name, item), value in self._captured.items():
            if name == output and parse_instance_key(key)[0] == step_key:
                yield key, item, value

    def asset_value(self, asset_key: Any) -> Any:
        """Return the value of an asset that the run made.

        Raises:
            DagsterInvariantViolationError: if the run did not make it.
        """
        key = AssetKey.from_coercible_or_definition(asset_key)
        for step in self._plan.steps:
            for output in step.outputs:
                if output.asset_key == key and (step.key, output.name, None) in self._captured:
                    return self._captured[step.key, output.name, None]
        raise DagsterInvariantViolationError(
            f"Run {self.run_id} did not make asset '{key.to_user_string()}'."
        )
