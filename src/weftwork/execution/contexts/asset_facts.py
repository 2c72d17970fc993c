"""What a context knows of the assets and checks of its step."""

from __future__ import annotations

from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidPropertyError, DagsterInvariantViolationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.records.data_version import DataProvenance
from weftwork.records.keys import AssetCheckKey, AssetKey


class AssetFacts:
    """What a context knows of the assets and checks of its step; ``_step`` is the running step."""

    __slots__ = ()
    _step: Any

    @property
    def has_assets_def(self) -> bool:
        """Whether the step makes assets, or is part of a graph that does."""
        return self._step.runtime.assets_def is not None

    @property
    def assets_def(self) -> Any:
        """The definition of the assets that the step makes.

        Raises:
            DagsterInvalidPropertyError: if it makes none.
        """
        if self._step.runtime.assets_def is None:
            raise DagsterInvalidPropertyError(
                f"There is no assets_def: step '{self._step.key}' makes no asset. Look at has_assets_def first."
            )
        return self._step.runtime.assets_def

    @property
    def asset_key(self) -> AssetKey:
        """The asset that the step makes.

        Raises:
            DagsterInvalidPropertyError: if it makes none.
            DagsterInvariantViolationError: if it makes several.
        """
        if self._step.runtime.assets_def is None:
            raise DagsterInvalidPropertyError(
                f"There is no asset_key: step '{self._step.key}' makes no asset."
            )
        keys = self.selected_asset_keys
        if len(keys) != 1:
            raise DagsterInvariantViolationError(
                f"There is no single asset_key: step '{self._step.key}' makes {len(keys)} assets. Use "
                f"asset_key_for_output(output_name) or selected_asset_keys."
            )
        return next(iter(keys))

    @property
    def selected_asset_keys(self) -> set[AssetKey]:
        """The assets that this run asks of the step, or of the graph that it is part of."""
        runtime = self._step.runtime
        keys = {key for key, output in runtime.asset_outputs.items() if output.selected}
        if not keys and runtime.assets_def is not None:
            keys = set(runtime.assets_def.keys)
        return keys

    @property
    def selected_asset_check_keys(self) -> set[AssetCheckKey]:
        """The checks that this run asks of the step."""
        return {key for key, output in self._step.runtime.check_outputs.items() if output.selected}

    @property
    def selected_output_names(self) -> set[str]:
        """The outputs that this run asks of the step."""
        return {output.name for output in self._step.runtime.outputs.values() if output.selected}

    @property
    def is_subset(self) -> bool:
        """Whether the run asks for only some of what the step can make."""
        return any(not output.selected for output in self._step.runtime.outputs.values())

    def asset_key_for_output(self, output_name: str = "result") -> AssetKey:
        """Return the asset that an output is.

        Raises:
            CheckError: if it is none.
        """
        outputs = self._step.runtime.outputs
        output = outputs.get(output_name)
        if output is None or output.asset_key is None:
            raise CheckError(
                f"Output '{output_name}' of step '{self._step.key}' is no asset.{did_you_mean(output_name, outputs)}"
            )
        return output.asset_key  # type: ignore[no-any-return]

    def output_for_asset_key(self, asset_key: AssetKey) -> str:
        """Return the output that an asset is.

        Raises:
            CheckError: if the step does not make it.
        """
        outputs = self._step.runtime.asset_outputs
        if asset_key not in outputs:
            raise CheckError(
                f"Step '{self._step.key}' does not make '{asset_key.to_user_string()}'; it makes "
                f"{quote_names(key.to_user_string() for key in outputs) or 'no assets'}."
            )
        return outputs[asset_key].name  # type: ignore[no-any-return]

    def asset_key_for_input(self, input_name: str) -> AssetKey:
        """Return the asset that an input is.

        Raises:
            CheckError: if it is none.
        """
        for known in self._step.runtime.inputs:
            if known.name == input_name and known.asset_key is not None:
                return known.asset_key  # type: ignore[no-any-return]
        names = [known.name for known in self._step.runtime.inputs]
        raise CheckError(
            f"Input '{input_name}' of step '{self._step.key}' is no asset.{did_you_mean(input_name, names)}"
        )

    def get_asset_provenance(self, asset_key: AssetKey) -> DataProvenance | None:
        """Return from what the latest materialization of an asset was made, or None."""
        event = self._step.instance.get_latest_materialization_event(asset_key)
        made = event.asset_materialization if event is not None else None
        return DataProvenance.from_tags(made.tags or {}) if made is not None else None

    def load_asset_value(
        self, asset_key: AssetKey, *, python_type: type | None = None, partition_key: str | None = None
    ) -> Any:
        """Load the value of an asset of the job through its IO manager.

        Args:
            asset_key: the asset.
            python_type: the type that the IO manager is told to load.
            partition_key: the partition; None for all that the run needs of it.

        Raises:
            KeyError: if the job knows no such asset.
        """
        from weftwork.execution.contexts.asset_loading import load_asset  # most steps load nothing by hand

        return load_asset(self._step, asset_key, python_type, partition_key)
