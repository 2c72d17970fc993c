"""The graph of assets together with the definitions that it was made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.graph_node import AssetJobNode, AssetNode, CheckNode, EntityKey
from weftwork.definitions.assets.layer.node_export import export_nodes
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.attributes import DEFAULT_GROUP_NAME
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.planning.asset_graph import AssetGraph
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.values.asset_job_key import AssetJobKey

if TYPE_CHECKING:
    from weftwork.partitions.mappings import PartitionMapping


class UnresolvedJob(Protocol):
    """A job over selected assets."""

    name: str

    @property
    def selection(self) -> Any:
        """Which assets: an ``AssetSelection``."""


class DefinedAssetGraph(AssetGraph):
    """Assets, how they depend on each other, and who makes them.

    Args:
        definitions: the definitions of the assets and checks.
        list_automated_jobs: returns the jobs over these assets that run by conditions.
    """

    def __init__(
        self,
        definitions: Sequence[AssetsDefinition],
        list_automated_jobs: Callable[[], Iterable[UnresolvedJob]] = tuple,
    ) -> None:
        super().__init__(export_nodes(definitions))
        self._definitions = definitions
        self._list_automated_jobs = list_automated_jobs

    @cached_property
    def assets_defs(self) -> Sequence[AssetsDefinition]:
        """The definitions, each after those that it depends on; those of assets that nothing declares come last."""
        place = {key: number for number, key in enumerate(self.toposorted_asset_keys)}
        return sorted(
            self._definitions,
            key=lambda one: max((place[key] for key in one.specs_by_key), default=len(place)),
        )

    # ------------------------------------------------------------------------------ nodes

    @cached_property
    def _by_key(self) -> Mapping[AssetKey, AssetsDefinition]:
        return {key: definition for definition in self._definitions for key in definition.specs_by_key}

    @cached_property
    def _by_check(self) -> Mapping[AssetCheckKey, AssetsDefinition]:
        return {key: definition for definition in self._definitions for key in definition.check_keys}

    def has(self, key: Any) -> bool:
        """Return whether there is such an asset, check, or job that runs by its condition."""
        if isinstance(key, AssetJobKey):
            return key in self.automatable_asset_job_keys
        return key in self._by_check if isinstance(key, AssetCheckKey) else super().has(key)

    def get(self, key: Any) -> Any:
        """Return an asset, a check, or a job that runs by its condition, with what its definition says of it.

        Raises:
            DagsterInvalidSubsetError: if there is none of that key.
        """
        if isinstance(key, AssetCheckKey) and key in self._by_check:
            about = self._by_key.get(key.asset_key)
            partitions = about.specs_by_key[key.asset_key].partitions_def if about is not None else None
            return CheckNode(self.get_check_spec(key), partitions)
        for known in self.asset_job_nodes if isinstance(key, AssetJobKey) else ():
            if known.key == key:
                return known
        node = super().get(key)
        definition = self._by_key.get(key)
        spec = definition.specs_by_key[key] if definition is not None else None
        return AssetNode(self, node, spec or AssetSpec(key, group_name=DEFAULT_GROUP_NAME), definition)

    @property
    def asset_nodes(self) -> Sequence[AssetNode]:
        """All assets."""
        return [self.get(key) for key in self]

    @property
    def asset_check_nodes(self) -> Sequence[CheckNode]:
        """All checks."""
        return [self.get(key) for key in self._by_check]

    @property
    def asset_job_nodes(self) -> Sequence[AssetJobNode]:
        """All jobs that run by their conditions."""
        return [AssetJobNode(job, set(job.selection.resolve(self))) for job in self._list_automated_jobs()]

    def assets_def_for_key(self, key: AssetKey) -> AssetsDefinition:
        """Return what makes, observes or declares an asset.

        Raises:
            DagsterInvalidSubsetError: if there is no such asset.
        """
        self.get_number(key)
        return self._by_key[key]

    def get_check_spec(self, key: AssetCheckKey) -> AssetCheckSpec:
        """Return the spec of a check.

        Raises:
            KeyError: if nothing evaluates it.
        """
        return self._by_check[key].get_spec_for_check_key(key)

    # ------------------------------------------------------------------------------ sets of keys

    @property
    def all_group_names(self) -> set[str]:
        """The groups."""
        return {node.group or DEFAULT_GROUP_NAME for node in self.nodes}

    def asset_keys_for_group(self, group_name: str) -> set[AssetKey]:
        """Return the assets of a group."""
        return {node.key for node in self.nodes if (node.group or DEFAULT_GROUP_NAME) == group_name}

    def asset_keys_for_partitions_def(self, partitions_def: PartitionsDefinition[Any]) -> set[AssetKey]:
        """Return the assets that have these partitions."""
        return {node.key for node in self.asset_nodes if node.partitions_def == partitions_def}

    def asset_keys_for_job(self, job_name: str) -> set[AssetKey]:
        """Return the assets of a job that runs by its condition; of no other job."""
        for job in self._list_automated_jobs():
            if job.name == job_name:
                return set(job.selection.resolve(self))
        return set()

    @property
    def automatable_asset_job_keys(self) -> set[AssetJobKey]:
        """The jobs that run by their conditions."""
        return {AssetJobKey(job_name=job.name) for job in self._list_automated_jobs()}

    @property
    def unpartitioned_asset_keys(self) -> set[AssetKey]:
        """The assets without partitions."""
        return {node.key for node in self.asset_nodes if not node.is_partitioned}

    @property
    def unexecutable_asset_keys(self) -> set[AssetKey]:
        """The assets that nothing here makes or observes."""
        return self.external_asset_keys

    @property
    def root_materializable_asset_keys(self) -> set[AssetKey]:
        """The assets made here that depend on none made here."""
        return self._roots_of(self.materializable_asset_keys)

    @property
    def root_executable_asset_keys(self) -> set[AssetKey]:
        """The assets made or observed here that depend on none of these."""
        return self._roots_of(self.executable_asset_keys)

    def _roots_of(self, keys: set[AssetKey]) -> set[AssetKey]:
        """Return those that depend on no other of them, however far away; each edge is looked at once."""
        below: set[int] = set()  # what depends on one of them
        roots = set()
        for number in self.order:
            key = self.nodes[number].key
            if key in keys and number not in below:
                roots.add(key)
            if key in keys or number in below:
                below.update(child for child in self.children[number] if child != number)
        return roots

    # ------------------------------------------------------------------------------ edges

    def get_parents(self, node_or_key: Any) -> set[Any]:
        """Return the nodes that an asset or check depends on directly."""
        return {self.get(key) for key in self.get(_key_of(node_or_key)).parent_keys}

    def get_children(self, node_or_key: Any) -> set[Any]:
        """Return the nodes that depend on an asset or check directly."""
        return {self.get(key) for key in self.get(_key_of(node_or_key)).child_entity_keys}

    def get_check_keys_for_assets(self, asset_keys: Iterable[AssetKey]) -> set[AssetCheckKey]:
        """Return the checks on some assets."""
        return {check for key in asset_keys for check in super(DefinedAssetGraph, self).get(key).checks}

    def get_execution_set_asset_and_check_keys(self, key: EntityKey) -> set[EntityKey]:
        """Return what is always made or evaluated together with an asset or check, itself included."""
        definition = (self._by_check if isinstance(key, AssetCheckKey) else self._by_key)[key]  # type: ignore[index]
        if definition.binding is None or definition.can_subset:
            return {key}
        return {*definition.keys, *definition.check_keys}

    def get_partition_mapping(self, key: AssetKey, parent_asset_key: AssetKey) -> PartitionMapping:
        """Return how the partitions of an asset map to those of one that it depends on."""
        from weftwork.partitions.mappings import infer_partition_mapping  # only who asks

        own, parent = self.get(key), self.get(parent_asset_key)
        told = self._by_key[key].get_partition_mapping(parent_asset_key)
        return infer_partition_mapping(told, own.partitions_def, parent.partitions_def)


def _key_of(node_or_key: Any) -> Any:
    return node_or_key.key if isinstance(node_or_key, (AssetNode, CheckNode)) else node_or_key
