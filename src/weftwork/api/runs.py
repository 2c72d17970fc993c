"""Runs: listing them, finding one by the beginning of its id, and what one did."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.api.run_board import BOARD_EVENTS, RunBoard, StepState
from weftwork.api.view import View, to_instant
from weftwork.base import errors
from weftwork.base.errors import DagsterRunNotFoundError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.instance.configuration.secrets import redact_run_config
from weftwork.instance.instance import DagsterInstance
from weftwork.records.asset_events import AssetCheckEvaluation
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRunStatus, RunRecord, RunsFilter
from weftwork.records.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    PARTITION_NAME_TAG,
)

_NAMES_FOR_HINT = 1000


class RunView(View):
    """A run.

    Attributes:
        run_id: its id.
        status: its state.
        job_name: its job.
        assets: the assets that it is restricted to; None for a job without such a restriction.
        partition: the partition that it is for, or the first and last of a range as "A...B".
        tags: text to text.
        created_at: when it was created.
        started_at: when it started.
        ended_at: when it ended.
        duration_s: how long it ran; None while it has not ended.
    """

    run_id: str
    status: DagsterRunStatus
    job_name: str
    assets: list[str] | None
    partition: str | None
    tags: dict[str, str]
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    duration_s: float | None


class RunPage(View):
    """A page of runs.

    Attributes:
        runs: the runs, newest first.
        cursor: where the next page begins; None if there is none.
    """

    runs: list[RunView]
    cursor: str | None


class StepView(View):
    """A step of a run.

    Attributes:
        step_key: the step.
        status: "RUNNING", "SUCCESS", "FAILURE", "SKIPPED" or "RETRYING".
        started_at: when it first started.
        ended_at: when it ended.
        duration_s: from start to end; None while it has not ended.
        attempts: how often it started.
        rows: how many rows it made, if its metadata tells.
        error: why it failed, in one line.
        reason: why it ran, or did not, where only what is not up to date is made.
    """

    step_key: str
    status: str
    started_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    duration_s: float | None
    attempts: int
    rows: int | None
    error: str | None
    reason: str | None = None


class CheckView(View):
    """What a check of an asset found.

    Attributes:
        asset: the asset.
        name: the check.
        passed: whether it passed.
        severity: "WARN" or "ERROR": how bad it is if it did not.
        description: what it says of it.
        partition: the partition that was checked.
    """

    asset: str
    name: str
    passed: bool
    severity: str
    description: str | None
    partition: str | None


class MadeView(View):
    """An asset that a run made, and the partitions of it."""

    asset: str
    partitions: list[str]


class RunDetail(View):
    """A run and what it did.

    Attributes:
        run: the run.
        run_config: the config it ran with.
        parent_run_id: the run that it repeats.
        root_run_id: the first of the runs that it repeats.
        steps: its steps, in the order in which they first did something.
        made: the assets that it made.
        checks: what its checks found.
        error: why it failed as a whole, with its stack.
        waits_for: what it waits for, in a sentence: its turn in the queue, or the store.
    """

    run: RunView
    run_config: dict[str, Any]
    parent_run_id: str | None
    root_run_id: str | None
    steps: list[StepView]
    made: list[MadeView]
    checks: list[CheckView]
    error: str | None
    waits_for: str | None


def list_runs(
    instance: DagsterInstance,
    *,
    job_name: str | None = None,
    statuses: Sequence[DagsterRunStatus] = (),
    tags: Mapping[str, str] | None = None,
    created_after: datetime.datetime | None = None,
    created_before: datetime.datetime | None = None,
    limit: int = 25,
    cursor: str | None = None,
) -> RunPage:
    """Return a page of runs, newest first.

    Args:
        instance: where they are recorded.
        job_name: only runs of this job.
        statuses: only runs in one of these states.
        tags: only runs with these tags.
        created_after: only runs created at or after this instant.
        created_before: only runs created before it.
        limit: how many at most.
        cursor: the cursor of the page before.
    """
    conditions = RunsFilter(
        job_name=job_name, statuses=list(statuses), tags=dict(tags or {}),
        created_after=created_after, created_before=created_before,
    )  # fmt: skip
    records = instance.get_run_records(conditions, limit=limit + 1, cursor=cursor)
    page = records[:limit]
    more = len(records) > len(page) and page
    return RunPage(
        runs=[view_run(record) for record in page], cursor=page[-1].dagster_run.run_id if more else None
    )


def resolve_run_id(instance: DagsterInstance, text: str) -> str:
    """Return the id of the one run whose id is, or begins with, a text.

    Raises:
        DagsterRunNotFoundError: if there is none, or more than one.
    """
    if text and instance.has_run(text):
        return text
    found = instance.list_run_ids_with_prefix(text, limit=11) if text else []
    if len(found) == 1:
        return found[0]
    if not found:
        known = [run_id[: max(8, len(text))] for run_id in instance.get_run_ids(limit=_NAMES_FOR_HINT)]
        hint = did_you_mean(text, known) or (
            " List the runs there are with: weft run list" if known else " No run is recorded here."
        )
        raise DagsterRunNotFoundError(
            f"There is no run whose id begins with '{text}'.{hint}", invalid_run_id=text
        )
    count = "more than 10 runs" if len(found) > 10 else f"{len(found)} runs"
    raise DagsterRunNotFoundError(
        f"'{text}' is the beginning of {count}: {quote_names(found[:10])}. Give more of the id.",
        invalid_run_id=text,
    )


def get_run(instance: DagsterInstance, run_id: str) -> RunDetail:
    """Return a run and what it did.

    Args:
        instance: where it is recorded.
        run_id: its id, or the beginning of it.

    Raises:
        DagsterRunNotFoundError: if there is no such run, or more than one.
    """
    run_id = resolve_run_id(instance, run_id)
    record = instance.get_run_record_by_id(run_id)
    assert record is not None
    run = record.dagster_run
    log = instance.all_logs(run_id, of_type=BOARD_EVENTS)
    board = RunBoard().note_all(entry.get_dagster_event() for entry in log)
    return RunDetail(
        run=view_run(record),
        run_config=redact_run_config(run),
        parent_run_id=run.parent_run_id,
        root_run_id=run.root_run_id,
        steps=[view_step(step) for step in board.steps.values()],
        made=view_made(board.made),
        checks=[view_check(check) for check in board.checks],
        error=board.error.to_string() if board.error and run.is_failure else None,
        waits_for=instance.explain_wait(run),
    )


def view_run(record: RunRecord) -> RunView:
    """Return a run as it is answered."""
    run, tags = record.dagster_run, record.dagster_run.tags
    started, ended = record.start_time, record.end_time
    return RunView(
        run_id=run.run_id,
        status=run.status,
        job_name=run.job_name,
        assets=_sorted_keys(run.asset_selection),
        partition=_partition_of(tags),
        tags=tags,
        created_at=record.create_timestamp,
        started_at=to_instant(started),
        ended_at=to_instant(ended),
        duration_s=None if started is None or ended is None else ended - started,
    )


def view_step(step: StepState) -> StepView:
    """Return a step as it is answered."""
    failed = step.status in ("FAILURE", "RETRYING")
    return StepView(
        step_key=step.key,
        status=step.status,
        started_at=to_instant(step.start_s),
        ended_at=to_instant(step.end_s),
        duration_s=step.duration_s,
        attempts=step.attempts,
        rows=step.rows.total,
        error=first_line(step.error) if failed and step.error else None,
        reason=step.reason,
    )


def view_check(check: AssetCheckEvaluation) -> CheckView:
    """Return what a check found as it is answered."""
    return CheckView(
        asset=check.asset_key.to_user_string(),
        name=check.check_name,
        passed=check.passed,
        severity=check.severity.value,
        description=check.description,
        partition=check.partition,
    )


def view_made(made: Mapping[AssetKey, Sequence[str | None]]) -> list[MadeView]:
    """Return assets and the partitions that were made of them as they are answered."""
    return [
        MadeView(asset=key.to_user_string(), partitions=[part for part in parts if part is not None])
        for key, parts in made.items()
    ]


def find_user_error(error: SerializableErrorInfo) -> SerializableErrorInfo:
    """Return the exception that user code raised, behind those of ours that tell of it; else the error itself."""
    found = error
    while found.cause is not None and _tells_of_user_code(found):
        found = found.cause
    return found


def _tells_of_user_code(error: SerializableErrorInfo) -> bool:
    """Return whether it is one of our errors that say where an exception of user code came up, and no more."""
    kind = getattr(errors, error.cls_name or "", None)
    wrappers = (errors.DagsterUserCodeExecutionError, errors.DagsterMaxRetriesExceededError)
    return isinstance(kind, type) and issubclass(kind, wrappers)


def first_line(error: SerializableErrorInfo) -> str:
    """Return what went wrong, in one line."""
    return find_user_error(error).message.strip().partition("\n")[0]


def _sorted_keys(keys: frozenset[AssetKey] | None) -> list[str] | None:
    return None if keys is None else sorted(key.to_user_string() for key in keys)


def _partition_of(tags: Mapping[str, str]) -> str | None:
    if ASSET_PARTITION_RANGE_START_TAG in tags:
        return f"{tags[ASSET_PARTITION_RANGE_START_TAG]}...{tags.get(ASSET_PARTITION_RANGE_END_TAG, '')}"
    return tags.get(PARTITION_NAME_TAG)
