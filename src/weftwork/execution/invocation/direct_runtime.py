"""What is known of an op, asset or check while its function is called directly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from weftwork.base.errors import DagsterInvalidPropertyError, DagsterInvariantViolationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.records.keys import AssetCheckKey, AssetKey


class DirectInput:
    """An input of a function that is called directly."""

    __slots__ = ("asset_key", "definition", "name", "type")

    def __init__(self, definition: Any, asset_key: AssetKey | None) -> None:
        self.name: str = definition.name
        self.definition = definition
        self.type = definition.dagster_type
        self.asset_key = asset_key


class DirectOutput:
    """An output of a function that is called directly."""

    __slots__ = (
        "asset_key", "check_key", "check_spec", "is_dynamic", "is_nothing", "name", "partitions_def", "required", "selected",
        "type",
    )  # fmt: skip

    def __init__(self, definition: Any, assets_def: Any) -> None:
        self.name: str = definition.name
        self.type = definition.dagster_type
        self.is_dynamic: bool = definition.is_dynamic
        self.is_nothing: bool = self.type.is_nothing
        self.required: bool = definition.is_required
        self.selected = True
        self.asset_key: AssetKey | None = None
        self.check_key: AssetCheckKey | None = None
        self.check_spec: Any = None
        self.partitions_def: Any = None
        if assets_def is not None:
            self._read(assets_def)

    def _read(self, assets_def: Any) -> None:
        self.asset_key = assets_def.node_keys_by_output_name.get(self.name)
        self.check_spec = assets_def.node_check_specs_by_output_name.get(self.name)
        self.check_key = self.check_spec.key if self.check_spec is not None else None
        spec = assets_def.specs_by_key.get(self.asset_key) if self.asset_key is not None else None
        self.partitions_def = spec.partitions_def if spec is not None else None
        self.selected = (
            spec is not None if self.asset_key is not None else self._is_selected_check(assets_def)
        )
        self.required = self.required and self.selected

    def _is_selected_check(self, assets_def: Any) -> bool:
        return self.check_key is None or self.check_key in assets_def.check_keys


class DirectRuntime:
    """What is known of an op, asset or check while its function is called directly.

    Args:
        op_def: the op.
        assets_def: the assets or checks that it makes, or None.
    """

    __slots__ = (
        "asset_outputs",
        "assets_def",
        "check_outputs",
        "compute",
        "inputs",
        "op_def",
        "outputs",
        "single_output",
    )

    def __init__(self, op_def: Any, assets_def: Any) -> None:
        self.op_def = op_def
        self.assets_def = assets_def
        self.compute = op_def.compute
        keys: Mapping[str, AssetKey] = assets_def.node_keys_by_input_name if assets_def is not None else {}
        self.inputs = [DirectInput(known, keys.get(known.name)) for known in op_def.input_defs]
        self.outputs = {known.name: DirectOutput(known, assets_def) for known in op_def.output_defs}
        self.single_output = next(iter(self.outputs.values())) if len(self.outputs) == 1 else None
        self.asset_outputs = {
            out.asset_key: out for out in self.outputs.values() if out.asset_key is not None and out.selected
        }
        self.check_outputs = {
            out.check_key: out for out in self.outputs.values() if out.check_key is not None and out.selected
        }

    @property
    def plan(self) -> NoReturn:
        """Exists only in a run."""
        raise DagsterInvalidPropertyError(
            "The handle of a node exists only in a run, not where a function is called directly."
        )

    def get_output(self, name: str, what: str) -> DirectOutput:
        """Return the output of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        found = self.outputs.get(name)
        if found is None:
            raise DagsterInvariantViolationError(
                f"'{self.op_def.name}' {what} for output '{name}', which it does not have; its outputs: "
                f"{quote_names(self.outputs)}.{did_you_mean(name, self.outputs)}"
            )
        return found
