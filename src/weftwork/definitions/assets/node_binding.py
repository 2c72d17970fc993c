"""Which assets and checks the inputs and outputs of a node are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any

from weftwork.records.keys import AssetCheckKey, AssetKey


class AssetExecutionType(Enum):
    """What running a definition does to its assets."""

    MATERIALIZATION = "MATERIALIZATION"
    OBSERVATION = "OBSERVATION"
    UNEXECUTABLE = "UNEXECUTABLE"


class NodeBinding:
    """Which assets and checks the inputs and outputs of an op or graph are; shared by all views of a definition.

    Attributes:
        node_def: the op or graph.
        inputs: input name to the asset it reads.
        outputs: output name to the asset it makes.
        checks: output name to the check it evaluates.
        can_subset: whether a run may make only some of them.
        execution_type: what running it does to its assets.
    """

    __slots__ = ("can_subset", "checks", "execution_type", "inputs", "node_def", "outputs")

    def __init__(
        self,
        node_def: Any,
        inputs: dict[str, AssetKey],
        outputs: dict[str, AssetKey],
        checks: dict[str, AssetCheckKey],
        *,
        can_subset: bool = False,
        execution_type: AssetExecutionType = AssetExecutionType.MATERIALIZATION,
    ) -> None:
        self.node_def = node_def
        self.inputs = inputs
        self.outputs = outputs
        self.checks = checks
        self.can_subset = can_subset
        self.execution_type = execution_type

    def with_keys(self, replacements: Mapping[AssetKey, AssetKey]) -> NodeBinding:
        """Return the binding with asset keys replaced."""
        return NodeBinding(
            self.node_def,
            {name: replacements.get(key, key) for name, key in self.inputs.items()},
            {name: replacements.get(key, key) for name, key in self.outputs.items()},
            {name: check.replace_asset_key(replacements.get(check.asset_key, check.asset_key))
             for name, check in self.checks.items()},
            can_subset=self.can_subset,
            execution_type=self.execution_type,
        )  # fmt: skip

    def without_inputs(self, names: Collection[str]) -> NodeBinding:
        """Return the binding with some inputs left unbound."""
        if not names:
            return self
        return NodeBinding(
            self.node_def, {name: key for name, key in self.inputs.items() if name not in names}, self.outputs,
            self.checks, can_subset=self.can_subset, execution_type=self.execution_type,
        )  # fmt: skip

    def with_node(self, node_def: Any) -> NodeBinding:
        """Return the binding of another op or graph that has the same inputs and outputs."""
        return NodeBinding(
            node_def, self.inputs, self.outputs, self.checks,
            can_subset=self.can_subset, execution_type=self.execution_type,
        )  # fmt: skip
