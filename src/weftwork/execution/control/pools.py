"""Slots of pools for the steps of a run: asked for before a step starts, without holding up others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weftwork.base.errors import DagsterStorageError
from weftwork.execution.control.shield import shielded
from weftwork.execution.run_state import Instance
from weftwork.records.control.leases import Lease
from weftwork.records.tags import CONCURRENCY_KEY_TAG
from weftwork.storage.patience import impatient

ASK_AGAIN_S = 0.5
_WAIT_S = 1.0
"""How long a store is waited for that others hold; the step asks again."""
_UNKNOWN = -1


class PoolGate:
    """Lets the steps of a run in that have a slot of their pool; the others wait here.

    Args:
        instance: where the pools are.
        lease: the lease that the slots belong to.
        on_wait: told of a step that has to wait, once, with its pool and the limit of it.
    """

    def __init__(self, instance: Any, lease: Lease, on_wait: Callable[[Instance, str, int], None]) -> None:
        self._slots = instance.slots
        self._lease = lease
        self._on_wait = on_wait
        self._parked: list[Instance] = []
        self._told: set[str] = set()
        self._held: set[str] = set()
        self._ask_again_s: float | None = None

    @property
    def due_s(self) -> float | None:
        """When those that wait are to ask again, on the clock of the driver; None if nobody waits."""
        return self._ask_again_s if self._parked else None

    def enter(self, instance: Instance, now_s: float) -> bool:
        """Get a step the slot that it needs; else keep it.

        Args:
            instance: the step.
            now_s: the time, on the clock of the driver.
        """
        pool = _pool_of(instance)
        if pool is None:
            return True
        try:
            limit = self._ask(instance, pool)
        except DagsterStorageError as error:
            if not error.is_transient:
                raise
            limit = _UNKNOWN
        if limit is None:
            return True
        if limit != _UNKNOWN and instance.key not in self._told:
            self._told.add(instance.key)
            self._on_wait(instance, pool, limit)
        self._parked.append(instance)
        if self._ask_again_s is None or self._ask_again_s <= now_s:
            self._ask_again_s = now_s + ASK_AGAIN_S
        return False

    def _ask(self, instance: Instance, pool: str) -> int | None:
        """Ask for a slot; return the limit of the pool if there is none now, else None."""
        with shielded(), impatient(_WAIT_S):
            limit: int | None = self._slots.find_limit(pool)
            if limit is None:
                return None
            if not self._slots.claim(pool, self._lease, instance.key, limit, priority=instance.step.priority):
                return limit
            self._held.add(instance.key)
            return None

    def leave(self, instance: Instance) -> list[Instance]:
        """Give the slot of a step back; return the steps that may ask again."""
        if instance.key not in self._held:
            return []
        pool = _pool_of(instance)
        assert pool is not None
        with shielded():
            self._held.discard(instance.key)
            self._slots.release(pool, self._lease, instance.key)
        return self.take_parked()

    def take_due(self, now_s: float) -> list[Instance]:
        """Return the steps that are to ask again now."""
        if self._parked and self._ask_again_s is not None and self._ask_again_s <= now_s:
            return self.take_parked()
        return []

    def take_parked(self) -> list[Instance]:
        """Return all steps that wait here, and forget them."""
        found, self._parked = self._parked, []
        return found


def uses_pools(steps: Any) -> bool:
    """Return whether any of these steps needs a slot of a pool."""
    return any(step.op.pool is not None or CONCURRENCY_KEY_TAG in step.tags for step in steps)


def _pool_of(instance: Instance) -> str | None:
    step = instance.step
    pool: str | None = step.op.pool
    return pool if pool is not None else step.tags.get(CONCURRENCY_KEY_TAG)
