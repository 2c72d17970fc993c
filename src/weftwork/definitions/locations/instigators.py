"""Schedules and sensors as a location sees them: what they are, and which jobs they start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# Told by where the class was defined: a location without schedules and sensors does not import their modules.
_PACKAGES = {"weftwork.definitions.schedules.": "schedules", "weftwork.definitions.sensors.": "sensors"}


def kind_of_instigator(item: Any) -> str | None:
    """Return "schedules" or "sensors", or None if an object is neither."""
    for base in type(item).__mro__:
        for package, kind in _PACKAGES.items():
            if base.__module__.startswith(package) and hasattr(item, "name"):
                return kind
    return None


def iterate_target_jobs(instigator: Any) -> Iterator[Any]:
    """Yield the jobs that a schedule or sensor starts, as far as it has the job and not only its name."""
    if is_unresolved(instigator):
        yield instigator.job
        return
    for target in _targets(instigator):
        if target.has_job:
            yield target.job


def iterate_target_assets(instigator: Any) -> Iterator[Any]:
    """Yield the definitions of assets that a schedule or sensor was given as what it starts."""
    if not is_unresolved(instigator):
        for target in _targets(instigator):
            yield from getattr(target, "assets", ())


def iterate_target_names(instigator: Any) -> Iterator[str]:
    """Yield the names of the jobs that a schedule or sensor starts and only names."""
    if not is_unresolved(instigator):
        for target in _targets(instigator):
            if not target.has_job:
                yield target.job_name


def is_unresolved(instigator: Any) -> bool:
    """Return whether a schedule is still to be made of the partitions of an asset job."""
    return hasattr(instigator, "resolve")


def _targets(instigator: Any) -> list[Any]:
    single = getattr(instigator, "target", None)
    return [single] if single is not None else list(getattr(instigator, "targets", None) or ())
