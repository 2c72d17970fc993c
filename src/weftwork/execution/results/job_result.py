"""What execute_job gives back: events, and inside ``with`` the values that the IO managers stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.output_context import OutputContext
from weftwork.execution.results.result import ExecutionResult
from weftwork.execution.results.stored_step import StoredStep
from weftwork.execution.run_scope import PLANNED_EVENTS, RunScope
from weftwork.execution.steps.scope import StepScope
from weftwork.planning.step_keys import parse_instance_key
from weftwork.records.event_data import StepOutputData
from weftwork.records.events import DagsterEvent
from weftwork.records.runs import DagsterRun


class JobExecutionResult(ExecutionResult):
    """The result of ``execute_job``; a context manager, inside which outputs can be loaded.

    Args:
        job_def: the job.
        dagster_run: the run as it ended.
        scope: the run.
    """

    def __init__(self, job_def: Any, dagster_run: DagsterRun, scope: RunScope) -> None:
        super().__init__(job_def, dagster_run, scope.events, scope.plan, scope.planned)
        self._ended = scope
        self._scope: RunScope | None = None

    def _load_events(self) -> list[DagsterEvent]:
        """Read the events of a run that had too many to keep."""
        events = (entry.dagster_event for entry in self._ended.instance.all_logs(self.run_id))
        return [
            event for event in events if event is not None and event.event_type_value not in PLANNED_EVENTS
        ]

    def __enter__(self) -> JobExecutionResult:
        self._scope = self._ended.reopen()
        return self

    def __exit__(self, *_exception: object) -> None:
        scope, self._scope = self._scope, None
        if scope is not None:
            errors = scope.session.close()
            if errors and _exception[0] is None:
                raise errors[0]

    def output_for_node(self, node_str: str, output_name: str = "result") -> Any:
        """Return the value of an output of a node as its IO manager loads it; arguments as in the base class.

        Raises:
            DagsterInvariantViolationError: if it is asked for outside ``with``, or was not given.
        """
        self._get_scope()
        return super().output_for_node(node_str, output_name)

    def output_value(self, output_name: str = "result") -> Any:
        """Return the value of an output of the job as its IO manager loads it.

        Raises:
            DagsterInvariantViolationError: if it is asked for outside ``with``, or there is none.
        """
        self._get_scope()
        return super().output_value(output_name)

    def _get_scope(self) -> RunScope:
        if self._scope is None:
            raise DagsterInvariantViolationError(
                "Outputs are loaded with the resources of the run, which are open inside `with execute_job(...) as result:` only."
            )
        return self._scope

    def _list_values(self, step_key: str, output: str) -> Iterator[tuple[str, str | None, Any]]:
        scope = self._get_scope()
        given: dict[tuple[str, str | None], None] = {}
        for event in self.all_events:
            data = event.event_specific_data
            key = event.step_key
            if key is None or not isinstance(data, StepOutputData) or data.output_name != output:
                continue
            if parse_instance_key(key)[0] == step_key:
                given[key, data.mapping_key] = None
        for key, item in given:
            yield key, item, _load(scope, key, output, item)


def _load(run: RunScope, key: str, output_name: str, item: str | None) -> Any:
    upstream = run.runtime(run.plan.get_step(key).index)
    output = upstream.outputs[output_name]
    if output.is_nothing:
        return None
    manager_key = output.io_manager_key
    manager = upstream.io_manager(run, manager_key)  # opened by the first who asks, with what it requires
    config, resources = run.manager_view(manager_key)
    view = StepScope(run, upstream, key, parse_instance_key(key)[1])
    origin = OutputContext(
        view, output.name, output.definition, output.asset_key, item, output.asset_spec, config, resources,
        step_key=key, run_id=run.run_id, op_def=upstream.op_def,
    )  # fmt: skip
    context = InputContext(
        StoredStep(view, output_name), None, None, origin, output.asset_key, config, resources,
        dagster_type=output.type, op_def=upstream.op_def, instance=run.instance, definition_metadata={},
    )  # fmt: skip
    return manager.load_input(context)
