"""Setting how many steps of a pool run at once, and taking slots back."""

from __future__ import annotations

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.actions.assets import Done
from weftwork.api.host import Host
from weftwork.api.instance_info import PoolList, list_pools
from weftwork.api.runs import resolve_run_id
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.records.control.leases import run_lease_name
from weftwork.serde.record import Record

_MAX_NAME = 200


class PoolLimitBody(Record):
    """How many steps of a pool run at once.

    Attributes:
        name: the pool.
        limit: how many, from 0 to 1000; None for what the configuration says of all pools.
    """

    name: str
    limit: int | None


class FreeSlotsBody(Record):
    """Slots to take back.

    Attributes:
        run_id: from this run.
        step: only from this step of it.
        pool: only of this pool.
    """

    run_id: str
    step: str | None = None
    pool: str | None = None


def set_pool_limit(host: Host, caller: Caller, body: PoolLimitBody) -> PoolList:
    """Set how many steps of a pool run at once; those that run go on.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidInvocationError: if the limit is below 0 or above 1000, or the name is empty.
    """
    with host.acting(caller, Permission.EDIT, "set limits of pools", name=body.name, limit=body.limit):
        if not body.name.strip() or len(body.name) > _MAX_NAME or not body.name.isprintable():
            raise DagsterInvalidInvocationError(
                f"'{body.name:.40}' is no name of a pool: expected 1 to {_MAX_NAME} printable characters."
            )
        if body.limit is None:
            host.instance.slots.delete_limit(body.name)
        else:
            host.instance.slots.set_limit(body.name, body.limit)
        return PoolList(pools=list_pools(host))


def free_slots(host: Host, caller: Caller, body: FreeSlotsBody) -> Done:
    """Take slots from a run whose steps hold or wait for them, as of a process that is gone for good.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterRunNotFoundError: if there is no such run.
    """
    with host.acting(
        caller, Permission.EDIT, "free slots of pools", run=body.run_id, step=body.step, pool=body.pool
    ):
        lease = run_lease_name(resolve_run_id(host.instance, body.run_id))
        return Done(count=host.instance.slots.free(pool=body.pool, lease_name=lease, step_key=body.step))
