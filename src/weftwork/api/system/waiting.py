"""Runs that wait for their turn or a slot, or take too long to start or to end, and why."""

from __future__ import annotations

from weftwork.api.host import Host
from weftwork.api.runs import RunView, view_run
from weftwork.api.view import View
from weftwork.records.control.leases import SlotClaim
from weftwork.records.runs import DagsterRunStatus, RunRecord, RunsFilter

_S = DagsterRunStatus
_MAX_LISTED = 50
_STUCK_S = 600.0


class WaitingRun(View):
    """A run that waits, or takes too long to start or to end, and why."""

    run: RunView
    reason: str


def list_waiting(host: Host, now: float) -> list[WaitingRun]:
    """Return the runs that wait for their turn or for a slot, or that are stuck, newest first, and why."""
    instance = host.instance
    claims = _claims_of_runs(host)
    waiting = instance.get_run_records(
        RunsFilter(statuses=[_S.QUEUED, _S.NOT_STARTED, _S.STARTING, _S.CANCELING]), limit=_MAX_LISTED * 2
    )
    if claims:
        started = RunsFilter(run_ids=sorted(claims)[: _MAX_LISTED * 2], statuses=[_S.STARTED])
        waiting = [*waiting, *instance.get_run_records(started)]
    is_queue = any(record.dagster_run.status is _S.QUEUED for record in waiting)
    queue = instance.explain_queue() if is_queue else {}
    found = []
    for record in waiting:
        run_id = record.dagster_run.run_id
        reason = queue.get(run_id) or claims.get(run_id) or _why_waiting(record, now)
        if reason is not None:
            found.append(WaitingRun(run=view_run(record), reason=reason))
    return found[:_MAX_LISTED]


def _claims_of_runs(host: Host) -> dict[str, str]:
    """Return for what slot each run waits that waits for one, in a sentence."""
    claims = host.instance.slots.list_claims()
    held: dict[str, list[SlotClaim]] = {}
    for claim in claims:
        if claim.claimed_at is not None:
            held.setdefault(claim.pool, []).append(claim)
    return {
        claim.run_id: f"Step {claim.step_key} waits for a slot of pool {claim.pool}{_tell_holders(held.get(claim.pool, []))}."
        for claim in claims
        if claim.claimed_at is None
    }


def _tell_holders(held: list[SlotClaim]) -> str:
    if not held:
        return ""
    more = f" and {len(held) - 1} more" if len(held) > 1 else ""
    return f", held by {held[0].step_key} of run {held[0].run_id[:8]}{more}"


def _why_waiting(record: RunRecord, now: float) -> str | None:
    age = now - record.update_timestamp.timestamp()
    status = record.dagster_run.status
    if status is _S.QUEUED:
        return "Waits in the queue for its turn."
    if status is _S.CANCELING and age > 60:
        return "Was asked to end and has not ended yet; it can be canceled by force."
    if status is _S.STARTING and age > 60:
        return "Its process was started and has not begun to work yet."
    if status is _S.NOT_STARTED and age > _STUCK_S:
        return "Was created and never started."
    return None
