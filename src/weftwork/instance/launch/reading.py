"""Reading runs: one that is under way is looked after first, so that a dead one is never told to be alive."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from weftwork.base.errors import DagsterStorageError
from weftwork.instance.launch.watching import WatchMethods
from weftwork.records.runs import DagsterRun, DagsterRunStatus, RunRecord, RunsFilter

LOOK_S = 1.0
"""How often whoever reads runs looks for dead ones at most."""
_WAIT_S = 0.5
_UNDER_WAY = frozenset({DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING})


class ReadingMethods(WatchMethods):
    """Reading runs, whose states are true though nobody may have watched their processes."""

    def get_run_by_id(self, run_id: str) -> DagsterRun | None:
        """Return the run of that id, or None."""
        run = super().get_run_by_id(run_id)
        return super().get_run_by_id(run_id) if run is not None and self._look((run,)) else run

    def get_run_record_by_id(self, run_id: str) -> RunRecord | None:
        """Return the run of that id with what the store knows of it, or None."""
        record = super().get_run_record_by_id(run_id)
        is_old = record is not None and self._look((record.dagster_run,))
        return super().get_run_record_by_id(run_id) if is_old else record

    def get_runs(
        self,
        filters: RunsFilter | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        bucket_by: Any = None,
        ascending: bool = False,
    ) -> Sequence[DagsterRun]:
        """Return runs, newest first.

        Args:
            filters: the conditions; None for all runs.
            cursor: the id of the last run of the page before.
            limit: how many at most.
            bucket_by: accepted for compatibility.
            ascending: whether the oldest come first.
        """
        runs = super().get_runs(filters, cursor, limit, bucket_by, ascending)
        return super().get_runs(filters, cursor, limit, bucket_by, ascending) if self._look(runs) else runs

    def get_run_records(
        self,
        filters: RunsFilter | None = None,
        limit: int | None = None,
        order_by: str | None = None,
        ascending: bool = False,
        cursor: str | None = None,
        bucket_by: Any = None,
    ) -> Sequence[RunRecord]:
        """Return runs with what the store knows of them, newest first.

        Args:
            filters: the conditions; None for all runs.
            limit: how many at most.
            order_by: "id", "create_timestamp", "update_timestamp", "start_time" or "end_time".
            ascending: whether the oldest come first.
            cursor: the id of the last run of the page before.
            bucket_by: accepted for compatibility.
        """
        asked = (filters, limit, order_by, ascending, cursor, bucket_by)
        records = super().get_run_records(*asked)
        is_old = self._look(record.dagster_run for record in records)
        return super().get_run_records(*asked) if is_old else records

    def _look(self, runs: Iterable[DagsterRun]) -> bool:
        """Record the ends of dead runs where some of these seem to be under way; return whether there were any."""
        if self.is_ephemeral or not self.run_monitoring_enabled:
            return False
        if time.monotonic() - self._looked_at_s < LOOK_S:
            return False
        if not any(run.status in _UNDER_WAY for run in runs):
            return False
        from weftwork.storage.patience import impatient  # only where runs have processes

        try:
            with impatient(_WAIT_S):
                return bool(self._bury_dead_runs())
        except DagsterStorageError:
            return False  # who may only read is told what is there
