"""Assets, their partitions and their checks: the latest events of each, and wiping."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import ParameterCheckError
from weftwork.instance.events import EventMethods, OfType, _kinds
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogEntry, EventLogRecord
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.tags import CODE_VERSION_TAG

if TYPE_CHECKING:
    from weftwork.records.lookups.assets import (
        AssetCheckExecutionRecord,
        AssetCheckExecutionRecordStatus,
        AssetHead,
        AssetPartitionStatus,
        AssetRecord,
    )
    from weftwork.records.lookups.pages import PlannedMaterializationInfo
    from weftwork.storage.tables.assets import VersionSource


class AssetMethods(EventMethods):
    """What an instance knows of assets."""

    def has_asset_key(self, asset_key: AssetKey) -> bool:
        """Return whether anything was ever recorded of an asset."""
        return self._tables.assets.has(_checked(asset_key))

    def all_asset_keys(self) -> Sequence[AssetKey]:
        """Return the keys of all assets of which anything was ever recorded."""
        return self._tables.assets.list_keys()

    def get_asset_keys(
        self, prefix: Sequence[str] | None = None, limit: int | None = None, cursor: str | None = None
    ) -> Sequence[AssetKey]:
        """Return keys of assets of which anything was ever recorded, in their order.

        Args:
            prefix: the parts that the keys begin with.
            limit: how many at most.
            cursor: the last key of the page before, as ``AssetKey.to_string`` writes it.
        """
        after = AssetKey.from_db_string(cursor)
        return self._tables.assets.list_keys(prefix=prefix, after=after, limit=limit)

    def get_asset_records(self, asset_keys: Sequence[AssetKey] | None = None) -> Sequence[AssetRecord]:
        """Return the latest events of assets; None for all assets of which anything was ever recorded."""
        return self._tables.assets.list_records(asset_keys)

    def list_asset_heads(self, asset_keys: Sequence[AssetKey]) -> Sequence[AssetHead]:
        """Return how those of these assets stand that have events, without reading what the events tell."""
        return self._tables.assets.list_heads(asset_keys)

    def get_latest_materialization_event(self, asset_key: AssetKey) -> EventLogEntry | None:
        """Return the latest materialization of an asset, or None."""
        return self.get_latest_materialization_events([asset_key]).get(asset_key)

    def get_latest_materialization_events(
        self, asset_keys: Iterable[AssetKey]
    ) -> Mapping[AssetKey, EventLogEntry | None]:
        """Return the latest materialization of each of these assets that has one."""
        from weftwork.records.lookups.latest_entries import LatestEntries  # only who asks loads it

        return LatestEntries(
            self._tables.assets.list_latest_materializations(_checked(key) for key in asset_keys)
        )

    def get_latest_materialization_code_versions(
        self, asset_keys: Iterable[AssetKey]
    ) -> Mapping[AssetKey, str | None]:
        """Return the version of the code that last made each asset, or None."""
        keys = list(asset_keys)
        events = self.get_latest_materialization_events(keys)
        tags = {key: (event.tags if event else None) or {} for key, event in events.items()}
        return {key: tags.get(key, {}).get(CODE_VERSION_TAG) for key in keys}

    def latest_data_version_sources(self, keys: Iterable[AssetKey]) -> dict[AssetKey, VersionSource | None]:
        """Return the event that tells the version of each asset's data: its storage id and its tags, or None.

        It is the latest materialization, or the latest observation of an asset that was never materialized.
        """
        return self._store.list_version_sources(keys)

    def get_latest_data_version_record(
        self,
        key: AssetKey,
        is_source: bool | None = None,
        partition_key: str | None = None,
        before_cursor: int | None = None,
        after_cursor: int | None = None,
    ) -> EventLogRecord | None:
        """Return the event that tells the version of an asset's data, or None.

        Args:
            key: the asset.
            is_source: True to look at observations only, False at materializations only, None at
                materializations and, where there is none, at observations.
            partition_key: the partition.
            before_cursor: only events with a smaller storage id.
            after_cursor: only events with a greater storage id.
        """
        from weftwork.records.lookups.filters import EventRecordsFilter  # only who asks loads it

        kinds = []
        if is_source is not True:
            kinds.append(DagsterEventType.ASSET_MATERIALIZATION)
        if is_source is not False:
            kinds.append(DagsterEventType.ASSET_OBSERVATION)
        for kind in kinds:
            partitions = [partition_key] if partition_key is not None else None
            conditions = EventRecordsFilter(kind, _checked(key), partitions, after_cursor, before_cursor)
            records = self._tables.events.list(conditions, limit=1)
            if records:
                return records[0]
        return None

    def get_latest_planned_materialization_info(
        self, asset_key: AssetKey, partition: str | None = None
    ) -> PlannedMaterializationInfo | None:
        """Return the run that last meant to make an asset, or a partition of it, or None."""
        from weftwork.records.lookups.filters import EventRecordsFilter  # only who asks loads it
        from weftwork.records.lookups.pages import PlannedMaterializationInfo  # only who asks loads it

        conditions = EventRecordsFilter(
            DagsterEventType.ASSET_MATERIALIZATION_PLANNED,
            _checked(asset_key),
            [partition] if partition is not None else None,
        )
        records = self._tables.events.list(conditions, limit=1)
        return PlannedMaterializationInfo(records[0].storage_id, records[0].run_id) if records else None

    def get_event_tags_for_asset(
        self,
        asset_key: AssetKey,
        filter_tags: Mapping[str, str] | None = None,
        filter_event_id: int | None = None,
    ) -> Sequence[Mapping[str, str]]:
        """Return the tags of the materializations of an asset that have tags, newest first.

        Args:
            asset_key: the asset.
            filter_tags: only those that have these tags.
            filter_event_id: only those of the event with this storage id.
        """
        from weftwork.records.lookups.filters import EventRecordsFilter  # only who asks loads it

        conditions = EventRecordsFilter(
            DagsterEventType.ASSET_MATERIALIZATION,
            _checked(asset_key),
            storage_ids=[filter_event_id] if filter_event_id is not None else None,
        )
        tags = [record.event_log_entry.tags for record in self._tables.events.list(conditions)]
        wanted = (filter_tags or {}).items()
        return [found for found in tags if found and wanted <= found.items()]

    def get_asset_keys_for_run(self, run_id: str, of_type: OfType = None) -> set[AssetKey]:
        """Return the assets that the events of a run are about."""
        return set(self._tables.events.list_asset_partitions_of_run(run_id, _kinds(of_type)))

    def get_asset_partitions_for_run(
        self, run_id: str, of_type: OfType = None
    ) -> Mapping[AssetKey, set[str | None]]:
        """Return the assets, and the partitions of them, that the events of a run are about."""
        return self._tables.events.list_asset_partitions_of_run(run_id, _kinds(of_type))

    def get_materialized_partitions(
        self, asset_key: AssetKey, before_cursor: int | None = None, after_cursor: int | None = None
    ) -> set[str]:
        """Return the partitions of an asset that were materialized.

        Args:
            asset_key: the asset.
            before_cursor: counting only materializations with a smaller storage id.
            after_cursor: counting only materializations with a greater storage id.
        """
        return self._tables.asset_partitions.list_materialized(
            _checked(asset_key), before_id=before_cursor, after_id=after_cursor
        )

    def get_latest_storage_id_by_partition(
        self,
        asset_key: AssetKey,
        event_type: DagsterEventType,
        partitions: Collection[str] | None = None,
        after_cursor: int | None = None,
    ) -> Mapping[str, int]:
        """Return the storage id of the latest event of one kind, by partition of an asset.

        Args:
            asset_key: the asset.
            event_type: materialization, observation, failure to materialize, or plan to materialize.
            partitions: only these partitions; None for all.
            after_cursor: only events with a greater storage id.
        """
        return self._tables.asset_partitions.list_latest_ids(
            _checked(asset_key), event_type, partitions=partitions, after_id=after_cursor
        )

    def get_status_by_partition(
        self, asset_key: AssetKey, partition_keys: Sequence[str], partitions_def: Any = None
    ) -> Mapping[str, AssetPartitionStatus | None]:
        """Return the states of partitions of an asset; None for one that was never made.

        Args:
            asset_key: the asset.
            partition_keys: the partitions.
            partitions_def: accepted for compatibility.
        """
        known = self._tables.asset_partitions.list_states(_checked(asset_key), partition_keys)
        return {key: known.get(key) for key in partition_keys}

    def list_partition_states(self, asset_key: AssetKey) -> Mapping[str, AssetPartitionStatus | None]:
        """Return the states of all partitions of an asset that have events."""
        return self._tables.asset_partitions.list_states(_checked(asset_key))

    def count_partition_states(
        self, asset_keys: Sequence[AssetKey]
    ) -> Mapping[AssetKey, Mapping[AssetPartitionStatus, int]]:
        """Return how many partitions of assets are in which state; nothing for an asset without partitions."""
        return self._tables.asset_partitions.count_states(asset_keys)

    def list_latest_check_evaluations(
        self, asset_keys: Sequence[AssetKey]
    ) -> Sequence[AssetCheckExecutionRecord]:
        """Return the latest evaluation of every check of these assets, by asset and name."""
        return self._tables.checks.list_latest(asset_keys)

    def list_unfinished_checks(self, asset_keys: Sequence[AssetKey]) -> Sequence[AssetCheckExecutionRecord]:
        """Return the checks of these assets that were last planned and not, or not yet, evaluated."""
        return self._tables.checks.list_unfinished(asset_keys)

    def get_latest_asset_check_evaluation_record(
        self, asset_check_key: AssetCheckKey
    ) -> AssetCheckExecutionRecord | None:
        """Return the latest evaluation of a check, or None."""
        return self._tables.checks.find_latest_evaluation(asset_check_key)

    def get_asset_check_execution_history(
        self,
        check_key: AssetCheckKey,
        limit: int,
        cursor: int | None = None,
        status: Collection[AssetCheckExecutionRecordStatus] | None = None,
    ) -> Sequence[AssetCheckExecutionRecord]:
        """Return the evaluations of a check, planned and done, newest first.

        Args:
            check_key: the check.
            limit: how many at most.
            cursor: the id of the last one of the page before.
            status: only those that came to one of these.
        """
        return self._tables.checks.list_executions(check_key, limit=limit, before_id=cursor, statuses=status)

    def wipe_assets(self, asset_keys: Sequence[AssetKey]) -> None:
        """Forget everything that was recorded of assets; the logs of their runs stay as they were."""
        self._store.wipe_assets([_checked(key) for key in asset_keys], self._clock.now())

    def wipe_asset_partitions(self, asset_key: AssetKey, partition_keys: Sequence[str]) -> None:
        """Forget everything that was recorded of some partitions of an asset."""
        self._store.wipe_partitions(_checked(asset_key), list(partition_keys), self._clock.now())


def _checked(key: Any) -> AssetKey:
    if not isinstance(key, AssetKey):
        raise ParameterCheckError(f"Expected an AssetKey, not {key!r}. Write AssetKey({key!r}).")
    return key
