"""Setting what a sensor goes on from."""

from __future__ import annotations

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.code.instigators import InstigatorQuery, InstigatorView, find_instigator, get_instigator
from weftwork.api.host import Host
from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.records.control.instigators import InstigatorKind, InstigatorState

_MAX_CHARS = 1_000_000


def set_sensor_cursor(
    host: Host, caller: Caller, query: InstigatorQuery, cursor: str | None
) -> InstigatorView:
    """Set the cursor that the next tick of a sensor is given.

    Args:
        host: where it is kept.
        caller: who asks.
        query: the sensor.
        cursor: the cursor; None to begin anew.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterInvalidInvocationError: if it is no sensor, or the cursor is too long.
        DagsterInvalidSubsetError: if there is none of that name, or several.
    """
    with host.acting(
        caller, Permission.EDIT, "set cursors of sensors", name=query.name, location=query.location
    ):
        name, kind = find_instigator(host, query)
        if kind is not InstigatorKind.SENSOR:
            raise DagsterInvalidInvocationError(f"'{query.name}' is no sensor: only sensors have cursors.")
        if cursor is not None and len(cursor) > _MAX_CHARS:
            raise DagsterInvalidInvocationError(f"A cursor has {_MAX_CHARS:,} characters at most.")
        known = host.instance.ticks.find_state(name) or InstigatorState(instigator=name, kind=kind)
        host.instance.ticks.save_state(known.replace(cursor=cursor))
        return get_instigator(host, query)
