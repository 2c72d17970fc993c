"""``@asset``: a function that makes one asset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import timedelta
from typing import Any, overload

from weftwork.base.arguments import check_callable, check_hidden_arguments
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.decorators.function_inputs import read_inputs
from weftwork.definitions.assets.decorators.function_op import (
    check_asset_key,
    check_outs,
    join_op_tags,
    join_resource_keys,
)
from weftwork.definitions.assets.node_assets import check_self_dependency, check_targets, index_checks
from weftwork.definitions.assets.node_binding import NodeBinding
from weftwork.definitions.assets.specs.asset_dep import coerce_deps
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.assets.specs.asset_spec import AssetSpec, refuse_both_policies
from weftwork.definitions.assets.specs.attributes import DEFAULT_GROUP_NAME
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.nodes.dependencies import check_hooks
from weftwork.definitions.nodes.outputs import DEFAULT_OUTPUT, Out
from weftwork.definitions.nodes.written_type import NO_VALUE
from weftwork.definitions.ops.compute import ComputeFunction
from weftwork.definitions.ops.decorator import get_function_name
from weftwork.definitions.ops.op_definition import OpDefinition
from weftwork.definitions.resources.wrapping import wrap_resource
from weftwork.records.keys import (
    AssetKey,
    CoercibleToAssetKey,
    CoercibleToAssetKeyPrefix,
    key_prefix_parts,
)
from weftwork.records.retry import RetryPolicy


@overload
def asset(compute_fn: Callable[..., Any]) -> AssetsDefinition: ...


@overload
def asset(compute_fn: None = None, **arguments: Any) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...


def asset(
    compute_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    deps: Iterable[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    description: str | None = None,
    config_schema: Any = None,
    required_resource_keys: Set[str] | None = None,
    resource_defs: Mapping[str, object] | None = None,
    hooks: Set[Any] | None = None,
    io_manager_def: object | None = None,
    io_manager_key: str | None = None,
    dagster_type: Any = None,
    partitions_def: Any = None,
    op_tags: Mapping[str, Any] | None = None,
    group_name: str | None = None,
    output_required: bool = True,
    automation_condition: Any = None,
    freshness_policy: Any = None,
    backfill_policy: BackfillPolicy | None = None,
    retry_policy: RetryPolicy | None = None,
    code_version: str | None = None,
    key: CoercibleToAssetKey | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    owners: Sequence[str] | None = None,
    kinds: Set[str] | None = None,
    pool: str | None = None,
    is_virtual: bool = False,
    timeout: float | timedelta | None = None,
    run_when: str = "all_ok",
    **hidden: Any,
) -> AssetsDefinition | Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make a function an asset: what it returns is stored, and parameters are the assets of their names.

    Args:
        compute_fn: the function, where the decorator is used without parentheses.
        name: the name of the asset (default: that of the function).
        key_prefix: parts before the name, which together are the key.
        ins: parameter to AssetIn, where a parameter is not simply the asset of its name.
        deps: assets that it depends on without taking their values.
        metadata: name to value.
        tags: text to text, for searching and selecting.
        description: text for people (default: the docstring).
        config_schema: the schema of its config; a parameter ``config`` with a Config class says it better.
        required_resource_keys: the resources that ``context.resources`` gives.
        resource_defs: resources that belong to this asset.
        hooks: what is called when it succeeds or fails.
        io_manager_def: the IO manager that stores it, where it belongs to this asset alone.
        io_manager_key: the resource that stores it (default "io_manager").
        dagster_type: the type that the value is checked against (default: from the annotation).
        partitions_def: the partitions it has.
        op_tags: tags of its op; "dagster/priority" and its like act here.
        group_name: the group it is shown in.
        output_required: whether the function must give a value.
        automation_condition: when it should be made.
        freshness_policy: how old it may become.
        backfill_policy: how many partitions one run of a backfill makes.
        retry_policy: when and how often it is tried again.
        code_version: version of the code that makes it.
        key: the whole key, instead of name and key_prefix.
        check_specs: checks that the same function evaluates.
        owners: e-mail addresses and teams.
        kinds: the technologies it is made of.
        pool: the pool that limits how many of its kind run at once.
        is_virtual: whether it holds no data of its own.
        timeout: seconds, or a timedelta, after which an attempt is stopped and has failed (default: never).
        run_when: when it runs: "all_ok" after success of what it waits for, "all_done" after the end of it, "any_failed"
            only if some of it failed, "always" even in a run that is canceled.
        **hidden: older parameters: compute_kind, non_argument_deps, auto_materialize_policy, legacy_freshness_policy.

    Raises:
        DagsterInvalidDefinitionError: if the key, an input or an attribute is not of the documented form.
        CheckError: if an argument is of the wrong kind, or two exclude each other.

    Example:
        >>> @asset
        ... def totals(orders: list[int]) -> int:
        ...     return sum(orders)
    """
    if hidden:
        check_hidden_arguments(asset, hidden, _HIDDEN)
    parts = _AssetArguments(
        name, key, key_prefix, ins, deps, config_schema, required_resource_keys, resource_defs, hooks,
        io_manager_def, io_manager_key, dagster_type, op_tags, output_required, backfill_policy, retry_policy,
        check_specs, pool, timeout, run_when, hidden,
    )  # fmt: skip
    attributes = {
        "metadata": metadata, "tags": tags, "description": description, "partitions_def": partitions_def,
        "group_name": DEFAULT_GROUP_NAME if group_name is None else group_name,
        "automation_condition": automation_condition, "freshness_policy": freshness_policy,
        "code_version": code_version, "owners": owners, "kinds": kinds, "is_virtual": is_virtual,
        "skippable": not output_required,
    }  # fmt: skip
    if compute_fn is not None:
        return parts.decorate(check_callable(compute_fn, "compute_fn"), attributes)
    return lambda fn: parts.decorate(check_callable(fn, "compute_fn"), attributes)


