"""The table of the partitions of assets: the latest events of each, and their states."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from weftwork.base.errors import CheckError
from weftwork.records.event_type import DagsterEventType
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.assets import AssetPartitionStatus
from weftwork.records.runs import FINISHED_STATUSES
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.event_rows import key_of, key_text
from weftwork.storage.tables.query import Query

_COLUMN_OF_EVENT = {
    DagsterEventType.ASSET_MATERIALIZATION: "materialization_id",
    DagsterEventType.ASSET_OBSERVATION: "observation_id",
    DagsterEventType.ASSET_FAILED_TO_MATERIALIZE: "failure_id",
    DagsterEventType.ASSET_MATERIALIZATION_PLANNED: "planned_id",
}
_SELECT_STATES = (
    "SELECT partition, materialization_id, failure_id, planned_id, runs.status "
    "FROM asset_partitions LEFT JOIN runs ON runs.run_id = asset_partitions.planned_run_id"
)
_COUNT_STATES = (
    "SELECT asset_key, COALESCE(materialization_id, 0) > 0, COALESCE(failure_id, 0) > COALESCE(materialization_id, 0), "
    "COALESCE(planned_id, 0) > COALESCE(materialization_id, 0) AND COALESCE(planned_id, 0) > COALESCE(failure_id, 0), "
    "runs.status, count(*) FROM asset_partitions LEFT JOIN runs ON runs.run_id = asset_partitions.planned_run_id"
)
_FINISHED = frozenset(status.value for status in FINISHED_STATUSES)
_RECOUNT = (
    "INSERT INTO assets (asset_key, materialization_id, observation_id) SELECT asset_key, "
    "max(CASE WHEN event_type = 'ASSET_MATERIALIZATION' THEN id END), "
    "max(CASE WHEN event_type = 'ASSET_OBSERVATION' THEN id END) FROM events "
    "WHERE asset_key = ? AND event_type IN ('ASSET_MATERIALIZATION', 'ASSET_OBSERVATION') GROUP BY asset_key "
    "ON CONFLICT (asset_key) DO UPDATE SET materialization_id = excluded.materialization_id, "
    "observation_id = excluded.observation_id"
)


class AssetPartitions:
    """What is asked about the partitions of assets.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_materialized(
        self, key: AssetKey, *, before_id: int | None = None, after_id: int | None = None
    ) -> set[str]:
        """Return the partitions that were materialized.

        Args:
            key: the asset.
            before_id: counting only materializations with a smaller storage id.
            after_id: counting only materializations with a greater storage id.
        """
        if before_id is not None:
            query = Query(self._database, "SELECT DISTINCT partition FROM events")
            query.where("asset_key = ?", key_text(key)).where("event_type = 'ASSET_MATERIALIZATION'")
            query.where("partition IS NOT NULL").where("id < ?", before_id).where_given("id > ?", after_id)
        else:
            query = Query(self._database, "SELECT partition FROM asset_partitions")
            query.where("asset_key = ?", key_text(key)).where("materialization_id > ?", after_id or 0)
        return {row[0] for row in query.rows()}

    def list_latest_ids(
        self,
        key: AssetKey,
        kind: DagsterEventType,
        *,
        partitions: Collection[str] | None = None,
        after_id: int | None = None,
    ) -> dict[str, int]:
        """Return the storage id of the latest event of one kind, by partition.

        Args:
            key: the asset.
            kind: materialization, observation, failure to materialize, or plan to materialize.
            partitions: only these partitions; None for all.
            after_id: only events with a greater storage id.

        Raises:
            CheckError: if events of that kind are not kept by partition.
        """
        column = _COLUMN_OF_EVENT.get(kind)
        if column is None:
            known = ", ".join(sorted(known.value for known in _COLUMN_OF_EVENT))
            raise CheckError(f"The latest {kind.value} is not kept by partition. Expected one of {known}.")
        query = Query(self._database, f"SELECT partition, {column} FROM asset_partitions")
        query.where("asset_key = ?", key_text(key)).where(f"{column} > ?", after_id or 0)
        if partitions is not None:
            query.where_in("partition", sorted(partitions))
        return dict(query.rows())

    def list_states(
        self, key: AssetKey, partitions: Sequence[str] | None = None
    ) -> dict[str, AssetPartitionStatus | None]:
        """Return the states of the partitions that have events.

        Args:
            key: the asset.
            partitions: only these partitions; None for all.
        """
        query = Query(self._database, _SELECT_STATES).where("asset_key = ?", key_text(key))
        if partitions is not None:
            query.where_in("partition", list(partitions))
        return {row[0]: _state(*row[1:]) for row in query.rows()}

    def count_states(self, keys: Sequence[AssetKey]) -> dict[AssetKey, dict[AssetPartitionStatus, int]]:
        """Return how many partitions of assets are in which state; nothing for an asset without partitions."""
        if not keys:
            return {}
        query = Query(self._database, _COUNT_STATES).where_in("asset_key", [key_text(key) for key in keys])
        counts: dict[AssetKey, dict[AssetPartitionStatus, int]] = {}
        for key, is_made, is_failed, is_planned, run_status, count in query.then(
            "GROUP BY 1, 2, 3, 4, 5"
        ).rows():
            state = _state(1 if is_made else 0, 2 if is_failed else 0, 3 if is_planned else 0, run_status)
            if state is not None:
                of_asset = counts.setdefault(key_of(key), {})
                of_asset[state] = of_asset.get(state, 0) + count
        return counts


def _state(
    made: int | None, failed: int | None, planned: int | None, run_status: str | None
) -> AssetPartitionStatus | None:
    made, failed, planned = made or 0, failed or 0, planned or 0
    if planned > max(made, failed) and run_status is not None:
        if run_status not in _FINISHED:
            return AssetPartitionStatus.IN_PROGRESS
        if run_status == "FAILURE":
            return AssetPartitionStatus.FAILED
    if failed > made:
        return AssetPartitionStatus.FAILED
    return AssetPartitionStatus.MATERIALIZED if made else None


def wipe_partitions(
    transaction: Transaction, database: Database, key: AssetKey, partitions: Sequence[str]
) -> None:
    """Forget the state and the events of some partitions of an asset; the logs of their runs stay."""
    condition, args = database.in_list("partition", list(partitions))
    text = key_text(key)
    transaction.execute(
        f"UPDATE events SET asset_key = NULL WHERE asset_key = ? AND {condition}", (text, *args)
    )
    transaction.execute(f"DELETE FROM asset_partitions WHERE asset_key = ? AND {condition}", (text, *args))
    transaction.execute(f"DELETE FROM asset_checks WHERE asset_key = ? AND {condition}", (text, *args))
    transaction.execute(
        "UPDATE assets SET materialization_id = NULL, observation_id = NULL WHERE asset_key = ?", (text,)
    )
    transaction.execute(_RECOUNT, (text,))
