"""Slots of pools: how many steps may run at once over all runs of an instance."""

from __future__ import annotations

from collections.abc import Mapping

from weftwork.base.clock import Clock
from weftwork.base.errors import DagsterInvalidInvocationError, ParameterCheckError
from weftwork.records.control.leases import Lease, SlotClaim
from weftwork.storage.store import Store

MAX_LIMIT = 1000


class Slots:
    """Gives slots of pools to steps; a slot belongs to a lease and goes back with it.

    Args:
        store: where they are kept.
        clock: where the time comes from.
        default_limit: the limit of pools that have none of their own; None for no limit.
    """

    def __init__(self, store: Store, clock: Clock, default_limit: int | None = None) -> None:
        self._store = store
        self._clock = clock
        self.default_limit = default_limit

    def find_limit(self, pool: str) -> int | None:
        """Return how many slots a pool has; None for no limit."""
        limit = self._store.tables.slots.find_limit(pool)
        return self.default_limit if limit is None else limit

    def claim(
        self, pool: str, lease: Lease, step_key: str, limit: int | None = None, *, priority: int = 0
    ) -> bool:
        """Give a slot to a step, or let it wait; ask again until the answer is True.

        Those that wait go by priority and then by when they asked first; who does not ask again for 30 seconds
        is passed over. Asking again for a slot that the step has is harmless.

        Args:
            pool: the pool.
            lease: the lease that the slot will belong to.
            step_key: the step.
            limit: how many slots the pool has; None for what was set for it.
            priority: greater goes first (default 0).

        Returns:
            Whether the step has the slot now; False also if the lease stands no more.
        """
        limit = self.find_limit(pool) if limit is None else limit
        if limit is None:
            return True
        return self._store.tables.slots.claim(pool, lease, step_key, limit, priority, self._clock.now())

    def release(self, pool: str, lease: Lease, step_key: str) -> bool:
        """Give a slot back, or wait no more for one; return whether there was one."""
        return self._store.tables.slots.release(pool, lease, step_key)

    def free_expired(self, now: float | None = None) -> int:
        """Give back all slots whose lease stands no more, and return how many.

        Args:
            now: the time, in seconds since the epoch; None for that of the clock.
        """
        return self._store.tables.slots.free_expired(self._clock.now() if now is None else now)

    def free(
        self, *, pool: str | None = None, lease_name: str | None = None, step_key: str | None = None
    ) -> int:
        """Take slots from whoever holds or waits for them, and return how many; every condition given must hold."""
        return self._store.tables.slots.free(pool=pool, lease_name=lease_name, step_key=step_key)

    def list_claims(self, pool: str | None = None) -> list[SlotClaim]:
        """Return who holds or waits for slots of one pool, or of all."""
        return self._store.tables.slots.list_claims(pool)

    def list_own_limits(self) -> Mapping[str, int]:
        """Return the limits that were set for pools, without those of the default."""
        limits = self._store.tables.slots.list_limits()
        return {pool: limit for pool, limit in limits.items() if limit is not None}

    def list_limits(self) -> Mapping[str, int | None]:
        """Return the limits of the pools that are known; None for no limit."""
        limits = self._store.tables.slots.list_limits()
        return {pool: self.default_limit if limit is None else limit for pool, limit in limits.items()}

    def set_limit(self, pool: str, limit: int) -> None:
        """Set how many slots a pool has; those that are held stay held.

        Raises:
            ParameterCheckError: if it is not a whole number.
            DagsterInvalidInvocationError: if it is below 0 or above 1000.
        """
        if isinstance(limit, bool) or not isinstance(limit, int):
            raise ParameterCheckError(f"The limit of a pool is a whole number, not {limit!r}.")
        if not 0 <= limit <= MAX_LIMIT:
            raise DagsterInvalidInvocationError(
                f"The limit of pool '{pool}' must be between 0 and {MAX_LIMIT}, not {limit}."
            )
        self._store.tables.slots.set_limit(pool, limit)

    def delete_limit(self, pool: str) -> None:
        """Forget the limit of a pool: the default holds again."""
        self._store.tables.slots.delete_limit(pool)
