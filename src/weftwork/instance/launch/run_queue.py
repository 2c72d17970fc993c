"""Which of the queued runs may start now: by priority, then by age, within the limits: a pure decision."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.numbers import parse_seconds
from weftwork.records.runs import DagsterRun
from weftwork.records.tags import NOT_BEFORE_TAG, PRIORITY_TAG

Bucket = tuple[int, str]


def choose_queued(
    queued: Sequence[DagsterRun],
    running: Iterable[DagsterRun],
    *,
    now: float = math.inf,
    max_runs: int | None,
    tag_limits: Sequence[Mapping[str, Any]] = (),
) -> list[DagsterRun]:
    """Return the runs to start, in order; a run that a limit of a tag holds back holds no other back.

    Args:
        queued: the runs that wait, oldest first.
        running: the runs that are under way.
        now: the time, in seconds since the epoch; runs whose time has not come are left out.
        max_runs: how many may be under way at once; None or a negative number for any.
        tag_limits: as in dagster.yaml: ``key``, ``limit`` and maybe ``value``.
    """
    counts: dict[Bucket, int] = {}
    under_way = 0
    for run in running:
        under_way += 1
        for bucket in _buckets(run, tag_limits):
            counts[bucket] = counts.get(bucket, 0) + 1
    chosen: list[DagsterRun] = []
    due = [run for run in queued if due_at(run) <= now]
    for run in sorted(due, key=_priority, reverse=True):  # stable: the older first
        if max_runs is not None and max_runs >= 0 and under_way + len(chosen) >= max_runs:
            break
        buckets = _buckets(run, tag_limits)
        if all(counts.get(bucket, 0) < tag_limits[bucket[0]]["limit"] for bucket in buckets):
            chosen.append(run)
            for bucket in buckets:
                counts[bucket] = counts.get(bucket, 0) + 1
    return chosen


def explain_queued(
    queued: Sequence[DagsterRun],
    running: Sequence[DagsterRun],
    *,
    now: float = math.inf,
    max_runs: int | None,
    tag_limits: Sequence[Mapping[str, Any]] = (),
) -> dict[str, str]:
    """Return for each run that waits, in a sentence, what it waits for; see ``choose_queued``."""
    chosen = choose_queued(queued, running, now=now, max_runs=max_runs, tag_limits=tag_limits)
    starting = {run.run_id for run in chosen}
    counts: dict[Bucket, int] = {}
    for run in (*running, *chosen):
        for bucket in _buckets(run, tag_limits):
            counts[bucket] = counts.get(bucket, 0) + 1
    reasons: dict[str, str] = {}
    for run in queued:
        if (left_s := due_at(run) - now) > 0:
            reasons[run.run_id] = (
                f"It repeats a run that failed, and starts after a pause: in {math.ceil(left_s)} s."
            )
    due = [run for run in queued if run.run_id not in reasons]
    for place, run in enumerate(sorted(due, key=_priority, reverse=True)):
        full = next(
            (one for one in _buckets(run, tag_limits) if counts.get(one, 0) >= tag_limits[one[0]]["limit"]),
            None,
        )
        if run.run_id in starting:
            reasons[run.run_id] = "It is next: it starts within seconds."
        elif full is not None:
            limit = tag_limits[full[0]]
            reasons[run.run_id] = (
                f"{_count_runs(counts[full])} under way with the tag {limit['key']}={run.tags[limit['key']]}, "
                f"as many as may be at once."
            )
        else:
            before = (
                f"{place} {'waits' if place == 1 else 'wait'} before it"
                if place
                else "it is the first to wait"
            )
            reasons[run.run_id] = (
                f"{_count_runs(max_runs or 0)} under way, as many as may be at once; {before}."
            )
    return reasons


def _count_runs(number: int) -> str:
    return "1 run is" if number == 1 else f"{number} runs are"


def due_at(run: DagsterRun) -> float:
    """Return when a run may start, in seconds since the epoch; 0 if it may at any time."""
    return parse_seconds(run.tags.get(NOT_BEFORE_TAG)) or 0.0


def _priority(run: DagsterRun) -> int:
    try:
        return int(run.tags.get(PRIORITY_TAG, "0"))
    except ValueError:
        return 0


def _buckets(run: DagsterRun, tag_limits: Sequence[Mapping[str, Any]]) -> list[Bucket]:
    found = []
    for number, limit in enumerate(tag_limits):
        value = run.tags.get(limit["key"])
        wanted = limit.get("value")
        if value is None:
            continue
        if isinstance(wanted, Mapping):
            is_each = bool(wanted.get("applyLimitPerUniqueValue"))
            found.append((number, value if is_each else ""))
        elif wanted is None or str(wanted) == value:
            found.append((number, ""))
    return found
