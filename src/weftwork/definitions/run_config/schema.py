"""The schema of a job's run config: what may and must be given under ops, resources, loggers and execution."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from weftwork.config.config_type import ANY
from weftwork.config.schema import Field, Shape
from weftwork.definitions.run_config.protocols import (
    Graph,
    InputSlot,
    Job,
    Node,
    get_required_resource_keys,
)

ANY_CONFIG = Field(ANY, is_required=False)
# Shared by all nodes that declare nothing, which are most.
_BARE_NODE = Field(Shape({"config": ANY_CONFIG}))


QUIET_SECTIONS = frozenset({"ops", "resources", "loggers"})
"""The sections that may come to nothing where nobody writes them: in most runs all of them do."""


def build_job_shape(job: Job, left_out: Container[str] = ()) -> Shape:
    """Return the dict type of a job's run config (without its config mapping, if it has one).

    Args:
        job: the job.
        left_out: sections that it goes without.
    """
    builder = _SchemaBuilder(job)
    fields: dict[str, Any] = {}
    if "ops" not in left_out:
        fields["ops"] = builder.build_graph(job.graph, ())
    given = getattr(job, "input_values", None) or {}
    inputs = builder.build_inputs((i for i in job.graph.input_defs if i.name not in given), job.graph)
    if inputs is not None:
        fields["inputs"] = inputs
    if "resources" not in left_out:
        fields["resources"] = _build_resources(job)
    if "loggers" not in left_out:
        fields["loggers"] = _build_optional_entries(job.loggers)
    fields["execution"] = Field(Shape({"config": _field_of(job.executor_def)}))
    return Shape(fields)


def list_quiet_sections(job: Job) -> frozenset[str]:
    """Return the sections of a job's run config in which nothing must be given, and nothing has a default."""
    required = get_required_resource_keys(job)
    speaking = set()
    if _SchemaBuilder(job).speaks(job.graph, ()):
        speaking.add("ops")
    if any(_speaks(definition) for key, definition in job.resource_defs.items() if key in required):
        speaking.add("resources")
    return QUIET_SECTIONS - speaking


def _speaks(definition: Any) -> bool:
    field: Field | None = getattr(definition, "config_field", None)
    return field is not None and (field.is_required or field.default_provided)


def _field_of(definition: Any) -> Field:
    field: Field | None = getattr(definition, "config_field", None)
    return ANY_CONFIG if field is None else field


def _build_resources(job: Job) -> Field:
    required = get_required_resource_keys(job)
    fields = {}
    for key, definition in job.resource_defs.items():
        shape = Shape({"config": _field_of(definition)})
        # What no op uses is not opened, so it needs no config; if some is given, it is checked.
        fields[key] = Field(shape) if key in required else Field(shape, is_required=False)
    return Field(Shape(fields))


def _build_optional_entries(definitions: Mapping[str, Any]) -> Field:
    return Field(
        Shape(
            {
                name: Field(Shape({"config": _field_of(definition)}), is_required=False)
                for name, definition in definitions.items()
            }
        )
    )


