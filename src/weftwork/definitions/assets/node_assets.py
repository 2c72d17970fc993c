"""The assets that an op or graph makes, from mappings by input, output and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import msgspec

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.assets.node_binding import AssetExecutionType, NodeBinding
from weftwork.definitions.assets.specs.asset_dep import AssetDep
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.attributes import DEFAULT_GROUP_NAME
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.nodes.outputs import DEFAULT_OUTPUT
from weftwork.records.keys import AssetKey


class NodeAssets(msgspec.Struct, frozen=True):
    """A node with its keys, the specs of its assets, and its checks by output name."""

    binding: NodeBinding | None
    specs: Sequence[AssetSpec]
    checks: Mapping[str, AssetCheckSpec]

    @staticmethod
    def from_mappings(
        node_def: Any,
        inputs: Mapping[str, AssetKey],
        outputs: Mapping[str, AssetKey],
        specs: Sequence[AssetSpec] | None,
        *,
        checks: Mapping[str, AssetCheckSpec],
        asset_deps: Mapping[AssetKey, Set[AssetKey]] | None,
        partitions_def: Any,
        partition_mappings: Mapping[AssetKey, Any],
        can_subset: bool,
        execution_type: AssetExecutionType | None,
        attributes: Mapping[str, Mapping[Any, Any] | None],
    ) -> NodeAssets:
        """Return what the arguments of ``AssetsDefinition`` say; attributes are by key there.

        Raises:
            CheckError: if inputs, outputs and keys do not fit each other.
        """
        if node_def is None:
            return NodeAssets(None, normalize_specs(specs or (), partitions_def), {})
        inputs = _complete_inputs(node_def, inputs)
        check_outputs(node_def, outputs, checks)
        if specs is None:
            deps = {key: _deps(keys, partition_mappings) for key, keys in (asset_deps or {}).items()}
            every = _deps(dict.fromkeys(inputs.values()), partition_mappings)
            specs = [
                _spec(
                    key,
                    deps.get(key, every),
                    {name: (values or {}).get(key) for name, values in attributes.items()},
                )
                for key in outputs.values()
            ]
        binding = NodeBinding(
            node_def, inputs, dict(outputs), {name: check.key for name, check in checks.items()}, can_subset=can_subset,
            execution_type=execution_type or AssetExecutionType.MATERIALIZATION,
        )  # fmt: skip
        return NodeAssets(binding, normalize_specs(specs, partitions_def), checks)


def assets_of_node(
    node_def: Any,
    keys_by_input_name: Mapping[str, AssetKey] | None,
    keys_by_output_name: Mapping[str, AssetKey] | None,
    key_prefix: Sequence[str],
    internal_asset_deps: Mapping[str, Set[AssetKey]] | None,
    *,
    check_specs: Iterable[AssetCheckSpec] | None,
    partitions_def: Any,
    partition_mappings: Mapping[str, Any],
    can_subset: bool,
    group_name: str | None,
    attributes: Mapping[str, Mapping[str, Any] | None],
) -> NodeAssets:
    """Return the assets of a node; attributes are by output name here.

    Args:
        node_def: the op or graph.
        keys_by_input_name: input name to upstream key; None for the names themselves.
        keys_by_output_name: output name to key; None for the names, or the node's for a single "result".
        key_prefix: parts before the keys of the outputs.
        internal_asset_deps: output name to the keys it depends on; None for all inputs.
        check_specs: checks that outputs of the node evaluate.
        partitions_def: the partitions of all assets.
        partition_mappings: input name to partition mapping.
        can_subset: whether a run may make only some of them.
        group_name: the group of all assets.
        attributes: attribute of the spec to output name to value.

    Raises:
        CheckError: if a mapping names inputs or outputs that the node does not have.
    """
    if not hasattr(node_def, "output_dict"):
        raise ParameterCheckError(
            f"Assets are made of an op or a graph, not of {type(node_def).__name__}: {node_def!r:.200}."
        )
    if group_name is not None and attributes.get("group_name"):
        raise ParameterCheckError(
            "Give group_name for all assets, or group_names_by_output_name for each, not both."
        )
    checks = index_checks(check_specs)
    inputs = _complete_inputs(node_def, keys_by_input_name or {}, strict=bool(keys_by_input_name))
    names = [name for name in node_def.output_dict if name not in checks]
    given = keys_by_output_name or {}
    check_outputs(node_def, given or dict.fromkeys(names, AssetKey("any")), checks)
    outputs = {
        name: AssetKey([*key_prefix, *_output_key(node_def, name, len(names), given).path]) for name in names
    }
    unknown = [name for name in internal_asset_deps or {} if name not in outputs]
    if unknown:
        raise CheckError(
            f"internal_asset_deps names {quote_names(unknown)}, which '{node_def.name}' has no output for. "
            f"Its outputs: {quote_names(outputs)}."
        )
    for attribute, by_name in attributes.items():
        _refuse_unknown(by_name, outputs, f"{attribute} by output name", node_def, "output")
    _refuse_unknown(partition_mappings, inputs, "partition_mappings", node_def, "input")
    mappings = {inputs[name]: mapping for name, mapping in partition_mappings.items()}
    check_internal_deps(node_def.name, inputs, outputs, internal_asset_deps)
    prefixed = {_output_key(node_def, name, len(names), given): outputs[name] for name in names}
    specs = []
    for name, key in outputs.items():
        upstream: Iterable[AssetKey] = dict.fromkeys(inputs.values())
        if internal_asset_deps is not None and name in internal_asset_deps:
            own = {*inputs.values()}
            upstream = [dep if dep in own else prefixed.get(dep, dep) for dep in internal_asset_deps[name]]
        values = {attribute: (by_name or {}).get(name) for attribute, by_name in attributes.items()}
        values["group_name"] = group_name or values.get("group_name")
        specs.append(_spec(key, _deps(upstream, mappings), values))
    binding = NodeBinding(
        node_def, inputs, outputs, {name: check.key for name, check in checks.items()}, can_subset=can_subset
    )
    return NodeAssets(binding, normalize_specs(specs, partitions_def), checks)


def _refuse_unknown(
    given: Mapping[str, Any] | None, known: Iterable[str], what: str, node_def: Any, kind: str
) -> None:
    """Refuse names that are those of no input, or output, of the node."""
    unknown = sorted(set(given or ()).difference(known))
    if unknown:
        raise CheckError(
            f"{what} names {quote_names(unknown)}, and '{node_def.name}' has no such {kind}."
            f"{did_you_mean(unknown[0], list(known))}"
        )


def _output_key(node_def: Any, name: str, count: int, given: Mapping[str, AssetKey]) -> AssetKey:
    if name in given:
        return AssetKey.from_coercible(given[name])
    return AssetKey(node_def.name if count == 1 and name == DEFAULT_OUTPUT else name)


def _complete_inputs(
    node_def: Any, given: Mapping[str, AssetKey], *, strict: bool = False
) -> dict[str, AssetKey]:
    names = list(node_def.input_dict)
    wrong = [name for name in given if name not in names] or (
        [name for name in names if name not in given] if strict else []
    )
    if wrong:
        raise CheckError(
            f"keys_by_input_name must name every input of '{node_def.name}' and no other: its inputs are "
            f"{quote_names(names)}, given are {quote_names(given)}.{did_you_mean(wrong[0], names)}"
        )
    return {name: AssetKey.from_coercible(given[name]) if name in given else AssetKey(name) for name in names}


def check_outputs(node_def: Any, keys: Mapping[str, Any], checks: Mapping[str, Any]) -> None:
    """Raise if the outputs with keys or checks are not exactly the outputs of a node.

    Raises:
        CheckError: if one is missing or too many.
    """
    names = set(node_def.output_dict)
    given = {*keys, *checks}
    if given != names:
        raise CheckError(
            f"Every output of '{node_def.name}' must be an asset or a check. Its outputs: {quote_names(names)}; "
            f"given: {quote_names(given)}."
        )


def check_internal_deps(
    name: str, inputs: Mapping[str, AssetKey], outputs: Mapping[str, AssetKey],
    deps: Mapping[str, Set[AssetKey]] | None,
) -> None:  # fmt: skip
    """Raise if internal dependencies name keys that are neither read nor made, or leave an input out.

    Raises:
        CheckError: if they do.
    """
    if not deps:
        return
    known = {*inputs.values(), *outputs.values()}
    for output, keys in check_type(deps, Mapping, "internal_asset_deps").items():
        for key in check_type(keys, Iterable, f"internal_asset_deps['{output}']"):
            check_type(key, AssetKey, f"internal_asset_deps['{output}']")
            if key not in known:
                nearest = did_you_mean(key.to_user_string(), [k.to_user_string() for k in known])
                raise CheckError(
                    f"internal_asset_deps of '{name}' says that output '{output}' depends on '{key.to_user_string()}', "
                    f"which is neither an input nor an output of it.{nearest}"
                )
    left_out = {*inputs.values()} - {key for keys in deps.values() for key in keys}
    if left_out:
        raise CheckError(
            f"internal_asset_deps of '{name}' leaves out {quote_names(k.to_user_string() for k in left_out)}: every input "
            f"must be a dependency of some output."
        )


def _deps(keys: Iterable[AssetKey], mappings: Mapping[AssetKey, Any]) -> list[AssetDep]:
    return [AssetDep(key, partition_mapping=mappings.get(key)) for key in keys]


def _spec(key: AssetKey, deps: Sequence[AssetDep], values: Mapping[str, Any]) -> AssetSpec:
    return AssetSpec(key, deps=deps, **{name: value for name, value in values.items() if value is not None})


def index_checks(check_specs: Iterable[AssetCheckSpec] | None) -> dict[str, AssetCheckSpec]:
    """Return checks by the name of the output that evaluates them.

    Raises:
        DagsterInvalidDefinitionError: if two have the same asset and name.
    """
    found: dict[str, AssetCheckSpec] = {}
    if check_specs is not None:
        check_type(check_specs, Iterable, "check_specs")
    for check in check_specs or ():
        if not isinstance(check, AssetCheckSpec):
            raise CheckError(f"An entry of 'check_specs' must be an AssetCheckSpec, not {check!r:.200}.")
        name = check.get_python_identifier()
        if name in found:
            raise DagsterInvalidDefinitionError(
                f"Check '{check.name}' of asset '{check.asset_key.to_user_string()}' is named twice in check_specs."
            )
        found[name] = check
    return found


def check_targets(checks: Mapping[str, AssetCheckSpec], keys: Iterable[AssetKey], where: str) -> None:
    """Raise if a check checks an asset that is not among ``keys``.

    Raises:
        DagsterInvalidDefinitionError: if one does.
    """
    known = list(keys)
    for check in checks.values():
        if check.asset_key not in known:
            names = [key.to_user_string() for key in known]
            raise DagsterInvalidDefinitionError(
                f"Check '{check.name}' in check_specs of {where} checks '{check.asset_key.to_user_string()}', which is not "
                f"made there. A function can only check what it makes: {quote_names(names)}. "
                f"Use @asset_check for other assets."
            )


def normalize_specs(specs: Iterable[AssetSpec], partitions_def: Any = None) -> list[AssetSpec]:
    """Return specs with group and partitions filled in; one that is given twice counts once.

    Raises:
        CheckError: if a spec has other partitions than the definition, or one is no spec.
        DagsterInvalidDefinitionError: if a spec depends on itself without earlier partitions, or two have one key and say
            different things.
    """
    found = []
    by_key: dict[AssetKey, AssetSpec] = {}
    for spec in specs:
        if not isinstance(spec, AssetSpec):
            raise CheckError(
                f"An entry of 'specs' must be an AssetSpec, not {type(spec).__name__}: {spec!r:.200}."
            )
        if partitions_def is not None and spec.partitions_def not in (None, partitions_def):
            raise CheckError(
                f"The spec of '{spec.key.to_user_string()}' has other partitions than the definition that makes it. "
                f"Give partitions_def in one of the two places."
            )
        known = by_key.setdefault(spec.key, spec)
        if known is not spec:
            if known != spec:
                raise DagsterInvalidDefinitionError(
                    f"Two specs of '{spec.key.to_user_string()}' say different things: {known!r:.200} and {spec!r:.200}. Give "
                    f"one of them another key, or leave it out."
                )
            continue
        changes: dict[str, Any] = {}
        if spec.group_name is None:
            changes["group_name"] = DEFAULT_GROUP_NAME
        if partitions_def is not None and spec.partitions_def is None:
            changes["partitions_def"] = partitions_def
        found.append(spec.changed(**changes) if changes else spec)
        if spec.deps:
            check_self_dependency(spec)
    return found


def check_self_dependency(spec: AssetSpec) -> None:
    """Raise if an asset depends on itself, unless on earlier partitions of itself.

    Raises:
        DagsterInvalidDefinitionError: if it does.
    """
    key = spec.key
    for dep in spec.deps:
        if dep.asset_key == key and not _looks_back(dep.partition_mapping):
            raise DagsterInvalidDefinitionError(
                f"Asset '{key.to_user_string()}' depends on itself. An asset may only depend on earlier partitions of "
                f"itself: give it time partitions and a TimeWindowPartitionMapping with a negative end_offset."
            )


def _looks_back(mapping: Any) -> bool:
    inner = getattr(mapping, "downstream_mappings_by_upstream_dimension", None)
    if inner:
        return any(_looks_back(getattr(part, "partition_mapping", None)) for part in inner.values())
    offset = getattr(mapping, "end_offset", None)
    return isinstance(offset, int) and offset < 0
