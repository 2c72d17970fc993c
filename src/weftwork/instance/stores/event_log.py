"""The log of events, as ``instance.event_log_storage``: events, assets, checks, partitions, and the pools."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from weftwork.instance.stores.delegation import InstanceView
from weftwork.records.control.leases import run_lease_name
from weftwork.records.control.pools import ConcurrencyKeyInfo, PoolLimit, build_pool_info
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogEntry
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.lookups.assets import AssetCheckExecutionRecord, AssetCheckExecutionRecordStatus
from weftwork.records.lookups.pages import entries_of


class EventLogView(InstanceView):
    """Events over all runs, what follows from them, and pools."""

    delegated = frozenset({
        "add_dynamic_partitions", "all_asset_keys", "delete_dynamic_partition", "fetch_failed_materializations",
        "fetch_materializations", "fetch_observations", "fetch_planned_materializations", "fetch_run_status_changes",
        "get_asset_keys", "get_asset_keys_for_run", "get_asset_partitions_for_run", "get_asset_records",
        "get_dynamic_partitions", "get_event_records", "get_event_tags_for_asset", "get_existing_dynamic_partitions",
        "get_latest_materialization_events", "get_latest_planned_materialization_info",
        "get_latest_storage_id_by_partition", "get_materialized_partitions", "get_paginated_dynamic_partitions",
        "get_records_for_run", "has_asset_key", "has_dynamic_partition", "store_event", "wipe_asset_partitions",
    })  # fmt: skip

    def get_logs_for_run(
        self,
        run_id: str,
        cursor: str | int | None = None,
        of_type: DagsterEventType | Collection[DagsterEventType] | None = None,
        limit: int | None = None,
        ascending: bool = True,
    ) -> list[EventLogEntry]:
        """Return the log of a run; see ``DagsterInstance.get_records_for_run``."""
        place = str(cursor) if cursor is not None else None
        page = self._instance.get_records_for_run(run_id, place, of_type, limit, ascending)
        return entries_of(page.records)

    def get_maximum_record_id(self) -> int | None:
        """Return the storage id of the latest event; None if there is none."""
        number: int | None = self._instance.automation_facts.get_max_storage_id()
        return number

    def get_stats_for_run(self, run_id: str) -> Any:
        """Return a run in numbers."""
        return self._instance.get_run_stats(run_id)

    def get_step_stats_for_run(self, run_id: str, step_keys: Sequence[str] | None = None) -> Any:
        """Return the steps of a run in numbers."""
        return self._instance.get_run_step_stats(run_id, step_keys)

    def wipe_asset(self, asset_key: AssetKey) -> None:
        """Forget everything that was recorded of an asset; the logs of its runs stay as they were."""
        self._instance.wipe_assets([asset_key])

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
        found: Sequence[AssetCheckExecutionRecord] = self._instance.get_asset_check_execution_history(
            check_key, limit, cursor, status
        )
        return found

    def get_latest_asset_check_execution_by_key(
        self, check_keys: Sequence[AssetCheckKey]
    ) -> Mapping[AssetCheckKey, AssetCheckExecutionRecord]:
        """Return the latest evaluation, planned or done, of each of these checks that has one."""
        found = {key: self.get_asset_check_execution_history(key, limit=1) for key in check_keys}
        return {key: records[0] for key, records in found.items() if records}

    # ------------------------------------------------------------------------------------------ pools

    @property
    def supports_global_concurrency_limits(self) -> bool:
        """Whether pools limit steps over all runs: always."""
        return True

    def set_concurrency_slots(self, concurrency_key: str, num: int) -> None:
        """Set how many steps of a pool may run at once; see ``Slots.set_limit``."""
        self._instance.slots.set_limit(concurrency_key, num)

    def delete_concurrency_limit(self, concurrency_key: str) -> None:
        """Forget the limit of a pool."""
        self._instance.slots.delete_limit(concurrency_key)

    def get_concurrency_keys(self) -> set[str]:
        """Return the names of the pools that are known."""
        return set(self._instance.slots.list_limits())

    def get_pool_limits(self) -> Sequence[PoolLimit]:
        """Return the pools that have a limit, by name."""
        own = self._instance.slots.list_own_limits()
        return [
            PoolLimit(name, limit, name not in own)
            for name, limit in self._instance.slots.list_limits().items()
            if limit is not None
        ]

    def get_concurrency_info(self, concurrency_key: str) -> ConcurrencyKeyInfo:
        """Return who holds slots of a pool and who waits for them."""
        slots = self._instance.slots
        is_default = concurrency_key not in slots.list_own_limits()
        limit = slots.find_limit(concurrency_key)
        return build_pool_info(concurrency_key, limit, is_default, slots.list_claims(concurrency_key))

    def get_concurrency_infos(self, concurrency_keys: Sequence[str]) -> Mapping[str, ConcurrencyKeyInfo]:
        """Return who holds slots of pools and who waits for them."""
        return {key: self.get_concurrency_info(key) for key in concurrency_keys}

    def get_concurrency_run_ids(self) -> set[str]:
        """Return the runs that hold slots or wait for them."""
        return {claim.run_id for claim in self._instance.slots.list_claims()}

    def free_concurrency_slots_for_run(self, run_id: str) -> None:
        """Take the slots that a run holds or waits for."""
        self._instance.slots.free(lease_name=run_lease_name(run_id))

    def free_concurrency_slot_for_step(self, run_id: str, step_key: str) -> None:
        """Take the slots that a step of a run holds or waits for."""
        self._instance.slots.free(lease_name=run_lease_name(run_id), step_key=step_key)
