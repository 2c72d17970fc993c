"""DagsterInstance: the durable state of a deployment, or of one process, as one object."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from weftwork.base.clock import Clock
from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.instance.assets import AssetMethods
from weftwork.instance.configuration.settings import (
    CONFIG_FILE,
    InstanceSettings,
    load_settings,
    read_settings,
)
from weftwork.instance.dynamic_partitions import DynamicPartitionMethods
from weftwork.instance.home import DATABASE_FILE, TemporaryHome, get_home, make_directory
from weftwork.instance.launch.reading import ReadingMethods
from weftwork.storage.ephemeral import EphemeralStore

if TYPE_CHECKING:
    from weftwork.config.redaction import Redactor
    from weftwork.instance.automation_facts import InstanceFacts
    from weftwork.instance.control.slots import Slots
    from weftwork.instance.retention.prune import PruneReport
    from weftwork.instance.stores.compute_logs import ComputeLogs
    from weftwork.instance.stores.defs_state import DefsStateStorage
    from weftwork.instance.stores.event_log import EventLogView
    from weftwork.instance.stores.run_log import RunView
    from weftwork.instance.stores.schedules import ScheduleView
    from weftwork.records.control.instigators import TickStatus
    from weftwork.records.runs import DagsterRun
    from weftwork.storage.drivers.database import Database
    from weftwork.storage.store import Store

_NO_SETTINGS = InstanceSettings()


class DagsterInstance(ReadingMethods, AssetMethods, DynamicPartitionMethods):
    """Runs, events, assets and partitions, and what is asked of them.

    Get one with ``DagsterInstance.get()`` (the home that ``DAGSTER_HOME`` names), ``ephemeral()`` (nothing is
    kept), ``local_temp()`` (kept in a temporary directory) or ``from_config()``.

    Args:
        store: where everything is recorded.
        root: the home; None for a temporary one, made when it is first needed.
        settings: what dagster.yaml says.
        is_ephemeral: whether everything is forgotten with the process.
        clock: where the time comes from.
    """

    def __init__(
        self,
        store: Store,
        root: str | None,
        settings: InstanceSettings,
        *,
        is_ephemeral: bool = False,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(store, clock)
        self._root = root
        self._settings = settings
        self._is_ephemeral = is_ephemeral
        self._temporary: TemporaryHome | None = None
        self._has_secrets = "redaction" in settings.values
        if self._has_secrets:
            from weftwork.instance.configuration.secrets import (
                register_secrets,  # who has settings may have some
            )

            register_secrets(settings)

    @staticmethod
    def get() -> DagsterInstance:
        """Return the instance whose home ``DAGSTER_HOME`` names.

        Raises:
            DagsterHomeNotSetError: if the variable is not set.
            DagsterInvariantViolationError: if it is not the absolute path of a directory.
            DagsterInvalidConfigError: if dagster.yaml there is wrong.
        """
        return DagsterInstance.from_config(get_home())

    @staticmethod
    def ephemeral(
        tempdir: str | None = None, preload: Any = None, settings: Mapping[str, Any] | None = None
    ) -> DagsterInstance:
        """Return an instance that forgets everything with the process; making one costs next to nothing.

        Args:
            tempdir: the directory for files; None for a temporary one, made when it is needed.
            preload: accepted for compatibility.
            settings: what dagster.yaml would say.
        """
        read = read_settings(settings) if settings else _NO_SETTINGS
        return DagsterInstance(EphemeralStore(), tempdir, read, is_ephemeral=True)

    @staticmethod
    def local_temp(tempdir: str | None = None, overrides: Mapping[str, Any] | None = None) -> DagsterInstance:
        """Return an instance whose home is a temporary directory.

        Args:
            tempdir: the directory; None for a new one that goes with the instance.
            overrides: what dagster.yaml would say.
        """
        settings = read_settings(overrides or {})
        if tempdir is not None:
            return _persistent(make_directory(tempdir), settings)
        temporary = TemporaryHome()
        instance = _persistent(temporary.path, settings)
        instance._temporary = temporary
        return instance

    @staticmethod
    def from_config(config_dir: str, config_filename: str = CONFIG_FILE) -> DagsterInstance:
        """Return the instance whose home is a directory, as the dagster.yaml there says.

        Args:
            config_dir: the home.
            config_filename: the name of the file (default "dagster.yaml"); it may be missing.

        Raises:
            DagsterInvariantViolationError: if there is no such directory.
            DagsterInvalidConfigError: if the file is wrong.
        """
        if not os.path.isdir(config_dir):
            raise DagsterInvariantViolationError(
                f"The home '{config_dir}' is not a directory. Create it first."
            )
        return _persistent(
            os.path.abspath(config_dir), load_settings(os.path.join(config_dir, config_filename))
        )

    def __enter__(self) -> DagsterInstance:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.dispose()

    def dispose(self) -> None:
        """Let go of the database and of a temporary directory that belongs to the instance."""
        self._store.close()
        if self._has_secrets:
            from weftwork.instance.configuration.secrets import forget_secrets  # see __init__

            self._has_secrets = False
            forget_secrets(self._settings)
        temporary, self._temporary = self._temporary, None
        if temporary is not None:
            temporary.remove()

    @property
    def is_ephemeral(self) -> bool:
        """Whether everything is forgotten with the process."""
        return self._is_ephemeral

    @property
    def is_persistent(self) -> bool:
        """Whether what is recorded outlives the process."""
        return not self._is_ephemeral

    @property
    def automation_facts(self) -> InstanceFacts:
        """The past as automation conditions ask for it."""
        from weftwork.instance.automation_facts import InstanceFacts  # conditions load late

        return InstanceFacts(self._tables)

    @property
    def root_directory(self) -> str:
        """The home."""
        if self._root is None:
            self._temporary = TemporaryHome()
            self._root = self._temporary.path
        return self._root

    @property
    def slots(self) -> Slots:
        """The pools and their slots: how many steps may run at once over all runs."""
        from weftwork.instance.control.slots import Slots  # only who asks loads it

        return Slots(self._store, self._clock, self.global_op_concurrency_default_limit)

    @property
    def event_log_storage(self) -> EventLogView:
        """Events over all runs, what follows from them, and pools."""
        from weftwork.instance.stores.event_log import EventLogView  # only who asks loads it

        return EventLogView(self)

    @property
    def run_storage(self) -> RunView:
        """Runs, and small values by key that outlive a run: what one run leaves for the next."""
        from weftwork.instance.stores.run_log import RunView  # only who asks loads it

        return RunView(self)

    @property
    def schedule_storage(self) -> ScheduleView:
        """States and ticks of schedules and sensors."""
        from weftwork.instance.stores.schedules import ScheduleView  # only who asks loads it

        return ScheduleView(self)

    @property
    def compute_log_manager(self) -> ComputeLogs:
        """What the steps of runs print."""
        from weftwork.instance.stores.compute_logs import ComputeLogs  # only who asks loads it

        return ComputeLogs(self)

    @property
    def defs_state_storage(self) -> DefsStateStorage:
        """State that definitions are made from."""
        from weftwork.instance.stores.defs_state import DefsStateStorage  # only who asks loads it

        return DefsStateStorage(self)

    @property
    def redactor(self) -> Redactor:
        """What masks secrets in the output of steps when it is shown."""
        from weftwork.instance.configuration.secrets import build_display_redactor  # only who asks loads it

        return build_display_redactor(self._settings)

    def build_run_redactor(self, run: DagsterRun | None) -> Redactor:
        """Return what masks secrets in the output of the steps of a run: also those of its config."""
        from weftwork.instance.configuration.secrets import build_display_redactor  # only who asks loads it

        return build_display_redactor(self._settings, run)

    def prune(self, *, is_dry_run: bool = False) -> PruneReport:
        """Delete what the ``retention`` block of dagster.yaml lets go; what is known of assets stays as it is.

        Args:
            is_dry_run: whether to tell only what would be deleted (default False).

        Raises:
            DagsterInvalidConfigError: if dagster.yaml is wrong about retention.
        """
        from weftwork.instance.retention.prune import prune  # only who asks loads it

        return prune(self, is_dry_run=is_dry_run)

    def get_tick_retention_settings(self, instigator_type: Any) -> Mapping[TickStatus, float]:
        """Return for how many days ticks are kept, by what they came to; nothing for those kept for ever.

        Args:
            instigator_type: an ``InstigatorKind``, or its value as text: "SCHEDULE", "SENSOR" or "AUTO_MATERIALIZE".
        """
        from weftwork.instance.retention.policy import read_retention  # only who asks loads it
        from weftwork.records.control.instigators import InstigatorKind  # only who asks loads it

        kind = InstigatorKind(getattr(instigator_type, "value", instigator_type))
        return read_retention(self._settings).tick_days[kind]

    def upgrade(self, print_fn: Callable[[str], None] | None = None) -> None:
        """Bring the database to today's schema, which also happens whenever it is opened.

        Args:
            print_fn: is told what is done.
        """
        before, after = self._store.migrate()
        if print_fn is not None:
            print_fn(
                f"The database has schema {after}." if before == after else f"Schema {before} became {after}."
            )

    @property
    def schema_version(self) -> int:
        """The number of the schema of the database."""
        from weftwork.storage.schema import find_version  # only who asks loads it

        return find_version(self._tables.database)

    def wipe(self) -> None:
        """Forget all runs, events, assets, partitions, ticks, backfills and small values."""
        self._store.wipe()

    def now(self) -> float:
        """Return the time of the instance's clock, in seconds since the epoch."""
        return self._clock.now()

    def storage_directory(self) -> str:
        """Return the directory where values are stored."""
        return self._settings.artifact_directory or os.path.join(self.root_directory, "storage")

    def schedules_directory(self) -> str:
        """Return the directory for files of schedules."""
        return os.path.join(self.root_directory, "schedules")

    def compute_log_directory(self, run_id: str) -> str:
        """Return where what the steps of a run print is kept, a file for each step and stream."""
        base = self._settings.compute_log_directory or self.storage_directory()
        return os.path.join(base, run_id, "compute_logs")

    def file_manager_directory(self, run_id: str) -> str:
        """Return the directory for files of a run."""
        return os.path.join(self.storage_directory(), run_id, "files")

    def info_dict(self) -> dict[str, Any]:
        """Return where everything is kept."""
        from weftwork.instance.configuration.secrets import redact_config  # only who asks loads it

        return {
            "home": self.root_directory,
            "storage": "in memory"
            if self._is_ephemeral
            else self._settings.database_location(self.root_directory),
            "artifacts": self.storage_directory(),
            "settings": redact_config(self._settings.values),
        }

    def info_str(self) -> str:
        """Return where everything is kept, as lines of text."""
        return "".join(f"{name}: {value}\n" for name, value in self.info_dict().items())


def _persistent(root: str, settings: InstanceSettings) -> DagsterInstance:
    from weftwork.instance.launch.retries import build_retry_planner  # only who asks loads it
    from weftwork.storage.store import DatabaseStore  # only who asks loads it

    store = DatabaseStore(lambda: _open_database(root, settings), build_retry_planner(settings))
    return DagsterInstance(store, root, settings)


def _open_database(root: str, settings: InstanceSettings) -> Database:
    url = settings.postgres_url
    if url is not None:
        from weftwork.storage.drivers.postgres import PostgresDatabase  # optional library

        return PostgresDatabase(url)
    from weftwork.storage.drivers.sqlite import SqliteDatabase  # only who records needs a database

    directory = make_directory(settings.sqlite_directory or os.path.join(root, "storage"))
    return SqliteDatabase(os.path.join(directory, DATABASE_FILE))
