"""Leases of an instance: who may act under a name."""

from __future__ import annotations

from weftwork.base.clock import Clock
from weftwork.records.control.leases import Lease
from weftwork.storage.store import Store


class Leases:
    """Gives leases; a lease that is taken over makes whatever the former holder writes refused.

    Args:
        store: where they are kept.
        clock: where the time comes from.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def acquire(self, name: str, holder: str, ttl_s: float, *, force: bool = False) -> Lease | None:
        """Give a lease to a holder, or return None while another holder's lease stands.

        Slots that belonged to a former lease of that name are given back.

        Args:
            name: what it is for; ``run_lease_name(run_id)`` for a run.
            holder: who asks, for example "host:pid"; its own lease of that name is replaced.
            ttl_s: for how long unless it is renewed, in seconds.
            force: whether to take it from whoever holds it (default False).
        """
        return self._store.tables.leases.acquire(name, holder, ttl_s, self._clock.now(), force=force)

    def renew(self, lease: Lease) -> bool:
        """Let a lease last ``ttl_s`` from now on; False if somebody else has taken it over."""
        return self._store.tables.leases.renew(lease, self._clock.now())

    def release(self, lease: Lease) -> bool:
        """End a lease and give its slots back; False if somebody else has taken it over."""
        return self._store.tables.leases.release(lease)

    def find(self, name: str) -> Lease | None:
        """Return the lease of that name, expired or not, or None."""
        return self._store.tables.leases.find(name)

    def list_all(self, prefix: str = "") -> list[Lease]:
        """Return the leases whose names begin with ``prefix``, those that expire first first."""
        return self._store.tables.leases.list(prefix)

    def list_expired(self, prefix: str = "", now: float | None = None) -> list[Lease]:
        """Return the leases that have expired and that nobody has taken over or ended.

        Args:
            prefix: what their names begin with.
            now: the time, in seconds since the epoch; None for that of the clock.
        """
        return self._store.tables.leases.list(prefix, expired_at=self._clock.now() if now is None else now)
