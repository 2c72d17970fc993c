"""``@asset_check`` and ``@multi_asset_check``: functions that check assets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import timedelta
from typing import Any

from weftwork.base.arguments import check_callable
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.base.source import describe_function
from weftwork.base.text import quote_names
from weftwork.definitions.assets.decorators.function_inputs import FunctionInputs, check_ins
from weftwork.definitions.assets.decorators.function_op import join_op_tags, join_resource_keys
from weftwork.definitions.assets.node_assets import index_checks
from weftwork.definitions.assets.specs.asset_dep import AssetDep, coerce_deps
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition
from weftwork.definitions.nodes.outputs import DEFAULT_OUTPUT, Out
from weftwork.definitions.ops.compute import ComputeFunction
from weftwork.definitions.ops.decorator import get_function_name
from weftwork.definitions.ops.op_definition import OpDefinition
from weftwork.records.keys import AssetKey
from weftwork.records.retry import RetryPolicy


def asset_check(
    *,
    asset: Any,
    name: str | None = None,
    description: str | None = None,
    blocking: bool = False,
    additional_ins: Mapping[str, AssetIn] | None = None,
    additional_deps: Iterable[Any] | None = None,
    required_resource_keys: set[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    config_schema: Any = None,
    compute_kind: str | None = None,
    op_tags: Mapping[str, Any] | None = None,
    retry_policy: RetryPolicy | None = None,
    metadata: Mapping[str, Any] | None = None,
    automation_condition: Any = None,
    pool: str | None = None,
    partitions_def: Any = None,
    timeout: float | timedelta | None = None,
    run_when: str = "all_ok",
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Make a function a check of an asset: it returns ``AssetCheckResult``.

    The first parameter that is no context, config or resource takes the value of the asset; without one the check
    only runs after it.

    Args:
        asset: the asset that is checked.
        name: the name of the check (default: that of the function).
        description: text for people (default: the docstring).
        blocking: whether what is downstream of the asset waits for the check, and does not run if it fails.
        additional_ins: further parameters and the assets that they are.
        additional_deps: further assets that the check runs after.
        required_resource_keys: the resources that ``context.resources`` gives.
        resource_defs: resources that belong to it.
        config_schema: the schema of its config.
        compute_kind: the technology it uses.
        op_tags: tags of the op.
        retry_policy: when and how often it is tried again.
        metadata: name to value.
        automation_condition: when it should be evaluated.
        pool: the pool that limits how many of its kind run at once.
        timeout: seconds, or a timedelta, after which an attempt is stopped and has failed (default: never).
        run_when: when it runs: "all_ok" after success of what it waits for, "all_done" after the end of it, "any_failed"
            only if some of it failed, "always" even in a run that is canceled.
        partitions_def: the partitions it has; those of the asset.

    Raises:
        DagsterInvalidDefinitionError: if a name or a parameter cannot be used.

    Example:
        >>> @asset_check(asset="orders", blocking=True)
        ... def no_negative_amounts(orders):
        ...     return AssetCheckResult(passed=bool((orders.amount >= 0).all()))
    """

    def decorate(fn: Callable[..., Any]) -> AssetChecksDefinition:
        check_name = name or get_function_name(check_callable(fn, "fn"), "asset_check")
        key = AssetKey.from_coercible_or_definition(asset)
        compute = ComputeFunction(fn)
        declared = check_ins(compute, additional_ins) if additional_ins else {}
        deps = [asset_in.to_dep(asset_in.resolve_key(parameter)) for parameter, asset_in in declared.items()]
        if any(dep.asset_key == key for dep in (*deps, *coerce_deps(additional_deps))):
            raise DagsterInvalidDefinitionError(
                f"Check '{check_name}' names its asset '{key.to_user_string()}' again in additional_ins or additional_deps. "
                f"It depends on it anyway: leave it out there."
            )
        spec = AssetCheckSpec(
            check_name, asset=key, description=description or _docstring(fn), blocking=blocking, metadata=metadata,
            additional_deps=[*deps, *coerce_deps(additional_deps)], automation_condition=automation_condition,
            partitions_def=partitions_def,
        )  # fmt: skip
        inputs = _read_inputs(compute, key, declared, spec)
        op = OpDefinition(
            compute, spec.get_python_identifier(), inputs.ins, {DEFAULT_OUTPUT: Out(Any)}, spec.description,
            config_schema, join_resource_keys(compute, required_resource_keys, resource_defs),
            join_op_tags(op_tags, compute_kind), None, retry_policy, None, pool, timeout, run_when,
        )  # fmt: skip
        return AssetChecksDefinition.create(
            keys_by_input_name=inputs.keys, node_def=op, check_specs_by_output_name={DEFAULT_OUTPUT: spec},
            can_subset=False, resource_defs=resource_defs,
        )  # fmt: skip

    return decorate


