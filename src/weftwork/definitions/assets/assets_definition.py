"""Assets that one op or graph makes, observes or checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.base.lifecycle import BETA, marked
from weftwork.definitions.assets.node_assets import NodeAssets, assets_of_node
from weftwork.definitions.assets.node_binding import AssetExecutionType, NodeBinding
from weftwork.definitions.assets.node_resources import merge_bound_resources
from weftwork.definitions.assets.node_view import NodeView
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.definitions.nodes.composing import find_composition
from weftwork.definitions.nodes.dependencies import NO_HOOKS
from weftwork.definitions.ports import execution_port
from weftwork.definitions.resources.wrapping import wrap_resources
from weftwork.records.keys import (
    AssetCheckKey,
    AssetKey,
    CoercibleToAssetKey,
    CoercibleToAssetKeyPrefix,
    key_prefix_parts,
)

if TYPE_CHECKING:
    from weftwork.definitions.assets.source_asset import SourceAsset


_NO_CHECKS: Mapping[str, AssetCheckSpec] = {}
_NO_RESOURCES: Mapping[str, Any] = {}


class AssetsDefinition(NodeView):
    """Assets, and the op or graph that makes them; normally made by ``@asset`` and its like.

    It binds keys to the inputs and outputs of one node. A subset is a view of the same node. Without a node it is
    external: something outside makes the assets.

    Args:
        keys_by_input_name: input name to upstream key.
        keys_by_output_name: output name to key.
        node_def: the op or graph; None for external assets.
        partitions_def: the partitions of all its assets.
        partition_mappings: upstream key to partition mapping.
        asset_deps: key to the keys it depends on (default: every asset on every input).
        can_subset: whether a run may make only some of the assets.
        resource_defs: resources that belong to it.
        group_names_by_key: group of each asset.
        metadata_by_key: metadata of each asset.
        tags_by_key: tags of each asset.
        descriptions_by_key: description of each asset.
        owners_by_key: owners of each asset.
        backfill_policy: how many partitions one run of a backfill makes.
        check_specs_by_output_name: the checks that the node evaluates.
        specs: all of the above about assets in one record each, instead of the single mappings.
        execution_type: what running it does to the assets.
        hook_defs: hooks of the node.

    Raises:
        CheckError: if inputs, outputs and keys do not fit each other.
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        keys_by_input_name: Mapping[str, AssetKey] | None = None,
        keys_by_output_name: Mapping[str, AssetKey] | None = None,
        node_def: Any = None,
        partitions_def: Any = None,
        partition_mappings: Mapping[AssetKey, Any] | None = None,
        asset_deps: Mapping[AssetKey, Set[AssetKey]] | None = None,
        selected_asset_keys: Set[AssetKey] | None = None,
        can_subset: bool = False,
        resource_defs: Mapping[str, object] | None = None,
        group_names_by_key: Mapping[AssetKey, str] | None = None,
        metadata_by_key: Mapping[AssetKey, Mapping[str, Any]] | None = None,
        tags_by_key: Mapping[AssetKey, Mapping[str, str]] | None = None,
        legacy_freshness_policies_by_key: Mapping[AssetKey, Any] | None = None,
        backfill_policy: BackfillPolicy | None = None,
        descriptions_by_key: Mapping[AssetKey, str] | None = None,
        check_specs_by_output_name: Mapping[str, AssetCheckSpec] | None = None,
        selected_asset_check_keys: Set[AssetCheckKey] | None = None,
        is_subset: bool = False,
        owners_by_key: Mapping[AssetKey, Sequence[str]] | None = None,
        specs: Sequence[AssetSpec] | None = None,
        execution_type: AssetExecutionType | None = None,
        auto_materialize_policies_by_key: Mapping[AssetKey, Any] | None = None,
        hook_defs: Set[Any] | None = None,
    ) -> None:
        del is_subset
        made = NodeAssets.from_mappings(
            node_def, keys_by_input_name or {}, keys_by_output_name or {}, specs,
            checks=check_specs_by_output_name or {}, asset_deps=asset_deps, partitions_def=partitions_def,
            partition_mappings=partition_mappings or {}, can_subset=can_subset, execution_type=execution_type,
            attributes={
                "group_name": group_names_by_key, "metadata": metadata_by_key, "tags": tags_by_key,
                "description": descriptions_by_key, "owners": owners_by_key,
                "legacy_freshness_policy": legacy_freshness_policies_by_key,
                "auto_materialize_policy": auto_materialize_policies_by_key,
            },
        )  # fmt: skip
        self._fill(
            made.binding, made.specs, made.checks, resource_defs=resource_defs, backfill_policy=backfill_policy,
            hook_defs=hook_defs,
        )  # fmt: skip
        if selected_asset_keys is not None or selected_asset_check_keys is not None:
            self._select(
                frozenset(self._all_specs if selected_asset_keys is None else selected_asset_keys),
                None if selected_asset_check_keys is None else frozenset(selected_asset_check_keys),
            )

    def _fill(
        self,
        binding: NodeBinding | None,
        specs: Iterable[AssetSpec],
        checks: Mapping[str, AssetCheckSpec] = _NO_CHECKS,
        *,
        resource_defs: Mapping[str, Any] | None = None,
        backfill_policy: BackfillPolicy | None = None,
        hook_defs: Set[Any] | None = None,
    ) -> None:
        self.binding = binding
        self._all_specs = self.specs_by_key = {spec.key: spec for spec in specs}
        self._all_check_specs = checks
        self.resource_defs = wrap_resources(resource_defs) if resource_defs else _NO_RESOURCES
        if backfill_policy is not None:
            check_type(backfill_policy, BackfillPolicy, "backfill_policy")
        self.backfill_policy = backfill_policy
        self.hook_defs = frozenset(hook_defs) if hook_defs else NO_HOOKS
        self._selected_keys: frozenset[AssetKey] | None = None
        self._selected_checks: frozenset[AssetCheckKey] | None = None
        self._node_def: Any = None

    @classmethod
    def build(
        cls,
        binding: NodeBinding | None,
        specs: Iterable[AssetSpec],
        checks: Mapping[str, AssetCheckSpec] = _NO_CHECKS,
        *,
        resource_defs: Mapping[str, Any] | None = None,
        backfill_policy: BackfillPolicy | None = None,
        hook_defs: Set[Any] | None = None,
    ) -> Any:
        """Return a definition from parts that fit each other.

        Args:
            binding: the node with its keys; None for external assets.
            specs: the assets, in the order of the outputs.
            checks: output name to check.
            resource_defs: resources that belong to it.
            backfill_policy: how many partitions one run of a backfill makes.
            hook_defs: hooks of the node.
        """
        made = cls.__new__(cls)
        made._fill(
            binding,
            specs,
            checks,
            resource_defs=resource_defs,
            backfill_policy=backfill_policy,
            hook_defs=hook_defs,
        )
        return made

    @staticmethod
    def from_op(
        op_def: Any,
        *,
        keys_by_input_name: Mapping[str, AssetKey] | None = None,
        keys_by_output_name: Mapping[str, AssetKey] | None = None,
        key_prefix: CoercibleToAssetKeyPrefix | None = None,
        internal_asset_deps: Mapping[str, set[AssetKey]] | None = None,
        partitions_def: Any = None,
        partition_mappings: Mapping[str, Any] | None = None,
        group_name: str | None = None,
        group_names_by_output_name: Mapping[str, str | None] | None = None,
        descriptions_by_output_name: Mapping[str, str] | None = None,
        metadata_by_output_name: Mapping[str, Mapping[str, Any] | None] | None = None,
        tags_by_output_name: Mapping[str, Mapping[str, str] | None] | None = None,
        automation_conditions_by_output_name: Mapping[str, Any] | None = None,
        backfill_policy: BackfillPolicy | None = None,
        can_subset: bool = False,
        auto_materialize_policies_by_output_name: Mapping[str, Any] | None = None,
        hook_defs: Set[Any] | None = None,
        freshness_policies_by_output_name: Mapping[str, Any] | None = None,
    ) -> AssetsDefinition:
        """Return the assets that an op makes; arguments as in ``from_graph``."""
        return AssetsDefinition.from_graph(
            op_def, keys_by_input_name=keys_by_input_name, keys_by_output_name=keys_by_output_name,
            key_prefix=key_prefix, internal_asset_deps=internal_asset_deps, partitions_def=partitions_def,
            partition_mappings=partition_mappings, group_name=group_name,
            group_names_by_output_name=group_names_by_output_name,
            descriptions_by_output_name=descriptions_by_output_name,
            metadata_by_output_name=metadata_by_output_name, tags_by_output_name=tags_by_output_name,
            automation_conditions_by_output_name=automation_conditions_by_output_name,
            backfill_policy=backfill_policy, can_subset=can_subset,
            auto_materialize_policies_by_output_name=auto_materialize_policies_by_output_name, hook_defs=hook_defs,
            freshness_policies_by_output_name=freshness_policies_by_output_name,
        )  # fmt: skip

    @staticmethod
    @marked("AssetsDefinition.from_graph", resource_defs=BETA)
    def from_graph(
        graph_def: Any,
        *,
        keys_by_input_name: Mapping[str, AssetKey] | None = None,
        keys_by_output_name: Mapping[str, AssetKey] | None = None,
        key_prefix: CoercibleToAssetKeyPrefix | None = None,
        internal_asset_deps: Mapping[str, set[AssetKey]] | None = None,
        partitions_def: Any = None,
        partition_mappings: Mapping[str, Any] | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        group_name: str | None = None,
        group_names_by_output_name: Mapping[str, str | None] | None = None,
        descriptions_by_output_name: Mapping[str, str] | None = None,
        metadata_by_output_name: Mapping[str, Mapping[str, Any] | None] | None = None,
        tags_by_output_name: Mapping[str, Mapping[str, str] | None] | None = None,
        automation_conditions_by_output_name: Mapping[str, Any] | None = None,
        backfill_policy: BackfillPolicy | None = None,
        can_subset: bool = False,
        check_specs: Sequence[AssetCheckSpec] | None = None,
        owners_by_output_name: Mapping[str, Sequence[str]] | None = None,
        code_versions_by_output_name: Mapping[str, str | None] | None = None,
        auto_materialize_policies_by_output_name: Mapping[str, Any] | None = None,
        hook_defs: Set[Any] | None = None,
        freshness_policies_by_output_name: Mapping[str, Any] | None = None,
    ) -> AssetsDefinition:
        """Return the assets that a graph makes.

        Args:
            graph_def: the graph.
            keys_by_input_name: input name to upstream key (default: the name); names every input if given.
            keys_by_output_name: output name to key (default: the name, or the graph's for a single "result").
            key_prefix: parts before the keys of the outputs.
            internal_asset_deps: output name to the keys that it depends on (default: all inputs).
            partitions_def: the partitions of all assets.
            partition_mappings: input name to partition mapping.
            resource_defs: resources that belong to it.
            group_name: the group of all assets.
            group_names_by_output_name: the group of each asset.
            descriptions_by_output_name: the description of each asset.
            metadata_by_output_name: the metadata of each asset.
            tags_by_output_name: the tags of each asset.
            automation_conditions_by_output_name: the condition of each asset.
            backfill_policy: how many partitions one run of a backfill makes.
            can_subset: whether a run may make only some of the assets.
            check_specs: checks that outputs of the graph evaluate.
            owners_by_output_name: the owners of each asset.
            code_versions_by_output_name: the code version of each asset.
            auto_materialize_policies_by_output_name: the older form of the conditions.
            hook_defs: hooks of the graph.
            freshness_policies_by_output_name: how old each asset may become.

        Raises:
            CheckError: if a mapping names inputs or outputs that the graph does not have.
        """
        made = assets_of_node(
            graph_def, keys_by_input_name, keys_by_output_name, key_prefix_parts(key_prefix), internal_asset_deps,
            check_specs=check_specs, partitions_def=partitions_def, partition_mappings=partition_mappings or {},
            can_subset=can_subset, group_name=group_name,
            attributes={
                "group_name": group_names_by_output_name, "description": descriptions_by_output_name,
                "metadata": metadata_by_output_name, "tags": tags_by_output_name, "owners": owners_by_output_name,
                "automation_condition": automation_conditions_by_output_name,
                "code_version": code_versions_by_output_name,
                "auto_materialize_policy": auto_materialize_policies_by_output_name,
                "freshness_policy": freshness_policies_by_output_name,
            },
        )  # fmt: skip
        definition: AssetsDefinition = AssetsDefinition.build(
            made.binding, made.specs, made.checks, resource_defs=resource_defs, backfill_policy=backfill_policy,
            hook_defs=hook_defs,
        )  # fmt: skip
        return definition

    # ------------------------------------------------------------------------------------ changed copies

    def get_attributes_dict(self) -> dict[str, Any]:
        """Return the arguments that make an equal definition."""
        binding = self.binding
        return {
            "keys_by_input_name": dict(binding.inputs) if binding is not None else {},
            "keys_by_output_name": dict(binding.outputs) if binding is not None else {},
            "node_def": binding.node_def if binding is not None else None,
            "specs": list(self._all_specs.values()),
            "check_specs_by_output_name": self._all_check_specs,
            "selected_asset_keys": self._selected_keys,
            "selected_asset_check_keys": self._selected_checks,
            "can_subset": binding is not None and binding.can_subset,
            "execution_type": binding.execution_type if binding is not None else None,
            "resource_defs": self.resource_defs,
            "backfill_policy": self.backfill_policy,
            "hook_defs": self.hook_defs,
        }

    def _copy(self, **changes: Any) -> Any:
        copy = type(self).__new__(type(self))
        for slot in NodeView.__slots__[1:]:
            setattr(copy, slot, changes[slot] if slot in changes else getattr(self, slot))
        return copy

    def _select(self, keys: frozenset[AssetKey], checks: frozenset[AssetCheckKey] | None) -> None:
        if checks is None:
            checks = frozenset(spec.key for spec in self._all_check_specs.values() if spec.asset_key in keys)
        self._selected_keys = keys
        self._selected_checks = checks
        self.specs_by_key = {key: spec for key, spec in self._all_specs.items() if key in keys}
        self._node_def = None

    def subset_for(
        self, selected_asset_keys: Set[AssetKey], selected_asset_check_keys: Set[AssetCheckKey] | None = None
    ) -> AssetsDefinition:
        """Return a view of some of its assets and checks; what it does not make is left aside.

        Args:
            selected_asset_keys: the assets.
            selected_asset_check_keys: the checks; None for those of the selected assets.

        Raises:
            CheckError: if it cannot be split and not all of it is selected.
        """
        keys = self.keys & selected_asset_keys
        checks = None if selected_asset_check_keys is None else self.check_keys & selected_asset_check_keys
        if not self.can_subset:
            raise CheckError(f"{self.describe()} cannot be split: it was defined with can_subset=False.")
        view: AssetsDefinition = self._copy()
        view._select(frozenset(keys), None if checks is None else frozenset(checks))
        return view

    def map_asset_specs(self, fn: Callable[[AssetSpec], AssetSpec]) -> AssetsDefinition:
        """Return a copy with each spec replaced by what ``fn`` makes of it.

        Raises:
            DagsterInvalidDefinitionError: if ``fn`` changes a key, or gives no spec.
        """
        from weftwork.definitions.assets.spec_change import check_mapped_spec  # few are changed

        mapped = {key: check_mapped_spec(spec, fn(spec)) for key, spec in self._all_specs.items()}
        changes: dict[str, Any] = {}
        if self.binding is not None:
            changes["binding"] = self._binding_without(self._inputs_without_use(mapped))
        changed: AssetsDefinition = self._with_specs(mapped, **changes)
        return changed

    def _binding_without(self, names: Sequence[str]) -> NodeBinding | None:
        """Return the binding without some inputs; an op, which orders by them and does not read them, loses them too."""
        binding = self.binding
        if binding is None or not names:
            return binding
        bound, node = binding.without_inputs(names), binding.node_def
        if node.is_graph:
            return bound
        kept = {name: taken for name, taken in node.ins.items() if name not in names}
        return bound.with_node(node.with_replaced_properties(node.name, ins=kept))

    def _inputs_without_use(self, mapped: Mapping[AssetKey, AssetSpec]) -> list[str]:
        """Return the inputs of assets that changed specs no longer depend on.

        Raises:
            CheckError: if the function takes the value of one of them.
        """
        before = {dep.asset_key for spec in self._all_specs.values() for dep in spec.deps}
        gone = before - {dep.asset_key for spec in mapped.values() for dep in spec.deps}
        if not gone:
            return []
        names = [name for name, key in self.node_keys_by_input_name.items() if key in gone]
        declared = self.node_def.input_dict
        for name in names:
            if name in declared and not declared[name].is_nothing:
                raise CheckError(
                    f"{self.describe()} takes the value of '{self.node_keys_by_input_name[name].to_user_string()}' as "
                    f"'{name}', so that dependency cannot be mapped away."
                )
        return names

    def _with_specs(self, specs: Mapping[AssetKey, AssetSpec], **changes: Any) -> Any:
        selected = changes.get("_selected_keys", self._selected_keys)
        shown = specs if selected is None else {key: spec for key, spec in specs.items() if key in selected}
        return self._copy(_all_specs=specs, specs_by_key=shown, _node_def=None, **changes)

    def with_attributes(
        self,
        *,
        asset_key_replacements: Mapping[AssetKey, AssetKey] | None = None,
        group_names_by_key: Mapping[AssetKey, str] | None = None,
        tags_by_key: Mapping[AssetKey, Mapping[str, str]] | None = None,
        legacy_freshness_policy: Any = None,
        automation_condition: Any = None,
        backfill_policy: BackfillPolicy | None = None,
        hook_defs: Set[Any] | None = None,
        metadata_by_key: Mapping[AssetKey | AssetCheckKey, Mapping[str, Any]] | None = None,
    ) -> AssetsDefinition:
        """Return a copy with other keys, groups, tags, policies, hooks or metadata.

        Raises:
            DagsterInvalidDefinitionError: if a group or policy is given to an asset that has one.
        """
        from weftwork.definitions.assets.spec_change import SpecChange  # few are changed

        renamed = asset_key_replacements or {}
        change = SpecChange(
            renamed, group_names_by_key or {}, tags_by_key or {}, metadata_by_key or {},
            legacy_freshness_policy, automation_condition,
        )  # fmt: skip
        specs = {spec.key: spec for spec in map(change.apply, self._all_specs.values())}
        changes: dict[str, Any] = {"_all_check_specs": change.apply_to_checks(self._all_check_specs)}
        if renamed and self.binding is not None:
            changes["binding"] = self.binding.with_keys(renamed)
        if self._selected_keys is not None:
            changes["_selected_keys"] = frozenset(renamed.get(key, key) for key in self._selected_keys)
        if self._selected_checks is not None:
            changes["_selected_checks"] = frozenset(
                check.replace_asset_key(renamed.get(check.asset_key, check.asset_key))
                for check in self._selected_checks
            )
        if backfill_policy is not None:
            changes["backfill_policy"] = backfill_policy
        if hook_defs:
            changes["hook_defs"] = self.hook_defs | hook_defs
        copy: AssetsDefinition = self._with_specs(specs, **changes)
        return copy

    def with_hooks(self, hook_defs: Set[Any]) -> AssetsDefinition:
        """Return a copy whose node has these hooks too."""
        return self.with_attributes(hook_defs=hook_defs)

    def with_resources(self, resource_defs: Mapping[str, Any]) -> AssetsDefinition:
        """Return a copy that the given resources belong to, as far as it needs them.

        Raises:
            DagsterInvalidInvocationError: if one of its own resources is given again.
        """
        merged = merge_bound_resources(self, wrap_resources(resource_defs))
        copy: AssetsDefinition = self._copy(resource_defs=merged)
        return copy

    def to_source_asset(self, key: CoercibleToAssetKey | None = None) -> SourceAsset:
        """Return one of its assets as an asset that is loaded and not made.

        Raises:
            CheckError: if the key is left out and there are several, or it does not make that asset.
        """
        from weftwork.definitions.assets.source_asset import SourceAsset  # few make one

        wanted = self.key if key is None else AssetKey.from_coercible_or_definition(key)
        if wanted not in self.specs_by_key:
            raise CheckError(f"{self.describe()} does not make '{wanted.to_user_string()}'.")
        spec = self.specs_by_key[wanted]
        return SourceAsset(
            spec.key, metadata=spec.metadata, io_manager_key=self.get_io_manager_key_for_asset_key(wanted),
            description=spec.description, partitions_def=spec.partitions_def, group_name=spec.group_name,
            resource_defs=self.resource_defs, tags=spec.tags,
        )  # fmt: skip

    def to_source_assets(self) -> Sequence[SourceAsset]:
        """Return its assets as assets that are loaded and not made."""
        return [self.to_source_asset(key) for key in self.specs_by_key]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Use the node in a composition, or call its function directly, as a test does."""
        node = self.node_def
        if not node.is_graph and find_composition() is None:
            return execution_port().invoke_op(node, args, kwargs, assets_def=self)
        return node(*args, **kwargs)
