"""How an asset stands to its freshness policy: pure judgements over instants."""

from __future__ import annotations

from datetime import timedelta

from weftwork.partitions.cron import get_cron_ticks


def judge_age(made_s: float, now_s: float, *, fail: timedelta, warn: timedelta | None) -> str:
    """Return "PASS", "WARN" or "FAIL" for an asset that is to be made at least every so often.

    Args:
        made_s: when it was made last, in seconds since the epoch.
        now_s: the instant for which is asked.
        fail: how old it may be before it counts as failed.
        warn: how old it may be before it counts as a warning.
    """
    age_s = now_s - made_s
    if age_s > fail.total_seconds():
        return "FAIL"
    return "WARN" if warn is not None and age_s > warn.total_seconds() else "PASS"


def judge_deadline(made_s: float, now_s: float, *, cron: str, timezone: str, before: timedelta) -> str:
    """Return "PASS" or "FAIL" for an asset that is to be made before each deadline; "UNKNOWN" before the first.

    Args:
        made_s: when it was made last, in seconds since the epoch.
        now_s: the instant for which is asked.
        cron: the deadlines.
        timezone: their zone.
        before: how long before a deadline it may be made to count for it.
    """
    deadline_s = next(get_cron_ticks(cron, timezone).iterate_from(now_s, ascending=False), None)
    if deadline_s is None:
        return "UNKNOWN"
    return "PASS" if made_s >= deadline_s - before.total_seconds() else "FAIL"
