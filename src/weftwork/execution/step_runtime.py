"""What is known of a step before it runs: found once, used by every item and every attempt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.resources.namespace import Resources
from weftwork.planning.plan import PlanInput, PlanOutput, PlanStep
from weftwork.records.event_data import TypeCheckData
from weftwork.records.keys import AssetCheckKey, AssetKey


class InputRuntime:
    """An input of a step: where its value comes from and what it must be."""

    __slots__ = (
        "asset_key",
        "definition",
        "fan_in",
        "graph_input",
        "manager_key",
        "name",
        "passed",
        "plan",
        "skips_check",
        "type",
    )

    def __init__(self, plan: PlanInput, definition: Any) -> None:
        self.plan = plan
        self.name = plan.name
        self.definition = definition
        self.asset_key = plan.asset_key
        self.fan_in = plan.fan_in
        self.graph_input = plan.graph_input
        self.manager_key: str | None = definition.input_manager_key
        self.type = definition.dagster_type
        self.skips_check: bool = self.type.is_any
        self.passed = TypeCheckData(True, self.name)


class OutputRuntime:
    """An output of a step: what it must be, where it goes, and which asset or check it is."""

    __slots__ = (
        "asset_key", "asset_spec", "check_key", "check_spec", "definition", "is_dynamic", "is_nothing", "io_manager_key",
        "name", "partitions_def", "passed", "required", "selected", "skips_check", "type",
    )  # fmt: skip

    def __init__(self, plan: PlanOutput, definition: Any, layer: Any) -> None:
        self.name = plan.name
        self.definition = definition
        self.is_dynamic: bool = definition.is_dynamic
        self.selected = plan.selected
        self.required: bool = definition.is_required and plan.selected
        self.io_manager_key: str = definition.io_manager_key
        self.type = definition.dagster_type
        self.skips_check: bool = self.type.is_any
        self.is_nothing: bool = self.type.is_nothing
        self.passed = TypeCheckData(True, self.name)
        self.asset_key: AssetKey | None = plan.asset_key
        self.check_key: AssetCheckKey | None = plan.check_key
        self.asset_spec = spec = layer.spec(plan.asset_key) if plan.asset_key is not None else None
        self.check_spec = layer.check_spec(plan.check_key) if plan.check_key is not None else None
        self.partitions_def = spec.partitions_def if spec is not None else None


class StepRuntime:
    """A step of a run before it runs.

    Attributes:
        plan: the step of the plan.
        node: the use of its op.
        op_def: its op.
        compute: the op's function and what its parameters mean.
        inputs: its inputs.
        outputs: its outputs by name.
        hooks: the hooks that hear of its end.
        config: the config of the op.
        timeout_s: seconds after which an attempt is stopped; None for never.
        view: the step as those see it who load its outputs; made by the first of them.
    """

    __slots__ = (
        "_asset_outputs", "_check_outputs", "_resources", "_session", "assets_def", "compute", "config", "config_entry", "hooks", "inputs", "node",
        "op_def", "outputs", "plan", "single_output", "timeout_s", "view",
    )  # fmt: skip

    def __init__(self, scope: Any, plan: PlanStep) -> None:
        job = scope.job
        layer = job.asset_layer
        self.plan = plan
        self.timeout_s = plan.op.timeout_s
        self.node = job.graph.get_node(plan.path)
        self.op_def = self.node.definition
        self.compute = self.op_def.compute
        self.inputs = tuple(map(InputRuntime, plan.inputs, self.op_def.input_defs))
        self.outputs: dict[str, OutputRuntime] = {}
        for plan_output, definition in zip(plan.outputs, self.op_def.output_defs, strict=True):
            self.outputs[plan_output.name] = OutputRuntime(plan_output, definition, layer)
        self._asset_outputs: dict[AssetKey, OutputRuntime] | None = None
        self._check_outputs: dict[AssetCheckKey, OutputRuntime] | None = None
        self.single_output = next(iter(self.outputs.values())) if len(self.outputs) == 1 else None
        self.hooks = job.hooks_for(plan.path)
        self.config_entry = scope.config.op(plan.path)
        self.config = self.config_entry.config
        self._session = scope.session
        self._resources: Resources | None = None
        self.view: Any = None
        self.assets_def = layer.assets_def_for_node(plan.path[0]) if layer is not None else None

    @property
    def asset_outputs(self) -> Mapping[AssetKey, OutputRuntime]:
        """The outputs that are assets, by the asset."""
        found = self._asset_outputs
        if found is None:
            found = self._asset_outputs = {
                out.asset_key: out for out in self.outputs.values() if out.asset_key is not None
            }
        return found

    @property
    def check_outputs(self) -> Mapping[AssetCheckKey, OutputRuntime]:
        """The outputs that are results of checks, by the check."""
        found = self._check_outputs
        if found is None:
            found = self._check_outputs = {
                out.check_key: out for out in self.outputs.values() if out.check_key is not None
            }
        return found

    @property
    def resources(self) -> Resources:
        """The open resources that the op requires; they are open when the step runs, maybe not before."""
        if self._resources is None:
            self._resources = self._session.resources.restrict(self.op_def.required_resource_keys)
        return self._resources

    def list_resource_keys(self) -> list[str]:
        """Return the keys of the resources that the step needs in a process of its own."""
        keys = set(self.op_def.required_resource_keys)
        for output in self.outputs.values():
            keys |= {output.io_manager_key, *output.type.required_resource_keys}
        for step_input in self.inputs:
            keys |= step_input.type.required_resource_keys
            if step_input.manager_key is not None:
                keys.add(step_input.manager_key)
        for hook in self.hooks:
            keys |= hook.required_resource_keys
        return sorted(keys)

    def get_output(self, name: str, what: str) -> OutputRuntime:
        """Return the output of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        found = self.outputs.get(name)
        if found is None:
            from weftwork.base.errors import DagsterInvariantViolationError  # only on the way to an error
            from weftwork.base.text import did_you_mean, quote_names  # only on the way to an error

            raise DagsterInvariantViolationError(
                f"Step '{self.plan.key}' {what} for output '{name}', which op '{self.op_def.name}' does not have; its "
                f"outputs: {quote_names(self.outputs)}.{did_you_mean(name, self.outputs)}"
            )
        return found

    def io_manager(self, scope: Any, key: str) -> Any:
        """Return an IO manager of the run.

        Raises:
            DagsterInvalidDefinitionError: if the resource of that key is none.
        """
        manager = scope.session.resources.__dict__.get(key)
        if manager is None and key in scope.resource_defs:
            scope.session.open([key])  # an input of an asset made elsewhere asks for it first here
            manager = scope.session.resources.__dict__.get(key)
        if manager is None:
            raise DagsterInvalidDefinitionError(
                f"Step '{self.plan.key}' needs the IO manager '{key}', which is not there."
            )
        return manager

    def build_config(self) -> Any:
        """Return what the function's ``config`` parameter is given."""
        from weftwork.definitions.ops.op_config import (
            build_config_argument,
        )  # only for ops with such a parameter

        return build_config_argument(self.compute, self.config)
