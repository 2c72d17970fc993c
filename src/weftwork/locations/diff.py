"""What a reload changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from weftwork.records.snapshots.location import LocationSnapshot, RepositorySnapshot
from weftwork.records.snapshots.state import Change, SnapshotDiff

_MAX_CHANGES = 1000
_PLACES = {"partitions": "partitions", "condition": "conditions"}
_NUMBERED = ("assets", "checks")


class _Kind(NamedTuple):
    """One kind of definition, and how it is found and named."""

    name: str
    list_all: Callable[[RepositorySnapshot], tuple[Any, ...]]
    name_of: Callable[[Any], str]


_KINDS = (
    _Kind("asset", lambda one: one.assets, lambda asset: asset.key.to_user_string()),
    _Kind("check", lambda one: one.checks, lambda check: check.key.to_user_string()),
    _Kind("job", lambda one: one.jobs, lambda job: str(job.name)),
    _Kind("schedule", lambda one: one.schedules, lambda schedule: str(schedule.name)),
    _Kind("sensor", lambda one: one.sensors, lambda sensor: str(sensor.name)),
    _Kind("resource", lambda one: one.resources, lambda resource: str(resource.key)),
)


def compare_snapshots(before: LocationSnapshot, after: LocationSnapshot) -> SnapshotDiff:
    """Return what is new, gone and changed; a thousand entries of each at most."""
    changes: dict[str, list[Change]] = {"added": [], "removed": [], "changed": []}
    olds = {one.name: one for one in before.repositories}
    news = {one.name: one for one in after.repositories}
    for name in {**olds, **news}:
        old, new = (
            olds.get(name, RepositorySnapshot(name=name)),
            news.get(name, RepositorySnapshot(name=name)),
        )
        for kind in _KINDS:
            for what, change in _compare(kind, old, new):
                if len(changes[what]) < _MAX_CHANGES:
                    changes[what].append(change)
    return SnapshotDiff(**{what: tuple(found) for what, found in changes.items()})


def _compare(kind: _Kind, old: RepositorySnapshot, new: RepositorySnapshot) -> Iterator[tuple[str, Change]]:
    olds = {kind.name_of(one): one for one in kind.list_all(old)}
    news = {kind.name_of(one): one for one in kind.list_all(new)}
    for name, one in news.items():
        if name not in olds:
            yield "added", Change(kind.name, name)
            continue
        fields = _changed_fields(kind, olds[name], one, old, new)
        if fields:
            yield "changed", Change(kind.name, name, fields)
    for name in olds:
        if name not in news:
            yield "removed", Change(kind.name, name)


def _changed_fields(
    kind: _Kind, old: Any, new: Any, before: RepositorySnapshot, after: RepositorySnapshot
) -> tuple[str, ...]:
    found = []
    for field in new.__struct_fields__:
        first, second = getattr(old, field), getattr(new, field)
        if field in _PLACES:
            first, second = _look_up(before, field, first), _look_up(after, field, second)
        elif field in _NUMBERED and kind.name in ("job", "sensor"):
            first, second = _names_at(before, field, first), _names_at(after, field, second)
        elif field == "source":  # a function moves when a line above it is added
            continue
        if first != second:
            found.append(field)
    return tuple(found)


def _look_up(repository: RepositorySnapshot, field: str, place: int | None) -> Any:
    return None if place is None else getattr(repository, _PLACES[field])[place]


def _names_at(repository: RepositorySnapshot, field: str, ranges: tuple[tuple[int, int], ...]) -> list[Any]:
    listed = getattr(repository, field)
    return [[one.key for one in listed[start:end]] for start, end in ranges]
