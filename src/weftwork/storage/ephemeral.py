"""The store in memory: writes are kept as they come and reach a database only when somebody asks a question."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from weftwork.base.errors import DagsterRunAlreadyExists
from weftwork.records.events import DagsterEvent
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun
from weftwork.storage.tables.event_rows import LogItem, event_of
from weftwork.storage.tables.run_state import STATUS_AFTER_EVENT, can_advance, tags_after_event

if TYPE_CHECKING:
    from weftwork.records.control.leases import Lease
    from weftwork.storage.store import Tables
    from weftwork.storage.tables.assets import VersionSource


_MATERIALIZATION = "ASSET_MATERIALIZATION"
_OBSERVATION = "ASSET_OBSERVATION"


class _Batch(msgspec.Struct, frozen=True, gc=False):
    """Items that were appended together."""

    run_id: str
    items: Sequence[LogItem]
    now: float
    first_id: int


class EphemeralStore:
    """A store that lives as long as its process: the same tables on SQLite in memory, filled when asked.

    Recording costs an append to a list. What the driver of a run asks all the time (a run's state, the versions
    of data) is answered from what was recorded; any other question makes the database and replays, in order,
    what has come since.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._pending: list[Any] = []
        self._unread = 0
        self._next_id = 1
        self._runs: dict[str, DagsterRun] = {}
        self._materialized: dict[AssetKey, VersionSource] = {}
        self._observed: dict[AssetKey, VersionSource] = {}
        self._tables: Tables | None = None

    def add_run(self, run: DagsterRun, now: float) -> None:
        """Add a run; see ``Store``."""
        with self._lock:
            if run.run_id in self._runs:
                raise DagsterRunAlreadyExists(f"There is already a run with id {run.run_id}.")
            self._runs[run.run_id] = run
            self._pending.append((run, now))

    def append(
        self,
        run_id: str,
        items: Sequence[LogItem],
        now: float,
        lease: Lease | None = None,
        freed: Sequence[str] = (),
    ) -> int:
        """Add events and lines; see ``Store``."""
        with self._lock:
            if lease is not None:
                self._hold(lease, freed, now)
            first_id = self._next_id
            self._next_id = first_id + len(items)
            self._pending.append(_Batch(run_id, tuple(items), now, first_id))
            return first_id

    def find_appended(self, run_id: str, items: Sequence[LogItem], now: float) -> None:
        """Return None: no confirmation is lost in memory."""
        del run_id, items, now

    def _hold(self, lease: Lease, freed: Sequence[str], now: float) -> None:
        from weftwork.storage.tables.control.leases import hold_lease  # only a question needs the tables
        from weftwork.storage.tables.control.slots import release_slots  # only a question needs the tables

        with self.tables.database.transaction() as transaction:
            hold_lease(transaction, lease, now)
            release_slots(transaction, lease, freed)

    def find_run(self, run_id: str) -> DagsterRun | None:
        """Return a run as it stands; see ``Store``."""
        with self._lock:
            self._read_pending()
            return self._runs.get(run_id)

    def list_version_sources(self, keys: Iterable[AssetKey]) -> dict[AssetKey, VersionSource | None]:
        """Return what tells the versions of data; see ``Store``."""
        with self._lock:
            self._read_pending()
            return {key: self._materialized.get(key) or self._observed.get(key) for key in keys}

    def _read_pending(self) -> None:
        for write in self._pending[self._unread :]:
            if write.__class__ is _Batch:
                for offset, item in enumerate(write.items):
                    event = event_of(item)
                    if event is not None:
                        self._read_event(event, write.run_id, write.first_id + offset)
        self._unread = len(self._pending)

    def _read_event(self, event: DagsterEvent, run_id: str, event_id: int) -> None:
        kind = event.event_type_value
        if kind == _MATERIALIZATION:
            made = event.materialization
            self._materialized[made.asset_key] = (event_id, made.tags or {})
        elif kind == _OBSERVATION:
            seen = event.asset_observation
            self._observed[seen.asset_key] = (event_id, seen.tags or {})
        elif kind in STATUS_AFTER_EVENT and run_id in self._runs:
            run, target = self._runs[run_id], STATUS_AFTER_EVENT[kind]
            if can_advance(run.status, target):
                tags = tags_after_event(event)
                self._runs[run_id] = (run.with_tags({**run.tags, **tags}) if tags else run).with_status(
                    target
                )

    @property
    def tables(self) -> Tables:
        """The tables, with everything that was recorded."""
        from weftwork.storage.schema import prepare  # only a question needs the tables
        from weftwork.storage.store import Tables  # only a question needs the tables

        with self._lock:
            self._read_pending()
            tables = self._tables
            if tables is None:
                from weftwork.storage.drivers.sqlite import SqliteDatabase  # only a question needs a database

                database = SqliteDatabase(":memory:")
                prepare(database)
                tables = self._tables = Tables(database)
            if self._pending:
                self._replay(tables)
            return tables

    def _replay(self, tables: Tables) -> None:
        from weftwork.storage.append import append_events  # only a question needs the tables
        from weftwork.storage.tables.runs import insert_run  # only a question needs the tables

        with tables.database.transaction() as transaction:
            for write in self._pending:
                if write.__class__ is _Batch:
                    append_events(transaction, write.run_id, write.items, write.now)
                else:
                    insert_run(transaction, *write)
        self._pending.clear()
        self._unread = 0

    def add_run_tags(self, run_id: str, tags: Mapping[str, str], now: float) -> None:
        """Add tags to a run; see ``Store``."""
        with self._lock:
            self.tables.runs.add_tags(run_id, tags, now)
            run = self._runs[run_id]
            self._runs[run_id] = run.with_tags({**run.tags, **tags})

    def delete_run(self, run_id: str) -> None:
        """Delete a run; see ``Store``."""
        with self._lock:
            self.tables.runs.delete(run_id)
            self._runs.pop(run_id, None)

    def wipe_assets(self, keys: Sequence[AssetKey], now: float) -> None:
        """Forget assets; see ``Store``."""
        with self._lock:
            self.tables.wipe_assets(keys, now)
            self._next_id += len(keys)
            for key in keys:
                self._materialized.pop(key, None)
                self._observed.pop(key, None)

    def wipe_partitions(self, key: AssetKey, partitions: Sequence[str], now: float) -> None:
        """Forget partitions of an asset; see ``Store``."""
        with self._lock:
            tables = self.tables
            tables.wipe_partitions(key, partitions, now)
            self._next_id += 1
            self._materialized.pop(key, None)
            self._observed.pop(key, None)
            source = tables.assets.list_version_sources([key])[key]
            if source is not None:
                self._materialized[key] = source

    def migrate(self) -> tuple[int, int]:
        """Return today's schema twice: there is no older one in memory."""
        from weftwork.storage.schema import current_version  # only a question needs the tables

        return current_version(), current_version()

    def wipe(self) -> None:
        """Forget everything; see ``Store``."""
        with self._lock:
            self.tables.wipe()
            self._runs.clear()
            self._materialized.clear()
            self._observed.clear()

    def close(self) -> None:
        """Let go of what was recorded."""
        with self._lock:
            tables, self._tables = self._tables, None
            if tables is not None:
                tables.database.close()
