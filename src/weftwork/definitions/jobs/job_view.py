"""What can be asked of a job's graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from weftwork.base.errors import ParameterCheckError
from weftwork.definitions.graphs.graph_definition import GraphDefinition, split_path
from weftwork.definitions.graphs.node import Node
from weftwork.definitions.jobs.input_assets import InputAsset, Place, find_input_assets
from weftwork.definitions.jobs.job_index import JobIndex
from weftwork.definitions.types.dagster_type import DagsterType
from weftwork.records.keys import NodeHandle
from weftwork.records.retry import RetryPolicy


class JobView:
    """Base of jobs: what can be asked of their graph."""

    name: str
    graph: GraphDefinition
    hook_defs: frozenset[Any]
    op_retry_policy: RetryPolicy | None
    asset_layer: Any

    @property
    def dependencies(self) -> Mapping[Any, Mapping[str, Any]]:
        """What each use of a node takes."""
        return self.graph.dependencies

    @property
    def nodes(self) -> Sequence[Node]:
        """The nodes of its graph."""
        return self.graph.nodes

    @property
    def nodes_in_topological_order(self) -> Sequence[Node]:
        """The nodes of its graph, each after those that it depends on."""
        return self.graph.nodes_in_topological_order

    @property
    def top_level_node_defs(self) -> Sequence[Any]:
        """The ops and graphs used directly."""
        return self.graph.node_defs

    @property
    def all_node_defs(self) -> Sequence[Any]:
        """The ops and graphs used at any depth, each once."""
        found = (node_def for node_def in self.graph.iterate_node_defs() if node_def is not self.graph)
        return list({id(node_def): node_def for node_def in found}.values())

    def has_node(self, name: str) -> bool:
        """Return whether an op or graph of that name is used directly."""
        return any(node_def.name == name for node_def in self.graph.node_defs)

    def get_job_index(self) -> JobIndex:
        """Return the specs of what is used at any depth, by name."""
        return JobIndex(self.name, self.all_node_defs)

    def has_node_named(self, name: str) -> bool:
        """Return whether there is a node of that name."""
        return self.graph.has_node_named(name)

    def get_node_named(self, name: str) -> Node:
        """Return the node of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return self.graph.node_named(name)

    def get_node(self, handle: NodeHandle | Sequence[str] | str) -> Node:
        """Return the node at a path, such as ``("outer", "inner")`` or ``"outer.inner"``."""
        return self.graph.get_node(handle)

    def get_op(self, handle: NodeHandle | Sequence[str] | str) -> Node:
        """Return the op at a path."""
        return self.graph.get_node(handle)

    def node_def_named(self, name: str) -> Any:
        """Return the op or graph of that name, used at any depth.

        Raises:
            ParameterCheckError: if there is none.
        """
        for node_def in self.all_node_defs:
            if node_def.name == name:
                return node_def
        raise ParameterCheckError(f"Job '{self.name}' uses no op or graph named '{name}'.")

    def all_dagster_types(self) -> Sequence[DagsterType]:
        """Return every type in it once: the built-in ones, then those of the inputs and outputs inside."""
        return self.graph.all_dagster_types()

    def has_dagster_type(self, name: str) -> bool:
        """Return whether a type of that display name is in it."""
        return self.graph.has_dagster_type(name)

    def dagster_type_named(self, name: str) -> DagsterType:
        """Return the type of that display name.

        Raises:
            DagsterInvalidDefinitionError: if there is none.
        """
        return self.graph.dagster_type_named(name)

    @cached_property
    def input_assets(self) -> Mapping[Place, InputAsset]:
        """Path and input to asset, of the inputs of ops that the graph was given assets for."""
        return find_input_assets(self.graph)

    def provides_input(self, path: tuple[str, ...], input_name: str) -> bool:
        """Return whether an unconnected input is loaded without config, as assets are."""
        if (tuple(path), input_name) in self.input_assets:
            return True
        if self.asset_layer is None:
            return self._names_asset(path, input_name)
        return True if len(path) == 1 else self._names_asset(path, input_name)

    def _names_asset(self, path: tuple[str, ...], input_name: str) -> bool:
        return self.get_node(path).definition.input_dict[input_name].hardcoded_asset_key is not None

    def hooks_for(self, path: NodeHandle | Sequence[str] | str) -> frozenset[Any]:
        """Return the hooks of the op at a path: those of the job and of every use on the way."""
        found = self.hook_defs
        if path.__class__ is tuple and len(path) == 1:  # as most are that a run asks for
            own = self.graph.node_named(path[0]).hook_defs
            return found | own if own else found
        graph: Any = self.graph
        for part in split_path(path):
            node = graph.node_named(part)
            if node.hook_defs:
                found |= node.hook_defs
            graph = node.definition
        return found

    def get_all_hooks_for_handle(self, handle: NodeHandle | Sequence[str] | str) -> frozenset[Any]:
        """Return the hooks of the op at a path."""
        return self.hooks_for(handle)

    def get_retry_policy_for_handle(self, handle: NodeHandle | Sequence[str] | str) -> RetryPolicy | None:
        """Return the retry policy of the op at a path: of its use, of the op, or of the job."""
        node = self.get_node(handle)
        own = None if node.is_graph else node.definition.retry_policy  # type: ignore[attr-defined]
        return node.retry_policy or own or self.op_retry_policy
