"""The table of check evaluations, planned and done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from weftwork.records.asset_events import AssetCheckEvaluation
from weftwork.records.event_data import AssetCheckEvaluationPlanned
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecord, AssetCheckExecutionRecordStatus
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.event_rows import key_of, key_text, to_entry
from weftwork.storage.tables.query import Query

_STATUS = AssetCheckExecutionRecordStatus
_INSERT = (
    "INSERT INTO asset_checks (asset_key, check_name, partition, run_id, status, event_id, create_timestamp) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_COMPLETE = (
    "UPDATE asset_checks SET status = ?, event_id = ?, partition = ? WHERE id = (SELECT max(id) FROM asset_checks "
    "WHERE asset_key = ? AND check_name = ? AND run_id = ? AND status = 'PLANNED')"
)
_SELECT = (
    "SELECT asset_checks.id, asset_checks.asset_key, check_name, asset_checks.partition, asset_checks.run_id, status, "
    "create_timestamp, events.timestamp, events.body "
    "FROM asset_checks LEFT JOIN events ON events.id = asset_checks.event_id"
)


def note_check_planned(transaction: Transaction, key: str, data: Any, run_id: str, timestamp: float) -> None:
    """Note that a run means to evaluate a check."""
    assert isinstance(data, AssetCheckEvaluationPlanned)
    transaction.execute(_INSERT, (key, data.check_name, None, run_id, _STATUS.PLANNED.value, None, timestamp))


def note_check_evaluated(
    transaction: Transaction, key: str, data: Any, run_id: str, event_id: int, timestamp: float
) -> None:
    """Note what a check found, in the row of its plan if there is one."""
    assert isinstance(data, AssetCheckEvaluation)
    status = (_STATUS.SUCCEEDED if data.passed else _STATUS.FAILED).value
    args = (status, event_id, data.partition, key, data.check_name, run_id)
    if not run_id or not transaction.execute(_COMPLETE, args):
        transaction.execute(
            _INSERT, (key, data.check_name, data.partition, run_id, status, event_id, timestamp)
        )


class Checks:
    """What is asked about checks.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_latest_evaluation(self, key: AssetCheckKey) -> AssetCheckExecutionRecord | None:
        """Return the latest evaluation of a check that was done, or None."""
        found = self.list_executions(key, limit=1, statuses=[_STATUS.SUCCEEDED, _STATUS.FAILED])
        return found[0] if found else None

    def list_latest(self, keys: Sequence[AssetKey]) -> list[AssetCheckExecutionRecord]:
        """Return the latest evaluation that was done of every check of these assets, by asset and name."""
        if not keys:
            return []
        latest = Query(self._database, "SELECT max(id) FROM asset_checks")
        latest.where("status <> 'PLANNED'").where_in("asset_key", [key_text(key) for key in keys])
        latest.then("GROUP BY asset_key, check_name")
        query = Query(self._database, _SELECT).where(f"asset_checks.id IN ({latest.text})", *latest.args)
        return [_to_record(row) for row in query.then("ORDER BY asset_checks.asset_key, check_name").rows()]

    def list_unfinished(self, keys: Sequence[AssetKey]) -> list[AssetCheckExecutionRecord]:
        """Return the checks of these assets whose latest evaluation was planned and not done, by asset and name."""
        if not keys:
            return []
        latest = Query(self._database, "SELECT max(id) FROM asset_checks")
        latest.where_in("asset_key", [key_text(key) for key in keys]).then("GROUP BY asset_key, check_name")
        query = Query(self._database, _SELECT).where(f"asset_checks.id IN ({latest.text})", *latest.args)
        query.where("status = 'PLANNED'").then("ORDER BY asset_checks.asset_key, check_name")
        return [_to_record(row) for row in query.rows()]

    def list_executions(
        self,
        key: AssetCheckKey,
        *,
        limit: int,
        before_id: int | None = None,
        statuses: Collection[AssetCheckExecutionRecordStatus] | None = None,
    ) -> list[AssetCheckExecutionRecord]:
        """Return evaluations of a check, newest first.

        Args:
            key: the check.
            limit: how many at most.
            before_id: only those with a smaller number.
            statuses: only those that came to one of these.
        """
        query = Query(self._database, _SELECT)
        query.where("asset_checks.asset_key = ?", key_text(key.asset_key)).where("check_name = ?", key.name)
        query.where_given("asset_checks.id < ?", before_id)
        if statuses is not None:
            query.where_in("status", sorted(status.value for status in statuses))
        return [_to_record(row) for row in query.page("asset_checks.id", ascending=False, limit=limit).rows()]


def _to_record(row: Any) -> AssetCheckExecutionRecord:
    number, key, name, partition, run_id, status, created, timestamp, body = row
    return AssetCheckExecutionRecord(
        key=AssetCheckKey(key_of(key), name),
        id=number,
        run_id=run_id,
        status=_STATUS(status),
        event=to_entry(run_id, timestamp, bytes(body)) if body is not None else None,
        create_timestamp=created,
        partition=partition,
    )
