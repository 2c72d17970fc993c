"""Runs as a page lists them: by filter, with counts by state, and one in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.api.error_view import ErrorView, view_error
from weftwork.api.run_board import BOARD_EVENTS, RunBoard
from weftwork.api.runs import (
    CheckView,
    MadeView,
    RunPage,
    RunView,
    find_user_error,
    resolve_run_id,
    view_check,
    view_made,
    view_run,
)
from weftwork.api.view import Instant, MetadataView, View, view_metadata
from weftwork.instance.configuration.secrets import redact_run_config
from weftwork.instance.instance import DagsterInstance
from weftwork.records.control.code_origin import CodeOrigin
from weftwork.records.keys import AssetKey
from weftwork.records.runs import (
    CANCELABLE_STATUSES,
    FINISHED_STATUSES,
    DagsterRun,
    DagsterRunStatus,
    RunRecord,
    RunsFilter,
)
from weftwork.records.tags import ROOT_RUN_ID_TAG
from weftwork.serde.record import Record

_MAX_LIMIT = 1000
_MAX_REPEATS = 100


class RunQuery(Record):
    """Which runs are asked for; every condition given must hold.

    Attributes:
        status: runs in one of these states.
        job: runs of this job.
        tag: runs with these tags, each as "key=value".
        id: runs whose id begins with this.
        created_after: runs created after this instant.
        created_before: runs created before this instant.
        cursor: the cursor of the page before.
        limit: how many at most.
    """

    status: list[DagsterRunStatus] = []
    job: str | None = None
    tag: list[str] = []
    id: str | None = None
    created_after: Instant | None = None
    created_before: Instant | None = None
    cursor: str | None = None
    limit: int = 100

    def to_filter(self, statuses: Sequence[DagsterRunStatus] | None = None) -> RunsFilter:
        """Return the conditions; with other states, if these are given."""
        tags: dict[str, str | list[str]] = {}
        for text in self.tag:
            key, _, value = text.partition("=")
            known = tags.get(key)
            tags[key] = value if known is None else [*([known] if isinstance(known, str) else known), value]
        return RunsFilter(
            job_name=self.job,
            statuses=list(self.status if statuses is None else statuses),
            tags=tags,
            created_after=self.created_after,
            created_before=self.created_before,
        )


class RunFacets(View):
    """How many runs fit, the condition on states left out.

    Attributes:
        total: how many in all.
        by_status: how many in each state; states without any are left out.
    """

    total: int
    by_status: dict[str, int]


class StepFailure(View):
    """A step that failed, or that will be tried again.

    Attributes:
        step_key: the step.
        is_final: whether it is not tried again.
        error: the user's own exception.
        label: what the user called the failure, if they raised one on purpose.
        description: what they said of it.
        metadata: what they told with it.
    """

    step_key: str
    is_final: bool
    error: ErrorView | None
    label: str | None
    description: str | None
    metadata: dict[str, MetadataView]


class RunReport(View):
    """A run in full, but for its steps (see the timeline) and its log.

    Attributes:
        run: the run.
        run_config: the config it ran with.
        op_selection: what of its job it is restricted to.
        step_keys: the steps it is restricted to.
        parent_run_id: the run that it repeats.
        root_run_id: the first of the runs that it repeats.
        repeats: the runs of the same root, oldest first, itself included; empty if it was never repeated.
        steps_by_status: how many steps are in which state.
        failures: steps that failed, first the one that failed first.
        error: why it failed as a whole, where that is not a step's.
        made: the assets that it made.
        checks: what its checks found.
        code: where its code is.
        is_cancelable: whether it can be canceled.
        is_finished: whether it has ended.
        waits_for: what it waits for, in a sentence: its turn in the queue, or the store.
    """

    run: RunView
    run_config: dict[str, Any]
    op_selection: list[str] | None
    step_keys: list[str] | None
    parent_run_id: str | None
    root_run_id: str | None
    repeats: list[RunView]
    steps_by_status: dict[str, int]
    failures: list[StepFailure]
    error: ErrorView | None
    made: list[MadeView]
    checks: list[CheckView]
    code: CodeOrigin | None
    is_cancelable: bool
    is_finished: bool
    waits_for: str | None


def find_runs(instance: DagsterInstance, query: RunQuery) -> RunPage:
    """Return a page of runs, newest first."""
    limit = min(max(1, query.limit), _MAX_LIMIT)
    if query.id is not None:
        ids = instance.list_run_ids_with_prefix(query.id, limit=limit)
        found = [record for run_id in ids if (record := instance.get_run_record_by_id(run_id)) is not None]
        return RunPage(runs=[view_run(record) for record in found], cursor=None)
    records = instance.get_run_records(query.to_filter(), limit=limit + 1, cursor=query.cursor)
    page = records[:limit]
    more = len(records) > len(page)
    return RunPage(
        runs=[view_run(record) for record in page], cursor=page[-1].dagster_run.run_id if more else None
    )


def count_runs(instance: DagsterInstance, query: RunQuery) -> RunFacets:
    """Return how many runs fit a query, by state."""
    by_status: dict[str, int] = {}
    for status in DagsterRunStatus:
        count = instance.get_runs_count(query.to_filter([status]))
        if count:
            by_status[status.value] = count
    return RunFacets(total=sum(by_status.values()), by_status=by_status)


def get_run_report(instance: DagsterInstance, run_id: str) -> RunReport:
    """Return a run in full.

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
    failures = _list_failures(board)
    return RunReport(
        run=view_run(record),
        run_config=redact_run_config(run),
        op_selection=run.op_selection,
        step_keys=run.step_keys_to_execute,
        parent_run_id=run.parent_run_id,
        root_run_id=run.root_run_id,
        repeats=_list_repeats(instance, run),
        steps_by_status=_count_by_status(board),
        failures=failures,
        error=view_error(board.error, with_source=True) if board.error and run.is_failure else None,
        made=view_made(_whole(board.made)),
        checks=[view_check(check) for check in board.checks],
        code=run.code_origin,
        is_cancelable=run.status in CANCELABLE_STATUSES,
        is_finished=run.status in FINISHED_STATUSES,
        waits_for=instance.explain_wait(run),
    )


