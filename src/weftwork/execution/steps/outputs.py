"""Takes the outputs of a step: checked, stored by their IO managers, recorded as events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import (
    DagsterAssetCheckFailedError,
    DagsterExecutionHandleOutputError,
    DagsterInvariantViolationError,
    DagsterTypeCheckDidNotPass,
)
from weftwork.definitions.events import NO_VALUE, AssetCheckResult
from weftwork.definitions.io.output_context import OutputContext
from weftwork.execution.step_runtime import OutputRuntime
from weftwork.execution.steps.scope import StepScope
from weftwork.execution.steps.type_checks import check_value
from weftwork.execution.versions.version_tags import build_version_tags
from weftwork.records.asset_events import (
    AssetCheckEvaluation,
    AssetCheckEvaluationTargetMaterializationData,
    AssetCheckSeverity,
    AssetMaterialization,
    AssetObservation,
)
from weftwork.records.data_version import DataVersion
from weftwork.records.event_data import (
    HandledOutputData,
    OutputSeal,
    StepMaterializationData,
    StepOutputData,
    StepOutputHandle,
)
from weftwork.records.metadata import Metadata, normalize_metadata
from weftwork.records.tags import MULTIDIMENSIONAL_PARTITION_PREFIX

NO_METADATA: Metadata = {}


def take_output(
    scope: StepScope,
    output: OutputRuntime,
    value: Any,
    metadata: Metadata = NO_METADATA,
    mapping_key: str | None = None,
    data_version: DataVersion | None = None,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Take one value of an output: check its type, store it, record what happened.

    Args:
        scope: the step.
        output: the output.
        value: the value; ``NO_VALUE`` for an asset that the function stored itself.
        metadata: metadata of the value.
        mapping_key: the key of the item, for a dynamic output.
        data_version: the version of the data that the user gave.
        tags: tags of the materialization that the user gave.

    Raises:
        DagsterInvariantViolationError: if the output was given before, or is not asked for.
        DagsterTypeCheckDidNotPass: if the value is not of its declared type.
        DagsterExecutionHandleOutputError: if the IO manager raises.
    """
    name = output.name
    if not output.selected and output.asset_key is None and output.check_key is None:
        return  # a value inside of a graph-backed asset that nothing in this run takes
    _check_given_once(scope, output, mapping_key)
    context = scope.context
    if context is not None and context.has_output_metadata:
        metadata = context.merge_output_metadata(name, mapping_key, metadata)
        data_version = data_version or context.data_version_for(output.asset_key)
    if output.skips_check or value is NO_VALUE:
        checked = output.passed
    else:
        checked = check_value(scope, output.type, name, value)
    scope.emit(
        "STEP_OUTPUT", StepOutputData(StepOutputHandle(scope.key, name, mapping_key), checked, None, metadata)
    )
    if not checked.success:
        raise DagsterTypeCheckDidNotPass(
            f"Output '{name}' of step '{scope.key}' must be of type {output.type.display_name}, and is not: "
            f"{checked.description or repr(value)[:200]}",
            metadata=checked.metadata, dagster_type=output.type,
        )  # fmt: skip
    handled = _store(scope, output, value, metadata, mapping_key)
    stored = handled.metadata if handled is not None else None
    if output.asset_key is not None and not scope.runtime.plan.observes:
        _record_materialization(
            scope, output, {**metadata, **stored} if stored else metadata, data_version, tags
        )
    if handled is not None:
        scope.emit("HANDLED_OUTPUT", handled)
    _keep(scope, output, value, mapping_key, metadata)
    if mapping_key is not None:
        if scope.on_item is None:
            scope.items.append((name, mapping_key))
        else:
            scope.on_item(name, mapping_key)
    elif scope.on_output is not None and handled is not None:
        scope.on_output(name)


