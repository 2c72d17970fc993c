"""Pools as they are shown: limits, who holds slots, who waits."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from weftwork.records.control.leases import SlotClaim
from weftwork.serde.record import Record


class PoolLimit(Record, kw_only=False):
    """How many steps of a pool may run at once.

    Attributes:
        name: the pool.
        limit: how many.
        from_default: whether the pool has no limit of its own.
    """

    name: str
    limit: int
    from_default: bool


class ClaimedSlotInfo(Record, kw_only=False):
    """A step that holds a slot."""

    run_id: str
    step_key: str


class PendingStepInfo(Record, kw_only=False):
    """A step that asked for a slot.

    Attributes:
        run_id: its run.
        step_key: the step.
        enqueued_timestamp: when it asked first.
        assigned_timestamp: when it got the slot; None while it waits.
        priority: the greatest goes first.
    """

    run_id: str
    step_key: str
    enqueued_timestamp: datetime.datetime
    assigned_timestamp: datetime.datetime | None = None
    priority: int | None = None


class ConcurrencyKeyInfo(Record, kw_only=False):
    """A pool: its limit, who holds slots and who asked for them.

    Attributes:
        concurrency_key: the pool.
        slot_count: how many slots it has; 0 without a limit.
        claimed_slots: who holds slots.
        pending_steps: who asked, those that hold slots included.
        limit: how many slots it has; None without a limit.
        using_default_limit: whether it has no limit of its own.
    """

    concurrency_key: str
    slot_count: int
    claimed_slots: list[ClaimedSlotInfo]
    pending_steps: list[PendingStepInfo]
    limit: int | None = None
    using_default_limit: bool = False

    @property
    def active_slot_count(self) -> int:
        """How many slots are held."""
        return len(self.claimed_slots)

    @property
    def active_run_ids(self) -> set[str]:
        """The runs that hold slots."""
        return {slot.run_id for slot in self.claimed_slots}

    @property
    def pending_step_count(self) -> int:
        """How many steps wait."""
        return sum(step.assigned_timestamp is None for step in self.pending_steps)

    @property
    def pending_run_ids(self) -> set[str]:
        """The runs whose steps wait."""
        return {step.run_id for step in self.pending_steps if step.assigned_timestamp is None}

    @property
    def assigned_step_count(self) -> int:
        """How many steps that asked got a slot."""
        return sum(step.assigned_timestamp is not None for step in self.pending_steps)

    @property
    def assigned_run_ids(self) -> set[str]:
        """The runs whose steps got a slot."""
        return {step.run_id for step in self.pending_steps if step.assigned_timestamp is not None}


def build_pool_info(
    pool: str, limit: int | None, is_default: bool, claims: Sequence[SlotClaim]
) -> ConcurrencyKeyInfo:
    """Return a pool as it is shown.

    Args:
        pool: its name.
        limit: how many slots it has; None for no limit.
        is_default: whether it has no limit of its own.
        claims: who holds or waits for its slots.
    """
    return ConcurrencyKeyInfo(
        pool,
        limit or 0,
        [ClaimedSlotInfo(claim.run_id, claim.step_key) for claim in claims if claim.claimed_at is not None],
        [_to_pending(claim) for claim in claims],
        limit,
        is_default,
    )


def _to_pending(claim: SlotClaim) -> PendingStepInfo:
    assigned = _instant(claim.claimed_at) if claim.claimed_at is not None else None
    return PendingStepInfo(claim.run_id, claim.step_key, _instant(claim.asked_at), assigned, claim.priority)


def _instant(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
