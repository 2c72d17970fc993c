"""Ending and deleting runs."""

from __future__ import annotations

from collections.abc import Callable

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.host import Host
from weftwork.api.runs import resolve_run_id
from weftwork.api.view import View
from weftwork.base.errors import DagsterError, DagsterInvariantViolationError
from weftwork.serde.record import Record

_MAX_RUNS = 1000


class CancelBody(Record):
    """Runs to cancel.

    Attributes:
        run_ids: their ids.
        force: whether they are recorded as canceled at once and their processes are killed.
    """

    run_ids: list[str]
    force: bool = False


class DeleteRunsBody(Record):
    """Runs to delete."""

    run_ids: list[str]


class RunOutcome(View):
    """What became of one run of several.

    Attributes:
        run_id: the run.
        is_done: whether what was asked for was done.
        message: why not.
    """

    run_id: str
    is_done: bool
    message: str | None


class RunOutcomes(View):
    """What became of each run."""

    results: list[RunOutcome]


def cancel_runs(host: Host, caller: Caller, body: CancelBody) -> RunOutcomes:
    """Ask runs to end.

    Raises:
        AccessDeniedError: if the caller may not.
    """

    def cancel(run_id: str) -> None:
        if not host.instance.cancel_run(run_id, force=body.force):
            raise DagsterInvariantViolationError("The run has ended already.")

    with host.acting(caller, Permission.LAUNCH, "cancel runs", runs=body.run_ids, force=body.force):
        return _each(host, body.run_ids, cancel)


def delete_runs(host: Host, caller: Caller, body: DeleteRunsBody) -> RunOutcomes:
    """Delete runs that have ended, with their logs; the state of assets stays.

    Raises:
        AccessDeniedError: if the caller may not.
    """

    def delete(run_id: str) -> None:
        run = host.instance.get_run_by_id(run_id)
        if run is not None and not run.is_finished:
            raise DagsterInvariantViolationError("The run has not ended: cancel it first.")
        host.instance.delete_run(run_id)

    with host.acting(caller, Permission.EDIT, "delete runs", runs=body.run_ids):
        return _each(host, body.run_ids, delete)


def _each(host: Host, run_ids: list[str], act: Callable[[str], None]) -> RunOutcomes:
    if len(run_ids) > _MAX_RUNS:
        raise DagsterInvariantViolationError(f"At most {_MAX_RUNS:,} runs at once, not {len(run_ids):,}.")
    results = []
    for text in run_ids:
        run_id, message = text, None
        try:
            run_id = resolve_run_id(host.instance, text)
            act(run_id)
        except DagsterError as error:
            message = str(error)
        results.append(RunOutcome(run_id=run_id, is_done=message is None, message=message))
    return RunOutcomes(results=results)
