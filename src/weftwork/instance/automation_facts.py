"""The past as automation conditions ask for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from weftwork.conditions.facts import CheckState, ExecutionState, RunFacts
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.storage.store import Tables


class InstanceFacts:
    """Facts from the tables of an instance; see ``conditions.facts``.

    Args:
        tables: the tables.
    """

    def __init__(self, tables: Tables) -> None:
        self._queries = tables.automation
        self._backfills = tables.backfills

    def get_max_storage_id(self) -> int | None:
        """Return the storage id of the latest event; None if there is none."""
        return self._queries.find_max_event_id()

    def list_changed_keys(self, after_id: int) -> Collection[AssetKey]:
        """Return the assets of later events, and of runs that began or ended later."""
        return self._queries.list_changed_keys(after_id)

    def list_asset_states(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, ExecutionState]:
        """Return the latest events of assets that have any."""
        return {key: ExecutionState(*row) for key, row in self._queries.list_asset_states(keys).items()}

    def list_partition_states(
        self, keys: Collection[AssetKey]
    ) -> Mapping[AssetKey, Mapping[str, ExecutionState]]:
        """Return the latest events of the partitions of assets."""
        found = self._queries.list_partition_states(keys)
        return {
            key: {part: ExecutionState(*row) for part, row in rows.items()} for key, rows in found.items()
        }

    def list_check_states(
        self, keys: Collection[AssetKey]
    ) -> Mapping[AssetCheckKey, Mapping[str | None, CheckState]]:
        """Return the latest evaluation of each check on assets, by partition."""
        found = self._queries.list_check_states(keys)
        return {key: {part: CheckState(*row) for part, row in rows.items()} for key, rows in found.items()}

    def list_runs_of_events(self, event_ids: Collection[int]) -> Mapping[int, RunFacts]:
        """Return the run of each of these events that belongs to one."""
        found = self._queries.list_runs_of_events(event_ids)
        return {number: RunFacts(*run) for number, run in found.items()}

    def list_updates(self, key: AssetKey, after_id: int) -> Sequence[tuple[int, str | None]]:
        """Return the storage ids and partitions of all materializations of an asset after an event."""
        return self._queries.list_updates(key, after_id)

    def list_event_times(self, event_ids: Collection[int]) -> Mapping[int, float]:
        """Return when each of these events happened, in seconds since the epoch."""
        return self._queries.list_event_times(event_ids)

    def list_data_versions(self, event_ids: Collection[int]) -> Mapping[int, str | None]:
        """Return the data version that each of these events tells; None where it tells none."""
        return self._queries.list_data_versions(event_ids)

    def list_previous_versions(
        self, key: AssetKey, partitions: Collection[str | None], before_id: int, *, is_observed: bool
    ) -> Mapping[str | None, str | None]:
        """Return the data version that an asset had up to an event, by partition; nothing where it had none."""
        return self._queries.list_previous_versions(key, partitions, before_id, is_observed=is_observed)

    def list_backfill_targets(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, Collection[str | None]]:
        """Return the partitions that backfills in progress mean to make and have not made yet."""
        return self._backfills.list_open(keys)

    def list_backfilled_keys(self) -> Collection[AssetKey]:
        """Return the assets that backfills in progress mean to make."""
        return self._backfills.list_open_keys()
