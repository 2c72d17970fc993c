"""Routes of what is not about one thing: who asks, the first page, search, the instance, code locations."""

from __future__ import annotations

from weftwork.api.access.caller import Permission
from weftwork.api.actions.locations import ReloadBody, reload_locations, shut_down_location
from weftwork.api.catalog.catalog import get_catalog
from weftwork.api.code.locations import LocationList, LocationView, get_location, list_locations
from weftwork.api.home import HomeQuery, HomeView, get_home
from weftwork.api.instance_info import MeView, get_me
from weftwork.api.search import FoundRuns, SearchIndex, build_search_index, find_runs_by_text
from weftwork.serde.record import Record
from weftwork.web.route import Call, Versioned, get, post


class TextQuery(Record):
    """A text that somebody typed.

    Attributes:
        q: the text.
    """

    q: str


class NameBody(Record):
    """Names something.

    Attributes:
        name: its name.
    """

    name: str


def _version_search_index(call: Call) -> Versioned:
    return Versioned(get_catalog(call.host).version, lambda: build_search_index(call.host))


ROUTES = (
    get("/me", "Who asks, and what they may do.", MeView,
        lambda call: get_me(call.caller, needs_login=call.settings.needs_login)),
    get("/home", "What needs attention, and what ran.", HomeView,
        lambda call: get_home(call.host, call.query), query=HomeQuery),
    get("/search/index", "Everything that has a name, but for assets and runs.", SearchIndex,
        lambda call: build_search_index(call.host), find_version=_version_search_index),
    get("/search/runs", "Runs by the beginning of their id, by a tag key=value, or by their job.", FoundRuns,
        lambda call: find_runs_by_text(call.host, call.query.q), query=TextQuery),
    get("/locations", "All code locations.", LocationList, lambda call: list_locations(call.host.workspace)),
    get("/locations/{name}", "A code location.", LocationView,
        lambda call: get_location(call.host.workspace, call.path["name"])),
    post("/locations/reload", "Load a code location, or all, again.", LocationList,
         lambda call: reload_locations(call.host, call.caller, call.body), body=ReloadBody,
         permission=Permission.EDIT, asks_code=True),
    post("/locations/shutdown", "End the server of a code location.", LocationView,
         lambda call: shut_down_location(call.host, call.caller, call.body.name), body=NameBody,
         permission=Permission.ADMINISTER, asks_code=True),
)  # fmt: skip
