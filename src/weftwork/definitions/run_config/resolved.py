"""What run config came to, for each op, resource and logger of a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.config.schema import copy_value

NO_CONFIG: Mapping[str, Any] = {}


class OpRunConfig:
    """What one node gets from the run config.

    Attributes:
        config: its config; None where none was declared and none was given.
        inputs: input name to the config of its loader.
        outputs: output name to config for its IO manager; None where none can be given.
    """

    __slots__ = ("config", "inputs", "outputs")

    def __init__(
        self,
        config: Any = None,
        inputs: Mapping[str, Any] = NO_CONFIG,
        outputs: Mapping[str, Any] | None = None,
    ) -> None:
        self.config = config
        self.inputs = inputs
        self.outputs = outputs

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``validate_run_config`` shows it."""
        outputs = None if self.outputs is None else dict(self.outputs)
        return {"config": self.config, "inputs": dict(self.inputs), "outputs": outputs}


EMPTY_OP = OpRunConfig()


class ResolvedRunConfig:
    """Run config that fits its job, with defaults filled, the environment read and mappings applied.

    Attributes:
        ops: node handle to what it gets; nodes that get nothing are absent, see ``op``.
        resources: key to ``{"config": ...}``, as a resource session takes it.
        loggers: name to ``{"config": ...}`` of the loggers that are configured.
        execution: the executor's name, and its config.
        inputs: input of the job to the config of its loader.
    """

    __slots__ = ("_graph", "execution", "inputs", "loggers", "ops", "resources")

    def __init__(
        self,
        graph: Any,
        ops: dict[tuple[str, ...], OpRunConfig],
        resources: dict[str, dict[str, Any]],
        loggers: dict[str, dict[str, Any]],
        execution: tuple[str, Any],
        inputs: Mapping[str, Any],
    ) -> None:
        self._graph = graph
        self.ops = ops
        self.resources = resources
        self.loggers = loggers
        self.execution = execution
        self.inputs = inputs

    def copy(self) -> ResolvedRunConfig:
        """Return a copy whose resources may be changed by their users without changing this one."""
        resources = {
            key: {"config": copy_value(entry.get("config"))} for key, entry in self.resources.items()
        }
        return ResolvedRunConfig(
            self._graph, self.ops, resources, dict(self.loggers), self.execution, self.inputs
        )

    def op(self, handle: tuple[str, ...]) -> OpRunConfig:
        """Return what the node at ``handle`` (names from the job down to it) gets."""
        return self.ops.get(handle, EMPTY_OP)

    def to_dict(self) -> dict[str, Any]:
        """Return everything in the documented shape: ops, execution, resources and loggers.

        Nodes inside graphs have dotted names; ``execution`` is keyed by the executor's name.
        """
        name, config = self.execution
        ops: dict[str, Any] = {}
        self._add_nodes(ops, self._graph, ())
        return {"ops": ops, "execution": {name: config}, "resources": self.resources, "loggers": self.loggers}

    def _add_nodes(self, ops: dict[str, Any], graph: Any, outer: tuple[str, ...]) -> None:
        for node in graph.nodes:
            handle = (*outer, node.name)
            ops[".".join(handle)] = self.op(handle).to_dict()
            if node.definition.is_graph:
                self._add_nodes(ops, node.definition, handle)
