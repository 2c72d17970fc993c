"""Stands for the running step where a function is called directly, without a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from weftwork.base.arguments import check_type
from weftwork.base.errors import (
    DagsterInvalidInvocationError,
    DagsterInvalidPropertyError,
    DagsterInvariantViolationError,
)
from weftwork.definitions.resources.config import build_resources_config
from weftwork.definitions.resources.context_resources import ContextResources
from weftwork.definitions.resources.wrapping import wrap_resources
from weftwork.execution.contexts.step_notes import StepNotes
from weftwork.execution.invocation.direct_runtime import DirectOutput, DirectRuntime
from weftwork.execution.run_partitions import RunPartitions
from weftwork.partitions.keys import PartitionKeyRange, TimeWindow
from weftwork.records.asset_events import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)
from weftwork.records.runs import DagsterRun
from weftwork.records.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

EPHEMERAL_RUN_ID = "EPHEMERAL"
_USER_EVENTS = (AssetMaterialization, AssetObservation, ExpectationResult, AssetCheckEvaluation)


class NoJob:
    """Stands for the job where there is none."""

    partitions_def = None
    asset_layer = None


class DirectRun:
    """Stands for the run where there is none.

    Args:
        tags: the tags of the run.
        partitions: the tags that name its partition or range.
        instance: where dynamic partitions are found.
    """

    __slots__ = ("partitions", "run")

    job = NoJob

    def __init__(self, tags: Mapping[str, str], partitions: Mapping[str, str], instance: Any) -> None:
        self.run = DagsterRun(job_name="", run_id=EPHEMERAL_RUN_ID, tags=dict(tags))
        named = DagsterRun(job_name="", run_id=EPHEMERAL_RUN_ID, tags=dict(partitions))
        self.partitions = RunPartitions(NoJob, named, instance)


class DirectStep:
    """Stands for the running step where a function is called directly; one call at a time.

    Args:
        resources: key to value or definition.
        op_config: the config of the op, as given.
        resources_config: key to ``{"config": ...}``.
        instance: the instance; a new one in memory if None, made on first use.
        partition_key: the partition of the run.
        partition_key_range: the partitions of the run.
        mapping_key: the key of the item that the step is mapped over.
        run_tags: the tags of the run.
        event_loop: the loop for asynchronous resources.
        built_by: the function that builds the context, for messages.
    """

    __slots__ = (
        "_call_resources", "_instance", "_log", "_partition_tags", "_resources", "_run", "_runtime",
        "given", "given_config", "has_resources", "keys", "notes", "op_config", "resources_config", "run_tags",
    )  # fmt: skip

    attempt = 0
    run_id = EPHEMERAL_RUN_ID

    def __init__(
        self,
        resources: Mapping[str, Any] | None = None,
        op_config: Any = None,
        resources_config: Mapping[str, Any] | None = None,
        instance: Any = None,
        partition_key: str | None = None,
        partition_key_range: PartitionKeyRange | None = None,
        mapping_key: str | None = None,
        run_tags: Mapping[str, str] | None = None,
        event_loop: Any = None,
        built_by: str = "build_op_context",
    ) -> None:
        self._instance = instance
        self._resources = ContextResources(
            resources, built_by, resource_config=resources_config, instance=instance, event_loop=event_loop
        )
        self._call_resources: ContextResources | None = None
        if resources_config:
            build_resources_config(wrap_resources(resources), resources_config)  # what is wrong is told now
        self._log: Any = None
        self._run: DirectRun | None = None
        self._runtime: DirectRuntime | None = None
        self._partition_tags = _partition_tags(partition_key, partition_key_range)
        self.has_resources = bool(resources)
        self.resources_config = resources_config
        self.given_config = self.op_config = op_config
        self.keys = (mapping_key,) if mapping_key is not None else ()
        self.run_tags = run_tags or {}
        self.notes = StepNotes()
        self.given: set[tuple[str, str | None]] = set()

    # -------------------------------------------------------------------------------------- calls

    @property
    def is_bound(self) -> bool:
        """Whether a function is being called with the context."""
        return self._runtime is not None

    def bind(self, runtime: DirectRuntime) -> None:
        """Begin a call: what the last one told is forgotten.

        Raises:
            DagsterInvalidInvocationError: if another call has not ended.
        """
        if self._runtime is not None:
            raise DagsterInvalidInvocationError(
                f"This context is in use: the call of '{self._runtime.op_def.name}' has not ended. Build another context for "
                f"'{runtime.op_def.name}', or exhaust the generator (await the coroutine) of the first call."
            )
        self._runtime = runtime
        self.notes = StepNotes()
        self.given = set()

    def unbind(self) -> None:
        """End a call; what it told can still be read."""
        self._runtime = None
        self.op_config = self.given_config
        if self._call_resources is not None:
            self._call_resources.close()
            self._call_resources = None

    def use_resources(self, resources: ContextResources) -> None:
        """Have the call see other resources; they are torn down when it ends."""
        self._call_resources = resources
        resources.__enter__()

    def open_resources(self) -> None:
        """Open the context's resources: it is used in a ``with`` block."""
        self._resources.__enter__()

    def close_resources(self, *exc_info: object) -> None:
        """Tear the context's resources down: its ``with`` block ends."""
        self._resources.__exit__(*exc_info)

    def _absent(self, name: str) -> NoReturn:
        raise DagsterInvalidPropertyError(
            f"'{name}' exists only in a run, not in a context that was built for calling a function directly."
        )

    @property
    def runtime(self) -> DirectRuntime:
        """What is known of the function that is being called.

        Raises:
            DagsterInvalidPropertyError: if none is.
        """
        if self._runtime is None:
            raise DagsterInvalidPropertyError(
                "This property depends on the op, asset or check, and none is being called: it can be read inside the "
                "function that the context is given to."
            )
        return self._runtime

    # ------------------------------------------------------------------------------------- events

    def emit_user_event(self, event: Any) -> None:
        """Keep an event that the function logged.

        Raises:
            ParameterCheckError: if it is none.
        """
        _ = self.runtime
        self.notes.user_events.append(check_type(event, _USER_EVENTS, "event"))

    def has_given(self, output_name: str, mapping_key: str | None) -> bool:
        """Return whether the function gave an output, or an item of it, already."""
        return (output_name, mapping_key) in self.given

    # -------------------------------------------------------------------------------------- facts

    job_name = property(lambda self: self._absent("job_name"), doc="Exists only in a run.")
    job_def = property(lambda self: self._absent("job_def"), doc="Exists only in a run.")
    node = property(lambda self: self._absent("op"), doc="Exists only in a run.")
    dagster_run = property(lambda self: self._absent("run"), doc="Exists only in a run.")

    @property
    def key(self) -> str:
        """The function that is being called."""
        return self.runtime.op_def.name  # type: ignore[no-any-return]

    @property
    def op_def(self) -> Any:
        """The op whose function is being called."""
        return self.runtime.op_def

    @property
    def instance(self) -> Any:
        """The instance that was given, or a new one in memory."""
        if self._instance is None:
            from weftwork.instance.instance import DagsterInstance  # most calls ask for no instance

            self._instance = DagsterInstance.ephemeral()
        return self._instance

    @property
    def resources(self) -> Any:
        """The open resources."""
        return (self._call_resources or self._resources).get()

    @property
    def log(self) -> Any:
        """A log that writes to the console."""
        if self._log is None:
            from weftwork.definitions.loggers.log_manager import DagsterLogManager  # most calls log nothing
            from weftwork.execution.run_loggers import build_default_loggers

            self._log = DagsterLogManager(
                {"run_id": self.run_id}, None, build_default_loggers(self._instance)
            )
        return self._log

    # --------------------------------------------------------------------------------- partitions

    @property
    def run(self) -> DirectRun:
        """What stands for the run."""
        if self._run is None:
            instance = self.instance if self._partition_tags else None
            self._run = DirectRun(self.run_tags, self._partition_tags, instance)
        return self._run

    @property
    def partitions_def(self) -> Any:
        """The partitions of the first partitioned asset that is made, or None."""
        outputs = self._runtime.outputs.values() if self._runtime is not None else ()
        made = next((out.partitions_def for out in outputs if out.partitions_def is not None), None)
        if made is None and self._runtime is not None and self._runtime.assets_def is not None:
            made = self._runtime.assets_def.partitions_def
        return made

    def _partitioned(self, output_name: str) -> DirectOutput:
        output = self.runtime.get_output(output_name, "is asked for partitions")
        if output.partitions_def is None:
            raise DagsterInvariantViolationError(
                f"Output '{output_name}' of '{self.key}' is no partitioned asset."
            )
        return output

    def has_asset_partitions_for_output(self, output_name: str) -> bool:
        """Return whether the output is a partitioned asset, and partitions were given."""
        output = self.runtime.get_output(output_name, "is asked for partitions")
        return output.partitions_def is not None and self.run.partitions.is_partitioned

    def asset_partitions_def_for_output(self, output_name: str) -> Any:
        """Return the partitions of the asset that the output is."""
        return self._partitioned(output_name).partitions_def

    def asset_partition_keys_for_output(self, output_name: str) -> Sequence[str]:
        """Return the partitions of the output that were given."""
        return self.run.partitions.list_keys(self._partitioned(output_name).partitions_def)

    def asset_partition_key_range_for_output(self, output_name: str) -> PartitionKeyRange:
        """Return the first and last partition of the output that was given."""
        self._partitioned(output_name)
        return self.run.partitions.get_range()

    def asset_partitions_time_window_for_output(self, output_name: str) -> TimeWindow:
        """Return the time that the partitions of the output cover."""
        definition = self._partitioned(output_name).partitions_def
        bounds = self.run.partitions.get_range()
        return self.run.partitions.time_window(definition, [bounds.start, bounds.end])

    def _of_input(self, input_name: str) -> NoReturn:
        del input_name
        self._absent("the partitions of an input")

    asset_partitions_def_for_input = asset_partition_keys_for_input = _of_input
    asset_partition_key_range_for_input = asset_partitions_time_window_for_input = _of_input


def _partition_tags(key: str | None, key_range: PartitionKeyRange | None) -> dict[str, str]:
    if key is not None:
        return {PARTITION_NAME_TAG: key}
    if key_range is not None:
        return {
            ASSET_PARTITION_RANGE_START_TAG: key_range.start,
            ASSET_PARTITION_RANGE_END_TAG: key_range.end,
        }
    return {}
