"""A graph: ops and other graphs, connected, with inputs and outputs of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.base.lifecycle import BETA, marked
from weftwork.base.names import check_name
from weftwork.base.source import find_user_site
from weftwork.base.text import did_you_mean, quote_names
from weftwork.base.warnings import warn_of_version_strategy
from weftwork.definitions.graphs.graph_config import check_config_mapping
from weftwork.definitions.graphs.job_port import get_job_class
from weftwork.definitions.graphs.node import Node
from weftwork.definitions.graphs.structure import GraphStructure
from weftwork.definitions.graphs.type_names import collect_named_types
from weftwork.definitions.nodes.composing import find_composition
from weftwork.definitions.nodes.dependencies import IDependencyDefinition, NodeInvocation
from weftwork.definitions.nodes.inputs import InputDefinition
from weftwork.definitions.nodes.mappings import InputMapping, OutputMapping
from weftwork.definitions.nodes.node_definition import NodeDefinition
from weftwork.definitions.nodes.outputs import OutputDefinition
from weftwork.records.keys import NodeHandle
from weftwork.records.specs import GraphSpec, InputSource, NodeSpec, OutputMappingSpec
from weftwork.records.tags import normalize_definition_tags


class GraphDefinition(NodeDefinition):
    """Ops and other graphs, connected; usually made with ``@graph``.

    Args:
        name: its name.
        description: text for people.
        node_defs: the ops and graphs used.
        dependencies: node name or NodeInvocation to input name to dependency.
        input_mappings: which inputs of nodes take the inputs of the graph.
        output_mappings: which outputs of nodes are the outputs of the graph.
        config: gives the config of the nodes from config of the graph.
        tags: tags; what is not text is written as JSON.
        input_assets: which inputs of nodes are assets, by node and input.
        composition_fn: the function that composed it.
        input_defs: the inputs, where more is known of them than the mappings say.

    Raises:
        DagsterInvalidDefinitionError: if a name leads nowhere, is taken twice, or the nodes depend on themselves.

    Example:
        >>> GraphDefinition("basic", node_defs=[return_one, add_one],
        ...                 dependencies={"add_one": {"num": DependencyDefinition("return_one")}})
    """

    is_graph = True

    def __init__(
        self,
        name: str,
        *,
        description: str | None = None,
        node_defs: Sequence[NodeDefinition] | None = None,
        dependencies: Mapping[Any, Mapping[str, IDependencyDefinition]] | None = None,
        input_mappings: Sequence[InputMapping] | None = None,
        output_mappings: Sequence[OutputMapping] | None = None,
        config: Any = None,
        tags: Mapping[str, Any] | None = None,
        node_input_source_assets: Mapping[str, Mapping[str, Any]] | None = None,
        input_assets: Mapping[str, Mapping[str, Any]] | None = None,
        composition_fn: Callable[..., Any] | None = None,
        input_defs: Sequence[InputDefinition] | None = None,
    ) -> None:
        self.name = check_name(check_type(name, str, "name"), "graph")
        self.description = check_type(description, str, "description", optional=True)
        self.tags = normalize_definition_tags(tags, f"the tags of graph '{name}'") if tags else {}
        self.config_mapping = check_config_mapping(config, name)
        self.input_mappings = _check_items(input_mappings, InputMapping, "input_mappings")
        self.output_mappings = _check_items(output_mappings, OutputMapping, "output_mappings")
        self.input_assets: Mapping[str, Mapping[str, Any]] = input_assets or node_input_source_assets or {}
        self.composition_fn = composition_fn
        check_type(dependencies, Mapping, "dependencies", optional=True)
        self.structure = GraphStructure(name, list(node_defs or ()), dependencies or {}, self.input_mappings)
        for node in self.structure.nodes.values():
            node.graph_definition = self
        for mapping in self.output_mappings:
            self.structure.check_output_mapping(mapping)
        self.named_types = collect_named_types(self.structure.nodes.values(), name)
        self.input_defs: Sequence[InputDefinition] = (
            list(input_defs) if input_defs is not None else self._build_input_defs()
        )
        self.output_defs: Sequence[OutputDefinition] = self._build_output_defs()

    def _build_input_defs(self) -> list[InputDefinition]:
        found: dict[str, InputDefinition] = {}
        for mapping in self.input_mappings:
            if mapping.graph_input_name in found:
                continue
            inner = self.node_dict[mapping.mapped_node_name].definition.input_dict[
                mapping.mapped_node_input_name
            ]
            written = inner.written_type if mapping.dagster_type is None else mapping.dagster_type
            found[mapping.graph_input_name] = InputDefinition(
                mapping.graph_input_name, written, mapping.graph_input_description
            )
        return list(found.values())

    def _build_output_defs(self) -> list[OutputDefinition]:
        found: dict[str, OutputDefinition] = {}
        for mapping in self.output_mappings:
            if mapping.graph_output_name in found:
                raise CheckError(
                    f"Graph '{self.name}': two mappings give its output '{mapping.graph_output_name}'."
                )
            inner = self.node_dict[mapping.mapped_node_name].definition.output_dict[
                mapping.mapped_node_output_name
            ]
            levels = self.structure.list_output_levels(
                mapping.mapped_node_name, mapping.mapped_node_output_name
            )
            found[mapping.graph_output_name] = OutputDefinition(
                inner.written_type if mapping.dagster_type is None else mapping.dagster_type,
                mapping.graph_output_name,
                mapping.graph_output_description,
                inner.is_required,
                inner.io_manager_key,
                inner.metadata,
                dynamic_depth=len(levels),
            )
        return list(found.values())

    @property
    def dependencies(self) -> Mapping[NodeInvocation, Mapping[str, IDependencyDefinition]]:
        """What each use of a node takes."""
        return self.structure.dependencies

    @property
    def node_dict(self) -> Mapping[str, Node]:
        """The nodes by name."""
        return self.structure.nodes

    @property
    def nodes(self) -> Sequence[Node]:
        """The nodes, in the order in which they were given."""
        return tuple(self.structure.nodes.values())

    @property
    def nodes_in_topological_order(self) -> Sequence[Node]:
        """The nodes, each after those that it depends on."""
        return [self.structure.nodes[name] for name in self.structure.order]

    @cached_property
    def node_defs(self) -> Sequence[NodeDefinition]:
        """The ops and graphs used, each once."""
        return list({id(node.definition): node.definition for node in self.nodes}.values())

    @property
    def input_sources(self) -> Mapping[str, Mapping[str, InputSource]]:
        """Node to input to where it comes from; inputs without a source are absent."""
        return self.structure.sources

    @property
    def config_field(self) -> Any:
        """The schema of its config, where it has a config mapping."""
        return self.config_mapping.config_schema.as_field() if self.config_mapping is not None else None

    @property
    def has_config_mapping(self) -> bool:
        """Whether its config is its own and not that of its nodes."""
        return self.config_mapping is not None

    @property
    def has_config_field(self) -> bool:
        """Whether its config has a schema of its own."""
        return self.config_mapping is not None

    @property
    def pools(self) -> set[str]:
        """The pools of all ops in it."""
        return {op_def.pool for op_def in self.iterate_op_defs() if op_def.pool}

    def node_names(self) -> Sequence[str]:
        """Return the names of the nodes."""
        return list(self.structure.nodes)

    def has_node_named(self, name: str) -> bool:
        """Return whether there is a node of that name."""
        return name in self.structure.nodes

    def node_named(self, name: str) -> Node:
        """Return the node of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        found = self.structure.nodes.get(name)
        if found is None:
            raise DagsterInvariantViolationError(
                f"Graph '{self.name}' has no node '{name}'; it has {quote_names(self.structure.nodes)}."
                f"{did_you_mean(name, self.structure.nodes)}"
            )
        return found

    def get_node(self, handle: NodeHandle | Sequence[str] | str) -> Node:
        """Return the node at a path: a handle, ``("outer", "inner")`` or ``"outer.inner"``.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        if handle.__class__ is tuple and len(handle) == 1:  # as most are that a run asks for
            return self.node_named(handle[0])
        parts = split_path(handle)
        graph: Any = self
        for part in parts[:-1]:
            graph = graph.node_named(part).definition
            if not graph.is_graph:
                raise DagsterInvariantViolationError(
                    f"'{part}' in '{'.'.join(parts)}' is an op, so nothing is inside of it."
                )
        found: Node = graph.node_named(parts[-1])
        return found

    def iterate_nodes(self, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
        """Yield the path and node of every op and graph inside, at any depth."""
        for name, node in self.structure.nodes.items():
            path = (*prefix, name)
            yield path, node
            if isinstance(node.definition, GraphDefinition):
                yield from node.definition.iterate_nodes(path)

    def iterate_node_defs(self) -> Iterator[NodeDefinition]:
        """Yield the graph and every op and graph inside."""
        yield self
        for node_def in self.node_defs:
            if isinstance(node_def, GraphDefinition):
                yield from node_def.iterate_node_defs()
            else:
                yield node_def

    def iterate_op_defs(self) -> Iterator[Any]:
        """Yield every op inside, at any depth."""
        return (node_def for node_def in self.iterate_node_defs() if not node_def.is_graph)

    def is_input_connected(self, node: str, input_name: str) -> bool:
        """Return whether an input of a node takes an output or an input of the graph."""
        return input_name in self.structure.sources[node]

    def get_input_mapping(self, input_name: str) -> InputMapping:
        """Return the first mapping of an input of the graph."""
        found: InputMapping = next(m for m in self.input_mappings if m.graph_input_name == input_name)
        return found

    def get_output_mapping(self, output_name: str) -> OutputMapping:
        """Return the mapping of an output of the graph."""
        found: OutputMapping = next(m for m in self.output_mappings if m.graph_output_name == output_name)
        return found

    @cached_property
    def spec(self) -> GraphSpec:
        """The graph as planning sees it."""
        sources = self.structure.sources
        return GraphSpec(
            name=self.name,
            nodes=tuple([_node_spec(node, sources[name]) for name, node in self.structure.nodes.items()]),
            inputs=tuple(input_def.name for input_def in self.input_defs),
            outputs=tuple(
                OutputMappingSpec(m.graph_output_name, m.mapped_node_name, m.mapped_node_output_name)
                for m in self.output_mappings
            ),
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Use the graph in the graph that is being composed.

        Raises:
            DagsterInvariantViolationError: if none is.
        """
        composition = find_composition()
        if composition is None:
            raise DagsterInvariantViolationError(
                f"Graph '{self.name}' is called outside of a @graph or @job function ({find_user_site()}). To run it, use "
                f"{self.name}.execute_in_process() or {self.name}.to_job()."
            )
        return composition.add(self, args, kwargs)

    def configured(
        self, config_or_config_fn: Any, name: str, config_schema: Any = None, description: str | None = None
    ) -> GraphDefinition:
        """Return the graph under another name, with its config given or computed from other config.

        Raises:
            DagsterInvalidDefinitionError: if it has no config mapping.
        """
        if self.config_mapping is None:
            raise DagsterInvalidDefinitionError(
                f"Graph '{self.name}' has no config mapping, so there is nothing to configure. Give it config=ConfigMapping(…)."
            )
        from weftwork.definitions.run_config.configured import configure  # few definitions are

        made: GraphDefinition = configure(self, config_or_config_fn, name, config_schema, description)
        return made

    def copy(self, **changes: Any) -> GraphDefinition:
        """Return the graph with some arguments changed."""
        arguments: dict[str, Any] = {
            "name": self.name, "description": self.description, "node_defs": self.node_defs,
            "dependencies": self.dependencies, "input_mappings": self.input_mappings,
            "output_mappings": self.output_mappings, "config": self.config_mapping, "tags": self.tags,
            "input_assets": self.input_assets, "composition_fn": self.composition_fn,
        }  # fmt: skip
        if "input_mappings" not in changes and "node_defs" not in changes:
            arguments["input_defs"] = self.input_defs
        return GraphDefinition(**{**arguments, **changes})

    def copy_for_configured(self, name: str, description: str | None, config_schema: Any) -> GraphDefinition:
        """Return the graph under another name and with another config mapping."""
        return self.copy(name=name, description=description or self.description, config=config_schema)

    @marked("GraphDefinition.to_job", owners=BETA)
    def to_job(
        self,
        name: str | None = None,
        description: str | None = None,
        resource_defs: Mapping[str, Any] | None = None,
        config: Any = None,
        tags: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
        logger_defs: Mapping[str, Any] | None = None,
        executor_def: Any = None,
        hooks: Set[Any] | None = None,
        op_retry_policy: Any = None,
        op_selection: Sequence[str] | None = None,
        partitions_def: Any = None,
        asset_layer: Any = None,
        input_values: Mapping[str, Any] | None = None,
        run_tags: Mapping[str, Any] | None = None,
        owners: Sequence[str] | None = None,
        automation_condition: Any = None,
        version_strategy: Any = None,
    ) -> Any:
        """Return a job that runs the graph.

        Args:
            name: its name (default: that of the graph).
            description: text for people.
            resource_defs: resource key to resource; ``io_manager`` defaults to files.
            config: the default run config, a ConfigMapping, or a PartitionedConfig.
            tags: tags of the job and of its runs.
            metadata: name to metadata value.
            logger_defs: logger name to logger.
            executor_def: how steps are run (default: each in a process, or all in one, as config says).
            hooks: hooks of every op.
            op_retry_policy: for ops that have none of their own.
            op_selection: the ops to run.
            partitions_def: the partitions that its runs are for.
            asset_layer: which of its outputs are assets; not for users.
            input_values: values of the inputs of the graph.
            run_tags: tags of its runs, instead of ``tags``.
            owners: who answers for it.
            automation_condition: when it runs by itself.
            version_strategy: deprecated and ignored: give ops a ``code_version``.

        Raises:
            DagsterInvalidDefinitionError: if a resource is missing, or an argument fits nothing.
        """
        if version_strategy is not None:
            warn_of_version_strategy()
        job = get_job_class()(
            graph_def=self, name=name, description=description, resource_defs=resource_defs, config=config, tags=tags,
            metadata=metadata, logger_defs=logger_defs, executor_def=executor_def, hook_defs=hooks,
            op_retry_policy=op_retry_policy, partitions_def=partitions_def, asset_layer=asset_layer,
            input_values=input_values, run_tags=run_tags, owners=owners, automation_condition=automation_condition,
        )  # fmt: skip
        return job.get_subset(op_selection=op_selection) if op_selection else job

    def coerce_to_job(self) -> Any:
        """Return a job that runs the graph, for a place that takes a graph as a job."""
        job = self.to_job()
        job.coerced_from = self
        return job

    def execute_in_process(
        self,
        run_config: Any = None,
        instance: Any = None,
        resources: Mapping[str, Any] | None = None,
        raise_on_error: bool = True,
        op_selection: Sequence[str] | None = None,
        run_id: str | None = None,
        input_values: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run the graph in this process.

        Args:
            run_config: the run config; that of ops is under ``ops``.
            instance: where the run is recorded (default: in memory).
            resources: resource key to resource.
            raise_on_error: whether the exception of an op is raised here.
            op_selection: the ops to run.
            run_id: the id of the run (default: a new one).
            input_values: values of the inputs of the graph.

        Returns:
            ExecuteInProcessResult: what happened and what came out.
        """
        job = self.to_job(resource_defs=resources, input_values=input_values)
        return job.execute_in_process(
            run_config=run_config, instance=instance, raise_on_error=raise_on_error, op_selection=op_selection,
            run_id=run_id,
        )  # fmt: skip


def split_path(path: NodeHandle | Sequence[str] | str) -> list[str]:
    """Return the names of a path to a node in nested graphs."""
    if isinstance(path, NodeHandle):
        return path.path
    return path.split(".") if isinstance(path, str) else list(path)


def _check_items(items: Sequence[Any] | None, kind: type, name: str) -> list[Any]:
    for item in items or ():
        if not isinstance(item, kind):
            raise DagsterInvalidDefinitionError(f"{name} holds {item!r:.100}; expected {kind.__name__}(…).")
    return list(items or ())


def _node_spec(node: Node, sources: dict[str, InputSource]) -> NodeSpec:
    definition: Any = node.definition
    return NodeSpec(
        name=node.name,
        definition=definition.spec,
        inputs=sources,
        tags=dict(node.invocation.tags) if node.invocation.tags else {},
        retry_policy=node.invocation.retry_policy,
        run_when=node.invocation.run_when,
        zips=node.invocation.zips,
    )
