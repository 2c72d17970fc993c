"""``@multi_asset``: a function that makes several assets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import timedelta
from typing import Any

from weftwork.base.arguments import check_callable, check_hidden_arguments, check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.base.source import describe_function
from weftwork.base.text import quote_names
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.decorators.function_inputs import (
    FunctionInputs,
    read_inputs,
    refuse_unused_inputs,
)
from weftwork.definitions.assets.decorators.function_op import (
    check_asset_key,
    check_outs,
    join_op_tags,
    join_resource_keys,
)
from weftwork.definitions.assets.node_assets import (
    check_internal_deps,
    check_targets,
    index_checks,
    normalize_specs,
)
from weftwork.definitions.assets.node_binding import AssetExecutionType, NodeBinding
from weftwork.definitions.assets.specs.asset_dep import AssetDep, coerce_deps, dep_input_name
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.assets.specs.asset_out import AssetOut
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.nodes.dependencies import check_hooks
from weftwork.definitions.nodes.outputs import Out
from weftwork.definitions.ops.compute import ComputeFunction
from weftwork.definitions.ops.decorator import get_function_name
from weftwork.definitions.ops.op_definition import OpDefinition
from weftwork.records.keys import AssetKey
from weftwork.records.retry import RetryPolicy

_NOTHING = type(None)
_SUBSET_INPUT_PREFIX = "__subset_input__"


def multi_asset(
    *,
    outs: Mapping[str, AssetOut] | None = None,
    name: str | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    deps: Iterable[Any] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: Set[str] | None = None,
    internal_asset_deps: Mapping[str, set[AssetKey]] | None = None,
    partitions_def: Any = None,
    hooks: Set[Any] | None = None,
    backfill_policy: BackfillPolicy | None = None,
    op_tags: Mapping[str, Any] | None = None,
    can_subset: bool = False,
    resource_defs: Mapping[str, object] | None = None,
    group_name: str | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    specs: Sequence[AssetSpec] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    pool: str | None = None,
    timeout: float | timedelta | None = None,
    run_when: str = "all_ok",
    **hidden: Any,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make a function several assets.

    With ``outs`` the function gives a value for each, which is stored. With ``specs`` it makes the assets itself
    and may give ``MaterializeResult`` for each.

    Args:
        outs: output name to AssetOut; not together with ``specs``.
        name: the name of the op (default: that of the function).
        ins: parameter to AssetIn, where a parameter is not simply the asset of its name.
        deps: assets that all of them depend on without taking their values; not together with ``specs``.
        description: text for people.
        config_schema: the schema of its config.
        required_resource_keys: the resources that ``context.resources`` gives.
        internal_asset_deps: output name to the keys it depends on (default: every asset on every input).
        partitions_def: the partitions of all of them.
        hooks: what is called when it succeeds or fails.
        backfill_policy: how many partitions one run of a backfill makes.
        op_tags: tags of the op.
        can_subset: whether a run may make only some of them; ``context.selected_asset_keys`` says which.
        resource_defs: resources that belong to it.
        group_name: the group of all of them.
        retry_policy: when and how often it is tried again.
        code_version: version of the code.
        specs: the assets, each with its own dependencies.
        check_specs: checks that the same function evaluates.
        pool: the pool that limits how many of its kind run at once.
        timeout: seconds, or a timedelta, after which an attempt is stopped and has failed (default: never).
        run_when: when it runs: "all_ok" after success of what it waits for, "all_done" after the end of it, "any_failed"
            only if some of it failed, "always" even in a run that is canceled.
        **hidden: older parameters: compute_kind, non_argument_deps, allow_arbitrary_check_specs.

    Raises:
        DagsterInvalidDefinitionError: if a key, an input or an attribute is not of the documented form.
        CheckError: if arguments exclude each other.

    Example:
        >>> @multi_asset(specs=[AssetSpec("users"), AssetSpec("orders", deps=["users"])])
        ... def load_both(): ...
    """
    check_hidden_arguments(
        multi_asset, hidden, ("compute_kind", "non_argument_deps", "allow_arbitrary_check_specs")
    )
    compute_kind, deps, any_checks = _take_hidden(deps, **hidden)
    made = MultiAssetArguments(
        outs, specs, ins, deps, internal_asset_deps, group_name, check_specs, partitions_def,
        can_subset=can_subset, allow_any_checks=any_checks,
    )  # fmt: skip
    hook_defs = check_hooks(hooks, "hooks") if hooks else None

    def decorate(fn: Callable[..., Any]) -> AssetsDefinition:
        op_name = name or get_function_name(check_callable(fn, "fn"), "multi_asset")
        compute = ComputeFunction(fn)
        parts = made.resolve(compute, op_name)
        op = OpDefinition(
            compute, op_name, parts.inputs.ins, parts.outs, description, config_schema,
            join_resource_keys(compute, required_resource_keys, resource_defs), join_op_tags(op_tags, compute_kind),
            None, retry_policy, code_version, pool, timeout, run_when,
        )  # fmt: skip
        binding = NodeBinding(
            op,
            parts.inputs.keys,
            parts.keys,
            {n: c.key for n, c in parts.checks.items()},
            can_subset=can_subset,
        )
        shown = [
            s.changed(code_version=code_version) if s.code_version is None and code_version else s
            for s in parts.specs
        ]
        definition: AssetsDefinition = AssetsDefinition.build(
            binding, shown, parts.checks, resource_defs=resource_defs,
            backfill_policy=made.resolve_backfill_policy(backfill_policy), hook_defs=hook_defs,
        )  # fmt: skip
        return definition

    return decorate


