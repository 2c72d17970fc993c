"""``@graph_asset`` and ``@graph_multi_asset``: assets that several ops make together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, overload

from weftwork.base.arguments import check_callable, check_type
from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.source import describe_function
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.decorators.function_op import check_asset_key
from weftwork.definitions.assets.node_assets import check_targets, index_checks, normalize_specs
from weftwork.definitions.assets.node_binding import NodeBinding
from weftwork.definitions.assets.specs.asset_dep import AssetDep
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.assets.specs.asset_out import AssetOut
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.graphs.decorator import graph
from weftwork.definitions.nodes.dependencies import check_hooks
from weftwork.definitions.nodes.inputs import GraphIn
from weftwork.definitions.nodes.outputs import DEFAULT_OUTPUT, GraphOut
from weftwork.definitions.ops.decorator import get_function_name
from weftwork.records.keys import AssetKey, CoercibleToAssetKey, CoercibleToAssetKeyPrefix, key_prefix_parts

_TAKES_KEYWORDS = 0x08  # inspect.CO_VARKEYWORDS


@overload
def graph_asset(compose_fn: Callable[..., Any]) -> AssetsDefinition: ...


@overload
def graph_asset(
    compose_fn: None = None, **arguments: Any
) -> Callable[[Callable[..., Any]], AssetsDefinition]: ...


def graph_asset(
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    config: Any = None,
    key_prefix: CoercibleToAssetKeyPrefix | None = None,
    group_name: str | None = None,
    partitions_def: Any = None,
    hooks: Set[Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    owners: Sequence[str] | None = None,
    automation_condition: Any = None,
    backfill_policy: BackfillPolicy | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    code_version: str | None = None,
    key: CoercibleToAssetKey | None = None,
    kinds: Set[str] | None = None,
    **hidden: Any,
) -> AssetsDefinition | Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make a function that calls ops an asset: its value is what the function returns.

    Args:
        compose_fn: the function, where the decorator is used without parentheses.
        name: the name of the asset (default: that of the function).
        description: text for people (default: the docstring).
        ins: parameter to AssetIn, where a parameter is not simply the asset of its name.
        config: a ConfigMapping, or the config of the ops, fixed.
        key_prefix: parts before the name.
        group_name: the group it is shown in.
        partitions_def: the partitions it has.
        hooks: what is called when one of the ops succeeds or fails.
        metadata: name to value.
        tags: text to text.
        owners: e-mail addresses and teams.
        automation_condition: when it should be made.
        backfill_policy: how many partitions one run of a backfill makes.
        resource_defs: resources that belong to it.
        check_specs: checks that outputs of the function evaluate: it then returns a dict with "result" and, for
            each check, "<asset>_<check>".
        code_version: version of the code.
        key: the whole key, instead of name and key_prefix.
        kinds: the technologies it is made of.
        **hidden: older parameters: auto_materialize_policy, legacy_freshness_policy.

    Raises:
        DagsterInvalidDefinitionError: if the key, an input or an attribute is not of the documented form.

    Example:
        >>> @graph_asset
        ... def slack_files_table():
        ...     return store_files(fetch_files())
    """
    if key is not None and (name or key_prefix is not None):
        raise DagsterInvalidDefinitionError(
            "@graph_asset takes the whole key, or a name and key_prefix, not both."
        )

    def decorate(fn: Callable[..., Any]) -> AssetsDefinition:
        check_callable(fn, "compose_fn")
        own_name = name or get_function_name(fn, "graph_asset")
        asset_key = (
            AssetKey.from_coercible(key)
            if key is not None
            else AssetKey([*key_prefix_parts(key_prefix), own_name])
        )
        spec = AssetSpec(
            check_asset_key(asset_key), description=description, metadata=metadata, tags=tags, owners=owners,
            automation_condition=automation_condition, code_version=code_version, kinds=kinds, group_name=group_name,
            **hidden,
        )  # fmt: skip
        checks = index_checks(check_specs)
        out = {DEFAULT_OUTPUT: GraphOut(), **{n: GraphOut() for n in checks}} if checks else None
        graph_def = graph(
            name=asset_key.to_python_identifier(), description=description, ins=_graph_ins(fn, ins), out=out,
            config=config,
        )(fn)  # fmt: skip
        return _bind(
            graph_def, fn, ins, {DEFAULT_OUTPUT: spec}, checks, partitions_def, resource_defs=resource_defs,
            backfill_policy=backfill_policy, hook_defs=check_hooks(hooks, "hooks") if hooks else None,
        )  # fmt: skip

    return decorate(compose_fn) if compose_fn is not None else decorate