def _docstring(fn: Any) -> str | None:
    text = getattr(fn, "__doc__", None)
    if not text:
        return None
    from inspect import cleandoc  # only where there is a docstring

    return cleandoc(text)


def _read_inputs(
    compute: ComputeFunction, key: AssetKey, declared: Mapping[str, AssetIn], spec: AssetCheckSpec
) -> FunctionInputs:
    """Return the inputs of a check: the asset as a value or only awaited, and what it depends on besides."""
    own = [name for name in compute.input_params if name not in declared]
    if len(own) > 1:
        raise DagsterInvalidDefinitionError(
            f"The check {describe_function(compute.fn)} takes {quote_names(own)}, but only one parameter can be the asset "
            f"that is checked. Declare the others in additional_ins."
        )
    inputs = FunctionInputs()
    if own:
        inputs.add_value(own[0], AssetIn(key))
    else:
        inputs.add_nothing(key.to_python_identifier(), key)
    for name, asset_in in declared.items():
        inputs.add_value(name, asset_in)
    inputs.deps = [AssetDep(known) for known in inputs.keys.values()]
    for dep in spec.additional_deps:
        inputs.add_dependency(dep)
    return inputs


def multi_asset_check(
    *,
    name: str | None = None,
    specs: Sequence[AssetCheckSpec],
    description: str | None = None,
    can_subset: bool = False,
    compute_kind: str | None = None,
    op_tags: Mapping[str, Any] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    required_resource_keys: set[str] | None = None,
    retry_policy: RetryPolicy | None = None,
    config_schema: Any = None,
    ins: Mapping[str, Any] | None = None,
    pool: str | None = None,
    timeout: float | timedelta | None = None,
    run_when: str = "all_ok",
) -> Callable[[Callable[..., Any]], AssetChecksDefinition]:
    """Make a function several checks: it yields ``AssetCheckResult`` for each.

    Args:
        name: the name of the op (default: that of the function).
        specs: the checks.
        description: text for people.
        can_subset: whether a run may evaluate only some of them.
        compute_kind: the technology it uses.
        op_tags: tags of the op.
        resource_defs: resources that belong to it.
        required_resource_keys: the resources that ``context.resources`` gives.
        retry_policy: when and how often it is tried again.
        config_schema: the schema of its config.
        ins: parameter to AssetIn, or to the key, of the assets whose values it takes.
        pool: the pool that limits how many of its kind run at once.
        timeout: seconds, or a timedelta, after which an attempt is stopped and has failed (default: never).
        run_when: when it runs: "all_ok" after success of what it waits for, "all_done" after the end of it, "any_failed"
            only if some of it failed, "always" even in a run that is canceled.

    Raises:
        DagsterInvalidDefinitionError: if a name or a parameter cannot be used.
    """
    for spec in specs:
        if not isinstance(spec, AssetCheckSpec):
            raise CheckError(f"An entry of 'specs' must be an AssetCheckSpec, not {spec!r:.200}.")

    def decorate(fn: Callable[..., Any]) -> AssetChecksDefinition:
        op_name = name or get_function_name(check_callable(fn, "fn"), "multi_asset_check")
        compute = ComputeFunction(fn)
        checks = index_checks(specs)
        inputs = FunctionInputs()
        declared = check_ins(compute, ins) if ins else {}
        for parameter in [*compute.input_params, *(n for n in declared if n not in compute.input_params)]:
            inputs.add_value(parameter, declared.get(parameter))
        _refuse_strangers(inputs, checks.values(), fn)
        for spec in checks.values():
            inputs.add_dependency(AssetDep(spec.asset_key))
            for dep in spec.additional_deps:
                inputs.add_dependency(dep)
        outs = {output: Out(Any, is_required=not can_subset) for output in checks}
        op = OpDefinition(
            compute, op_name, inputs.ins, outs, description, config_schema,
            join_resource_keys(compute, required_resource_keys, resource_defs), join_op_tags(op_tags, compute_kind),
            None, retry_policy, None, pool, timeout, run_when,
        )  # fmt: skip
        return AssetChecksDefinition.create(
            keys_by_input_name=inputs.keys, node_def=op, check_specs_by_output_name=checks, can_subset=can_subset,
            resource_defs=resource_defs,
        )  # fmt: skip

    return decorate


def _refuse_strangers(inputs: FunctionInputs, checks: Iterable[AssetCheckSpec], fn: Any) -> None:
    """Raise if a function takes an asset that none of its checks checks or depends on.

    Raises:
        DagsterInvalidDefinitionError: if it does.
    """
    known: Set[AssetKey] = {
        key
        for check in checks
        for key in (check.asset_key, *(dep.asset_key for dep in check.additional_deps))
    }
    for name, key in inputs.keys.items():
        if key not in known:
            raise DagsterInvalidDefinitionError(
                f"{describe_function(fn)} takes '{name}' (asset '{key.to_user_string()}'), which none of its checks checks or "
                f"depends on. Name it in additional_deps of a spec, or declare the parameter in ins."
            )