def multi_observable_source_asset(
    *,
    specs: Sequence[AssetSpec],
    name: str | None = None,
    description: str | None = None,
    partitions_def: Any = None,
    can_subset: bool = False,
    required_resource_keys: Set[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    group_name: str | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make a function the observation of several assets that something else makes.

    Args:
        specs: the assets.
        name: the name of the op (default: that of the function).
        description: text for people.
        partitions_def: the partitions of all of them.
        can_subset: whether a run may observe only some of them.
        required_resource_keys: the resources that ``context.resources`` gives.
        resource_defs: resources that belong to it.
        group_name: the group of all of them.
        check_specs: checks that the same function evaluates.

    Example:
        >>> @multi_observable_source_asset(specs=[AssetSpec("a"), AssetSpec("b")])
        ... def look():
        ...     yield ObserveResult(asset_key="a", data_version=DataVersion("1"))
    """
    decorate = multi_asset(
        specs=specs, name=name, description=description, partitions_def=partitions_def, can_subset=can_subset,
        required_resource_keys=required_resource_keys, resource_defs=resource_defs, group_name=group_name,
        check_specs=check_specs,
    )  # fmt: skip

    def observe(fn: Callable[..., Any]) -> AssetsDefinition:
        definition = decorate(fn)
        assert definition.binding is not None
        definition.binding.execution_type = AssetExecutionType.OBSERVATION
        return definition

    return observe


def _take_hidden(
    deps: Iterable[Any] | None, *, compute_kind: str | None = None, non_argument_deps: Any = None,
    allow_arbitrary_check_specs: bool = False,
) -> tuple[str | None, Iterable[Any] | None, bool]:  # fmt: skip
    return (
        compute_kind,
        deps if non_argument_deps is None else list(non_argument_deps),
        allow_arbitrary_check_specs,
    )


def _refuse_two_partitions(specs: Sequence[AssetSpec]) -> None:
    """Refuse specs of different partitions that no run could take apart."""
    first: AssetSpec | None = None
    for spec in specs:
        own = spec.partitions_def
        if own is None or first is None:
            first = first if own is None else spec
        elif own is not first.partitions_def and own != first.partitions_def:
            raise DagsterInvalidDefinitionError(
                f"'{first.key.to_user_string()}' and '{spec.key.to_user_string()}' have different partitions, so no run can "
                f"make them together. Set can_subset=True, and make only context.selected_asset_keys."
            )


class _Parts:
    """What a function and its arguments say together."""

    __slots__ = ("checks", "inputs", "keys", "outs", "specs")

    def __init__(self, inputs: FunctionInputs) -> None:
        self.inputs = inputs
        self.keys: dict[str, AssetKey] = {}
        self.outs: dict[str, Out] = {}
        self.specs: Sequence[AssetSpec] = ()
        self.checks: Mapping[str, AssetCheckSpec] = {}


class MultiAssetArguments:
    """The arguments of ``@multi_asset`` that say which assets there are and what they depend on."""

    __slots__ = (
        "_allow_any_checks", "_can_subset", "_check_specs", "_deps", "_group_name", "_ins", "_internal_deps", "_outs",
        "_partitions_def", "_specs",
    )  # fmt: skip

    def __init__(
        self, outs: Mapping[str, AssetOut] | None, specs: Sequence[AssetSpec] | None, ins: Any, deps: Any,
        internal_deps: Mapping[str, set[AssetKey]] | None, group_name: str | None,
        check_specs: Sequence[AssetCheckSpec] | None, partitions_def: Any, *, can_subset: bool, allow_any_checks: bool,
    ) -> None:  # fmt: skip
        if outs and specs:
            raise DagsterInvalidDefinitionError("@multi_asset takes outs or specs, not both.")
        if specs and deps:
            raise DagsterInvalidDefinitionError(
                "@multi_asset takes no deps beside specs: name them in each AssetSpec."
            )
        if specs and internal_deps:
            raise DagsterInvalidDefinitionError(
                "@multi_asset takes no internal_asset_deps beside specs: name the dependencies in each AssetSpec."
            )
        self._outs = check_type(outs, Mapping, "outs", optional=True) or {}
        self._specs = [
            check_type(spec, AssetSpec, "an entry of 'specs'")
            for spec in check_type(specs, Iterable, "specs", optional=True) or ()
        ]
        check_type(internal_deps, Mapping, "internal_asset_deps", optional=True)
        check_type(can_subset, bool, "can_subset")
        self._ins = ins
        self._deps = coerce_deps(deps) if deps else []
        self._internal_deps = internal_deps
        self._group_name = group_name
        self._check_specs = check_specs
        self._partitions_def = partitions_def
        self._can_subset = can_subset
        self._allow_any_checks = allow_any_checks
        for out_name, out in self._outs.items():
            check_type(out, AssetOut, f"outs['{out_name}']")
        if group_name is not None and any(s.group_name for s in [*self._specs, *self._outs.values()]):
            raise CheckError(
                "@multi_asset takes group_name for all assets, or one in each AssetOut or AssetSpec, not both."
            )

    def resolve_backfill_policy(self, given: BackfillPolicy | None) -> BackfillPolicy | None:
        """Return the policy of the whole; those of the outputs must agree."""
        policies = [out.backfill_policy for out in self._outs.values() if out.backfill_policy is not None]
        return given or (policies[0] if policies else None)

    def resolve(self, compute: ComputeFunction, name: str) -> _Parts:
        """Return inputs, outputs, specs and checks of the op."""
        parts = _Parts(read_inputs(compute, self._ins, self._deps))
        if self._specs:
            self._resolve_specs(parts, compute)
        else:
            self._resolve_outs(parts, name)
        _refuse_repeats(parts.keys.values(), compute)
        parts.specs = normalize_specs(self._in_group(parts.specs), self._partitions_def)
        if not self._can_subset:
            _refuse_two_partitions(parts.specs)
        if self._can_subset:
            _add_subset_inputs(parts)
        parts.checks = index_checks(self._check_specs)
        if not self._allow_any_checks:
            check_targets(parts.checks, parts.keys.values(), describe_function(compute.fn))
        for check in parts.checks.values():
            for dep in check.additional_deps:
                if dep.asset_key not in parts.inputs.keys.values():
                    parts.inputs.add_nothing(dep_input_name(dep.asset_key), dep.asset_key)
        parts.outs.update(check_outs(parts.checks, can_subset=self._can_subset))
        return parts

    def _in_group(self, specs: Sequence[AssetSpec]) -> Sequence[AssetSpec]:
        if self._group_name is None:
            return specs
        return [spec.replace_attributes(group_name=self._group_name) for spec in specs]

    def _resolve_specs(self, parts: _Parts, compute: ComputeFunction) -> None:
        own = {spec.key for spec in self._specs}
        upstream = [dep for spec in self._specs for dep in spec.deps]
        refuse_unused_inputs(parts.inputs, {dep.asset_key for dep in upstream}, compute.fn)
        _refuse_two_mappings(self._specs)
        named = set(parts.inputs.keys.values())
        on_themselves = {
            dep.asset_key for spec in self._specs for dep in spec.deps if dep.asset_key == spec.key
        }
        for dep in upstream:
            if dep.asset_key not in named and (dep.asset_key not in own or dep.asset_key in on_themselves):
                named.add(dep.asset_key)
                parts.inputs.add_nothing(dep_input_name(dep.asset_key), dep.asset_key)
        mappings = {dep.asset_key: dep for dep in parts.inputs.deps if dep.partition_mapping is not None}
        specs = []
        for spec in self._specs:
            output = check_asset_key(spec.key).to_python_identifier()
            required = not (spec.skippable or self._can_subset)
            parts.keys[output] = spec.key
            parts.outs[output] = Out(
                _NOTHING, spec.description, required, spec.io_manager_key, spec.metadata, spec.code_version
            )
            deps = [
                mappings.get(dep.asset_key, dep) if dep.partition_mapping is None else dep
                for dep in spec.deps
            ]
            specs.append(spec.changed(skippable=not required, deps=deps))
        parts.specs = specs

    def _resolve_outs(self, parts: _Parts, name: str) -> None:
        inputs = parts.inputs
        parts.keys = {output: out.resolve_key(output) for output, out in self._outs.items()}
        unknown = [output for output in self._internal_deps or {} if output not in parts.keys]
        if unknown:
            raise CheckError(
                f"internal_asset_deps of '{name}' names {quote_names(unknown)}, which is no output of it: "
                f"{quote_names(parts.keys)}."
            )
        check_internal_deps(name, inputs.keys, parts.keys, self._internal_deps)
        by_key = {dep.asset_key: dep for dep in inputs.deps}
        specs = []
        for output, out in self._outs.items():
            deps = inputs.deps
            if self._internal_deps:
                deps = [
                    by_key.get(key) or AssetDep(key) for key in sorted(self._internal_deps.get(output, ()))
                ]
            parts.outs[output] = out.to_out()
            specs.append(out.to_spec(parts.keys[output], deps))
        parts.specs = specs


def _refuse_two_mappings(specs: Iterable[AssetSpec]) -> None:
    """Raise if specs of one function have different partition mappings to one asset: its run reads one set of partitions.

    Raises:
        DagsterInvalidDefinitionError: if they do.
    """
    found: dict[AssetKey, tuple[AssetSpec, Any]] = {}
    for spec in specs:
        for dep in spec.deps:
            if dep.partition_mapping is None:
                continue
            first, mapping = found.setdefault(dep.asset_key, (spec, dep.partition_mapping))
            if mapping != dep.partition_mapping:
                raise DagsterInvalidDefinitionError(
                    f"'{first.key.to_user_string()}' and '{spec.key.to_user_string()}' are made by one function and have "
                    f"different partition mappings to '{dep.asset_key.to_user_string()}'. Use one mapping, or two functions."
                )


def _refuse_repeats(keys: Iterable[AssetKey], compute: ComputeFunction) -> None:
    seen: set[AssetKey] = set()
    for key in keys:
        if key in seen:
            raise DagsterInvalidDefinitionError(
                f"{describe_function(compute.fn)} is said to make asset '{key.to_user_string()}' twice."
            )
        seen.add(key)


def _add_subset_inputs(parts: _Parts) -> None:
    """Make internal dependencies inputs too, so that one part of the op can wait for another part."""
    outputs = {key: output for output, key in parts.keys.items()}
    wanted = {dep.asset_key: None for spec in parts.specs for dep in spec.deps if dep.asset_key != spec.key}
    for key in wanted:
        if key in outputs and key not in parts.inputs.keys.values():
            parts.inputs.add_nothing(f"{_SUBSET_INPUT_PREFIX}{outputs[key]}", key)