def graph_multi_asset(
    *,
    outs: Mapping[str, AssetOut],
    name: str | None = None,
    ins: Mapping[str, AssetIn] | None = None,
    partitions_def: Any = None,
    hooks: Set[Any] | None = None,
    backfill_policy: BackfillPolicy | None = None,
    group_name: str | None = None,
    can_subset: bool = False,
    resource_defs: Mapping[str, Any] | None = None,
    check_specs: Sequence[AssetCheckSpec] | None = None,
    config: Any = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Make a function that calls ops several assets: it returns a dict of output name to what an op gave.

    Args:
        outs: output name to AssetOut.
        name: the name of the graph (default: that of the function).
        ins: parameter to AssetIn, where a parameter is not simply the asset of its name.
        partitions_def: the partitions of all of them.
        hooks: what is called when one of the ops succeeds or fails.
        backfill_policy: how many partitions one run of a backfill makes.
        group_name: the group of all of them.
        can_subset: whether a run may make only some of them, and run only the ops that these need.
        resource_defs: resources that belong to it.
        check_specs: checks that outputs of the function evaluate.
        config: a ConfigMapping, or the config of the ops, fixed.

    Raises:
        DagsterInvalidDefinitionError: if a key, an input or an attribute is not of the documented form.

    Example:
        >>> @graph_multi_asset(outs={"first": AssetOut(), "second": AssetOut()})
        ... def two_assets(upstream):
        ...     one, two = two_outputs(upstream)
        ...     return {"first": one, "second": two}
    """
    for out_name, out in check_type(outs, Mapping, "outs").items():
        check_type(out, AssetOut, f"outs['{out_name}']")
        if group_name is not None and out.group_name is not None:
            raise DagsterInvalidDefinitionError(
                f"@graph_multi_asset takes group_name for all assets, or one in each AssetOut, not both: '{out_name}' has one."
            )

    def decorate(fn: Callable[..., Any]) -> AssetsDefinition:
        check_callable(fn, "fn")
        checks = index_checks(check_specs)
        specs = {}
        for output, out in outs.items():
            spec = out.to_spec(out.resolve_key(output), [])
            specs[output] = spec if group_name is None else spec.replace_attributes(group_name=group_name)
        graph_outs = {output: GraphOut() for output in [*specs, *checks]}
        graph_def = graph(
            name=name or get_function_name(fn, "graph_multi_asset"), ins=_graph_ins(fn, ins), out=graph_outs,
            config=config,
        )(fn)  # fmt: skip
        policies = [out.backfill_policy for out in outs.values() if out.backfill_policy is not None]
        return _bind(
            graph_def, fn, ins, specs, checks, partitions_def, can_subset=can_subset, resource_defs=resource_defs,
            backfill_policy=backfill_policy or (policies[0] if policies else None),
            hook_defs=check_hooks(hooks, "hooks") if hooks else None,
        )  # fmt: skip

    return decorate


def _graph_ins(fn: Any, ins: Mapping[str, Any] | None) -> dict[str, GraphIn] | None:
    """Return the inputs of a function that takes any keyword: those that ``ins`` names."""
    code = getattr(fn, "__code__", None)
    takes_any = code is not None and bool(code.co_flags & _TAKES_KEYWORDS)
    return {name: GraphIn() for name in ins} if takes_any and ins else None


def _bind(
    graph_def: Any, fn: Any, ins: Mapping[str, Any] | None, specs: Mapping[str, AssetSpec],
    checks: Mapping[str, AssetCheckSpec], partitions_def: Any, *, can_subset: bool = False, **parts: Any,
) -> AssetsDefinition:  # fmt: skip
    keys = {output: spec.key for output, spec in specs.items()}
    check_targets(checks, keys.values(), describe_function(fn))
    inputs, deps = _read_inputs(graph_def, fn, ins)
    described = {
        output: spec.changed(
            deps=deps, description=spec.description or (graph_def.description if len(specs) == 1 else None)
        )
        for output, spec in specs.items()
    }
    binding = NodeBinding(
        graph_def, inputs, keys, {n: c.key for n, c in checks.items()}, can_subset=can_subset
    )
    definition: AssetsDefinition = AssetsDefinition.build(
        binding, normalize_specs(described.values(), partitions_def), checks, **parts
    )
    return definition


def _read_inputs(
    graph_def: Any, fn: Any, ins: Mapping[str, Any] | None
) -> tuple[dict[str, AssetKey], list[AssetDep]]:
    declared = {name: AssetIn.from_coercible(value) for name, value in (ins or {}).items()}
    names = list(graph_def.input_dict)
    for name in declared:
        if name not in names:
            raise DagsterInvalidDefinitionError(
                f"ins names '{name}', which {describe_function(fn)} does not take. Its inputs: {quote_names(names)}."
                f"{did_you_mean(name, names)}"
            )
    keys = {name: declared[name].resolve_key(name) if name in declared else AssetKey(name) for name in names}
    deps = {
        key: declared[name].to_dep(key) if name in declared else AssetDep(key) for name, key in keys.items()
    }
    return keys, list(deps.values())