def _check_given_once(scope: StepScope, output: OutputRuntime, mapping_key: str | None) -> None:
    name = output.name
    if not output.selected:
        raise DagsterInvariantViolationError(
            f"Step '{scope.key}' gave output '{name}', which this run does not ask for. Look at "
            f"context.selected_output_names (or selected_asset_keys) before giving it."
        )
    if output.is_dynamic:
        if mapping_key is None:
            raise DagsterInvariantViolationError(
                f"Output '{name}' of step '{scope.key}' is dynamic: it takes DynamicOutput, not a plain Output or value."
            )
        seen = scope.seen_keys = scope.seen_keys if scope.seen_keys is not None else set()
        if (name, mapping_key) in seen:
            raise DagsterInvariantViolationError(
                f"Output '{name}' of step '{scope.key}' was given mapping key '{mapping_key}' twice; keys must differ."
            )
        seen.add((name, mapping_key))
    elif mapping_key is not None:
        raise DagsterInvariantViolationError(
            f"Output '{name}' of step '{scope.key}' is not dynamic, so it takes no DynamicOutput: declare it with DynamicOut."
        )
    elif name in scope.produced:
        raise DagsterInvariantViolationError(
            f"Step '{scope.key}' gave output '{name}' twice; each is given once."
        )
    scope.note_given(name)


def _keep(
    scope: StepScope, output: OutputRuntime, value: Any, mapping_key: str | None, metadata: Metadata
) -> None:
    captured = scope.run.captured
    kept = None if value is NO_VALUE else value
    if captured is not None:
        captured[scope.key, output.name, mapping_key] = kept
    if scope.values is not None and scope.metadata is not None:
        if mapping_key is None:
            scope.values[output.name] = kept
            scope.metadata[output.name] = metadata
        else:
            scope.values.setdefault(output.name, {})[mapping_key] = kept
            scope.metadata.setdefault(output.name, {})[mapping_key] = metadata


def _store(
    scope: StepScope, output: OutputRuntime, value: Any, metadata: Metadata, mapping_key: str | None
) -> HandledOutputData | None:
    """Hand a value to its IO manager; return what it recorded, or None if there is nothing to store."""
    if value is NO_VALUE or output.is_nothing or output.check_key is not None:
        return None
    run = scope.run
    key = output.io_manager_key
    manager = scope.runtime.io_manager(run, key)
    outputs_config = scope.runtime.config_entry.outputs
    config, resources = run.manager_view(key)
    context = OutputContext(
        scope, output.name, output.definition, output.asset_key, mapping_key, output.asset_spec, config,
        resources, outputs_config.get(output.name) if outputs_config else None,
        _definition_metadata(output), metadata,
    )  # fmt: skip
    try:
        returned = manager.handle_output(context, value)
        recorded = _drain(scope, context, returned) if returned is not None else NO_METADATA
    except Exception as error:  # user code
        raise DagsterExecutionHandleOutputError(
            f"'{key}' failed to store output '{output.name}' of step '{scope.key}': {type(error).__name__}: {error}",
            user_exception=error, step_key=scope.key, output_name=output.name,
        ) from error  # fmt: skip
    for event in context.consume_events():
        scope.emit_user_event(event)
    logged = context.consume_logged_metadata()
    seal = context.seal
    return HandledOutputData(
        output.name, key, {**logged, **recorded} if recorded else logged,
        OutputSeal(path=seal.path, size_bytes=seal.size_bytes, sha256=seal.sha256) if seal is not None else None,
    )  # fmt: skip


def _definition_metadata(output: OutputRuntime) -> Any:
    spec = output.asset_spec
    if spec is None:
        return None
    return {**output.definition.metadata, **spec.metadata} if output.definition.metadata else spec.metadata


def _drain(scope: StepScope, context: OutputContext, returned: Any) -> Metadata:
    if isinstance(returned, Mapping):
        return normalize_metadata(returned)
    if not hasattr(returned, "__next__"):
        raise DagsterInvariantViolationError(
            f"handle_output must return nothing, metadata, or be a generator of events and metadata; it returned {returned!r:.100}."
        )
    found: Metadata = {}
    for event in returned:
        if isinstance(event, Mapping):
            found.update(normalize_metadata(event))
        elif isinstance(event, (AssetMaterialization, AssetObservation)):
            scope.emit_user_event(event)
        else:
            raise DagsterInvariantViolationError(
                f"handle_output yielded {event!r:.100}; expected AssetMaterialization, AssetObservation or metadata."
            )
    return found


