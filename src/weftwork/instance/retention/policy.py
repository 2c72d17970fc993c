"""What the ``retention`` block of dagster.yaml says, and which of many things it lets go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.instance.configuration.settings import InstanceSettings, SettingsError
from weftwork.records.control.instigators import InstigatorKind, TickStatus
from weftwork.serde.record import Record

DAY_S = 86_400.0
TICK_KINDS: Mapping[str, InstigatorKind] = {
    "schedule": InstigatorKind.SCHEDULE,
    "sensor": InstigatorKind.SENSOR,
    "auto_materialize": InstigatorKind.AUTOMATION,
}
_SKIPPED_DAYS: Mapping[str, Mapping[TickStatus, float]] = {
    "schedule": {},
    "sensor": {TickStatus.SKIPPED: 7},
    "auto_materialize": {TickStatus.SKIPPED: 7},
}
"""Ticks that did nothing are not kept for ever, unless dagster.yaml says otherwise."""
_LIMITS = ("purge_after_days", "keep_count", "max_size_bytes")


class Candidate(NamedTuple):
    """A thing that may be deleted.

    Attributes:
        name: what it is called.
        ended_at: since when it could be missed, in seconds since the epoch.
        size_bytes: how much room it takes.
    """

    name: str
    ended_at: float
    size_bytes: int = 0


class RetentionRule(Record, kw_only=False):
    """How much of one kind is kept; None means all.

    Attributes:
        days: for how many days after its end.
        keep_count: how many at most, the latest.
        max_size_bytes: how many bytes at most, those of the latest.
    """

    days: float | None = None
    keep_count: int | None = None
    max_size_bytes: int | None = None

    @property
    def is_limited(self) -> bool:
        """Whether it lets anything go."""
        return (self.days, self.keep_count, self.max_size_bytes) != (None, None, None)

    def list_expired(self, candidates: Iterable[Candidate], now: float) -> list[Candidate]:
        """Return those that are too old, or for which the latest leave no place or no room.

        Args:
            candidates: all that may be deleted, the latest first.
            now: the time, in seconds since the epoch.
        """
        oldest = now - self.days * DAY_S if self.days is not None else None
        expired, size = [], 0
        for number, candidate in enumerate(candidates):
            size += candidate.size_bytes
            if (
                (oldest is not None and candidate.ended_at < oldest)
                or (self.keep_count is not None and number >= self.keep_count)
                or (self.max_size_bytes is not None and size > self.max_size_bytes)
            ):
                expired.append(candidate)
        return expired


class RetentionPolicy(Record, kw_only=False):
    """How much of everything is kept.

    Attributes:
        runs: ended runs with their logs and files.
        compute_logs: what the steps of ended runs printed.
        backfills: ended backfills.
        tick_days: for how many days ticks are kept, by kind and by what they came to.
        tick_counts: how many ticks of each schedule or sensor are kept, by kind.
    """

    runs: RetentionRule = RetentionRule()
    compute_logs: RetentionRule = RetentionRule()
    backfills: RetentionRule = RetentionRule()
    tick_days: dict[InstigatorKind, dict[TickStatus, float]] = {}
    tick_counts: dict[InstigatorKind, int] = {}


def read_retention(settings: InstanceSettings) -> RetentionPolicy:
    """Return what dagster.yaml says of retention.

    Raises:
        DagsterInvalidConfigError: if a value is not what it must be, with every error at once.
    """
    block = settings.get("retention", default={})
    errors: list[SettingsError] = []
    days = {kind: _read_tick_days(name, block.get(name, {}), errors) for name, kind in TICK_KINDS.items()}
    counts = {
        kind: _read_rule(name, block.get(name, {}), errors).keep_count for name, kind in TICK_KINDS.items()
    }
    policy = RetentionPolicy(
        runs=_read_rule("run", block.get("run", {}), errors, is_whole=True),
        compute_logs=_read_rule("compute_logs", block.get("compute_logs", {}), errors, is_whole=True),
        backfills=_read_rule("backfill", block.get("backfill", {}), errors, is_whole=True),
        tick_days=days,
        tick_counts={kind: count for kind, count in counts.items() if count is not None},
    )
    if errors:
        raise DagsterInvalidConfigError("The instance config is wrong about retention.", errors, block)
    return policy


def _read_rule(
    name: str, block: Mapping[str, Any], errors: list[SettingsError], *, is_whole: bool = False
) -> RetentionRule:
    values = {}
    for key in _LIMITS[0 if is_whole else 1 :]:
        value = block.get(key)
        if value is not None and not _is_number(value):
            errors.append(_wrong(["retention", name, key], value, "a whole number, -1 for no limit"))
        elif value is not None and value >= 0:
            values["days" if key == "purge_after_days" else key] = value
    return RetentionRule(**values)


def _read_tick_days(
    name: str, block: Mapping[str, Any], errors: list[SettingsError]
) -> dict[TickStatus, float]:
    given: Any = block.get("purge_after_days")
    stack = ["retention", name, "purge_after_days"]
    by_status: dict[TickStatus, float] = dict(_SKIPPED_DAYS[name])
    if _is_number(given):
        by_status = {status: float(given) for status in TickStatus}
    elif isinstance(given, Mapping):
        known = [status.value.lower() for status in TickStatus]
        for key, value in given.items():
            if key not in known:
                hint = did_you_mean(str(key), known) or f" Expected one of {quote_names(known)}."
                errors.append(
                    SettingsError(f"Unknown key '{key}' in '{':'.join(stack)}'.{hint}", stack, "UNKNOWN_KEY")
                )
            elif not _is_number(value):
                errors.append(_wrong([*stack, key], value, "a whole number of days, -1 for ever"))
            else:
                by_status[TickStatus(key.upper())] = value
    elif given is not None:
        errors.append(
            _wrong(stack, given, "a whole number of days, or such numbers by the status of the tick")
        )
    return {status: days for status, days in by_status.items() if days >= 0}


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(stack: Sequence[str], value: Any, expected: str) -> SettingsError:
    return SettingsError(
        f"'{':'.join(stack)}' must be {expected}, not {value!r:.100}.", list(stack), "WRONG_TYPE"
    )
