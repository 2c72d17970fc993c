"""Loads the inputs of a step: from upstream outputs, assets, config, defaults or given values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.base.errors import (
    DagsterExecutionLoadInputError,
    DagsterInvariantViolationError,
    DagsterStepOutputNotFoundError,
    DagsterTypeCheckDidNotPass,
    DagsterTypeLoadingError,
)
from weftwork.definitions.io.input_context import InputContext
from weftwork.definitions.io.missing import allows_missing, explain_waiting
from weftwork.definitions.io.output_context import OutputContext
from weftwork.definitions.types.dagster_type import DagsterType
from weftwork.definitions.types.loader import DagsterTypeLoaderContext
from weftwork.execution.run_scope import RunScope
from weftwork.execution.run_state import RunState
from weftwork.execution.step_runtime import InputRuntime, StepRuntime
from weftwork.execution.steps.scope import StepScope
from weftwork.execution.steps.type_checks import check_value
from weftwork.planning.plan import PlanSource
from weftwork.planning.step_keys import Keys, instance_key
from weftwork.records.event_data import LoadedInputData, StepInputData
from weftwork.records.keys import AssetKey

_MISSING = object()


def load_inputs(scope: StepScope, state: RunState) -> dict[str, Any]:
    """Return the values of the step's inputs by name; inputs of type Nothing have none.

    Args:
        scope: the step.
        state: the state of the run, which knows the items of dynamic outputs.

    Raises:
        DagsterExecutionLoadInputError: if an IO manager raises.
        DagsterTypeCheckDidNotPass: if a value is not of its declared type.
    """
    taken = [taken for taken in scope.runtime.inputs if not taken.type.is_nothing]
    values = {plan_input.name: _load(scope, plan_input, state) for plan_input in taken}
    for plan_input in taken:
        if plan_input.skips_check:
            scope.emit("STEP_INPUT", StepInputData(plan_input.name, plan_input.passed))
        else:
            _check(scope, plan_input, values[plan_input.name])
    return values


def _check(scope: StepScope, plan_input: InputRuntime, value: Any) -> None:
    checked = check_value(scope, plan_input.type, plan_input.name, value)
    scope.emit("STEP_INPUT", StepInputData(plan_input.name, checked))
    if not checked.success:
        raise DagsterTypeCheckDidNotPass(
            f"Input '{plan_input.name}' of step '{scope.key}' must be of type {plan_input.type.display_name}, and is "
            f"not: {checked.description or repr(value)[:200]}",
            metadata=checked.metadata, dagster_type=plan_input.type,
        )  # fmt: skip


def _load(scope: StepScope, plan_input: InputRuntime, state: RunState) -> Any:
    sources = plan_input.plan.sources
    if plan_input.plan.places is not None:
        return _load_places(scope, plan_input, plan_input.plan.places, state)
    if sources:
        if not plan_input.fan_in:
            if scope.runtime.plan.run_when != "all_ok" and _is_absent(scope, sources[0]):
                return (
                    plan_input.definition.default_value if plan_input.definition.has_default_value else None
                )
            return _load_source(scope, plan_input, sources[0])
        return _load_many(scope, plan_input, state, sources)
    if plan_input.graph_input is not None and plan_input.graph_input in scope.run.input_values:
        return scope.run.input_values[plan_input.graph_input]
    given = _find_config(scope, plan_input)
    if given is not _MISSING:
        return _load_config(scope, plan_input.name, plan_input.type, given)
    declared = scope.run.job.input_assets.get((scope.runtime.plan.path, plan_input.name))
    if declared is not None:
        return _load_declared(scope, plan_input, declared.key, declared.spec, declared.io_manager_key)
    if plan_input.asset_key is not None and scope.run.job.asset_layer is not None:
        return _load_asset(scope, plan_input)
    if plan_input.manager_key is not None:
        return _load_with(scope, plan_input, plan_input.manager_key, None)
    if plan_input.definition.has_default_value:
        return plan_input.definition.default_value
    if plan_input.asset_key is not None:
        return _load_with(scope, plan_input, "io_manager", None)
    raise DagsterInvariantViolationError(
        f"Input '{plan_input.name}' of step '{scope.key}' has no value: nothing is connected to it, and neither config, "
        f"a default nor input_values give one."
    )


def _find_config(scope: StepScope, plan_input: InputRuntime) -> Any:
    given = scope.runtime.config_entry.inputs
    if plan_input.name in given and plan_input.manager_key is None:
        return given[plan_input.name]
    if plan_input.graph_input is not None and plan_input.graph_input in scope.run.config.inputs:
        return scope.run.config.inputs[plan_input.graph_input]
    return _MISSING


def _load_config(scope: StepScope, name: str, dagster_type: DagsterType, given: Any) -> Any:
    loader = dagster_type.loader
    if loader is None:
        raise DagsterInvariantViolationError(
            f"Input '{name}' of step '{scope.key}' cannot be given by config: type {dagster_type.display_name} has no loader."
        )
    try:
        return loader.construct_from_config_value(DagsterTypeLoaderContext(scope), given)
    except Exception as error:  # user code
        raise DagsterTypeLoadingError(
            f"The loader of type {dagster_type.display_name} failed for input '{name}' of step "
            f"'{scope.key}': {type(error).__name__}: {error}",
            user_exception=error,
        ) from error


def _load_places(
    scope: StepScope, plan_input: InputRuntime, places: Sequence[int | str], state: RunState
) -> list[Any]:
    """Load a list of which some items are inputs of the job."""
    values: list[Any] = []
    for place in places:
        if isinstance(place, int):
            values.extend(_load_many(scope, plan_input, state, plan_input.plan.sources[place : place + 1]))
        elif place in scope.run.input_values:
            values.append(scope.run.input_values[place])
        elif place in scope.run.config.inputs:
            item = (
                plan_input.type.get_inner_type_for_fan_in()
                if plan_input.type.supports_fan_in
                else plan_input.type
            )
            values.append(_load_config(scope, plan_input.name, item, scope.run.config.inputs[place]))
        else:
            raise DagsterInvariantViolationError(
                f"Input '{plan_input.name}' of step '{scope.key}' is a list of which one item is the input '{place}' of the "
                f"job, which neither config nor input_values give."
            )
    return values


def _load_many(
    scope: StepScope, plan_input: InputRuntime, state: RunState, sources: Sequence[PlanSource]
) -> list[Any]:
    values = []
    for source in sources:
        if source.collects is None:
            if _is_there(scope, source, _project(scope, source)):
                values.append(_load_source(scope, plan_input, source))
            continue
        own = scope.runtime.plan.axes
        shared = [axis for axis in scope.run.plan.steps[source.step].axes if axis != source.collects]
        where = tuple(scope.keys[scope.run.plan.position(own, axis)] for axis in shared)
        generator = scope.run.plan.axes[source.collects].step == source.step
        for keys in state.collected_keys(source, where):
            producer_keys, item = (keys[:-1], keys[-1]) if generator else (keys, None)
            if _is_there(scope, source, producer_keys):
                values.append(_load_output(scope, plan_input, source, producer_keys, item))
    return values


def _is_there(scope: StepScope, source: PlanSource, keys: Keys) -> bool:
    """Return whether an instance gave the output, in this run or in one that it repeats."""
    run = scope.run
    step = run.plan.steps[source.step]
    if (instance_key(step.key, keys), source.output) in run.absent:
        return False
    return run.find_source_run(step, keys, source.output) is not None


def _is_absent(scope: StepScope, source: PlanSource) -> bool:
    """Return whether a source was skipped, failed, or ended without its output."""
    producer = instance_key(scope.run.plan.steps[source.step].key, _project(scope, source))
    return (producer, source.output) in scope.run.absent


def _project(scope: StepScope, source: PlanSource) -> Keys:
    """Return the keys of the instance of the source that this step takes."""
    axes = scope.run.plan.steps[source.step].axes
    own = scope.runtime.plan.axes
    if axes == own:
        return scope.keys
    return tuple(scope.keys[scope.run.plan.position(own, axis)] for axis in axes)


def _load_source(scope: StepScope, plan_input: InputRuntime, source: PlanSource) -> Any:
    item = (
        scope.keys[scope.run.plan.position(scope.runtime.plan.axes, source.item_axis)]
        if source.item_axis is not None
        else None
    )
    return _load_output(scope, plan_input, source, _project(scope, source), item)


def _load_output(
    scope: StepScope, plan_input: InputRuntime, source: PlanSource, keys: Keys, item: str | None
) -> Any:
    run = scope.run
    upstream = run.runtime(source.step)
    output = upstream.outputs[source.output]
    if upstream.plan.observes and plan_input.asset_key is not None:
        return _load_asset(scope, plan_input)  # an observation stores nothing
    if output.is_nothing and not output.asset_key:
        return None
    run_id = run.find_source_run(upstream.plan, keys, output.name)
    if run_id is None:
        raise DagsterStepOutputNotFoundError(
            f"Input '{plan_input.name}' of step '{scope.key}' takes output '{output.name}' of step "
            f"'{instance_key(upstream.plan.key, keys)}', which no earlier run made. Select that step too.",
            step_key=instance_key(upstream.plan.key, keys), output_name=output.name,
        )  # fmt: skip
    view = (
        StepScope(run, upstream, instance_key(upstream.plan.key, keys), keys)
        if keys
        else _plain_view(run, upstream)
    )
    config, resources = run.manager_view(output.io_manager_key)
    origin = OutputContext(
        view, output.name, output.definition, output.asset_key, item, output.asset_spec,
        config, resources,
        (upstream.config_entry.outputs or {}).get(output.name), step_key=view.key, run_id=run_id, op_def=upstream.op_def,
    )  # fmt: skip
    key = plan_input.asset_key or output.asset_key
    return _load_with(scope, plan_input, plan_input.manager_key or output.io_manager_key, origin, key)


def _plain_view(run: RunScope, upstream: StepRuntime) -> StepScope:
    """Return a step without mapping keys as those see it who load its outputs; many may load them."""
    view: StepScope | None = upstream.view
    if view is None:
        view = upstream.view = StepScope(run, upstream, upstream.plan.key)
    return view


def _load_asset(scope: StepScope, plan_input: InputRuntime) -> Any:
    """Load an asset that this run does not make, through the manager of the input or its own IO manager."""
    key = plan_input.asset_key
    assert key is not None
    layer = scope.run.job.asset_layer
    return _load_declared(scope, plan_input, key, layer.spec(key), layer.io_manager_key(key))


def _load_declared(
    scope: StepScope, plan_input: InputRuntime, key: AssetKey, spec: Any, manager_key: str
) -> Any:
    config, resources = scope.run.manager_view(manager_key)
    origin = OutputContext(
        None, key.path[-1], None, key, asset_spec=spec, definition_metadata=spec.metadata if spec is not None else None,
        resource_config=config, resources=resources,
        run_id=scope.run.run_id,
    )  # fmt: skip
    return _load_with(scope, plan_input, plan_input.manager_key or manager_key, origin, key)


def _load_with(
    scope: StepScope, plan_input: InputRuntime, manager_key: str, origin: OutputContext | None,
    asset_key: AssetKey | None = None,
) -> Any:  # fmt: skip
    run = scope.run
    manager = scope.runtime.io_manager(run, manager_key)
    manager_config, resources = run.manager_view(manager_key)
    config = (
        scope.runtime.config_entry.inputs.get(plan_input.name) if plan_input.manager_key is not None else None
    )
    context = InputContext(
        scope, plan_input.name, plan_input.definition, origin, asset_key or plan_input.asset_key,
        manager_config, resources, config,
    )  # fmt: skip
    try:
        value = manager.load_input(context)
    except Exception as error:  # user code
        is_missing = isinstance(error, FileNotFoundError)
        if is_missing and allows_missing(context.definition_metadata):
            return None
        hint = explain_waiting(context.definition_metadata) if is_missing else ""
        raise DagsterExecutionLoadInputError(
            f"'{manager_key}' failed to load input '{plan_input.name}' of step '{scope.key}': {type(error).__name__}: {error}{hint}",
            user_exception=error, step_key=scope.key, input_name=plan_input.name,
        ) from error  # fmt: skip
    for observation in context.consume_events():
        scope.emit_user_event(observation)
    upstream_name = origin._name if origin is not None else None
    scope.emit(
        "LOADED_INPUT",
        LoadedInputData(
            plan_input.name,
            manager_key,
            upstream_name,
            origin._step_key if origin is not None else None,
            context.consume_logged_metadata(),
        ),
    )
    return value
