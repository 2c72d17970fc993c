"""What evaluation asks of the past: records of the latest events, in one question for many targets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from weftwork.records.keys import AssetCheckKey, AssetKey


class ExecutionState(NamedTuple):
    """The latest events of an asset, or of one partition of it.

    Attributes:
        materialization_id: the storage id of the latest materialization.
        observation_id: that of the latest observation.
        failure_id: that of the latest event that says that it was not made.
        planned_id: that of the latest event that says that a run means to make it.
        planned_status: the status of that run.
    """

    materialization_id: int | None = None
    observation_id: int | None = None
    failure_id: int | None = None
    planned_id: int | None = None
    planned_status: str | None = None


class CheckState(NamedTuple):
    """The latest evaluation of a check, of an asset or of one partition of it.

    Attributes:
        status: "PLANNED", "SUCCEEDED" or "FAILED".
        event_id: the storage id of the result; None while there is none.
        run_status: the status of the run.
        run_id: the run that evaluated it, or means to.
    """

    status: str
    event_id: int | None = None
    run_status: str | None = None
    run_id: str | None = None


class RunFacts(NamedTuple):
    """What a run was.

    Attributes:
        tags: its tags.
        planned: the assets that it meant to execute, or executed, with their partitions.
        run_id: its id.
    """

    tags: Mapping[str, str]
    planned: Mapping[AssetKey, Collection[str | None]]
    run_id: str = ""


class AutomationFacts(Protocol):
    """The past, as far as conditions ask for it; every method answers for many targets at once."""

    def get_max_storage_id(self) -> int | None:
        """Return the storage id of the latest event; None if there is none."""
        ...

    def list_changed_keys(self, after_id: int) -> Collection[AssetKey]:
        """Return the assets of which any answer may be another than it was up to an event.

        These are the assets of later events, of their checks, and of runs that began or ended later. Backfills change
        without an event: ``list_backfilled_keys`` tells theirs.
        """
        ...

    def list_asset_states(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, ExecutionState]:
        """Return the latest events of assets that have any."""
        ...

    def list_partition_states(
        self, keys: Collection[AssetKey]
    ) -> Mapping[AssetKey, Mapping[str, ExecutionState]]:
        """Return the latest events of the partitions of assets."""
        ...

    def list_check_states(
        self, keys: Collection[AssetKey]
    ) -> Mapping[AssetCheckKey, Mapping[str | None, CheckState]]:
        """Return the latest evaluation of each check on assets, by partition."""
        ...

    def list_runs_of_events(self, event_ids: Collection[int]) -> Mapping[int, RunFacts]:
        """Return the run of each of these events that belongs to one."""
        ...

    def list_updates(self, key: AssetKey, after_id: int) -> Sequence[tuple[int, str | None]]:
        """Return the storage ids and partitions of all materializations of an asset after an event."""
        ...

    def list_event_times(self, event_ids: Collection[int]) -> Mapping[int, float]:
        """Return when each of these events happened, in seconds since the epoch."""
        ...

    def list_data_versions(self, event_ids: Collection[int]) -> Mapping[int, str | None]:
        """Return the data version that each of these events tells; None where it tells none."""
        ...

    def list_previous_versions(
        self, key: AssetKey, partitions: Collection[str | None], before_id: int, *, is_observed: bool
    ) -> Mapping[str | None, str | None]:
        """Return the data version that an asset had up to an event, by partition; nothing where it had none."""
        ...

    def list_backfill_targets(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, Collection[str | None]]:
        """Return the partitions that backfills in progress mean to make."""
        ...

    def list_backfilled_keys(self) -> Collection[AssetKey]:
        """Return the assets that backfills in progress mean to make."""
        ...
