"""What can be read from a definition of assets: its keys, its node, and which input and output is which asset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import CheckError
from weftwork.base.source import describe_function
from weftwork.definitions.assets.assets_by_key import AssetsByKey
from weftwork.definitions.assets.node_binding import AssetExecutionType, NodeBinding
from weftwork.definitions.assets.node_resources import resource_keys_of_node
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.attributes import AUTO_OBSERVE_METADATA, STUB_METADATA
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.nodes.outputs import DEFAULT_IO_MANAGER_KEY
from weftwork.records.keys import AssetCheckKey, AssetKey, CoercibleToAssetKey

if TYPE_CHECKING:
    from weftwork.planning.asset_graph import AssetNodeSpec


_NO_TAGS: dict[str, str] = {}
_NO_KINDS: frozenset[str] = frozenset()


class NodeView(AssetsByKey):
    """The readable side of ``AssetsDefinition``: a node, or some of its assets and checks."""

    __slots__ = (
        "__weakref__", "_all_check_specs", "_all_specs", "_node_def", "_selected_checks", "_selected_keys",
        "backfill_policy", "binding", "hook_defs", "resource_defs", "specs_by_key",
    )  # fmt: skip

    binding: NodeBinding | None
    specs_by_key: Mapping[AssetKey, AssetSpec]
    backfill_policy: BackfillPolicy | None
    _all_specs: Mapping[AssetKey, AssetSpec]
    _all_check_specs: Mapping[str, AssetCheckSpec]
    _selected_keys: frozenset[AssetKey] | None
    _selected_checks: frozenset[AssetCheckKey] | None
    _node_def: Any
    resource_defs: Mapping[str, Any]
    hook_defs: frozenset[Any]

    # ---------------------------------------------------------------------------------------------- keys

    @property
    def keys(self) -> Set[AssetKey]:
        """The assets that it makes (those selected, for a subset)."""
        return frozenset(self.specs_by_key)

    @property
    def key(self) -> AssetKey:
        """The asset that it makes.

        Raises:
            CheckError: if there are several, or none.
        """
        if len(self.specs_by_key) != 1:
            raise CheckError(
                f"{self.describe()} has {len(self.specs_by_key)} assets, not one: say which one is meant."
            )
        return next(iter(self.specs_by_key))

    @property
    def specs(self) -> Sequence[AssetSpec]:
        """The assets that it makes."""
        return list(self.specs_by_key.values())

    @property
    def has_keys(self) -> bool:
        """Whether it makes assets."""
        return bool(self.specs_by_key)

    @property
    def check_specs_by_output_name(self) -> Mapping[str, AssetCheckSpec]:
        """Output name to the check it evaluates (those selected, for a subset)."""
        selected = self._selected_checks
        if selected is None:
            return self._all_check_specs
        return {name: spec for name, spec in self._all_check_specs.items() if spec.key in selected}

    @property
    def node_check_specs_by_output_name(self) -> Mapping[str, AssetCheckSpec]:
        """Output name to the check it evaluates, selected or not."""
        return self._all_check_specs

    @property
    def check_specs(self) -> Iterable[AssetCheckSpec]:
        """The checks that it evaluates."""
        return list(self.check_specs_by_output_name.values())

    @property
    def check_keys(self) -> Set[AssetCheckKey]:
        """The keys of the checks that it evaluates."""
        return (
            {spec.key for spec in self.check_specs_by_output_name.values()}
            if self._all_check_specs
            else frozenset()
        )

    @property
    def check_key(self) -> AssetCheckKey:
        """The check that it evaluates.

        Raises:
            CheckError: if there are several, or none.
        """
        keys = self.check_keys
        if len(keys) != 1:
            raise CheckError(f"{self.describe()} has {len(keys)} checks, not one: say which one is meant.")
        return next(iter(keys))

    @property
    def has_check_keys(self) -> bool:
        """Whether it evaluates checks."""
        return bool(self.check_keys)

    @property
    def asset_and_check_keys(self) -> Set[AssetKey | AssetCheckKey]:
        """The keys of all assets and checks."""
        return {*self.specs_by_key, *self.check_keys}

    def get_spec_for_check_key(self, asset_check_key: AssetCheckKey) -> AssetCheckSpec:
        """Return the spec of a check.

        Raises:
            KeyError: if it evaluates no such check.
        """
        for spec in self._all_check_specs.values():
            if spec.key == asset_check_key:
                return spec
        raise KeyError(asset_check_key)

    def get_asset_spec(self, key: CoercibleToAssetKey | None = None) -> AssetSpec:
        """Return the spec of an asset; the key may be left out if there is only one.

        Raises:
            CheckError: if the key is left out and there are several.
            KeyError: if it does not make that asset.
        """
        return self.specs_by_key[self.key if key is None else AssetKey.from_coercible(key)]

    # ------------------------------------------------------------------------------------------- the node

    @property
    def is_executable(self) -> bool:
        """Whether there is a node that makes, observes or checks something."""
        return self.binding is not None

    @property
    def is_external(self) -> bool:
        """Whether something outside makes its assets."""
        return not self.is_materializable

    @property
    def is_materializable(self) -> bool:
        """Whether running it makes its assets."""
        return self.execution_type is AssetExecutionType.MATERIALIZATION

    @property
    def is_observable(self) -> bool:
        """Whether running it observes its assets."""
        return self.execution_type is AssetExecutionType.OBSERVATION

    @property
    def execution_type(self) -> AssetExecutionType:
        """What running it does to its assets."""
        return self.binding.execution_type if self.binding is not None else AssetExecutionType.UNEXECUTABLE

    @property
    def is_auto_created_stub(self) -> bool:
        """Whether it stands for an asset that is only known from the dependencies of others."""
        return any(STUB_METADATA in spec.metadata for spec in self.specs_by_key.values())

    @property
    def auto_observe_interval_minutes(self) -> float | None:
        """How often its assets are observed by themselves, if they are."""
        for spec in self.specs_by_key.values():
            found = spec.metadata.get(AUTO_OBSERVE_METADATA)
            if found is not None:
                return float(getattr(found, "value", found))
        return None

    @property
    def can_subset(self) -> bool:
        """Whether a run may make only some of its assets."""
        return self.binding is not None and self.binding.can_subset

    @property
    def is_subset(self) -> bool:
        """Whether it is a view of some of the assets and checks of a node."""
        return self._selected_keys is not None or self._selected_checks is not None

    @property
    def node_def(self) -> Any:
        """The op or graph; of a graph-backed subset only what the selected assets need.

        Raises:
            CheckError: if it is external.
        """
        if self._node_def is None:
            self._node_def = self._resolve_node()
        return self._node_def

    def _resolve_node(self) -> Any:
        node = self._require_binding().node_def
        if not self.is_subset or not node.is_graph:
            return node
        from weftwork.definitions.assets.graph_subset import subset_of_graph  # only parts of graphs

        return subset_of_graph(node, self.selected_output_names)

    def _require_binding(self) -> NodeBinding:
        if self.binding is None:
            raise CheckError(f"{self.describe()} is external: there is no op or graph that makes it.")
        return self.binding

    @property
    def op(self) -> Any:
        """The op.

        Raises:
            CheckError: if it is external or graph-backed.
        """
        node = self.node_def
        if node.is_graph:
            raise CheckError(f"{self.describe()} is made by a graph, not by a single op: use node_def.")
        return node

    @property
    def node_name(self) -> str:
        """The name of the op or graph."""
        name: str = self._require_binding().node_def.name
        return name

    def describe(self) -> str:
        """Return what it is and where it was written, for messages."""
        keys = sorted(key.to_user_string() for key in self._all_specs)
        checks = sorted(spec.key.to_user_string() for spec in self._all_check_specs.values())
        what = f"Asset '{keys[0]}'" if len(keys) == 1 else f"Assets '{keys[0]}' … '{keys[-1]}'" if keys else (
            f"Check '{checks[0]}'" if checks else "The definition")  # fmt: skip
        place = self.describe_place()
        return f"{what}, defined by {place}," if place else what

    def describe_place(self) -> str | None:
        """Return the function that makes its assets and where it was written, or None."""
        node: Any = getattr(self.binding, "node_def", None)
        compute = getattr(node, "compute", None)
        fn = compute.fn if compute is not None else getattr(node, "composition_fn", None)
        return describe_function(fn) if fn is not None else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(sorted(k.to_user_string() for k in self.asset_and_check_keys))})"

    # ----------------------------------------------------------------------------------- inputs, outputs

    @property
    def node_keys_by_input_name(self) -> Mapping[str, AssetKey]:
        """Input name to upstream key, whether a selected asset needs it or not."""
        return self.binding.inputs if self.binding is not None else {}

    @property
    def node_keys_by_output_name(self) -> Mapping[str, AssetKey]:
        """Output name to key, selected or not."""
        return self.binding.outputs if self.binding is not None else {}

    @property
    def keys_by_input_name(self) -> Mapping[str, AssetKey]:
        """Input name to upstream key, for the inputs that the selected assets and checks need."""
        if not self.is_subset:
            return self.node_keys_by_input_name
        needed = {dep.asset_key for spec in self.specs_by_key.values() for dep in spec.deps}
        for check in self.check_specs_by_output_name.values():
            if check.asset_key not in self.specs_by_key:
                needed.add(check.asset_key)
            needed.update(dep.asset_key for dep in check.additional_deps)
        inputs = getattr(self.node_def, "input_dict", {})
        return {n: k for n, k in self.node_keys_by_input_name.items() if k in needed and n in inputs}

    @property
    def input_names(self) -> Iterable[str]:
        """The inputs of the node that the selected assets need."""
        return self.keys_by_input_name.keys()

    @property
    def keys_by_output_name(self) -> Mapping[str, AssetKey]:
        """Output name to key, for the selected assets."""
        if self._selected_keys is None:
            return self.node_keys_by_output_name
        return {
            name: key for name, key in self.node_keys_by_output_name.items() if key in self._selected_keys
        }

    @property
    def entity_keys_by_output_name(self) -> Mapping[str, AssetKey | AssetCheckKey]:
        """Output name to asset or check, for those selected."""
        checks = {name: spec.key for name, spec in self.check_specs_by_output_name.items()}
        return {**self.keys_by_output_name, **checks}

    @property
    def output_names_by_entity_key(self) -> Mapping[AssetKey | AssetCheckKey, str]:
        """Asset or check to output name, for those selected."""
        return {key: name for name, key in self.entity_keys_by_output_name.items()}

    @property
    def selected_output_names(self) -> frozenset[str]:
        """The outputs that a run of it makes."""
        return frozenset(self.entity_keys_by_output_name)

    def get_output_name_for_asset_key(self, key: AssetKey) -> str:
        """Return the output that makes an asset.

        Raises:
            KeyError: if it does not make it.
        """
        return self.output_names_by_entity_key[key]

    def get_output_name_for_asset_check_key(self, key: AssetCheckKey) -> str:
        """Return the output that evaluates a check.

        Raises:
            KeyError: if it does not evaluate it.
        """
        return self.output_names_by_entity_key[key]

    def get_io_manager_key_for_asset_key(self, key: AssetKey) -> str:
        """Return the resource that stores and loads an asset."""
        own = self.specs_by_key[key].io_manager_key
        if self.binding is None or (own and self.binding.execution_type is AssetExecutionType.OBSERVATION):
            return own or DEFAULT_IO_MANAGER_KEY  # nothing is stored: what loads it is said by the spec alone
        name = next(n for n, k in self.binding.outputs.items() if k == key)
        return str(self.binding.node_def.output_dict[name].io_manager_key)

    def has_output_for_asset_key(self, key: AssetKey) -> bool:
        """Return whether an output of it makes an asset."""
        return key in self.keys_by_output_name.values()

    def get_op_def_for_asset_key(self, key: AssetKey) -> Any:
        """Return the op that gives an asset: its own, or the one inside the graph that gives the output."""
        node = self.node_def
        output = self.get_output_name_for_asset_key(key)
        while node.is_graph:
            mapping = node.get_output_mapping(output)
            node, output = (
                node.node_dict[mapping.mapped_node_name].definition,
                mapping.mapped_node_output_name,
            )
        return node

    @property
    def unique_id(self) -> str:
        """A digest of what it makes and checks, the same in every process."""
        from hashlib import sha1  # only where it is asked for

        entities = sorted(entity.to_user_string() for entity in self.asset_and_check_keys)
        return sha1("\n".join(entities).encode(), usedforsecurity=False).hexdigest()[:8]

    @property
    def asset_deps(self) -> Mapping[AssetKey, Set[AssetKey]]:
        """Key to the keys it depends on, its own included."""
        return {key: {dep.asset_key for dep in spec.deps} for key, spec in self.specs_by_key.items()}

    @property
    def dependency_keys(self) -> Iterable[AssetKey]:
        """The keys that its assets depend on."""
        return {dep.asset_key for spec in self.specs_by_key.values() for dep in spec.deps}

    def get_partition_mapping(self, in_asset_key: AssetKey) -> Any:
        """Return the partition mapping to an upstream asset, or None for the default one."""
        for spec in self._all_specs.values():
            for dep in spec.deps:
                if dep.asset_key == in_asset_key and dep.partition_mapping is not None:
                    return dep.partition_mapping
        return None

    @property
    def partitions_def(self) -> Any:
        """The partitions of its assets, None if they have none.

        Raises:
            CheckError: if they have different ones.
        """
        found: list[Any] = []
        for spec in self.specs_by_key.values():
            if spec.partitions_def is not None and spec.partitions_def not in found:
                found.append(spec.partitions_def)
        for check in self.check_specs_by_output_name.values():
            if check.partitions_def is not None and check.partitions_def not in found:
                found.append(check.partitions_def)
        if len(found) > 1:
            raise CheckError(
                f"{self.describe()} has assets with different partitions: ask each spec for its own."
            )
        return found[0] if found else None

    @property
    def required_resource_keys(self) -> Set[str]:
        """The resources it needs, IO managers included."""
        if self.binding is None:
            return {self.get_io_manager_key_for_asset_key(key) for key in self.specs_by_key}
        return resource_keys_of_node(self.node_def)

    def node_specs(
        self, checks: Mapping[AssetKey, tuple[AssetCheckKey, ...]] | None = None
    ) -> list[AssetNodeSpec]:
        """Return its assets as planning sees them.

        Args:
            checks: asset to all checks on it; None for those that the definition itself evaluates.
        """
        from weftwork.planning.asset_graph import AssetNodeSpec, kinds_of  # a run needs no graph of assets

        if checks is None:
            own: dict[AssetKey, tuple[AssetCheckKey, ...]] = {}
            for check in self.check_specs_by_output_name.values():
                own[check.asset_key] = (*own.get(check.asset_key, ()), check.key)
            checks = own
        made, observed = self.is_materializable, self.is_observable
        together = tuple(self.specs_by_key) if len(self.specs_by_key) > 1 and not self.can_subset else ()
        return [
            AssetNodeSpec(
                key=key,
                deps=tuple([dep.asset_key for dep in spec.deps]),
                group=spec.group_name,
                tags=dict(spec.tags) if spec.tags else _NO_TAGS,
                kinds=kinds_of(spec.tags) if spec.tags else _NO_KINDS,
                owners=tuple(spec.owners),
                checks=checks.get(key, ()),
                is_materializable=made,
                is_observable=observed,
                required_with=together if made or observed else (),
                code_version=spec.code_version,
            )
            for key, spec in self.specs_by_key.items()
        ]
