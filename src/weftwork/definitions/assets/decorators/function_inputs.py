"""The inputs of an asset's function: which asset each one is, and how it is declared on the op."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.source import describe_function
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.assets.specs.asset_dep import AssetDep, dep_input_name
from weftwork.definitions.assets.specs.asset_in import AssetIn
from weftwork.definitions.nodes.inputs import In
from weftwork.definitions.nodes.written_type import is_nothing
from weftwork.definitions.ops.compute import ComputeFunction
from weftwork.records.keys import AssetKey

_ORDER = In(type(None))  # one for all, as nobody changes it


class FunctionInputs:
    """What the inputs of a function are.

    Attributes:
        keys: input name to upstream key.
        ins: what the op declares of those that the signature does not tell.
        deps: the dependencies that follow, values first.
    """

    __slots__ = ("deps", "ins", "keys")

    def __init__(self) -> None:
        self.keys: dict[str, AssetKey] = {}
        self.ins: dict[str, In] = {}
        self.deps: list[AssetDep] = []

    def add_value(self, name: str, asset_in: AssetIn | None) -> None:
        """Add an input whose value is passed (or, of type Nothing, is not)."""
        key = asset_in.resolve_key(name) if asset_in is not None else AssetKey.from_coercible(name)
        self.keys[name] = key
        if asset_in is not None:
            self.ins[name] = In(
                dagster_type=asset_in.dagster_type,
                metadata=asset_in.input_metadata,
                input_manager_key=asset_in.input_manager_key,
            )
        self.deps.append(asset_in.to_dep(key) if asset_in is not None else AssetDep(key))

    def add_dependency(self, dep: AssetDep) -> None:
        """Add a dependency without a value, unless the asset is an input already.

        Raises:
            DagsterInvalidDefinitionError: if input and dependency have different partition mappings.
        """
        for index, known in enumerate(self.deps):
            if known.asset_key == dep.asset_key:
                if None not in (known.partition_mapping, dep.partition_mapping) and (
                    known.partition_mapping != dep.partition_mapping
                ):
                    raise DagsterInvalidDefinitionError(
                        f"'{dep.asset_key.to_user_string()}' is an input and a dependency, with a different partition mapping "
                        f"in each. Give the mapping in one of the two places."
                    )
                if known.partition_mapping is None and dep.partition_mapping is not None:
                    self.deps[index] = dep
                return
        self.add_nothing(dep_input_name(dep.asset_key), dep.asset_key)
        self.deps.append(dep)

    def add_nothing(self, name: str, key: AssetKey) -> None:
        """Add an input that only orders steps."""
        while name in self.keys:
            name += "_"
        self.keys[name] = key
        self.ins[name] = _ORDER


def read_inputs(
    compute: ComputeFunction, ins: Mapping[str, Any] | None, deps: Sequence[AssetDep]
) -> FunctionInputs:
    """Return the inputs of a function: its parameters, those declared, and its dependencies without values.

    Args:
        compute: the function.
        ins: input name to AssetIn, as the user gave it.
        deps: dependencies without values.

    Raises:
        DagsterInvalidDefinitionError: if an input is declared that the function does not take.
    """
    found = FunctionInputs()
    declared = check_ins(compute, ins) if ins else {}
    for name in compute.input_params:
        found.add_value(name, declared.get(name))
    for name, asset_in in declared.items():
        if name not in found.keys:
            found.add_value(name, asset_in)
    for dep in deps:
        found.add_dependency(dep)
    return found


def check_ins(compute: ComputeFunction, ins: Mapping[str, Any]) -> dict[str, AssetIn]:
    """Return declared inputs, keys given instead of an AssetIn included.

    Raises:
        DagsterInvalidDefinitionError: if the function does not take one of them.
    """
    if not isinstance(ins, Mapping):
        raise ParameterCheckError(
            f"Parameter 'ins' must be a dict of input name to AssetIn, not {ins!r:.100}."
        )
    declared = {name: AssetIn.from_coercible(value) for name, value in ins.items()}
    names = compute.input_params
    for name, asset_in in declared.items():
        if name not in names and not compute.var_keyword and not is_nothing(asset_in.dagster_type):
            raise DagsterInvalidDefinitionError(
                f"ins names '{name}', which {describe_function(compute.fn)} does not take. Its inputs: "
                f"{quote_names(names)}.{did_you_mean(name, names)} Use deps for assets whose value is not passed."
            )
    return declared


def refuse_unused_inputs(inputs: FunctionInputs, known: Iterable[AssetKey], fn: Any) -> None:
    """Raise if a function takes assets that none of its specs depends on.

    Raises:
        DagsterInvalidDefinitionError: if it does.
    """
    known_keys = set(known)
    for name, key in inputs.keys.items():
        if key not in known_keys:
            raise DagsterInvalidDefinitionError(
                f"{describe_function(fn)} takes '{name}' (asset '{key.to_user_string()}'), but none of its specs depends "
                f"on it. Add it to the deps of the specs that need it: AssetSpec(..., deps=['{key.to_user_string()}'])."
            )