class _SchemaBuilder:
    """Builds the parts of the schema that follow the nesting of graphs."""

    def __init__(self, job: Job) -> None:
        self._resource_defs = job.resource_defs
        self._provides_input = getattr(job, "provides_input", None)
        self._configures_outputs = any(
            getattr(manager, "output_config_field", None) is not None
            for manager in job.resource_defs.values()
        )

    def build_graph(self, graph: Graph, handle: tuple[str, ...]) -> Field:
        """Return the field of a graph's nodes; of its mapping's config, if it has one."""
        nodes = Field(Shape({node.name: self._build_node(graph, node, handle) for node in graph.nodes}))
        if graph.config_mapping is None:
            return nodes
        return Field(Shape({"config": _build_mapped(graph, nodes)}))

    def speaks(self, graph: Graph, handle: tuple[str, ...]) -> bool:
        """Return whether something in a graph must be configured, or has config that nobody need give."""
        if graph.config_mapping is not None or self._configures_outputs:
            return True
        for node in graph.nodes:
            definition = node.definition
            if self._list_open_inputs(graph, node, handle) or (
                self.speaks(definition, (*handle, node.name)) if definition.is_graph else _speaks(definition)
            ):
                return True
        return False

    def _list_open_inputs(self, graph: Graph, node: Node, handle: tuple[str, ...]) -> list[InputSlot]:
        """Return the inputs of a node that config may have to say something about."""
        return [
            i
            for i in node.definition.input_defs
            # What an input manager needs to know is told, wherever the value comes from.
            if i.input_manager_key is not None or not self._is_fed(graph, handle, node.name, i.name)
        ]

    def _build_node(self, graph: Graph, node: Node, outer: tuple[str, ...]) -> Field:
        definition = node.definition
        open_inputs = self._list_open_inputs(graph, node, outer)
        inputs = self.build_inputs(open_inputs, definition) if open_inputs else None
        if definition.is_graph:
            return self._build_nested(definition, inputs, (*outer, node.name))
        outputs = self._build_outputs(definition) if self._configures_outputs else None
        if definition.config_field is None and inputs is None and outputs is None:
            return _BARE_NODE
        fields = {"config": _field_of(definition)}
        if inputs is not None:
            fields["inputs"] = inputs
        if outputs is not None:
            fields["outputs"] = outputs
        return Field(Shape(fields))

    def _is_fed(self, graph: Graph, outer: tuple[str, ...], node_name: str, input_name: str) -> bool:
        if graph.is_input_connected(node_name, input_name):
            return True
        return self._provides_input is not None and self._provides_input((*outer, node_name), input_name)

    def _build_nested(self, graph: Any, inputs: Field | None, handle: tuple[str, ...]) -> Field:
        built = self.build_graph(graph, handle)
        mapped = getattr(built.config_type, "fields", {})
        fields: dict[str, Any] = {"ops": built} if graph.config_mapping is None else dict(mapped)
        if inputs is not None:
            fields["inputs"] = inputs
        return Field(Shape(fields))

    def build_inputs(self, input_defs: Iterable[InputSlot], owner: Any) -> Field | None:
        """Return the field of inputs of an op or graph that nothing feeds, or None if none takes config."""
        found = {input_def.name: self._build_input(input_def, owner) for input_def in input_defs}
        fields = {name: field for name, field in found.items() if field is not None}
        return Field(Shape(fields)) if fields else None

    def _build_input(self, input_def: InputSlot, owner: Any) -> Field | None:
        if input_def.input_manager_key is not None:
            manager = self._resource_defs.get(input_def.input_manager_key)
            return getattr(manager, "input_config_field", None)
        loader = input_def.dagster_type.loader
        if loader is None:
            return None
        return Field(loader.schema_type, is_required=not _has_default(owner, input_def))

    def _build_outputs(self, definition: Any) -> Field | None:
        fields: dict[str, Field] = {}
        for output_def in definition.output_defs:
            manager = self._resource_defs.get(output_def.io_manager_key)
            field = getattr(manager, "output_config_field", None)
            if field is not None:
                fields[output_def.name] = field
        return Field(Shape(fields)) if fields else None


def _has_default(owner: Any, input_def: InputSlot) -> bool:
    """Return whether config can leave an input out: it has a default, or something that the graph passes it to has one."""
    if input_def.has_default_value or not owner.is_graph:
        return input_def.has_default_value
    targets = [
        (owner.node_named(mapping.mapped_node_name).definition, mapping.mapped_node_input_name)
        for mapping in owner.input_mappings
        if mapping.graph_input_name == input_def.name
    ]
    return any(_has_default(inner, inner.input_dict[name]) for inner, name in targets)


def _build_mapped(graph: Any, nodes: Field) -> Field:
    from weftwork.definitions.run_config.config_mapping import MappedGraphType  # few graphs map config

    outer = graph.config_mapping.config_field
    mapped = MappedGraphType(graph.config_mapping, graph.name, nodes)
    if outer.is_required:
        return Field(mapped)
    # The mapping makes the config of its nodes in any case, so absent config is given as its default.
    return Field(mapped, outer.default_value if outer.default_provided else {})
