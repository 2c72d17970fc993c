"""Loading code locations again, and ending their servers."""

from __future__ import annotations

from weftwork.api.access.caller import Caller, Permission
from weftwork.api.code.locations import LocationList, LocationView, get_location, view_location
from weftwork.api.host import Host
from weftwork.serde.record import Record

_RELOAD_S = 60.0


class ReloadBody(Record):
    """A code location to load again.

    Attributes:
        name: the location; None for all.
        wait: whether to answer only when it is loaded, or has failed to.
    """

    name: str | None = None
    wait: bool = True


def reload_locations(host: Host, caller: Caller, body: ReloadBody) -> LocationList:
    """Load a code location, or all, again; what is loaded is served until then, and stays on errors.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterCodeLocationNotFoundError: if there is none of that name.
    """
    with host.acting(caller, Permission.EDIT, "reload code locations", name=body.name):
        states = host.workspace.reload(body.name, timeout_s=_RELOAD_S if body.wait else 0.0)
        indexes = {index.name: index for index in host.workspace.list_indexes()}
        return LocationList(locations=[view_location(state, indexes.get(state.name)) for state in states])


def shut_down_location(host: Host, caller: Caller, name: str) -> LocationView:
    """End the server of a code location; a reload starts it again.

    Raises:
        AccessDeniedError: if the caller may not.
        DagsterCodeLocationNotFoundError: if there is none of that name.
    """
    with host.acting(caller, Permission.ADMINISTER, "shut code locations down", name=name):
        host.workspace.shut_down(name)
        return get_location(host.workspace, name)