_HIDDEN = ("compute_kind", "legacy_freshness_policy", "auto_materialize_policy", "non_argument_deps")


class _AssetArguments:
    """The arguments of ``@asset`` that say how the asset is made; they may decorate several functions."""

    __slots__ = (
        "_auto_materialize_policy", "backfill_policy", "check_specs", "compute_kind", "config_schema", "dagster_type",
        "deps", "hooks", "ins", "io_manager_def", "io_manager_key", "key", "key_prefix", "legacy_freshness_policy",
        "name", "op_tags", "output_required", "pool", "required_resource_keys", "resource_defs", "retry_policy",
        "run_when", "timeout",
    )  # fmt: skip

    def __init__(
        self, name: str | None, key: Any, key_prefix: Any, ins: Any, deps: Any, config_schema: Any,
        required_resource_keys: Any, resource_defs: Any, hooks: Any, io_manager_def: Any, io_manager_key: Any,
        dagster_type: Any, op_tags: Any, output_required: bool, backfill_policy: Any, retry_policy: Any,
        check_specs: Any, pool: Any, timeout: Any, run_when: str, hidden: dict[str, Any],
    ) -> None:  # fmt: skip
        if key is not None and (name or key_prefix is not None):
            raise DagsterInvalidDefinitionError(
                "@asset takes the whole key, or a name and key_prefix, not both."
            )
        if io_manager_key is not None and io_manager_def is not None:
            raise CheckError(
                "@asset takes io_manager_key or io_manager_def, not both: the second makes its own key."
            )
        self.name = name
        self.key = key
        self.key_prefix = key_prefix
        self.ins = ins
        self.deps = deps
        self.config_schema = config_schema
        self.required_resource_keys = required_resource_keys
        self.resource_defs = resource_defs
        self.hooks = check_hooks(hooks, "hooks") if hooks else None
        self.io_manager_def = io_manager_def
        self.io_manager_key = io_manager_key
        self.dagster_type = NO_VALUE if dagster_type is None else dagster_type
        self.op_tags = op_tags
        self.output_required = output_required
        self.backfill_policy = backfill_policy
        self.retry_policy = retry_policy
        self.check_specs = check_specs
        self.pool = pool
        self.timeout = timeout
        self.run_when = run_when
        self.compute_kind: str | None = None
        self.legacy_freshness_policy: Any = None
        self._auto_materialize_policy: Any = None
        if hidden:
            self._take_hidden(**hidden)

    def _take_hidden(
        self, *, compute_kind: str | None = None, legacy_freshness_policy: Any = None,
        auto_materialize_policy: Any = None, non_argument_deps: Any = None,
    ) -> None:  # fmt: skip
        self.compute_kind = compute_kind
        self.legacy_freshness_policy = legacy_freshness_policy
        self._auto_materialize_policy = auto_materialize_policy
        if non_argument_deps is not None:
            if self.deps is not None:
                raise DagsterInvalidDefinitionError("Give deps, or the older non_argument_deps, not both.")
            self.deps = list(non_argument_deps)

    def _resolve_key(self, fn: Any) -> AssetKey:
        if self.key is not None:
            return check_asset_key(AssetKey.from_coercible(self.key))
        name = self.name or get_function_name(fn, "asset")
        prefix = key_prefix_parts(self.key_prefix)
        return check_asset_key(AssetKey([*prefix, name]) if prefix else AssetKey.from_coercible(name))

    def decorate(self, fn: Callable[..., Any], attributes: Mapping[str, Any]) -> AssetsDefinition:
        """Return the asset that a function makes."""
        key = self._resolve_key(fn)
        compute = ComputeFunction(fn)
        inputs = read_inputs(compute, self.ins, coerce_deps(self.deps, key) if self.deps else ())
        checks = index_checks(self.check_specs) if self.check_specs else {}
        if checks:
            check_targets(checks, [key], f"asset '{key.to_user_string()}'")
            for check in checks.values():
                for dep in check.additional_deps:
                    if dep.asset_key not in inputs.keys.values():
                        inputs.add_nothing("_".join(dep.asset_key.path), dep.asset_key)
        resource_defs, io_manager_key = self._resources(key)
        op = OpDefinition(
            compute, key.to_python_identifier(), inputs.ins,
            {DEFAULT_OUTPUT: Out(self.dagster_type, None, self.output_required, io_manager_key,
                                 attributes["metadata"], attributes["code_version"]),
             **check_outs(checks)},
            attributes["description"], self.config_schema,
            join_resource_keys(compute, self.required_resource_keys, self.resource_defs),
            join_op_tags(self.op_tags, self.compute_kind), None, self.retry_policy,
            attributes["code_version"], self.pool, self.timeout, self.run_when,
        )  # fmt: skip
        spec = self._build_spec(key, inputs.deps, op, attributes)
        binding = NodeBinding(op, inputs.keys, {DEFAULT_OUTPUT: key}, {n: c.key for n, c in checks.items()})
        definition: AssetsDefinition = AssetsDefinition.build(
            binding, (spec,), checks, resource_defs=resource_defs, backfill_policy=self.backfill_policy,
            hook_defs=self.hooks,
        )  # fmt: skip
        return definition

    def _build_spec(
        self, key: AssetKey, deps: Any, op: OpDefinition, attributes: Mapping[str, Any]
    ) -> AssetSpec:
        if self.compute_kind is not None and attributes["kinds"]:
            raise DagsterInvalidDefinitionError("@asset takes kinds, or the older compute_kind, not both.")
        if attributes["description"] is None and op.compute.fn.__doc__:
            attributes = {**attributes, "description": op.description}
        spec = AssetSpec(key, **attributes)
        spec.deps = deps
        spec.legacy_freshness_policy = self.legacy_freshness_policy
        if self._auto_materialize_policy is not None:
            refuse_both_policies(spec.automation_condition, f"asset '{key.to_user_string()}'")
            spec.automation_condition = self._auto_materialize_policy.to_automation_condition()
        if deps:
            check_self_dependency(spec)
        return spec

    def _resources(self, key: AssetKey) -> tuple[Mapping[str, Any] | None, str | None]:
        if self.io_manager_def is None:
            return self.resource_defs, self.io_manager_key
        own_key = f"{key.to_python_identifier()}__io_manager"
        return {**(self.resource_defs or {}), own_key: wrap_resource(self.io_manager_def)}, own_key
