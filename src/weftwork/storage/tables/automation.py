"""What automation conditions ask: the latest events of many assets and checks, and their runs, at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.tags import DATA_VERSION_TAG
from weftwork.storage.drivers.database import Database
from weftwork.storage.tables.event_rows import key_of, key_text
from weftwork.storage.tables.event_tags import read_tags
from weftwork.storage.tables.query import Query

_STATE = "materialization_id, observation_id, failure_id, planned_id, runs.status"
_ASSETS = f"SELECT asset_key, {_STATE} FROM assets LEFT JOIN runs ON runs.run_id = assets.planned_run_id"
_PARTITIONS = (
    f"SELECT asset_key, partition, {_STATE} FROM asset_partitions "
    "LEFT JOIN runs ON runs.run_id = asset_partitions.planned_run_id"
)
_CHECKS = (
    "SELECT asset_key, check_name, partition, asset_checks.status, event_id, runs.status, asset_checks.run_id "
    "FROM asset_checks LEFT JOIN runs ON runs.run_id = asset_checks.run_id"
)
_MADE = "ASSET_MATERIALIZATION"
_SEEN = "ASSET_OBSERVATION"

StateRow = tuple[int | None, int | None, int | None, int | None, str | None]
"""Materialization, observation, failure, plan, and the status of the run that plans."""

CheckRow = tuple[str, int | None, str | None, str | None]
"""Status, event, and the status and id of the run."""


class RunRow(NamedTuple):
    """What a run was: its tags, the assets with the partitions that it meant to execute or executed, and its id."""

    tags: Mapping[str, str]
    planned: Mapping[AssetKey, Collection[str | None]]
    run_id: str


class AutomationQueries:
    """What is asked for the evaluation of automation conditions.

    Args:
        database: where everything is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find_max_event_id(self) -> int | None:
        """Return the storage id of the latest event, or None."""
        number: int | None = self._database.rows("SELECT max(id) FROM events")[0][0]
        return number

    def list_changed_keys(self, after_id: int) -> set[AssetKey]:
        """Return the assets of events after one, and those of runs whose status changed after it."""
        changed = Query(self._database, "SELECT DISTINCT asset_key FROM events").where("id > ?", after_id)
        keys = {key_of(row[0]) for row in changed.where("asset_key IS NOT NULL").rows()}
        runs = Query(self._database, "SELECT DISTINCT run_id FROM events").where("id > ?", after_id)
        listed = [row[0] for row in runs.where("run_id <> ''").where("event_type LIKE 'PIPELINE_%'").rows()]
        if listed:
            planned = Query(self._database, "SELECT DISTINCT asset_key FROM events").where_in(
                "run_id", listed
            )
            keys.update(key_of(row[0]) for row in planned.where("asset_key IS NOT NULL").rows())
        return keys

    def list_asset_states(self, keys: Collection[AssetKey]) -> dict[AssetKey, StateRow]:
        """Return the latest events of assets that have any."""
        if not keys:
            return {}
        query = Query(self._database, _ASSETS).where_in("asset_key", [key_text(key) for key in keys])
        return {key_of(row[0]): tuple(row[1:]) for row in query.rows()}

    def list_partition_states(self, keys: Collection[AssetKey]) -> dict[AssetKey, dict[str, StateRow]]:
        """Return the latest events of the partitions of assets."""
        if not keys:
            return {}
        texts = {key_text(key): key for key in keys}
        found: dict[AssetKey, dict[str, StateRow]] = {}
        for row in Query(self._database, _PARTITIONS).where_in("asset_key", list(texts)).rows():
            found.setdefault(texts[row[0]], {})[row[1]] = tuple(row[2:])
        return found

    def list_check_states(
        self, keys: Collection[AssetKey]
    ) -> dict[AssetCheckKey, dict[str | None, CheckRow]]:
        """Return the latest evaluation of each check on assets, by partition."""
        if not keys:
            return {}
        latest = Query(self._database, "SELECT max(id) FROM asset_checks")
        latest.where_in("asset_key", [key_text(key) for key in keys])
        latest.then("GROUP BY asset_key, check_name, partition")
        query = Query(self._database, _CHECKS).where(f"asset_checks.id IN ({latest.text})", *latest.args)
        found: dict[AssetCheckKey, dict[str | None, CheckRow]] = {}
        for key, name, partition, *state in query.rows():
            check = AssetCheckKey(key_of(key), name)
            found.setdefault(check, {})[partition] = tuple(state)
        return found

    def list_runs_of_events(self, event_ids: Collection[int]) -> dict[int, RunRow]:
        """Return the run of each of these events that belongs to one."""
        if not event_ids:
            return {}
        query = Query(self._database, "SELECT id, run_id FROM events").where("run_id <> ''")
        run_of = dict(query.where_in("id", sorted(set(event_ids))).rows())
        runs = sorted(set(run_of.values()))
        if not runs:
            return {}
        tags: dict[str, dict[str, str]] = {}
        listed = Query(
            self._database,
            "SELECT runs.run_id, key, value FROM run_tags JOIN runs ON runs.id = run_tags.run_number",
        )
        for run_id, key, value in listed.where_in("runs.run_id", runs).rows():
            tags.setdefault(run_id, {})[key] = value
        planned: dict[str, dict[AssetKey, set[str | None]]] = {}
        assets = Query(self._database, "SELECT DISTINCT run_id, asset_key, partition FROM events")
        assets.where_in("run_id", runs).where("asset_key IS NOT NULL")
        assets.where_in("event_type", [f"{_MADE}_PLANNED", _MADE, _SEEN])
        for run_id, key, partition in assets.rows():
            planned.setdefault(run_id, {}).setdefault(key_of(key), set()).add(partition)
        return {
            number: RunRow(tags.get(run_id, {}), planned.get(run_id, {}), run_id)
            for number, run_id in run_of.items()
        }

    def list_updates(self, key: AssetKey, after_id: int) -> Sequence[tuple[int, str | None]]:
        """Return the storage ids and partitions of all materializations of an asset after an event."""
        query = Query(self._database, "SELECT id, partition FROM events").where(
            "asset_key = ?", key_text(key)
        )
        query.where("event_type = ?", _MADE).where("id > ?", after_id)
        return [(number, partition) for number, partition in query.then("ORDER BY id").rows()]

    def list_event_times(self, event_ids: Collection[int]) -> dict[int, float]:
        """Return when each of these events happened, in seconds since the epoch."""
        if not event_ids:
            return {}
        query = Query(self._database, "SELECT id, timestamp FROM events")
        return dict(query.where_in("id", sorted(event_ids)).rows())

    def list_data_versions(self, event_ids: Collection[int]) -> dict[int, str | None]:
        """Return the data version that each of these events tells; None where it tells none."""
        if not event_ids:
            return {}
        query = Query(self._database, "SELECT id, body FROM events")
        rows = query.where_in("id", sorted(event_ids)).rows()
        return {number: read_tags(body).get(DATA_VERSION_TAG) for number, body in rows}

    def list_previous_versions(
        self, key: AssetKey, partitions: Collection[str | None], before_id: int, *, is_observed: bool
    ) -> dict[str | None, str | None]:
        """Return the data version that an asset had up to an event, by partition; nothing where it had none."""
        keyed = sorted(partition for partition in partitions if partition is not None)
        head = "SELECT partition, max(id) FROM events" if keyed else "SELECT NULL, max(id) FROM events"
        query = Query(self._database, head).where("asset_key = ?", key_text(key)).where("id < ?", before_id)
        query.where("event_type = ?", _SEEN if is_observed else _MADE)
        if keyed:
            query.where_in("partition", keyed).then("GROUP BY partition")
        ids: dict[Any, int] = {partition: number for partition, number in query.rows() if number is not None}
        versions = self.list_data_versions(list(ids.values()))
        return {partition: versions.get(number) for partition, number in ids.items()}