def _record_materialization(
    scope: StepScope,
    output: OutputRuntime,
    metadata: Metadata,
    data_version: DataVersion | None,
    tags: Mapping[str, str] | None,
) -> None:
    run = scope.run
    key = output.asset_key
    assert key is not None
    version_tags, version = build_version_tags(
        run, key, output.asset_spec, data_version, scope.runtime.plan.path[0]
    )
    if tags:
        version_tags = {**tags, **version_tags}
    with run.lock:  # the version is that of the event before it
        for partition in list_output_partitions(scope, output):
            extra = scope.context.asset_metadata_for(key, partition) if scope.context is not None else None
            parts = getattr(partition, "keys_by_dimension", None)
            dimensions = (
                {f"{MULTIDIMENSIONAL_PARTITION_PREFIX}{name}": part for name, part in parts.items()}
                if parts
                else {}
            )
            scope.emit(
                "ASSET_MATERIALIZATION",
                StepMaterializationData(
                    AssetMaterialization(
                        key,
                        None,
                        {**metadata, **extra} if extra else metadata,
                        partition,
                        {**version_tags, **dimensions} if dimensions else version_tags,
                    )
                ),
            )
        run.note_version(key, version)


def list_output_partitions(scope: StepScope, output: OutputRuntime) -> Any:
    """Return the partitions of an asset that the run is for; a single None where that is the whole asset."""
    partitions = scope.run.partitions
    if output.partitions_def is None or not partitions.is_partitioned:
        return (None,)
    return partitions.list_keys(output.partitions_def)


def take_check(scope: StepScope, output: OutputRuntime, result: AssetCheckResult) -> AssetCheckEvaluation:
    """Take the result of an asset check: its output and its evaluation.

    Returns:
        The evaluation; a failed blocking one must fail the step, see ``raise_if_blocking``.
    """
    check = output.check_key
    assert check is not None
    if output.name not in scope.produced:
        _check_given_once(scope, output, None)
        scope.emit("STEP_OUTPUT", StepOutputData(StepOutputHandle(scope.key, output.name), output.passed))
    evaluation = AssetCheckEvaluation(
        asset_key=check.asset_key, check_name=check.name, passed=result.passed, metadata=result.metadata,
        target_materialization_data=_find_target(scope, check.asset_key), severity=result.severity,
        description=result.description, blocking=bool(output.check_spec and output.check_spec.blocking),
        partition=_check_partition(scope, check.asset_key),
    )  # fmt: skip
    scope.emit("ASSET_CHECK_EVALUATION", evaluation)
    if scope.run.captured is not None:
        scope.run.captured.setdefault((scope.key, output.name, None), None)
    return evaluation


def raise_if_blocking(evaluation: AssetCheckEvaluation) -> None:
    """Fail the step if a blocking check of severity ERROR did not pass.

    Raises:
        DagsterAssetCheckFailedError: if it did not.
    """
    if evaluation.blocking and not evaluation.passed and evaluation.severity is AssetCheckSeverity.ERROR:
        raise DagsterAssetCheckFailedError(
            f"Blocking check '{evaluation.check_name}' of '{evaluation.asset_key.to_user_string()}' did not pass"
            f"{': ' + evaluation.description if evaluation.description else ''}. Nothing downstream of the asset runs."
        )


def _check_partition(scope: StepScope, key: Any) -> str | None:
    layer = scope.run.job.asset_layer
    partitions = scope.run.partitions
    if partitions.key_text is None or layer is None or layer.partitions_def(key) is None:
        return None
    return partitions.key_text


def _find_target(scope: StepScope, key: Any) -> AssetCheckEvaluationTargetMaterializationData | None:
    scope.run.flush()
    target: AssetCheckEvaluationTargetMaterializationData | None = scope.run.find_materialization(key)
    return target
