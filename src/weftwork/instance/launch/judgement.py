"""What is to be done about a run, by what is known of it and of its process: a pure decision."""

from __future__ import annotations

from enum import Enum

from weftwork.base.numbers import parse_seconds
from weftwork.records.runs import DagsterRun, DagsterRunStatus
from weftwork.records.tags import MAX_RUNTIME_SECONDS_TAG
from weftwork.serde.record import Record

OVERTIME_S = 10.0
"""How long after its time a run may take to end by itself."""
WITNESS_S = 3.0
"""How long after it renewed its lease a process that is gone is left to its launcher, which knows how it ended."""


class Verdict(Enum):
    """What is to be done about a run."""

    KEEP = "KEEP"
    RELEASE = "RELEASE"
    FAIL = "FAIL"
    CANCEL = "CANCEL"
    STOP_HANGING = "STOP_HANGING"
    STOP_OVERTIME = "STOP_OVERTIME"


class RunFacts(Record):
    """What is known of a run whose lease somebody holds.

    Attributes:
        run: the run; None if it is not recorded.
        changed_at: when the run last changed, in seconds since the epoch.
        started_at: when it started, in seconds since the epoch; None if it did not.
        expires_at: when the lease expires, in seconds since the epoch.
        renewed_at: when the process of the run renewed the lease last, in seconds since the epoch; 0 if it never did.
        is_launching: whether the launcher holds the lease still.
        is_here: whether the holder is, or was, a process of this machine.
        is_alive: whether that process runs.
    """

    run: DagsterRun | None = None
    changed_at: float = 0.0
    started_at: float | None = None
    expires_at: float = 0.0
    renewed_at: float = 0.0
    is_launching: bool = False
    is_here: bool = False
    is_alive: bool = False


def judge(facts: RunFacts, now: float, *, cancel_timeout_s: float, max_runtime_s: float | None) -> Verdict:
    """Return what is to be done about a run.

    A process that is alive on this machine is left alone even when its lease has expired: it may hold the
    interpreter for a while, or the machine was asleep.

    Args:
        facts: what is known of it.
        now: the time, in seconds since the epoch.
        cancel_timeout_s: how long a run that is canceled may take to end.
        max_runtime_s: how long a run may take whose tags say nothing; None for any time.
    """
    run, has_expired = facts.run, facts.expires_at <= now
    if run is None:
        return Verdict.RELEASE if has_expired else Verdict.KEEP
    if run.is_finished:
        return Verdict.RELEASE
    if facts.is_here and facts.is_alive and not facts.is_launching:
        if run.status is DagsterRunStatus.CANCELING and now - facts.changed_at > cancel_timeout_s:
            return Verdict.STOP_HANGING
        limit = parse_seconds(run.tags.get(MAX_RUNTIME_SECONDS_TAG)) or max_runtime_s
        if limit and facts.started_at is not None and now - facts.started_at > limit + OVERTIME_S:
            return Verdict.STOP_OVERTIME
        return Verdict.KEEP
    is_dead = facts.is_here and not facts.is_alive and not facts.is_launching
    is_dead = is_dead and abs(now - facts.renewed_at) > WITNESS_S  # the clock may have been set back
    if not is_dead and not has_expired:
        return Verdict.KEEP
    return Verdict.CANCEL if run.status is DagsterRunStatus.CANCELING else Verdict.FAIL
