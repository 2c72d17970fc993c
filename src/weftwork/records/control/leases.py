"""A lease: the right of one holder to act under a name, until it expires or is taken over."""

from __future__ import annotations

from weftwork.serde.record import Record

RUN_LEASE_PREFIX = "run:"


def run_lease_name(run_id: str) -> str:
    """Return the name of the lease that the process of a run holds."""
    return RUN_LEASE_PREFIX + run_id


class Lease(Record, kw_only=False):
    """The right of one holder to act under a name.

    Attributes:
        name: what it is for, for example "run:<run id>" or "daemon".
        holder: who holds it, for people: "host:pid".
        epoch: greater than that of every lease given before it; what an older one writes is refused.
        expires_at: until when it is held unless it is renewed, in seconds since the epoch.
        ttl_s: how long a renewal lasts, in seconds.
    """

    name: str
    holder: str
    epoch: int
    expires_at: float
    ttl_s: float


class SlotClaim(Record, kw_only=False):
    """A slot of a pool that a step holds, or waits for.

    Attributes:
        pool: the pool.
        lease_name: the lease that it belongs to.
        step_key: the step.
        priority: of those that wait, the greatest goes first.
        asked_at: when it was asked for first, in seconds since the epoch.
        claimed_at: since when it is held; None while it is waited for.
    """

    pool: str
    lease_name: str
    step_key: str
    priority: int
    asked_at: float
    claimed_at: float | None = None

    @property
    def run_id(self) -> str:
        """The run that the lease is of; the name of the lease if it is not of a run."""
        return self.lease_name.removeprefix(RUN_LEASE_PREFIX)
