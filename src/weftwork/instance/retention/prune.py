"""Deletes what retention lets go."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any

from weftwork.instance.retention.policy import DAY_S, Candidate, RetentionPolicy, read_retention
from weftwork.records.control.backfills import FINISHED_BACKFILLS
from weftwork.serde.record import Record

_FILE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")


class PruneReport(Record):
    """What was deleted, or what would be.

    Attributes:
        is_dry_run: whether nothing was deleted.
        runs: how many ended runs, with their logs and files.
        compute_logs: how many runs whose steps' output is deleted without them.
        backfills: how many ended backfills.
        ticks: how many ticks, by kind.
        events: how many events of deleted runs that no state refers to any more.
        file_bytes: the size of the deleted files.
        run_ids: the runs, at most the first 1,000.
    """

    is_dry_run: bool
    runs: int = 0
    compute_logs: int = 0
    backfills: int = 0
    ticks: dict[str, int] = {}
    events: int = 0
    file_bytes: int = 0
    run_ids: list[str] = []


def prune(instance: Any, *, is_dry_run: bool = False, policy: RetentionPolicy | None = None) -> PruneReport:
    """Delete what retention lets go; what is known of assets, their partitions and checks stays as it is.

    Runs that have not ended are never deleted.

    Args:
        instance: the instance.
        is_dry_run: whether to tell only what would be deleted.
        policy: how much is kept; None for what dagster.yaml says.

    Raises:
        DagsterInvalidConfigError: if dagster.yaml is wrong about retention.
    """
    policy = policy or read_retention(instance.settings)
    return _Pruning(instance, policy, is_dry_run).run()


class _Pruning:
    def __init__(self, instance: Any, policy: RetentionPolicy, is_dry_run: bool) -> None:
        self._instance = instance
        self._policy = policy
        self._is_dry = is_dry_run
        self._now = instance.now()
        self._tables = instance._tables
        self._file_bytes = 0

    def run(self) -> PruneReport:
        runs = self._prune_runs()
        logs = self._prune_compute_logs({name for name, *_ in runs})
        return PruneReport(
            is_dry_run=self._is_dry,
            runs=len(runs),
            run_ids=[run.name for run in runs[:1000]],
            compute_logs=logs,
            backfills=self._prune_backfills(),
            ticks=self._prune_ticks(),
            events=self._tables.runs.delete_kept_events(is_dry=self._is_dry),
            file_bytes=self._file_bytes,
        )

    def _prune_runs(self) -> list[Candidate]:
        rule = self._policy.runs
        if not rule.is_limited:
            return []
        ended = self._tables.runs.list_ended(with_size=rule.max_size_bytes is not None)
        expired = rule.list_expired([Candidate(*row) for row in ended], self._now)
        for run in expired:
            self._remove_directory(os.path.join(self._instance.storage_directory(), run.name), run.name)
            if not self._is_dry:
                self._instance.delete_run(run.name)
        return expired

    def _prune_compute_logs(self, gone: set[str]) -> int:
        rule = self._policy.compute_logs
        if not rule.is_limited:
            return 0
        kept = [
            Candidate(run_id, ended_at, _size_of(self._instance.compute_log_directory(run_id)))
            for run_id, ended_at, _ in self._tables.runs.list_ended(with_size=False)
            if run_id not in gone and _FILE_NAME.fullmatch(run_id)
        ]
        expired = rule.list_expired([one for one in kept if one.size_bytes], self._now)
        for run in expired:
            self._remove_directory(self._instance.compute_log_directory(run.name), run.name)
        return len(expired)

    def _prune_backfills(self) -> int:
        rule = self._policy.backfills
        if not rule.is_limited:
            return 0
        ended = self._instance.backfills.list(statuses=FINISHED_BACKFILLS)
        candidates = [Candidate(one.backfill_id, one.ended_at or one.created_at) for one in ended]
        expired = rule.list_expired(candidates, self._now)
        if not self._is_dry:
            for backfill in expired:
                self._tables.backfills.delete(backfill.name)
        return len(expired)

    def _prune_ticks(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for kind, days_by_status in self._policy.tick_days.items():
            for status, days in days_by_status.items():
                count = self._tables.ticks.delete(
                    kind=kind, statuses=[status], before=self._now - days * DAY_S, is_dry=self._is_dry
                )
                if count:
                    found[kind.value] = found.get(kind.value, 0) + count
        for kind, keep in self._policy.tick_counts.items():
            count = self._tables.ticks.delete_all_but_latest(kind, keep, is_dry=self._is_dry)
            if count:
                found[kind.value] = found.get(kind.value, 0) + count
        return found

    def _remove_directory(self, path: str, run_id: str) -> None:
        """Remove the files of a run; an id that is no plain name has none of its own."""
        if _FILE_NAME.fullmatch(run_id) and os.path.isdir(path):
            self._file_bytes += _size_of(path)
            if not self._is_dry:
                import shutil  # loads the compressors

                shutil.rmtree(path, ignore_errors=True)


def _size_of(directory: str) -> int:
    return sum(_file_sizes(directory))


def _file_sizes(directory: str) -> Iterator[int]:
    for parent, _, names in os.walk(directory):
        for name in names:
            try:
                yield os.lstat(os.path.join(parent, name)).st_size
            except FileNotFoundError:  # a run that ends writes and removes files
                continue
