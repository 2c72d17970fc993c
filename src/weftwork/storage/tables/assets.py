"""The table of assets: the latest events of each, and wiping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from weftwork.records.event_data import AssetWipedData
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import DagsterEvent, EventLogRecord
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.assets import AssetEntry, AssetHead, AssetRecord
from weftwork.serde.unread import Unread
from weftwork.storage.drivers.database import Database, Transaction
from weftwork.storage.tables.event_rows import key_of, key_text, to_record
from weftwork.storage.tables.event_tags import read_tags
from weftwork.storage.tables.query import Query

VersionSource = tuple[int, Mapping[str, str]]
"""The storage id of the event that tells the version of an asset's data, and the tags of that event."""

_SELECT_HEADS = (
    "SELECT assets.asset_key, materialization_id, events.timestamp, events.run_id, failure_id, planned_id, "
    "planned_run_id FROM assets LEFT JOIN events ON events.id = assets.materialization_id"
)
_SELECT_RECORDS = (
    "SELECT assets.id, assets.asset_key, last_run_id, planned_id, planned_run_id, "
    "m.id, m.run_id, m.timestamp, m.body, o.id, o.run_id, o.timestamp, o.body, f.id, f.run_id, f.timestamp, f.body "
    "FROM assets LEFT JOIN events AS m ON m.id = assets.materialization_id "
    "LEFT JOIN events AS o ON o.id = assets.observation_id LEFT JOIN events AS f ON f.id = assets.failure_id"
)
_SELECT_LATEST = (
    "SELECT assets.asset_key, events.id, events.run_id, events.timestamp, events.body "
    "FROM assets JOIN events ON events.id = "
)
_LATEST_MATERIALIZATION = _SELECT_LATEST + "assets.materialization_id"
_LATEST_VERSION = _SELECT_LATEST + "COALESCE(assets.materialization_id, assets.observation_id)"


class Assets:
    """What is asked about assets, and how they are wiped.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def has(self, key: AssetKey) -> bool:
        """Return whether an event was ever recorded for an asset."""
        return bool(self._database.rows("SELECT 1 FROM assets WHERE asset_key = ?", (key_text(key),)))

    def list_keys(
        self, *, prefix: Sequence[str] | None = None, after: AssetKey | None = None, limit: int | None = None
    ) -> list[AssetKey]:
        """Return the keys of assets, in their order.

        Args:
            prefix: the parts that the keys begin with.
            after: the last key of the page before.
            limit: how many at most.
        """
        query = Query(self._database, "SELECT asset_key FROM assets")
        if prefix:
            # `["a"` is followed by `,` or `]`, both of which sort before `~`.
            start = key_text(AssetKey(prefix))[:-1]
            query.where("asset_key >= ?", start).where("asset_key < ?", start + "~")
        if after is not None:
            query.where("asset_key > ?", key_text(after))
        return [key_of(row[0]) for row in query.page("asset_key", ascending=True, limit=limit).rows()]

    def list_records(self, keys: Sequence[AssetKey] | None = None) -> list[AssetRecord]:
        """Return what is known of assets that have events; None for all assets."""
        if keys is not None and not keys:
            return []
        query = Query(self._database, _SELECT_RECORDS)
        asked = {key_text(key): key for key in keys or ()}
        if asked:
            query.where_in("assets.asset_key", list(asked))
        rows = query.rows()
        rows.sort(key=itemgetter(0))  # they are in this order mostly; the database would not know
        return [AssetRecord(row[0], Unread(_to_entry, (asked, row))) for row in rows]  # type: ignore[arg-type]

    def list_heads(self, keys: Sequence[AssetKey]) -> list[AssetHead]:
        """Return how assets that have events stand, without reading what the events tell."""
        if not keys:
            return []
        query = Query(self._database, _SELECT_HEADS)
        asked = {key_text(key): key for key in keys}
        query.where_in("assets.asset_key", list(asked))
        return [AssetHead(asked[row[0]], *row[1:]) for row in query.rows()]

    def list_latest_materializations(self, keys: Iterable[AssetKey]) -> dict[AssetKey, EventLogRecord]:
        """Return the latest materialization of those assets that have one."""
        return {key: to_record(row[1:]) for key, row in self._list_latest(_LATEST_MATERIALIZATION, keys)}

    def list_version_sources(self, keys: Iterable[AssetKey]) -> dict[AssetKey, VersionSource | None]:
        """Return the event that tells the version of the data of each asset, or None.

        It is the latest materialization, or the latest observation of an asset that was never materialized.
        """
        wanted = list(keys)
        rows = self._list_latest(_LATEST_VERSION, wanted)
        found: dict[AssetKey, VersionSource | None] = dict.fromkeys(wanted)
        found.update((key, (row[1], read_tags(row[4]))) for key, row in rows)
        return found

    def _list_latest(self, head: str, keys: Iterable[AssetKey]) -> list[tuple[AssetKey, Sequence[Any]]]:
        """Return the rows of those assets that have such an event."""
        texts = {key_text(key): key for key in keys}
        if not texts:
            return []
        rows = Query(self._database, head).where_in("assets.asset_key", list(texts)).rows()
        return [(texts[row[0]], row) for row in rows]


def wipe_assets(transaction: Transaction, keys: Iterable[AssetKey]) -> None:
    """Forget the state and the events of assets; the logs of their runs stay as they were."""
    for key in keys:
        text = (key_text(key),)
        transaction.execute("UPDATE events SET asset_key = NULL WHERE asset_key = ?", text)
        transaction.execute("DELETE FROM assets WHERE asset_key = ?", text)
        transaction.execute("DELETE FROM asset_partitions WHERE asset_key = ?", text)
        transaction.execute("DELETE FROM asset_checks WHERE asset_key = ?", text)


def wiped_event(key: AssetKey, partitions: Sequence[str] | None = None) -> DagsterEvent:
    """Return the event that says that an asset, or some partitions of it, was wiped."""
    data = AssetWipedData(key, list(partitions) if partitions is not None else None)
    return DagsterEvent(event_type_value=DagsterEventType.ASSET_WIPED.value, event_specific_data=data)


def _to_entry(source: tuple[Mapping[str, AssetKey], Sequence[Any]]) -> AssetEntry:
    asked, row = source
    _, text, last_run_id, planned_id, planned_run_id = row[:5]
    return AssetEntry(
        asked.get(text) or key_of(text),
        last_materialization_record=_find_record(row[5:9]),
        last_run_id=last_run_id,
        last_observation_record=_find_record(row[9:13]),
        last_failed_to_materialize_record=_find_record(row[13:17]),
        last_planned_materialization_storage_id=planned_id,
        last_planned_materialization_run_id=planned_run_id,
    )


def _find_record(row: Sequence[Any]) -> EventLogRecord | None:
    return to_record(row) if row[0] is not None else None