def _list_failures(board: RunBoard) -> list[StepFailure]:
    failed = [step for step in board.steps.values() if step.status in ("FAILURE", "RETRYING")]
    failed.sort(key=lambda step: (step.status != "FAILURE", step.end_s or 0.0))
    return [
        StepFailure(
            step_key=step.key,
            is_final=step.status == "FAILURE",
            error=view_error(find_user_error(step.error), with_source=True) if step.error else None,
            label=step.failure.label if step.failure else None,
            description=step.failure.description if step.failure else None,
            metadata=view_metadata(step.failure.metadata) if step.failure else {},
        )
        for step in failed[:_MAX_REPEATS]
    ]


def _list_repeats(instance: DagsterInstance, run: DagsterRun) -> list[RunView]:
    root = run.root_run_id or run.run_id
    children: Sequence[RunRecord] = instance.get_run_records(
        RunsFilter(tags={ROOT_RUN_ID_TAG: root}), limit=_MAX_REPEATS, ascending=True
    )
    first = instance.get_run_record_by_id(root)
    found = [*([first] if first is not None else []), *children]
    return [view_run(record) for record in found] if len(found) > 1 else []


def _count_by_status(board: RunBoard) -> dict[str, int]:
    counts: dict[str, int] = {}
    for step in board.steps.values():
        counts[step.status] = counts.get(step.status, 0) + 1
    return counts


def _whole(made: Mapping[AssetKey, Sequence[str | None]]) -> Mapping[AssetKey, Sequence[str | None]]:
    return {key: parts[:_MAX_LIMIT] for key, parts in made.items()}
