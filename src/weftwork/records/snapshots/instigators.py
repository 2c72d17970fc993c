"""Schedules, sensors and resources of a code location as data."""

from __future__ import annotations

from weftwork.records.metadata import Metadata
from weftwork.serde.record import Record


class ScheduleSnapshot(Record):
    """A schedule.

    Attributes:
        name: its name.
        cron_schedules: its cron expressions, one or several.
        timezone: the time zone of these; None for UTC.
        job_name: the job that it starts.
        is_running_by_default: whether it runs before anybody has started or stopped it.
        description: text for people.
        tags: tags of its runs.
        metadata: name to metadata value.
        owners: who answers for it.
        resource_keys: the resources that its function takes.
        partitions: the number of the partitions definition of its job in the repository's table.
        source: file and line of its function.
    """

    name: str
    cron_schedules: tuple[str, ...]
    timezone: str | None = None
    job_name: str | None = None
    is_running_by_default: bool = False
    description: str | None = None
    tags: dict[str, str] = {}
    metadata: Metadata = {}
    owners: tuple[str, ...] = ()
    resource_keys: tuple[str, ...] = ()
    partitions: int | None = None
    source: str | None = None


class SensorSnapshot(Record):
    """A sensor.

    Attributes:
        name: its name.
        kind: "STANDARD", "ASSET", "MULTI_ASSET", "RUN_STATUS", "AUTOMATION" or "AUTO_MATERIALIZE".
        job_names: the jobs that it may start.
        assets: the assets that it looks at or asks for, as ranges (first, behind the last) of their numbers.
        selection: the selection of assets as text; None if it has none.
        interval_s: seconds from one look to the next at least.
        is_running_by_default: whether it runs before anybody has started or stopped it.
        description: text for people.
        tags: tags of the sensor.
        run_tags: tags of its runs, for one that evaluates automation conditions.
        emits_backfills: whether one evaluation that asks for several partitions starts a backfill.
        metadata: name to metadata value.
        owners: who answers for it.
        resource_keys: the resources that its function takes.
        source: file and line of its function.
    """

    name: str
    kind: str = "STANDARD"
    job_names: tuple[str, ...] = ()
    assets: tuple[tuple[int, int], ...] = ()
    selection: str | None = None
    interval_s: int = 30
    is_running_by_default: bool = False
    description: str | None = None
    tags: dict[str, str] = {}
    run_tags: dict[str, str] = {}
    emits_backfills: bool = False
    metadata: Metadata = {}
    owners: tuple[str, ...] = ()
    resource_keys: tuple[str, ...] = ()
    source: str | None = None


class ResourceSnapshot(Record):
    """A resource that all of a repository can use.

    Attributes:
        key: its key.
        type_name: the class that makes it.
        description: text for people.
        config_schema: what config it takes, as JSON schema in JSON text; None if it takes none.
        resource_keys: other resources that it takes.
        env_vars: the environment variables that its config names.
        is_io_manager: whether it stores outputs.
        source: file and line of its class or function.
    """

    key: str
    type_name: str
    description: str | None = None
    config_schema: str | None = None
    resource_keys: tuple[str, ...] = ()
    env_vars: tuple[str, ...] = ()
    is_io_manager: bool = False
    source: str | None = None
