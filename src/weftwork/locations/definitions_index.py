"""What a code location offers, found by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.specs import PartitionsSpec, partitions_from_spec
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.records.snapshots.assets import AssetSnapshot, CheckSnapshot
from weftwork.records.snapshots.instigators import ScheduleSnapshot, SensorSnapshot
from weftwork.records.snapshots.jobs import JobSnapshot
from weftwork.records.snapshots.location import LocationSnapshot, RepositorySnapshot, from_ranges
from weftwork.serde import decode


class RepositoryIndex:
    """A repository of a code location.

    Args:
        location: the name of the code location.
        snapshot: what the repository offers.
    """

    def __init__(self, location: str, snapshot: RepositorySnapshot) -> None:
        self.location = location
        self.name = snapshot.name
        self.snapshot = snapshot

    @cached_property
    def assets(self) -> Mapping[AssetKey, AssetSnapshot]:
        """Asset to what is known of it."""
        return {asset.key: asset for asset in self.snapshot.assets}

    @cached_property
    def checks(self) -> Mapping[AssetCheckKey, CheckSnapshot]:
        """Check to what is known of it."""
        return {check.key: check for check in self.snapshot.checks}

    @cached_property
    def jobs(self) -> Mapping[str, JobSnapshot]:
        """Name to job."""
        return {job.name: job for job in self.snapshot.jobs}

    @cached_property
    def schedules(self) -> Mapping[str, ScheduleSnapshot]:
        """Name to schedule."""
        return {schedule.name: schedule for schedule in self.snapshot.schedules}

    @cached_property
    def sensors(self) -> Mapping[str, SensorSnapshot]:
        """Name to sensor."""
        return {sensor.name: sensor for sensor in self.snapshot.sensors}

    @cached_property
    def checks_by_asset(self) -> Mapping[AssetKey, list[CheckSnapshot]]:
        """Asset to the checks on it."""
        found: dict[AssetKey, list[CheckSnapshot]] = {}
        for check in self.snapshot.checks:
            found.setdefault(check.asset_key, []).append(check)
        return found

    @cached_property
    def jobs_by_asset(self) -> Mapping[AssetKey, list[str]]:
        """Asset to the names of the jobs that make it, the one over all assets left out."""
        found: dict[AssetKey, list[str]] = {}
        for job in self.snapshot.jobs:
            if not job.is_implicit:
                for key in self.list_job_assets(job):
                    found.setdefault(key, []).append(job.name)
        return found

    def list_job_assets(self, job: JobSnapshot) -> list[AssetKey]:
        """Return the assets that a job makes."""
        return [self.snapshot.assets[number].key for number in from_ranges(job.assets)]

    def list_job_checks(self, job: JobSnapshot) -> list[AssetCheckKey]:
        """Return the checks that a job evaluates."""
        return [self.snapshot.checks[number].key for number in from_ranges(job.checks)]

    def find_partitions(self, place: int | None) -> PartitionsDefinition[str] | None:
        """Return the partitions definition at a place of the table; None for None."""
        if place is None:
            return None
        return partitions_from_spec(decode(self.snapshot.partitions[place], PartitionsSpec))

    def find_partitions_spec(self, place: int | None) -> PartitionsSpec | None:
        """Return the partitions definition at a place of the table as a record; None for None."""
        if place is None:
            return None
        spec: PartitionsSpec = decode(self.snapshot.partitions[place], PartitionsSpec)
        return spec


class FoundJob(NamedTuple):
    """A job, and where it is."""

    repository: RepositoryIndex
    job: JobSnapshot

    @property
    def location(self) -> str:
        """The name of its code location."""
        return self.repository.location


class FoundAsset(NamedTuple):
    """An asset, and where it is."""

    repository: RepositoryIndex
    asset: AssetSnapshot

    @property
    def location(self) -> str:
        """The name of its code location."""
        return self.repository.location


class LocationIndex:
    """What a code location offers, found by name.

    Args:
        name: its name.
        content_hash: the hash of its snapshot.
        snapshot: what it offers.
    """

    def __init__(self, name: str, content_hash: str, snapshot: LocationSnapshot) -> None:
        self.name = name
        self.content_hash = content_hash
        self.snapshot = snapshot
        self.repositories = {one.name: RepositoryIndex(name, one) for one in snapshot.repositories}

    def __iter__(self) -> Iterator[RepositoryIndex]:
        return iter(self.repositories.values())
