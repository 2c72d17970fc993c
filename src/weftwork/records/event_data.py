"""An event, and what it tells besides its kind: one record for each kind that tells something."""

from __future__ import annotations

from enum import Enum
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.base.warnings import warn_user
from weftwork.records.asset_events import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_message import describe_event
from weftwork.records.event_type import FAILURE_EVENTS, HOOK_EVENTS, RUN_EVENTS, STEP_EVENTS, DagsterEventType
from weftwork.records.keys import AssetKey, NodeHandle
from weftwork.records.metadata import Metadata
from weftwork.serde.record import Record


class StepOutputHandle(Record, kw_only=False):
    """Names one output of one step of a run."""

    step_key: str
    output_name: str = "result"
    mapping_key: str | None = None


class TypeCheckData(Record, kw_only=False):
    """What a type check said."""

    success: bool
    label: str
    description: str | None = None
    metadata: Metadata = {}


class StepInputData(Record, kw_only=False):
    """An input of a step and its type check."""

    input_name: str
    type_check_data: TypeCheckData


class StepOutputData(Record, kw_only=False):
    """An output of a step and its type check."""

    step_output_handle: StepOutputHandle
    type_check_data: TypeCheckData | None = None
    version: str | None = None
    metadata: Metadata = {}

    @property
    def output_name(self) -> str:
        """The name of the output."""
        return self.step_output_handle.output_name

    @property
    def mapping_key(self) -> str | None:
        """The key of the item, for a dynamic output."""
        return self.step_output_handle.mapping_key


class LoadedInputData(Record, kw_only=False):
    """An input that an IO manager loaded."""

    input_name: str
    manager_key: str
    upstream_output_name: str | None = None
    upstream_step_key: str | None = None
    metadata: Metadata = {}


class OutputSeal(Record):
    """Where a value was put, and what it is recognised by.

    Args:
        path: its file.
        size_bytes: its length.
        sha256: its checksum, in hex.
    """

    path: str
    size_bytes: int
    sha256: str


class HandledOutputData(Record, kw_only=False):
    """An output that an IO manager stored."""

    output_name: str
    manager_key: str
    metadata: Metadata = {}
    seal: OutputSeal | None = None


class StepSuccessData(Record, kw_only=False):
    """How long a step took, in milliseconds."""

    duration_ms: float


class ErrorSource(Enum):
    """Where the error that failed a step came from."""

    USER_CODE_ERROR = "USER_CODE_ERROR"
    FRAMEWORK_ERROR = "FRAMEWORK_ERROR"
    INTERRUPT = "INTERRUPT"
    UNEXPECTED_ERROR = "UNEXPECTED_ERROR"


class UserFailureData(Record, kw_only=False):
    """What the user said with ``Failure``."""

    label: str = "intentional-failure"
    description: str | None = None
    metadata: Metadata = {}
    allow_retries: bool | None = None


class StepFailureData(Record, kw_only=False):
    """Why a step failed."""

    error: SerializableErrorInfo | None
    user_failure_data: UserFailureData | None = None
    error_source: ErrorSource | None = None


class StepRetryData(Record, kw_only=False):
    """Why a step is tried again, and in how many seconds."""

    error: SerializableErrorInfo | None
    seconds_to_wait: float | None = None


class StepMaterializationData(Record, kw_only=False):
    """The materialization that a step made."""

    materialization: AssetMaterialization
    asset_lineage: list[str] = []


class AssetObservationData(Record, kw_only=False):
    """The observation that a step made."""

    asset_observation: AssetObservation


class StepExpectationResultData(Record, kw_only=False):
    """The expectation that a step looked at."""

    expectation_result: ExpectationResult


class AssetMaterializationPlannedData(Record, kw_only=False):
    """An asset, and partition or range of it, that a run means to make."""

    asset_key: AssetKey
    partition: str | None = None
    partition_range_end: str | None = None


class AssetCheckEvaluationPlanned(Record, kw_only=False):
    """A check that a run means to evaluate."""

    asset_key: AssetKey
    check_name: str


class AssetFailedToMaterializeData(Record, kw_only=False):
    """An asset, or partition of it, that a run meant to make and did not."""

    asset_key: AssetKey
    partition: str | None = None
    error: SerializableErrorInfo | None = None
    reason: str | None = None


