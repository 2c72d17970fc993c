"""A backfill: many partitions that are made by many runs."""

from __future__ import annotations

from enum import Enum
from typing import Any

from weftwork.records.keys import AssetKey
from weftwork.serde.record import Record


class BackfillStatus(Enum):
    """The state of a backfill."""

    REQUESTED = "REQUESTED"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"
    FAILING = "FAILING"
    FAILED = "FAILED"
    COMPLETED_SUCCESS = "COMPLETED_SUCCESS"
    COMPLETED_FAILED = "COMPLETED_FAILED"


FINISHED_BACKFILLS = frozenset({
    BackfillStatus.CANCELED, BackfillStatus.FAILED, BackfillStatus.COMPLETED_SUCCESS, BackfillStatus.COMPLETED_FAILED,
})  # fmt: skip
"""States that a backfill never leaves."""


class TargetStatus(Enum):
    """The state of one target of a backfill."""

    WAITING = "WAITING"
    LAUNCHED = "LAUNCHED"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class BackfillTarget(Record, kw_only=False):
    """One partition that a backfill means to make.

    Attributes:
        asset_key: the asset; None for a partition of a job.
        partition: the partition; None for a whole asset.
        status: what became of it.
        run_id: the run that makes it.
        target_id: its number in the store; 0 before it is stored.
    """

    asset_key: AssetKey | None
    partition: str | None
    status: TargetStatus = TargetStatus.WAITING
    run_id: str | None = None
    target_id: int = 0


class Backfill(Record):
    """A backfill.

    Attributes:
        backfill_id: its id.
        job_name: the job; None for a backfill of assets.
        status: its state.
        tags: tags of its runs.
        title: what it is called, for people.
        description: what it is for.
        created_at: when it was asked for, in seconds since the epoch.
        ended_at: when it ended, in seconds since the epoch.
        error: why it failed.
        details: anything else its loop keeps, as plain data.
    """

    backfill_id: str
    job_name: str | None = None
    status: BackfillStatus = BackfillStatus.REQUESTED
    tags: dict[str, str] = {}
    title: str | None = None
    description: str | None = None
    created_at: float = 0.0
    ended_at: float | None = None
    error: str | None = None
    details: dict[str, Any] = {}
