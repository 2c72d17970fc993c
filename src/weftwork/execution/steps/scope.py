"""One attempt at one step: what contexts, IO managers, hooks and type checks see of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import CheckError, DagsterInvariantViolationError, NoSinglePartitionError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.execution.run_scope import RunScope
from weftwork.execution.step_runtime import InputRuntime, OutputRuntime, StepRuntime
from weftwork.records.asset_events import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)
from weftwork.records.event_data import (
    AssetObservationData,
    StepExpectationResultData,
    StepMaterializationData,
)
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey

if TYPE_CHECKING:
    from weftwork.execution.steps.guard import Guard
    from weftwork.partitions.keys import PartitionKeyRange, TimeWindow

_NOTHING: Any = frozenset()


class StepScope:
    """One attempt at one step.

    Args:
        run: the run.
        runtime: the step.
        key: its key, with mapping keys.
        keys: its mapping keys, outermost first.
        attempt: how often it was tried before.

    Attributes:
        guard: stops the attempt from outside, where a backend may want to.
        is_muted: whether it was given up: what its code still does is not recorded.
        on_item: told of every item of a dynamic output at once: (output, mapping key).
        on_output: told of every other output that is stored, where others may take it before the step has ended.
    """

    __slots__ = (
        "_log", "attempt", "context", "exception", "guard", "is_muted", "items", "key", "keys", "metadata", "on_item", "on_output",
        "produced",
        "run", "runtime", "seen_keys", "values",
    )  # fmt: skip

    def __init__(
        self, run: RunScope, runtime: StepRuntime, key: str, keys: tuple[str, ...] = (), attempt: int = 0
    ) -> None:
        self.run = run
        self.runtime = runtime
        self.key = key
        self.keys = keys
        self.attempt = attempt
        self.context: Any = None
        self.produced: set[str] = _NOTHING
        self.items: list[tuple[str, str]] = []
        self.seen_keys: set[tuple[str, str]] | None = None
        self.values: dict[str, Any] | None = {} if runtime.hooks else None
        self.metadata: dict[str, Any] | None = {} if runtime.hooks else None
        self.exception: BaseException | None = None
        self.guard: Guard | None = None
        self.is_muted = False
        self.on_item: Callable[[str, str], None] | None = None
        self.on_output: Callable[[str], None] | None = None
        self._log: Any = None

    # ------------------------------------------------------------------------------------- events

    def emit(self, kind: str, data: Any = None, text: str | None = None) -> None:
        """Take note of an event of this step."""
        if self.is_muted:
            return
        run = self.run
        run.emit(
            DagsterEvent(
                event_type_value=kind,
                job_name=run.job_name,
                step_key=self.key,
                node_path=self.runtime.plan.path,
                step_kind_value="COMPUTE",
                event_specific_data=data,
                text=text,
                pid=run.pid,
                timestamp=time.time(),
            )
        )

    def emit_user_event(self, event: Any) -> None:
        """Take note of an event that user code logged or yielded besides its outputs.

        Raises:
            CheckError: if it is none.
        """
        kind = type(event)
        if kind is AssetMaterialization:
            self.emit("ASSET_MATERIALIZATION", StepMaterializationData(event))
        elif kind is AssetObservation:
            self.emit("ASSET_OBSERVATION", AssetObservationData(event))
        elif kind is ExpectationResult:
            self.emit("STEP_EXPECTATION_RESULT", StepExpectationResultData(event))
        elif kind is AssetCheckEvaluation:
            self.emit("ASSET_CHECK_EVALUATION", event)
        else:
            raise CheckError(
                f"Step '{self.key}' logged {event!r:.100}; expected AssetMaterialization, AssetObservation, "
                f"AssetCheckEvaluation or ExpectationResult."
            )

    @property
    def log(self) -> Any:
        """The log of the step."""
        if self._log is None:
            self._log = self.run.make_log(self.key, self.runtime.op_def.name)
        return self._log

    # -------------------------------------------------------------------------------------- facts

    @property
    def step_key(self) -> str:
        """The key of the step, with mapping keys."""
        return self.key

    @property
    def job_name(self) -> str:
        """The job."""
        return self.run.job_name

    @property
    def run_id(self) -> str:
        """The run."""
        return self.run.run_id

    @property
    def dagster_run(self) -> Any:
        """The run's record."""
        return self.run.run

    @property
    def instance(self) -> Any:
        """The instance of the run."""
        return self.run.instance

    @property
    def job_def(self) -> Any:
        """The job."""
        return self.run.job_def

    @property
    def op_def(self) -> Any:
        """The op."""
        return self.runtime.op_def

    @property
    def node(self) -> Any:
        """The use of the op in its graph."""
        return self.runtime.node

    @property
    def op_config(self) -> Any:
        """The config of the op."""
        return self.runtime.config

    @property
    def resources(self) -> Any:
        """All open resources; contexts restrict them to what they may see."""
        return self.run.session.resources

    @property
    def op_context(self) -> Any:
        """The context of the op, made if the function did not ask for it."""
        if self.context is None:
            self.context = self.run.make_context(self)
        return self.context

    @property
    def step_exception(self) -> BaseException | None:
        """What the attempt failed with."""
        return self.exception

    @property
    def step_output_values(self) -> dict[str, Any]:
        """The values of the outputs by name; for a dynamic one, by mapping key."""
        return self.values or {}

    @property
    def step_output_metadata(self) -> dict[str, Any]:
        """The metadata of the outputs by name; for a dynamic one, by mapping key."""
        return self.metadata or {}

    def note_given(self, output_name: str) -> None:
        """Remember that the function gave an output."""
        if self.produced is _NOTHING:
            self.produced = {output_name}
        else:
            self.produced.add(output_name)

    def has_given(self, output_name: str, mapping_key: str | None) -> bool:
        """Return whether the function gave an output, or an item of it, already."""
        if mapping_key is not None and self.seen_keys is not None:
            return (output_name, mapping_key) in self.seen_keys
        return output_name in self.produced and mapping_key is None

    # --------------------------------------------------------------------------------- partitions

    @property
    def partitions_def(self) -> Any:
        """The partitions of the first partitioned asset of the step, else those of the job."""
        for output in self.runtime.outputs.values():
            if output.partitions_def is not None:
                return output.partitions_def
        return self.run.job.partitions_def

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is of one partition."""
        return self.run.partitions.has_key

    @property
    def partition_key(self) -> str:
        """The partition of the run."""
        return self.run.partitions.get_key()

    def _output(self, name: str) -> OutputRuntime:
        return self.runtime.get_output(name, "is asked")

    def _input(self, name: str) -> InputRuntime:
        for known in self.runtime.inputs:
            if known.name == name:
                return known
        names = [known.name for known in self.runtime.inputs]
        raise DagsterInvariantViolationError(
            f"Step '{self.key}' has no input '{name}'; its inputs: {quote_names(names)}.{did_you_mean(name, names)}"
        )

    def has_asset_partitions_for_output(self, output_name: str) -> bool:
        """Return whether the output is a partitioned asset, in a run of partitions."""
        return self._output(output_name).partitions_def is not None and self.run.partitions.is_partitioned

    def may_make_many_partitions_for_output(self, output_name: str) -> bool:
        """Return whether the asset's backfill policy lets one run make several of its partitions."""
        made = self.runtime.assets_def
        policy = made.backfill_policy if made is not None else None
        return policy is not None and policy.max_partitions_per_run != 1

    def asset_partitions_def_for_output(self, output_name: str) -> Any:
        """Return the partitions definition of the asset that the output is."""
        definition = self._output(output_name).partitions_def
        if definition is None:
            raise DagsterInvariantViolationError(
                f"Output '{output_name}' of step '{self.key}' is no partitioned asset."
            )
        return definition

    def asset_partition_keys_for_output(self, output_name: str) -> Sequence[str]:
        """Return the partitions of the output that the step makes."""
        return self.run.partitions.list_keys(self.asset_partitions_def_for_output(output_name))

    def asset_partition_key_range_for_output(self, output_name: str) -> PartitionKeyRange:
        """Return the first and last partition of the output that the step makes."""
        self.asset_partitions_def_for_output(output_name)
        return self.run.partitions.get_range()

    def asset_partitions_time_window_for_output(self, output_name: str) -> TimeWindow:
        """Return the time that the partitions of the output cover."""
        definition = self.asset_partitions_def_for_output(output_name)
        bounds = self.run.partitions.get_range()
        return self.run.partitions.time_window(definition, [bounds.start, bounds.end])

    def _input_asset(self, name: str) -> AssetKey:
        key = self._input(name).asset_key
        if key is None:
            raise DagsterInvariantViolationError(f"Input '{name}' of step '{self.key}' is no asset.")
        return key

    def has_asset_partitions_for_input(self, input_name: str) -> bool:
        """Return whether the input is a partitioned asset."""
        return self._find_input_partitions(input_name) is not None

    def _find_input_partitions(self, input_name: str) -> Any:
        declared = self.run.job.input_assets.get((self.runtime.plan.path, input_name))
        if declared is not None:
            return declared.spec.partitions_def
        layer = self.run.job.asset_layer
        key = self._input(input_name).asset_key
        return layer.partitions_def(key) if layer is not None and key is not None else None

    def asset_partitions_def_for_input(self, input_name: str) -> Any:
        """Return the partitions definition of the asset that the input is."""
        definition = self._find_input_partitions(input_name)
        if definition is None:
            raise DagsterInvariantViolationError(
                f"Input '{input_name}' of step '{self.key}' is no partitioned asset."
            )
        return definition

    def asset_partitions_subset_for_input(self, input_name: str) -> Any:
        """Return the partitions of the input that the step reads."""
        from weftwork.partitions.context import (  # a run without partitions needs none of it
            partition_loading_context,
        )

        definition = self.asset_partitions_def_for_input(input_name)
        if (self.runtime.plan.path, input_name) in self.run.job.input_assets:
            with partition_loading_context(dynamic_partitions_store=self.run.instance):
                return definition.subset_with_all_partitions()  # an op has no partitions that could be mapped
        return self.run.partitions.upstream_subset(self._downstream(), self._input_asset(input_name))

    def _downstream(self) -> AssetKey | None:
        """Return the asset whose partition mappings count: the partitioned one, if there are several."""
        outputs = self.runtime.asset_outputs
        for key, output in outputs.items():
            if output.partitions_def is not None:
                return key
        for check in self.runtime.check_outputs:
            return check.asset_key
        return next(iter(outputs), None)

    def asset_partition_keys_for_input(self, input_name: str) -> Sequence[str]:
        """Return the partitions of the input that the step reads."""
        from weftwork.partitions.context import (  # a run without partitions needs none of it
            partition_loading_context,
        )

        definition = self.asset_partitions_def_for_input(input_name)
        with partition_loading_context(dynamic_partitions_store=self.run.instance):
            keys: Sequence[str] = definition.sort_keys(
                self.asset_partitions_subset_for_input(input_name).get_partition_keys()
            )
            return keys

    def asset_partition_key_range_for_input(self, input_name: str) -> PartitionKeyRange:
        """Return the first and last partition of the input that the step reads."""
        definition = self.asset_partitions_def_for_input(input_name)
        ranges = list(self.asset_partitions_subset_for_input(input_name).get_partition_key_ranges(definition))
        if len(ranges) != 1:
            raise NoSinglePartitionError(
                f"Input '{input_name}' of step '{self.key}' reads {len(ranges)} ranges of partitions, not one: use "
                f"asset_partition_keys_for_input."
            )
        return ranges[0]  # type: ignore[no-any-return]

    def asset_partitions_time_window_for_input(self, input_name: str) -> TimeWindow:
        """Return the time that the partitions of the input cover."""
        bounds = self.asset_partition_key_range_for_input(input_name)
        definition = self.asset_partitions_def_for_input(input_name)
        return self.run.partitions.time_window(definition, [bounds.start, bounds.end])
