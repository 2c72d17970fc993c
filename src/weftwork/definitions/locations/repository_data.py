"""What a repository holds, as a protocol that users may implement themselves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.records.keys import AssetCheckKey, AssetKey


class RepositoryData(ABC):
    """What a repository holds; a function decorated with ``@repository`` may return one of the user's own.

    Subclasses implement ``get_all_jobs``, and override the others for what else they hold.
    """

    __slots__ = ("__dict__",)

    @abstractmethod
    def get_all_jobs(self) -> Sequence[Any]:
        """Return all jobs."""

    def get_all_schedules(self) -> Sequence[Any]:
        """Return all schedules."""
        return []

    def get_all_sensors(self) -> Sequence[Any]:
        """Return all sensors."""
        return []

    def get_top_level_resources(self) -> Mapping[str, Any]:
        """Return resource key to resource, for those given to all."""
        return {}

    def get_assets_defs_by_key(self) -> Mapping[AssetKey, Any]:
        """Return asset to its definition."""
        return {}

    def get_asset_checks_defs_by_key(self) -> Mapping[AssetCheckKey, Any]:
        """Return check to its definition."""
        return {}

    def get_source_assets_by_key(self) -> Mapping[AssetKey, Any]:
        """Return asset to source asset."""
        return {}

    def get_env_vars_by_top_level_resource(self) -> Mapping[str, set[str]]:
        """Return resource key to the environment variables that the resource reads."""
        return {}

    def list_automated_jobs(self) -> Sequence[Any]:
        """Return the jobs over assets that have an automation condition."""
        return []

    def get_asset_job_nodes(self) -> Sequence[Any]:
        """Return those jobs as nodes of the graph of assets."""
        return []

    def get_job_names(self) -> Sequence[str]:
        """Return the names of all jobs."""
        return [job.name for job in self.get_all_jobs()]

    def has_job(self, job_name: str) -> bool:
        """Return whether there is a job of that name."""
        return job_name in self.get_job_names()

    def get_job(self, job_name: str) -> Any:
        """Return the job of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return get_by_name({job.name: job for job in self.get_all_jobs()}, job_name, "job")

    def get_schedule_names(self) -> Sequence[str]:
        """Return the names of all schedules."""
        return [schedule.name for schedule in self.get_all_schedules()]

    def has_schedule(self, schedule_name: str) -> bool:
        """Return whether there is a schedule of that name."""
        return schedule_name in self.get_schedule_names()

    def get_schedule(self, schedule_name: str) -> Any:
        """Return the schedule of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return get_by_name({one.name: one for one in self.get_all_schedules()}, schedule_name, "schedule")

    def get_sensor_names(self) -> Sequence[str]:
        """Return the names of all sensors."""
        return [sensor.name for sensor in self.get_all_sensors()]

    def has_sensor(self, sensor_name: str) -> bool:
        """Return whether there is a sensor of that name."""
        return sensor_name in self.get_sensor_names()

    def get_sensor(self, sensor_name: str) -> Any:
        """Return the sensor of that name.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        return get_by_name({one.name: one for one in self.get_all_sensors()}, sensor_name, "sensor")

    def load_all_definitions(self) -> None:
        """Build everything that is built on first use, so that errors show."""
        self.get_all_jobs()
        self.get_all_schedules()
        self.get_all_sensors()
        self.get_source_assets_by_key()


def get_by_name(found: Mapping[str, Any], name: str, what: str) -> Any:
    """Return the entry of that name.

    Raises:
        DagsterInvariantViolationError: if there is none; names those that there are, and the nearest.
    """
    if name in found:
        return found[name]
    raise not_found(name, found, what)


def not_found(name: str, known: Iterable[str], what: str) -> DagsterInvariantViolationError:
    """Return the error for a name that nothing has."""
    names = list(known)
    return DagsterInvariantViolationError(
        f"There is no {what} '{name}'.{did_you_mean(name, names)} There is: {quote_names(names)}."
    )
