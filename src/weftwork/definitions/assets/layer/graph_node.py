"""One asset, check or job in the graph of assets, with everything that its definition says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from weftwork.definitions.assets.assets_definition import AssetsDefinition
from weftwork.definitions.assets.specs.asset_spec import AssetSpec
from weftwork.definitions.assets.specs.check_spec import AssetCheckSpec
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.planning.asset_graph import AssetNodeSpec
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.values.asset_job_key import AssetJobKey

EntityKey = AssetKey | AssetCheckKey


class _Graph(Protocol):
    """The graph around a node."""

    @property
    def asset_check_keys(self) -> set[AssetCheckKey]: ...
    def get_parent_keys(self, key: AssetKey) -> set[AssetKey]: ...
    def get_child_keys(self, key: AssetKey) -> set[AssetKey]: ...
    def get(self, key: Any) -> Any: ...


class AssetNode:
    """An asset in the graph.

    Besides the attributes here it has those of what planning knows of the asset (``deps``, ``is_materializable``, …) and
    those of its spec (``description``, ``metadata``, ``automation_condition``, …).

    Args:
        graph: the graph.
        node: what planning knows of the asset.
        spec: its spec.
        definition: what makes, observes or declares it; None for one that others only depend on.
    """

    __slots__ = ("_definition", "_graph", "_node", "_spec")

    def __init__(
        self, graph: _Graph, node: AssetNodeSpec, spec: AssetSpec, definition: AssetsDefinition | None
    ) -> None:
        self._graph = graph
        self._node = node
        self._spec = spec
        self._definition = definition

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        for part in (self._node, self._spec):
            if hasattr(part, name):
                return getattr(part, name)
        raise AttributeError(f"The node of an asset has no attribute '{name}'.")

    def __repr__(self) -> str:
        return f"AssetNode({self._node.key.to_user_string()})"

    def __eq__(self, other: object) -> bool:
        return self._node == (other._node if isinstance(other, AssetNode) else other)

    def __hash__(self) -> int:
        return hash(self._node.key)

    @property
    def assets_def(self) -> AssetsDefinition | None:
        """What makes, observes or declares it."""
        return self._definition

    @property
    def parent_keys(self) -> set[AssetKey]:
        """The assets that it depends on directly."""
        return self._graph.get_parent_keys(self._node.key)

    parent_entity_keys = parent_keys

    @property
    def child_keys(self) -> set[AssetKey]:
        """The assets that depend on it directly."""
        return self._graph.get_child_keys(self._node.key)

    @property
    def child_entity_keys(self) -> set[EntityKey]:
        """The assets that depend on it directly, and the checks that look at it."""
        key = self._node.key
        return {
            *self.child_keys,
            *(one for one in self._graph.asset_check_keys if key in self._graph.get(one).parent_keys),
        }

    @property
    def has_self_dependency(self) -> bool:
        """Whether it depends on itself."""
        return self._node.key in self.parent_keys

    @property
    def check_keys(self) -> set[AssetCheckKey]:
        """The checks on it."""
        return set(self._node.checks)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Its metadata, as given."""
        return self._spec.metadata or {}

    @property
    def is_partitioned(self) -> bool:
        """Whether it has partitions."""
        return self._spec.partitions_def is not None

    @property
    def backfill_policy(self) -> Any:
        """How its backfills are split into runs."""
        return self._definition.backfill_policy if self._definition is not None else None

    @property
    def execution_type(self) -> Any:
        """Whether it is made, observed, or neither."""
        return self._definition.execution_type if self._definition is not None else None

    @property
    def auto_observe_interval_minutes(self) -> float | None:
        """How often it is observed by itself."""
        return self._definition.auto_observe_interval_minutes if self._definition is not None else None

    @property
    def execution_set_asset_keys(self) -> set[AssetKey]:
        """The assets that are always made together with it, itself included."""
        return set(self._node.required_with) or {self._node.key}

    @property
    def pools(self) -> set[str]:
        """The pools in which its ops take slots."""
        binding = self._definition.binding if self._definition is not None else None
        return set(binding.node_def.pools) if binding is not None else set()

    def to_asset_spec(self) -> AssetSpec:
        """Return its spec."""
        return self._spec


class CheckNode:
    """A check in the graph, with the attributes of its spec.

    Args:
        spec: the spec of the check.
        partitions_def: the partitions of the asset that it checks.
    """

    __slots__ = ("_partitions_def", "_spec")

    def __init__(self, spec: AssetCheckSpec, partitions_def: PartitionsDefinition[Any] | None) -> None:
        self._spec = spec
        self._partitions_def = partitions_def

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._spec, name)

    def __repr__(self) -> str:
        return f"CheckNode({self._spec.key.to_user_string()})"

    @property
    def partitions_def(self) -> PartitionsDefinition[Any] | None:
        """The check's partitions."""
        return self._spec.partitions_def or self._partitions_def

    @property
    def parent_keys(self) -> set[AssetKey]:
        """The asset that it checks, and the others that it looks at."""
        return {self._spec.asset_key, *(dep.asset_key for dep in self._spec.additional_deps or ())}

    parent_entity_keys = parent_keys

    @property
    def child_entity_keys(self) -> set[EntityKey]:
        """What depends on it: nothing does."""
        return set()


class AssetJobNode:
    """A job in the graph, which runs by its condition.

    Args:
        job: the job over assets.
        asset_keys: the assets that it makes.
    """

    __slots__ = ("_job", "asset_keys")

    def __init__(self, job: Any, asset_keys: set[AssetKey]) -> None:
        self._job = job
        self.asset_keys = asset_keys

    def __repr__(self) -> str:
        return f"AssetJobNode({self._job.name})"

    @property
    def key(self) -> AssetJobKey:
        """Its key."""
        return AssetJobKey(self._job.name)

    @property
    def automation_condition(self) -> Any:
        """When it runs."""
        return self._job.automation_condition
