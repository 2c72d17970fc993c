"""What is asked of a code server, and what it answers."""

from __future__ import annotations

import datetime
from typing import Any

from weftwork.records.asset_events import AssetCheckEvaluation, AssetMaterialization, AssetObservation
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.run_request import RunRequest
from weftwork.records.snapshots.jobs import JobDetail
from weftwork.serde.record import Record


class JobAddress(Record):
    """Names a job of a workspace.

    Attributes:
        job: its name.
        location: its code location; None where only one has such a job.
        repository: its repository; None where only one has such a job.
    """

    job: str
    location: str | None = None
    repository: str | None = None


class LaunchRequest(Record):
    """What a run is asked for.

    Attributes:
        run_config: its config.
        tags: its tags.
        partition_key: the partition that it is for.
        asset_selection: the assets to make; None for all of the job.
        asset_check_selection: the checks to evaluate; None for those of the assets.
        op_selection: queries for the ops to run; None for all.
        run_id: the id of the run; None for a new one.
        parent_run_id: the run that it repeats.
        step_selection: queries for the steps to repeat, with ``parent_run_id``.
        from_failure: whether only what failed, and what waited for it, is repeated.
    """

    run_config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    partition_key: str | None = None
    asset_selection: tuple[AssetKey, ...] | None = None
    asset_check_selection: tuple[AssetCheckKey, ...] | None = None
    op_selection: tuple[str, ...] | None = None
    run_id: str | None = None
    parent_run_id: str | None = None
    step_selection: tuple[str, ...] | None = None
    from_failure: bool = False


# ---------------------------------------------------------------------------------------- requests


class CodeRequest(Record, kw_only=True):
    """Base of what is asked of a code server.

    Attributes:
        deadline_s: seconds after which the answer is given up and the process that works on it is killed.
        home: the directory of the instance; None where no instance is needed.
        repository: the repository that is meant; None where there is only one.
    """

    deadline_s: float = 60.0
    home: str | None = None
    repository: str | None = None


class SnapshotRequest(CodeRequest, kw_only=True):
    """Asks for the snapshot of the location.

    Attributes:
        known_hash: the hash of the content that the host has; it is not sent again.
    """

    known_hash: str | None = None


class JobDetailRequest(CodeRequest, kw_only=True):
    """Asks for a job in full.

    Attributes:
        job: its name.
    """

    job: str


class LaunchRunRequest(CodeRequest, kw_only=True):
    """Asks for a run.

    Attributes:
        job: the name of the job.
        launch: what is asked for.
    """

    job: str
    launch: LaunchRequest


class ValidateConfigRequest(CodeRequest, kw_only=True):
    """Asks whether a run config fits a job.

    Attributes:
        job: the name of the job.
        launch: the run that it is for.
    """

    job: str
    launch: LaunchRequest


class ScheduleTickRequest(CodeRequest, kw_only=True):
    """Asks what a schedule wants at a time.

    Attributes:
        schedule: its name.
        scheduled_time: the time that the tick is for.
    """

    schedule: str
    scheduled_time: datetime.datetime


class SensorTickRequest(CodeRequest, kw_only=True):
    """Asks what a sensor wants now.

    Attributes:
        sensor: its name.
        cursor: what the tick before left.
        last_run_key: the last run key that it asked for.
        last_tick_completion_time: when the tick before ended, in seconds since the epoch.
        last_sensor_start_time: when the sensor was started, in seconds since the epoch.
    """

    sensor: str
    cursor: str | None = None
    last_run_key: str | None = None
    last_tick_completion_time: float | None = None
    last_sensor_start_time: float | None = None


class PartitionKeysRequest(CodeRequest, kw_only=True):
    """Asks for the partition keys of a job or an asset.

    Attributes:
        job: the name of the job; None if it is about an asset.
        asset_key: the asset; None if it is about a job.
        limit: how many keys at most.
        cursor: the ``cursor`` of the page before.
        ascending: whether the first key comes first.
    """

    job: str | None = None
    asset_key: AssetKey | None = None
    limit: int = 1000
    cursor: str | None = None
    ascending: bool = False


class PartitionConfigRequest(CodeRequest, kw_only=True):
    """Asks for run config and tags of a partition of a job.

    Attributes:
        job: the name of the job.
        partition_key: the partition.
    """

    job: str
    partition_key: str


class LoadValueRequest(CodeRequest, kw_only=True):
    """Asks to look at the value of an asset.

    Attributes:
        asset_key: the asset.
        partition_key: the partition.
        max_chars: how much of it is shown at most.
    """

    asset_key: AssetKey
    partition_key: str | None = None
    max_chars: int = 10_000


class ShutdownRequest(CodeRequest, kw_only=True):
    """Asks the server to end once what it works on is done."""


AnyCodeRequest = (
    SnapshotRequest | JobDetailRequest | LaunchRunRequest | ValidateConfigRequest | ScheduleTickRequest
    | SensorTickRequest | PartitionKeysRequest | PartitionConfigRequest | LoadValueRequest | ShutdownRequest
)  # fmt: skip


# ----------------------------------------------------------------------------------------- answers


class SnapshotAnswer(Record):
    """The snapshot of the location.

    Attributes:
        content_hash: the hash of its content.
        content: the JSON text of a ``LocationSnapshot``; None where the host has it.
        warnings: what does not work there, in sentences.
        files: the user's files that were imported.
    """

    content_hash: str
    content: str | None = None
    warnings: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class JobDetailAnswer(Record):
    """A job in full."""

    detail: JobDetail


