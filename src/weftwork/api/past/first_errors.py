"""Why runs failed, in a line: the error of the first step that failed in each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple, TypeVar

from weftwork.api.host import Host
from weftwork.api.runs import find_user_error
from weftwork.api.view import View
from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.event_type import DagsterEventType

_MAX_REMEMBERED = 20_000
_MAX_MESSAGE = 400
_MAX_STEPS = 100
_T = DagsterEventType
Viewed = TypeVar("Viewed")


class FirstError(NamedTuple):
    """The error of the first step that failed, else that of the run itself.

    Attributes:
        step: the step; None for an error of the run.
        error: the error.
        told: what the event says.
    """

    step: str | None
    error: SerializableErrorInfo | None
    told: str


class FailureReason(View):
    """Why a run failed.

    Attributes:
        step: the step that failed first; None where the run itself did.
        class_name: the class of the user's exception.
        message: its text, the first line of it.
    """

    step: str | None
    class_name: str
    message: str


def list_first_errors(host: Host, run_ids: Sequence[str]) -> dict[str, FirstError]:
    """Return the error of the first step that failed in each run, else that of the run itself."""
    found: dict[str, FirstError] = {}
    for kind in (_T.STEP_FAILURE, _T.RUN_FAILURE):
        missing = [run_id for run_id in run_ids if run_id not in found]
        for record in host.instance.list_first_of_runs(missing, kind) if missing else ():
            event = record.event_log_entry.get_dagster_event()
            error = getattr(event.event_specific_data, "error", None)
            found[record.run_id] = FirstError(event.step_key, error, event.message or "")
    return found


def recall_failures(
    host: Host, run_ids: Sequence[str], view: Callable[[FirstError | None], Viewed]
) -> dict[str, Viewed]:
    """Return what a view makes of the first error of each of these failed runs.

    What a run failed of does not change any more, so it is read once and remembered for each view.
    """
    known: dict[str, Viewed] = host.memory.setdefault(view, {})
    if len(known) > _MAX_REMEMBERED:
        known.clear()
    unknown = [run_id for run_id in run_ids if run_id not in known]
    if unknown:
        errors = list_first_errors(host, unknown)
        known.update((run_id, view(errors.get(run_id))) for run_id in unknown)
    return {run_id: known[run_id] for run_id in run_ids if run_id in known}


def list_failure_reasons(host: Host, run_ids: Sequence[str]) -> dict[str, FailureReason]:
    """Return why these failed runs failed; nothing for one that does not tell."""
    reasons = recall_failures(host, run_ids, _view_reason)
    return {run_id: reason for run_id, reason in reasons.items() if reason is not None}


def find_reason_of_steps(host: Host, run_id: str, steps: Collection[str]) -> FailureReason | None:
    """Return why the first of these steps, named without the items of maps, failed in a run; None if none did."""
    failed = host.instance.get_records_for_run(run_id, of_type=_T.STEP_FAILURE, limit=_MAX_STEPS).records
    for record in failed:
        event = record.event_log_entry.get_dagster_event()
        if (event.step_key or "").partition("[")[0] in steps:
            return _view_reason(
                FirstError(
                    event.step_key, getattr(event.event_specific_data, "error", None), event.message or ""
                )
            )
    return None


def _view_reason(first: FirstError | None) -> FailureReason | None:
    if first is None:
        return None
    if first.error is None:
        return FailureReason(step=first.step, class_name="", message=_cut(first.told)) if first.told else None
    error = find_user_error(first.error)
    name = error.cls_name or error.message.partition(":")[0].strip()
    return FailureReason(
        step=first.step, class_name=name, message=_cut(error.message.strip().removeprefix(f"{name}:"))
    )


def _cut(text: str) -> str:
    line = text.strip().partition("\n")[0].strip()
    return line if len(line) <= _MAX_MESSAGE else line[: _MAX_MESSAGE - 1] + "…"
