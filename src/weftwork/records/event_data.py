"""What an event tells besides its kind: one record for each kind that tells something."""

from __future__ import annotations

from enum import Enum

from weftwork.records.asset_events import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    ExpectationResult,
)
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.keys import AssetKey
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


class EngineEventData(Record, kw_only=False):
    """What the engine says of itself."""

    metadata: Metadata = {}
    error: SerializableErrorInfo | None = None
    marker_start: str | None = None
    marker_end: str | None = None


class RunFailureReason(Enum):
    """Why a run failed."""

    STEP_FAILURE = "STEP_FAILURE"
    RUN_EXCEPTION = "RUN_EXCEPTION"
    JOB_INITIALIZATION_FAILURE = "JOB_INITIALIZATION_FAILURE"
    START_TIMEOUT = "START_TIMEOUT"
    RUN_WORKER_RESTART = "RUN_WORKER_RESTART"
    UNKNOWN = "UNKNOWN"


class JobFailureData(Record, kw_only=False):
    """Why a run failed."""

    error: SerializableErrorInfo | None = None
    failure_reason: RunFailureReason | None = None
    failed_step_keys: list[str] = []


class JobCanceledData(Record, kw_only=False):
    """Why a run was canceled."""

    error: SerializableErrorInfo | None = None


class HookErroredData(Record, kw_only=False):
    """Why a hook failed."""

    error: SerializableErrorInfo


class ComputeLogsCaptureData(Record, kw_only=False):
    """Where what a process prints is kept."""

    file_key: str
    step_keys: list[str] = []
    external_stdout_url: str | None = None
    external_stderr_url: str | None = None


EventData = (
    StepInputData | StepOutputData | LoadedInputData | HandledOutputData | StepSuccessData | StepFailureData
    | StepRetryData | StepMaterializationData | AssetObservationData | StepExpectationResultData
    | AssetMaterializationPlannedData | AssetCheckEvaluationPlanned | AssetCheckEvaluation
    | AssetFailedToMaterializeData | AssetWipedData | EngineEventData | JobFailureData | JobCanceledData
    | HookErroredData | ComputeLogsCaptureData
)  # fmt: skip