class LaunchAnswer(Record):
    """A run that was recorded and begins.

    Attributes:
        run_id: its id.
        pid: the process that drives it.
    """

    run_id: str
    pid: int | None = None


class ConfigProblem(Record):
    """One thing that is wrong in a run config.

    Attributes:
        message: what is wrong and what was expected.
        path: the keys from the top to where it is.
        reason: the kind of error.
    """

    message: str
    path: tuple[str, ...] = ()
    reason: str = ""


class PlannedInput(Record, kw_only=False):
    """An input of a step that a run would have, and the numbers of the steps that it comes from."""

    name: str
    steps: tuple[int, ...] = ()


class PlannedStep(Record):
    """A step that a run would have.

    Attributes:
        key: its key, without the items of dynamic outputs.
        op: what it runs.
        runs: whether it would run; otherwise what it left in the run that is repeated is taken.
        why: why it would run only in part, or not at all.
        upstream: the numbers of the steps that it waits for.
        assets: the assets that it makes, or observes.
        checks: the checks that it evaluates.
        is_dynamic: whether it runs once for each item of a dynamic output.
        collects: whether it takes the items of a dynamic output as a list.
        pool: the pool that limits how many of its kind run at once.
        inputs: its inputs.
        outputs: the names of its outputs.
    """

    key: str
    op: str
    inputs: tuple[PlannedInput, ...] = ()
    outputs: tuple[str, ...] = ()
    collects: bool = False
    runs: bool = True
    why: str = ""
    upstream: tuple[int, ...] = ()
    assets: tuple[AssetKey, ...] = ()
    checks: tuple[AssetCheckKey, ...] = ()
    is_dynamic: bool = False
    pool: str | None = None


class ConfigAnswer(Record):
    """Whether a run config fits.

    Attributes:
        problems: what is wrong; empty if it fits.
        steps: the steps that the run would have, each after those that it waits for.
        executor: the executor that would run them.
        secret_fields: where in the config fields stand whose type says that they hold secrets.
    """

    problems: tuple[ConfigProblem, ...] = ()
    steps: tuple[PlannedStep, ...] = ()
    executor: str | None = None
    secret_fields: tuple[tuple[str, ...], ...] = ()


class TickLine(Record, kw_only=False):
    """A line that a tick logged.

    Attributes:
        level: its level, as logging has it.
        message: its text.
        timestamp_s: when, in seconds since the epoch.
    """

    level: int
    message: str
    timestamp_s: float


class PartitionsChange(Record):
    """Partitions that a sensor wants added to or deleted from dynamic partitions.

    Attributes:
        partitions_def_name: the name of these.
        partition_keys: the keys.
        is_deletion: whether they are deleted.
    """

    partitions_def_name: str
    partition_keys: tuple[str, ...]
    is_deletion: bool = False


class RunReaction(Record):
    """That a run status sensor has looked at a run.

    Attributes:
        run_id: the run.
        status: the state that the run was in.
        error: what the user's function raised.
    """

    run_id: str
    status: str | None = None
    error: SerializableErrorInfo | None = None


class TickAnswer(Record):
    """What a tick of a schedule or sensor asks for.

    Attributes:
        run_requests: the runs.
        skip_message: why there are none.
        cursor: what the next tick is given.
        partitions_changes: partitions to add or delete.
        asset_events: what happened to assets outside of runs, to be recorded.
        reactions: the runs that a run status sensor has looked at.
        lines: what was logged.
    """

    run_requests: tuple[RunRequest, ...] = ()
    skip_message: str | None = None
    cursor: str | None = None
    partitions_changes: tuple[PartitionsChange, ...] = ()
    asset_events: tuple[AssetMaterialization | AssetObservation | AssetCheckEvaluation, ...] = ()
    reactions: tuple[RunReaction, ...] = ()
    lines: tuple[TickLine, ...] = ()


class PartitionKeysAnswer(Record):
    """A page of partition keys.

    Attributes:
        keys: the keys.
        cursor: gets the next page.
        has_more: whether there is one.
        count: how many partitions there are in all.
    """

    keys: tuple[str, ...]
    cursor: str | None = None
    has_more: bool = False
    count: int | None = None


class PartitionConfigAnswer(Record):
    """Run config and tags of a partition.

    Attributes:
        run_config: the config, in JSON text.
        tags: the tags.
    """

    run_config: str
    tags: dict[str, str] = {}


class ValueAnswer(Record):
    """What the value of an asset looks like.

    Attributes:
        type_name: the class of the value.
        text: how it prints, cut.
        is_cut: whether something of it is missing.
        size: how many items or rows it has, where it says so.
    """

    type_name: str
    text: str
    is_cut: bool = False
    size: int | None = None


class ShutdownAnswer(Record):
    """The server ends."""


class ErrorAnswer(Record):
    """What was asked for failed.

    Attributes:
        error: what went wrong, with the user's own lines.
        is_timeout: whether the deadline passed.
        is_mistake: whether what was asked for is at fault, such as a name that does not exist.
    """

    error: SerializableErrorInfo
    is_timeout: bool = False
    is_mistake: bool = False


AnyCodeAnswer = (
    SnapshotAnswer | JobDetailAnswer | LaunchAnswer | ConfigAnswer | TickAnswer | PartitionKeysAnswer
    | PartitionConfigAnswer | ValueAnswer | ShutdownAnswer | ErrorAnswer
)  # fmt: skip
