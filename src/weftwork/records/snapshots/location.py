"""All that a code location offers, as one record: what hosts know of user code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from weftwork.records.metadata import Metadata
from weftwork.records.snapshots.assets import AssetSnapshot, CheckSnapshot, ConditionSnapshot
from weftwork.records.snapshots.instigators import ResourceSnapshot, ScheduleSnapshot, SensorSnapshot
from weftwork.records.snapshots.jobs import JobSnapshot
from weftwork.serde.record import Record

Ranges = tuple[tuple[int, int], ...]


class RepositorySnapshot(Record):
    """A repository; ``Definitions`` is one of the name ``__repository__``.

    Assets and checks have numbers here: their places in ``assets`` and ``checks``. What many share (partitions
    definitions, partition mappings, conditions) is written once and named by its place in a table.

    Attributes:
        name: its name.
        description: text for people.
        metadata: name to metadata value.
        assets: all assets, also those that are only known as dependencies.
        checks: all checks.
        jobs: all jobs, the one over all assets first.
        schedules: all schedules.
        sensors: all sensors.
        resources: the resources that all of it can use.
        partitions: partitions definitions, each as the JSON text of a ``PartitionsSpec``.
        mappings: partition mappings, each as the JSON text of a ``PartitionMappingSpec``.
        conditions: automation conditions.
    """

    name: str
    description: str | None = None
    metadata: Metadata = {}
    assets: tuple[AssetSnapshot, ...] = ()
    checks: tuple[CheckSnapshot, ...] = ()
    jobs: tuple[JobSnapshot, ...] = ()
    schedules: tuple[ScheduleSnapshot, ...] = ()
    sensors: tuple[SensorSnapshot, ...] = ()
    resources: tuple[ResourceSnapshot, ...] = ()
    partitions: tuple[str, ...] = ()
    mappings: tuple[str, ...] = ()
    conditions: tuple[ConditionSnapshot, ...] = ()


class LocationSnapshot(Record):
    """All that a code location offers.

    Attributes:
        repositories: its repositories.
        python_version: the Python that runs it.
        library_version: our version there.
    """

    repositories: tuple[RepositorySnapshot, ...] = ()
    python_version: str = ""
    library_version: str = ""


def to_ranges(numbers: Iterable[int]) -> Ranges:
    """Return numbers as ranges (first, behind the last)."""
    found: list[tuple[int, int]] = []
    start = end = -1
    for number in sorted(numbers):
        if number != end:
            if end >= 0:
                found.append((start, end))
            start = number
        end = number + 1
    if end >= 0:
        found.append((start, end))
    return tuple(found)


def from_ranges(ranges: Ranges) -> Iterator[int]:
    """Yield the numbers in ranges."""
    for start, end in ranges:
        yield from range(start, end)
