"""How many steps with a tag run at once at most: ``tag_concurrency_limits`` of an executor."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.execution.run_state import Instance

Bucket = tuple[int, str | None]


class TagLimits:
    """Counts the running steps with certain tags; steps that are too many wait here.

    Args:
        limits: as in config: ``key``, ``limit`` and maybe ``value``, a text or ``{"applyLimitPerUniqueValue": True}``.
    """

    def __init__(self, limits: Sequence[Mapping[str, Any]]) -> None:
        self._limits = limits
        self._running: dict[Bucket, int] = {}
        self._parked: dict[Bucket, deque[Instance]] = {}
        self._buckets: dict[int, list[Bucket]] = {}

    def enter(self, instance: Instance) -> bool:
        """Count a step in if it may run now; else keep it until another one leaves."""
        buckets = self._buckets_of(instance)
        for bucket in buckets:
            if self._running.get(bucket, 0) >= self._limits[bucket[0]]["limit"]:
                self._parked.setdefault(bucket, deque()).append(instance)
                return False
        for bucket in buckets:
            self._running[bucket] = self._running.get(bucket, 0) + 1
        return True

    def leave(self, instance: Instance) -> list[Instance]:
        """Count a step out; return the steps that may try to enter again."""
        freed = []
        for bucket in self._buckets_of(instance):
            self._running[bucket] -= 1
            parked = self._parked.get(bucket)
            if parked:
                freed.append(parked.popleft())
        return freed

    def take_parked(self) -> list[Instance]:
        """Return all steps that wait here, and forget them."""
        found = [instance for parked in self._parked.values() for instance in parked]
        self._parked.clear()
        return found

    def _buckets_of(self, instance: Instance) -> list[Bucket]:
        found = self._buckets.get(instance.step.index)
        if found is None:
            tags = instance.step.tags
            found = [
                bucket
                for index, limit in enumerate(self._limits)
                if (bucket := _find_bucket(index, limit, tags)) is not None
            ]
            self._buckets[instance.step.index] = found
        return found


def _find_bucket(index: int, limit: Mapping[str, Any], tags: Mapping[str, str]) -> Bucket | None:
    value = tags.get(limit["key"])
    if value is None:
        return None
    wanted = limit.get("value")
    if wanted is None:
        return index, None
    if isinstance(wanted, Mapping):
        return index, value if wanted.get("applyLimitPerUniqueValue") else None
    return (index, None) if wanted == value else None