class AssetWipedData(Record, kw_only=False):
    """An asset, or some partitions of it, whose history was wiped."""

    asset_key: AssetKey
    partition_keys: list[str] | None = None


class PlanOutline(Record):
    """The steps that a run means to run, as columns: the n-th entry of each list is of the n-th step.

    Attributes:
        keys: their keys; steps that multiply by item end in "[?]", once for each level.
        parents: for each the numbers of the steps that it waits for.
    """

    keys: list[str]
    parents: list[list[int]]


class EngineEventData(Record, kw_only=False):
    """What the engine says of itself.

    Attributes:
        metadata: what it tells.
        error: what went wrong.
        marker_start: the name of something that begins here.
        marker_end: the name of something that ends here.
        plan: the steps that the run means to run, told when it begins.
    """

    metadata: Metadata = {}
    error: SerializableErrorInfo | None = None
    marker_start: str | None = None
    marker_end: str | None = None
    plan: PlanOutline | None = None


class RunFailureReason(Enum):
    """Why a run failed."""

    STEP_FAILURE = "STEP_FAILURE"
    RUN_EXCEPTION = "RUN_EXCEPTION"
    JOB_INITIALIZATION_FAILURE = "JOB_INITIALIZATION_FAILURE"
    START_TIMEOUT = "START_TIMEOUT"
    RUN_WORKER_RESTART = "RUN_WORKER_RESTART"
    UNKNOWN = "UNKNOWN"


class JobFailureData(Record, kw_only=False):
    """Why a run failed.

    Attributes:
        error: the error that ended it, or that of the first step that failed.
        failure_reason: what kind of thing ended it.
        failed_step_keys: the steps that failed.
        first_step_failure_event: the event of the first step that failed, if a step did.
    """

    error: SerializableErrorInfo | None = None
    failure_reason: RunFailureReason | None = None
    failed_step_keys: list[str] = []
    first_step_failure_event: DagsterEvent | None = None


class JobCanceledData(Record, kw_only=False):
    """Why a run was canceled."""

    error: SerializableErrorInfo | None = None


class HookErroredData(Record, kw_only=False):
    """Why a hook failed."""

    error: SerializableErrorInfo


RUN_OUTPUT = "run"
"""The name of what the process of a run prints besides what is kept by attempts of steps."""


class ComputeLogsCaptureData(Record, kw_only=False):
    """Where what a process prints is kept."""

    file_key: str
    step_keys: list[str] = []
    external_stdout_url: str | None = None
    external_stderr_url: str | None = None

    @property
    def is_of_attempt(self) -> bool:
        """Whether an attempt of a step printed it, and not the process of the run."""
        return self.file_key != RUN_OUTPUT


EventData = (
    StepInputData | StepOutputData | LoadedInputData | HandledOutputData | StepSuccessData | StepFailureData
    | StepRetryData | StepMaterializationData | AssetObservationData | StepExpectationResultData
    | AssetMaterializationPlannedData | AssetCheckEvaluationPlanned | AssetCheckEvaluation
    | AssetFailedToMaterializeData | AssetWipedData | EngineEventData | JobFailureData | JobCanceledData
    | HookErroredData | ComputeLogsCaptureData
)  # fmt: skip


_ENGINE_EVENTS = (
    DagsterEventType.ENGINE_EVENT, DagsterEventType.RESOURCE_INIT_STARTED, DagsterEventType.RESOURCE_INIT_SUCCESS,
    DagsterEventType.RESOURCE_INIT_FAILURE, DagsterEventType.STEP_WORKER_STARTING, DagsterEventType.STEP_WORKER_STARTED,
)  # fmt: skip


def _data_of(*kinds: DagsterEventType) -> Any:
    """Return the property for the data of events of some kinds; other events raise CheckError when asked for it."""

    def get(self: DagsterEvent) -> Any:
        if self.event_type_value not in kinds:
            names = " or ".join(kind.name for kind in kinds)
            raise CheckError(
                f"Only an event of kind {names} has this data; this one is of kind {self.event_type_value}."
            )
        return self.event_specific_data

    return property(get)


