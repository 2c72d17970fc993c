"""Which nodes of an asset job are which assets and checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvalidSubsetError
from weftwork.base.text import did_you_mean
from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.layer.asset_catalog import AssetCatalog
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.specs import NodeAssetsSpec

if TYPE_CHECKING:
    from weftwork.planning.asset_graph import AssetGraph


SubsetJob = Callable[[Any, frozenset[AssetKey], frozenset[AssetCheckKey]], Any]


class AssetLayer:
    """Which nodes of an asset job are which assets and checks, and what is known of all assets around them.

    Args:
        catalog: all assets that are known together.
        nodes: node name to the definition, narrowed to what the node makes.
        subset_job: builds the part of a job that makes fewer assets.

    Attributes:
        satisfied: the sets of resources that were found to be enough for the nodes.
    """

    __slots__ = ("__dict__", "_subset_job", "catalog", "nodes", "satisfied")

    def __init__(
        self, catalog: AssetCatalog, nodes: Mapping[str, AssetsDefinition], subset_job: SubsetJob
    ) -> None:
        self.catalog = catalog
        self.nodes = nodes
        self._subset_job = subset_job
        self.satisfied: set[frozenset[tuple[str, int]]] = set()

    # ------------------------------------------------------------------------------ what is made

    @cached_property
    def node_by_key(self) -> Mapping[AssetKey, str]:
        """Asset to the node that makes or observes it in this job."""
        return {key: name for name, definition in self.nodes.items() for key in definition.specs_by_key}

    @cached_property
    def node_by_check(self) -> Mapping[AssetCheckKey, str]:
        """Check to the node that evaluates it in this job."""
        return {key: name for name, definition in self.nodes.items() for key in definition.check_keys}

    @property
    def selected_keys(self) -> frozenset[AssetKey]:
        """The assets that the job makes or observes."""
        return frozenset(self.node_by_key)

    @property
    def asset_graph(self) -> AssetGraph:
        """The graph of all assets that are known together."""
        return self.catalog.graph

    executable_keys = selected_keys
    executable_asset_keys = selected_keys

    @cached_property
    def loaded_elsewhere(self) -> Mapping[AssetKey, str]:
        """Assets that nodes load although the job does not make them (or only observes them), each with who loads it."""
        made, declared = self.node_by_key, self.catalog.by_key
        observing = {name for name, definition in self.nodes.items() if definition.is_observable}
        found: dict[AssetKey, str] = {}
        for definition in self.nodes.values():
            for input_name, key in definition.keys_by_input_name.items():
                maker = made.get(key)
                if maker is not None and maker not in observing:
                    continue
                if key in found or key not in declared:
                    continue
                taken = definition.node_def.input_dict[input_name]
                if not taken.is_nothing and not taken.input_manager_key:
                    described = definition.describe()
                    found[key] = (
                        f"loading asset '{key.to_user_string()}' for {described[0].lower()}{described[1:]},"
                    )
        return found

    @property
    def selected_check_keys(self) -> frozenset[AssetCheckKey]:
        """The checks that the job evaluates."""
        return frozenset(self.node_by_check)

    def assets_def_for_node(self, node_name: str) -> AssetsDefinition | None:
        """Return the definition behind a top-level node, or None."""
        return self.nodes.get(node_name)

    def assets_def(self, key: AssetKey) -> AssetsDefinition | None:
        """Return the definition of an asset: the node's, or the one that declares it outside of the job, or None."""
        node = self.node_by_key.get(key)
        return self.nodes[node] if node is not None else self.catalog.by_key.get(key)

    def node_specs(self) -> Iterator[NodeAssetsSpec]:
        """Yield what planning needs to know of each node."""
        for name, definition in self.nodes.items():
            binding = definition.binding
            assert binding is not None
            node_def = definition.node_def
            inputs, outputs, checks = binding.inputs, binding.outputs, binding.checks
            if node_def is not binding.node_def:  # the part of a graph that the selected assets need
                inputs = {key: asset for key, asset in inputs.items() if key in node_def.input_dict}
                outputs = {output: key for output, key in outputs.items() if output in node_def.output_dict}
                checks = {output: key for output, key in checks.items() if output in node_def.output_dict}
            yield NodeAssetsSpec(
                node=name,
                inputs=inputs,
                outputs=outputs,
                checks=checks,
                selected=definition.selected_output_names if definition.is_subset else None,
                observes=definition.is_observable,
            )

    # ------------------------------------------------------------------------------ what is known

    def spec(self, key: AssetKey) -> AssetSpec:
        """Return the spec of an asset; one that nothing declares is external and bare."""
        return self.catalog.get_spec(key)

    get_spec = spec
    external_spec = spec

    def find_spec(self, key: AssetKey) -> AssetSpec | None:
        """Return the spec of an asset, or None if nothing declares it."""
        return self.catalog.find_spec(key)

    def check_spec(self, key: AssetCheckKey) -> AssetCheckSpec:
        """Return the spec of a check.

        Raises:
            KeyError: if nothing evaluates it.
        """
        return self.catalog.get_check_spec(key)

    def partitions_def(self, key: AssetKey) -> Any:
        """Return the partitions of an asset, or None."""
        spec = self.catalog.find_spec(key)
        return spec.partitions_def if spec is not None else None

    def refuse_different_partitions(self) -> None:
        """Raise if assets of the job have different partitions.

        Raises:
            DagsterInvalidDefinitionError: if they do; names two of them.
        """
        first: tuple[AssetKey, Any] | None = None
        for key in sorted(self.node_by_key):
            own = self.spec(key).partitions_def
            if own is None:
                continue
            if first is None:
                first = key, own
            elif own is not first[1] and own != first[1]:
                raise DagsterInvalidDefinitionError(
                    f"'{first[0].to_user_string()}' and '{key.to_user_string()}' have different partitions, so one run cannot "
                    f"be for a partition of both. Select one of them, and run them one after the other."
                )

    def partition_mapping(self, downstream: AssetKey | str, upstream_key: AssetKey) -> Any:
        """Return how partitions of an asset (or of a node's assets) depend on those of another; None for the default."""
        definition = (
            self.nodes.get(downstream) if isinstance(downstream, str) else self.assets_def(downstream)
        )
        if definition is None:
            return None
        if isinstance(downstream, AssetKey):
            spec = definition.specs_by_key.get(downstream)
            for dep in spec.deps if spec is not None else ():
                if dep.asset_key == upstream_key:
                    return dep.partition_mapping
        return definition.get_partition_mapping(upstream_key)

    def upstream_keys(self, key: AssetKey) -> Sequence[AssetKey]:
        """Return the assets that an asset depends on."""
        spec = self.catalog.find_spec(key)
        return tuple(dep.asset_key for dep in spec.deps) if spec is not None else ()

    def io_manager_key(self, key: AssetKey) -> str:
        """Return the resource that stores and loads an asset."""
        definition = self.assets_def(key)
        return definition.get_io_manager_key_for_asset_key(key) if definition is not None else "io_manager"

    # ------------------------------------------------------------------------------ parts of the job

    def subset_job(
        self, job: Any, asset_keys: Iterable[AssetKey] | None, check_keys: Iterable[AssetCheckKey] | None
    ) -> Any:
        """Return the part of a job that makes some of its assets and evaluates some of its checks.

        Args:
            job: the job.
            asset_keys: the assets; None for all.
            check_keys: the checks; None for those of the selected assets.

        Raises:
            DagsterInvalidSubsetError: if the job does not make one of them, or one cannot be made alone.
        """
        keys = self.selected_keys if asset_keys is None else frozenset(asset_keys)
        self._check_known(job, keys, self.node_by_key, "make the asset")
        if check_keys is None:
            checks = frozenset(key for key in self.node_by_check if key.asset_key in keys)
        else:
            checks = frozenset(check_keys)
            self._check_known(job, checks, self.node_by_check, "evaluate the check")
        if asset_keys is None and check_keys is not None:
            keys = frozenset()
        return self._subset_job(job, keys, checks)

    def _check_known(self, job: Any, keys: Iterable[Any], known: Mapping[Any, str], what: str) -> None:
        for key in keys:
            if key not in known:
                name = key.to_user_string()
                nearest = did_you_mean(name, [other.to_user_string() for other in known])
                raise DagsterInvalidSubsetError(f"Job '{job.name}' does not {what} '{name}'.{nearest}")
