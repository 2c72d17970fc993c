"""Resolving run config: what a user gave for a job becomes what each op, resource and logger gets."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.errors import EvaluationError
from weftwork.config.run_config import RunConfig, to_run_config_dict
from weftwork.config.schema import Shape
from weftwork.definitions.run_config.protocols import Job, get_required_resource_keys
from weftwork.definitions.run_config.resolved import EMPTY_OP, NO_CONFIG, OpRunConfig, ResolvedRunConfig
from weftwork.definitions.run_config.schema import build_job_shape, list_quiet_sections

if TYPE_CHECKING:
    from weftwork.definitions.run_config.config_mapping import ConfigMapping  # which few jobs have


class RunConfigSchema:
    """The run config that a job takes; built once per job.

    Args:
        job: the job.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._name = job.name
        self._graph = job.graph
        self._executor_name = getattr(job.executor_def, "name", None) or "in_process"
        self._resource_defs = dict(job.resource_defs)
        self._required_resource_keys = get_required_resource_keys(job)
        self._mapping: ConfigMapping | None = getattr(job, "config_mapping", None)
        self._small_shapes: dict[frozenset[str], Shape] = {}
        self._when_empty: ResolvedRunConfig | None = None

    @cached_property
    def shape(self) -> Shape:
        """The dict type of all that can be given, without the config mapping."""
        return build_job_shape(self._job)

    @cached_property
    def _quiet_sections(self) -> frozenset[str]:
        return list_quiet_sections(self._job)

    def _shape_for(self, run_config: Mapping[str, Any]) -> Shape:
        """Return the type without the sections that nobody wrote and that come to nothing then."""
        left_out = self._quiet_sections.difference(run_config)
        found = self._small_shapes.get(left_out)
        if found is None:
            found = self._small_shapes[left_out] = build_job_shape(self._job, left_out)
        return found

    def resolve(self, run_config: Mapping[str, Any]) -> ResolvedRunConfig:
        """Return what run config comes to.

        Raises:
            DagsterInvalidConfigError: if it does not fit; carries every error.
            DagsterConfigMappingFunctionError: if a config mapping raised.
        """
        if not run_config and self._when_empty is not None:
            return self._when_empty.copy()
        given = run_config
        if self._mapping is not None:
            given = to_run_config_dict(self._map(run_config))
        shape = self._shape_for(given)
        resolved = self._flatten(self._check(given, shape))
        if not run_config and self._mapping is None and not resolved.ops and not shape.processes:
            # Neither the environment nor a mapping was asked, so the next run gets the same.
            self._when_empty = resolved.copy()
        return resolved

    def _map(self, run_config: Mapping[str, Any]) -> Any:
        mapping = self._mapping
        assert mapping is not None
        errors: list[EvaluationError] = []
        field = mapping.config_field
        checked = field.validate(run_config, None, errors)
        made = None if errors else mapping.call(checked, None, errors, f"of job '{self._name}'")
        if errors:
            raise DagsterInvalidConfigError(f"Error in config for job {self._name}", errors, run_config)
        return made

    def _check(self, run_config: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
        errors: list[EvaluationError] = []
        checked = shape.validate(run_config, None, errors)
        if errors and shape is not self.shape:  # errors tell of everything that could be given
            errors.clear()
            self.shape.validate(run_config, None, errors)
        if not errors and shape.processes:
            checked = shape.process(checked, None, errors)
        if errors:
            raise DagsterInvalidConfigError(f"Error in config for job {self._name}", errors, run_config)
        result: dict[str, Any] = checked
        return result

    def _flatten(self, checked: dict[str, Any]) -> ResolvedRunConfig:
        ops: dict[tuple[str, ...], OpRunConfig] = {}
        inputs = checked.get("inputs", NO_CONFIG)
        if "ops" in checked:
            _add_ops(ops, checked["ops"], self._graph, ())
        if inputs:
            _pass_inputs(ops, self._graph, (), inputs)
        entries = checked.get("resources", NO_CONFIG)
        resources = {
            key: self._to_resource_entry(key, entries.get(key, NO_CONFIG))
            for key in self._resource_defs
            if key in self._required_resource_keys
        }
        given_loggers = checked.get("loggers", NO_CONFIG)
        loggers = {name: {"config": entry.get("config")} for name, entry in given_loggers.items()}
        config = checked["execution"].get("config")
        execution = (self._executor_name, {} if config is None else config)
        return ResolvedRunConfig(self._graph, ops, resources, loggers, execution, inputs)

    def _to_resource_entry(self, key: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        adapt = getattr(self._resource_defs[key], "resolve_config_entry", None)
        full = {"config": entry.get("config")}
        return full if adapt is None else adapt(full)

    @property
    def config_type(self) -> Any:
        """The type of what a user gives."""
        return self._mapping.config_field.config_type if self._mapping is not None else self.shape

    def config_type_for(self, run_config: Mapping[str, Any]) -> Any:
        """Return as much of the type as some config needs."""
        return self.config_type if self._mapping is not None else self._shape_for(run_config)

    def to_json_schema(self) -> dict[str, Any]:
        """Return what the job takes as a JSON schema, for editors and forms."""
        from weftwork.config.json_schema import to_json_schema  # only who asks

        return to_json_schema(self._mapping.config_field if self._mapping is not None else self.shape)


def _add_ops(
    ops: dict[tuple[str, ...], OpRunConfig], checked: Mapping[str, Any], graph: Any, outer: tuple[str, ...]
) -> None:
    if graph.config_mapping is not None:
        checked = checked["config"]  # which processing has made the config of the nodes
    for node in graph.nodes:
        entry = checked.get(node.name)
        if not entry:
            continue
        handle = (*outer, node.name)
        inputs, outputs = entry.get("inputs", NO_CONFIG), entry.get("outputs")
        if node.definition.is_graph:
            inner = entry if node.definition.config_mapping is not None else entry.get("ops", NO_CONFIG)
            _add_ops(ops, inner, node.definition, handle)
            if inputs:
                ops[handle] = OpRunConfig(None, inputs)
                _pass_inputs(ops, node.definition, handle, inputs)
        elif entry.get("config") is not None or inputs or outputs is not None:
            ops[handle] = OpRunConfig(entry.get("config"), inputs, outputs)


def _pass_inputs(
    ops: dict[tuple[str, ...], OpRunConfig], graph: Any, outer: tuple[str, ...], inputs: Mapping[str, Any]
) -> None:
    """Give the config of a graph's inputs to the inputs of the ops inside that they are mapped to."""
    for mapping in graph.input_mappings:
        if mapping.graph_input_name not in inputs:
            continue
        handle = (*outer, mapping.mapped_node_name)
        passed = {mapping.mapped_node_input_name: inputs[mapping.graph_input_name]}
        definition = graph.node_named(mapping.mapped_node_name).definition
        if definition.is_graph:
            _pass_inputs(ops, definition, handle, passed)
        elif mapping.fan_in_index is None:
            known = ops.get(handle, EMPTY_OP)
            ops[handle] = OpRunConfig(known.config, {**known.inputs, **passed}, known.outputs)


_KEPT_AS = "_run_config_schema"


def get_run_config_schema(job: Job) -> RunConfigSchema:
    """Return the schema of a job's run config; built when it is first asked for, and kept with the job."""
    kept = vars(job)
    found: RunConfigSchema | None = kept.get(_KEPT_AS)
    if found is None:
        found = kept[_KEPT_AS] = RunConfigSchema(job)
    return found


def resolve_run_config(job: Job, run_config: RunConfig | Mapping[str, Any] | None) -> ResolvedRunConfig:
    """Return what run config comes to for a job.

    Args:
        job: the job.
        run_config: what the user gave: a dict, a ``RunConfig`` or None.

    Raises:
        ParameterCheckError: if it is neither.
        DagsterInvalidConfigError: if it does not fit the job; carries every error.
        DagsterConfigMappingFunctionError: if a config mapping raised.
    """
    given: Mapping[str, Any] = to_run_config_dict(run_config)
    if "execution" in given:
        from weftwork.definitions.run_config.execution_shape import modernize_execution  # few runs say it

        given = modernize_execution(given, job.executor_def)
    return get_run_config_schema(job).resolve(given)