class DagsterEvent(Record):
    """One thing that happened in a run.

    Attributes:
        event_type_value: the kind, as stored text.
        job_name: the job.
        step_key: the step it happened in; None for the run as a whole.
        node_path: the names of the step's node, from the outermost graph inwards.
        step_kind_value: "COMPUTE" for a step's event.
        event_specific_data: what it tells besides its kind.
        text: its message, where the message does not follow from the rest.
        pid: the process it happened in.
        timestamp: seconds since the epoch.
    """

    event_type_value: str
    job_name: str = ""
    step_key: str | None = None
    node_path: tuple[str, ...] | None = None
    step_kind_value: str | None = None
    event_specific_data: EventData | None = None
    text: str | None = None
    pid: int | None = None
    timestamp: float = 0.0

    @property
    def event_type(self) -> DagsterEventType:
        """The kind."""
        return DagsterEventType(self.event_type_value)

    @property
    def message(self) -> str:
        """What happened, in a sentence."""
        return self.text if self.text is not None else describe_event(self)

    @property
    def pipeline_name(self) -> str:
        """The job, under its earlier name."""
        warn_user("DagsterEvent.pipeline_name is deprecated. Write job_name.", DeprecationWarning)
        return self.job_name

    @property
    def solid_handle(self) -> NodeHandle | None:
        """The node of the step, under its earlier name."""
        warn_user("DagsterEvent.solid_handle is deprecated. Write node_handle.", DeprecationWarning)
        return self.node_handle

    @property
    def node_handle(self) -> NodeHandle | None:
        """The handle of the step's node."""
        return NodeHandle.from_path(self.node_path) if self.node_path else None

    @property
    def node_name(self) -> str:
        """The name of the step's node in its graph."""
        if not self.node_path:
            raise CheckError(f"An event of kind {self.event_type_value} outside a step is of no node.")
        return self.node_path[-1]

    @property
    def step_kind(self) -> str | None:
        """The kind of the step."""
        return self.step_kind_value

    @property
    def logging_tags(self) -> dict[str, str]:
        """What loggers are told about the place of the event."""
        if self.step_key is None:
            return {}
        return {
            "job_name": self.job_name,
            "step_key": self.step_key,
            "op_name": self.node_path[-1] if self.node_path else "",
        }

    def _is(self, *kinds: DagsterEventType) -> bool:
        return self.event_type_value in kinds

    is_step_event = property(lambda self: self.event_type_value in STEP_EVENTS)
    is_hook_event = property(lambda self: self.event_type_value in HOOK_EVENTS)
    is_job_event = property(lambda self: self.event_type_value in RUN_EVENTS)
    is_failure = property(lambda self: self.event_type_value in FAILURE_EVENTS)
    is_step_start = property(lambda self: self._is(DagsterEventType.STEP_START))
    is_step_success = property(lambda self: self._is(DagsterEventType.STEP_SUCCESS))
    is_step_failure = property(lambda self: self._is(DagsterEventType.STEP_FAILURE))
    is_step_skipped = property(lambda self: self._is(DagsterEventType.STEP_SKIPPED))
    is_step_up_for_retry = property(lambda self: self._is(DagsterEventType.STEP_UP_FOR_RETRY))
    is_step_restarted = property(lambda self: self._is(DagsterEventType.STEP_RESTARTED))
    is_successful_output = property(lambda self: self._is(DagsterEventType.STEP_OUTPUT))
    is_step_materialization = property(lambda self: self._is(DagsterEventType.ASSET_MATERIALIZATION))
    is_asset_observation = property(lambda self: self._is(DagsterEventType.ASSET_OBSERVATION))
    is_expectation_result = property(lambda self: self._is(DagsterEventType.STEP_EXPECTATION_RESULT))
    is_asset_materialization_planned = property(
        lambda self: self._is(DagsterEventType.ASSET_MATERIALIZATION_PLANNED)
    )
    is_asset_failed_to_materialize = property(
        lambda self: self._is(DagsterEventType.ASSET_FAILED_TO_MATERIALIZE)
    )
    is_handled_output = property(lambda self: self._is(DagsterEventType.HANDLED_OUTPUT))
    is_loaded_input = property(lambda self: self._is(DagsterEventType.LOADED_INPUT))
    is_engine_event = property(lambda self: self._is(DagsterEventType.ENGINE_EVENT))
    is_resource_init_failure = property(lambda self: self._is(DagsterEventType.RESOURCE_INIT_FAILURE))
    is_job_success = property(lambda self: self._is(DagsterEventType.RUN_SUCCESS))
    is_job_failure = property(lambda self: self._is(DagsterEventType.RUN_FAILURE))
    is_run_failure = is_job_failure

    step_materialization_data = _data_of(DagsterEventType.ASSET_MATERIALIZATION)
    asset_observation_data = _data_of(DagsterEventType.ASSET_OBSERVATION)
    asset_materialization_planned_data = _data_of(DagsterEventType.ASSET_MATERIALIZATION_PLANNED)
    asset_check_evaluation_data = _data_of(DagsterEventType.ASSET_CHECK_EVALUATION)
    asset_check_planned_data = _data_of(DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED)
    asset_failed_to_materialize_data = _data_of(DagsterEventType.ASSET_FAILED_TO_MATERIALIZE)
    asset_wiped_data = _data_of(DagsterEventType.ASSET_WIPED)
    step_input_data = _data_of(DagsterEventType.STEP_INPUT)
    step_output_data = _data_of(DagsterEventType.STEP_OUTPUT)
    step_success_data = _data_of(DagsterEventType.STEP_SUCCESS)
    step_failure_data = _data_of(DagsterEventType.STEP_FAILURE)
    step_retry_data = _data_of(DagsterEventType.STEP_UP_FOR_RETRY)
    step_expectation_result_data = _data_of(DagsterEventType.STEP_EXPECTATION_RESULT)
    engine_event_data = _data_of(*_ENGINE_EVENTS)
    job_failure_data = _data_of(DagsterEventType.RUN_FAILURE)
    job_canceled_data = _data_of(DagsterEventType.RUN_CANCELED)
    hook_errored_data = _data_of(DagsterEventType.HOOK_ERRORED)
    hook_completed_data = _data_of(DagsterEventType.HOOK_COMPLETED)
    hook_skipped_data = _data_of(DagsterEventType.HOOK_SKIPPED)
    run_enqueued_data = _data_of(DagsterEventType.RUN_ENQUEUED)
    logs_captured_data = _data_of(DagsterEventType.LOGS_CAPTURED)
    loaded_input_data = _data_of(DagsterEventType.LOADED_INPUT)
    handled_output_data = _data_of(DagsterEventType.HANDLED_OUTPUT)

    @property
    def materialization(self) -> AssetMaterialization:
        """The materialization of an ASSET_MATERIALIZATION event."""
        return self.step_materialization_data.materialization  # type: ignore[no-any-return]

    @property
    def asset_observation(self) -> AssetObservation:
        """The observation of an ASSET_OBSERVATION event."""
        return self.asset_observation_data.asset_observation  # type: ignore[no-any-return]

    @property
    def asset_check_evaluation(self) -> AssetCheckEvaluation:
        """The evaluation of an ASSET_CHECK_EVALUATION event."""
        return self.asset_check_evaluation_data  # type: ignore[no-any-return]

    @property
    def asset_key(self) -> AssetKey | None:
        """The asset that the event is about, or None."""
        data = self.event_specific_data
        if isinstance(data, StepMaterializationData):
            return data.materialization.asset_key
        if isinstance(data, AssetObservationData):
            return data.asset_observation.asset_key
        if isinstance(data, _WITH_ASSET_KEY):
            return data.asset_key
        return None

    @property
    def partition(self) -> str | None:
        """The partition that the event is about, or None."""
        data = self.event_specific_data
        if isinstance(data, StepMaterializationData):
            return data.materialization.partition
        if isinstance(data, AssetObservationData):
            return data.asset_observation.partition
        return getattr(data, "partition", None)


_WITH_ASSET_KEY = (
    AssetMaterializationPlannedData, AssetCheckEvaluationPlanned, AssetCheckEvaluation, AssetFailedToMaterializeData,
    AssetWipedData,
)  # fmt: skip
