"""The store: what is recorded, in one place, whatever database is below."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from weftwork.records.control.leases import Lease
from weftwork.records.events import EventLogEntry
from weftwork.records.keys import AssetKey
from weftwork.records.runs import DagsterRun, RunRecord
from weftwork.storage.append import append_events, changes_run, find_appended
from weftwork.storage.drivers.database import Database
from weftwork.storage.repeats import PlanRepeat, fails_run, queue_repeat
from weftwork.storage.run_copies import add_run_copy
from weftwork.storage.schema import find_version, prepare
from weftwork.storage.tables.asset_partitions import AssetPartitions, wipe_partitions
from weftwork.storage.tables.assets import Assets, VersionSource, wipe_assets, wiped_event
from weftwork.storage.tables.automation import AutomationQueries
from weftwork.storage.tables.checks import Checks
from weftwork.storage.tables.control.audit import AuditTable
from weftwork.storage.tables.control.backfills import BackfillTable
from weftwork.storage.tables.control.instigators import InstigatorTable
from weftwork.storage.tables.control.leases import LeaseTable, hold_lease
from weftwork.storage.tables.control.slots import SlotTable, release_slots
from weftwork.storage.tables.control.ticks import TickTable
from weftwork.storage.tables.dynamic_partitions import DynamicPartitions
from weftwork.storage.tables.event_rows import LogItem
from weftwork.storage.tables.events import Events
from weftwork.storage.tables.key_values import KeyValues
from weftwork.storage.tables.runs import Runs, insert_run
from weftwork.storage.tables.soundness import list_faults

_DATA_TABLES = (
    "runs", "run_tags", "events", "assets", "asset_partitions", "asset_checks", "dynamic_partitions", "kvs", "slots",
    "leases", "pools", "instigators", "ticks", "requested_runs", "backfills", "backfill_targets",
)  # fmt: skip


class Tables:
    """The tables of one database, each with what is asked of it.

    Args:
        database: an open database that has today's schema.
        plan_repeat: tells which run repeats one that failed; None if failed runs are left alone.
    """

    def __init__(self, database: Database, plan_repeat: PlanRepeat | None = None) -> None:
        self.database = database
        self._plan_repeat = plan_repeat
        self.runs = Runs(database)
        self.events = Events(database)
        self.assets = Assets(database)
        self.asset_partitions = AssetPartitions(database)
        self.checks = Checks(database)
        self.automation = AutomationQueries(database)
        self.dynamic_partitions = DynamicPartitions(database)
        self.key_values = KeyValues(database)
        self.leases = LeaseTable(database)
        self.slots = SlotTable(database)
        self.audit = AuditTable(database)
        self.instigators = InstigatorTable(database)
        self.ticks = TickTable(database)
        self.backfills = BackfillTable(database)

    def add_run(self, run: DagsterRun, now: float) -> None:
        """Add a run; see ``Store``."""
        with self.database.transaction(durable=True) as transaction:
            insert_run(transaction, run, now)

    def add_run_copy(self, record: RunRecord, entries: Sequence[EventLogEntry]) -> None:
        """Add a run that was recorded elsewhere, with its log; it changes nothing else."""
        add_run_copy(self.database, record, entries)

    def append(
        self,
        run_id: str,
        items: Sequence[LogItem],
        now: float,
        lease: Lease | None = None,
        freed: Sequence[str] = (),
    ) -> int:
        """Add events and lines to the log; see ``Store``."""
        is_turn = bool(run_id) and changes_run(items)
        with self.database.transaction(durable=is_turn) as transaction:
            if lease is not None:
                hold_lease(transaction, lease, now)
                if freed:
                    release_slots(transaction, lease, freed)
            first_id = append_events(transaction, run_id, items, now)
            if is_turn and self._plan_repeat is not None and fails_run(items):
                queue_repeat(transaction, run_id, self._plan_repeat, now)
            return first_id

    def list_faults(self, now: float) -> list[str]:
        """Return what is wrong with the database, one sentence each; nothing if it is sound."""
        return list_faults(self.database, now)

    def wipe(self) -> None:
        """Forget everything; numbers that were given are not given again."""
        with self.database.transaction(durable=True) as transaction:
            for table in _DATA_TABLES:
                transaction.execute(f"DELETE FROM {table}")

    def wipe_assets(self, keys: Sequence[AssetKey], now: float) -> None:
        """Forget assets; see ``Store``."""
        with self.database.transaction() as transaction:
            wipe_assets(transaction, keys)
            append_events(transaction, "", [wiped_event(key) for key in keys], now)

    def wipe_partitions(self, key: AssetKey, partitions: Sequence[str], now: float) -> None:
        """Forget partitions of an asset; see ``Store``."""
        with self.database.transaction() as transaction:
            wipe_partitions(transaction, self.database, key, partitions)
            append_events(transaction, "", [wiped_event(key, partitions)], now)


class Store(Protocol):
    """Everything that is recorded; ``tables`` answers questions."""

    @property
    def tables(self) -> Tables:
        """The tables, up to date."""
        ...

    def add_run(self, run: DagsterRun, now: float) -> None:
        """Add a run, created at ``now`` (seconds since the epoch)."""
        ...

    def find_run(self, run_id: str) -> DagsterRun | None:
        """Return the run of that id as it stands, or None."""
        ...

    def append(
        self,
        run_id: str,
        items: Sequence[LogItem],
        now: float,
        lease: Lease | None = None,
        freed: Sequence[str] = (),
    ) -> int:
        """Add events and lines of one run, all or none, with the state that follows from them.

        Args:
            run_id: the run; empty for what happens outside runs.
            items: events and lines, oldest first; at least one.
            now: the time for those that carry none, in seconds since the epoch.
            lease: the lease under which they are written, which is renewed by the way.
            freed: the steps whose slots of pools are given back with it.

        Returns:
            The storage id of the first; the others follow without gaps.

        Raises:
            DagsterRunConflict: if the lease stands no more.
        """
        ...

    def find_appended(self, run_id: str, items: Sequence[LogItem], now: float) -> int | None:
        """Return the storage id of the first of items that were appended with these arguments, or None.

        It answers whether an append took effect whose confirmation was lost.
        """
        ...

    def add_run_tags(self, run_id: str, tags: Mapping[str, str], now: float) -> None:
        """Add tags to a run, replacing those of the same key."""
        ...

    def delete_run(self, run_id: str) -> None:
        """Delete a run and its events, except those that the state of an asset refers to."""
        ...

    def list_version_sources(self, keys: Iterable[AssetKey]) -> dict[AssetKey, VersionSource | None]:
        """Return the event that tells the version of the data of each asset, or None."""
        ...

    def wipe_assets(self, keys: Sequence[AssetKey], now: float) -> None:
        """Forget the state and the events of assets; the logs of their runs stay as they were."""
        ...

    def wipe_partitions(self, key: AssetKey, partitions: Sequence[str], now: float) -> None:
        """Forget the state and the events of some partitions of an asset."""
        ...

    def migrate(self) -> tuple[int, int]:
        """Bring the database to today's schema and return its schema before (0 if it was empty) and after."""
        ...

    def wipe(self) -> None:
        """Forget everything."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


class DatabaseStore:
    """A store on a database that is opened when it is first needed.

    Args:
        open_database: opens the database.
        plan_repeat: tells which run repeats one that failed; None if failed runs are left alone.
    """

    def __init__(self, open_database: Callable[[], Database], plan_repeat: PlanRepeat | None = None) -> None:
        self._open_database = open_database
        self._plan_repeat = plan_repeat
        self._opening = threading.Lock()
        self._tables: Tables | None = None

    @property
    def tables(self) -> Tables:
        """The tables; opens the database and brings its schema up to date."""
        if self._tables is None:
            with self._opening:
                self._tables = self._tables or self._open()
        return self._tables

    def _open(self) -> Tables:
        database = self._open_database()
        try:
            prepare(database)
        except BaseException:
            database.close()
            raise
        return Tables(database, self._plan_repeat)

    def migrate(self) -> tuple[int, int]:
        """Bring the database to today's schema; see ``Store``."""
        database = self._open_database()
        try:
            before = find_version(database)
            prepare(database)
            return before, find_version(database)
        finally:
            database.close()

    def add_run(self, run: DagsterRun, now: float) -> None:
        """Add a run; see ``Store``."""
        self.tables.add_run(run, now)

    def find_run(self, run_id: str) -> DagsterRun | None:
        """Return a run as it stands; see ``Store``."""
        record = self.tables.runs.find(run_id)
        return record.dagster_run if record else None

    def append(
        self,
        run_id: str,
        items: Sequence[LogItem],
        now: float,
        lease: Lease | None = None,
        freed: Sequence[str] = (),
    ) -> int:
        """Add events and lines; see ``Store``."""
        return self.tables.append(run_id, items, now, lease, freed)

    def find_appended(self, run_id: str, items: Sequence[LogItem], now: float) -> int | None:
        """Return the id of the first of items that were appended; see ``Store``."""
        return find_appended(self.tables.database, run_id, items, now)

    def add_run_tags(self, run_id: str, tags: Mapping[str, str], now: float) -> None:
        """Add tags to a run; see ``Store``."""
        self.tables.runs.add_tags(run_id, tags, now)

    def delete_run(self, run_id: str) -> None:
        """Delete a run; see ``Store``."""
        self.tables.runs.delete(run_id)

    def list_version_sources(self, keys: Iterable[AssetKey]) -> dict[AssetKey, VersionSource | None]:
        """Return what tells the versions of data; see ``Store``."""
        return self.tables.assets.list_version_sources(keys)

    def wipe_assets(self, keys: Sequence[AssetKey], now: float) -> None:
        """Forget assets; see ``Store``."""
        self.tables.wipe_assets(keys, now)

    def wipe_partitions(self, key: AssetKey, partitions: Sequence[str], now: float) -> None:
        """Forget partitions of an asset; see ``Store``."""
        self.tables.wipe_partitions(key, partitions, now)

    def wipe(self) -> None:
        """Forget everything; see ``Store``."""
        self.tables.wipe()

    def close(self) -> None:
        """Let go of the database."""
        tables, self._tables = self._tables, None
        if tables is not None:
            tables.database.close()
