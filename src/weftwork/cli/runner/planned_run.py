"""A run that is to be made, and what became of it."""

from __future__ import annotations

from typing import NamedTuple

from weftwork.api.run_board import RunBoard
from weftwork.records.keys import AssetKey
from weftwork.records.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

RANGE_SIGN = "..."


class PlannedRun(NamedTuple):
    """A run that is to be made.

    Attributes:
        keys: the assets that it makes; none for a job of ops.
        parents: the assets that they depend on and do not make themselves.
        first: the first partition; None if it makes none.
        last: the last partition.
        job_name: the job, if it runs a whole one.
    """

    keys: frozenset[AssetKey] = frozenset()
    parents: frozenset[AssetKey] = frozenset()
    first: str | None = None
    last: str | None = None
    job_name: str | None = None

    @property
    def partition_key(self) -> str | None:
        """The one partition that it makes, or None."""
        return self.first if self.first == self.last else None

    @property
    def tags(self) -> dict[str, str]:
        """The tags that say which range of partitions it makes."""
        if self.first is None or self.last is None or self.first == self.last:
            return {}
        return {ASSET_PARTITION_RANGE_START_TAG: self.first, ASSET_PARTITION_RANGE_END_TAG: self.last}

    @property
    def partition_text(self) -> str | None:
        """Its partition or range of partitions as text."""
        if self.first is None or self.first == self.last:
            return self.first
        return f"{self.first}{RANGE_SIGN}{self.last}"


class RunOutcome(NamedTuple):
    """What became of a run.

    Attributes:
        planned: what was to be made.
        status: "SUCCESS", "FAILURE", "CANCELED", or "NOT_STARTED" if what it needs failed before.
        run_id: its id; None if it was not started.
        board: what it did.
        retry_run_id: the run that repeats it in the background, as its tags or dagster.yaml ask for; None if none does.
    """

    planned: PlannedRun
    status: str
    run_id: str | None
    board: RunBoard
    retry_run_id: str | None = None
