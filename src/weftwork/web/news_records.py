"""What the stream of news carries."""

from __future__ import annotations

from weftwork.api.code.locations import LocationView
from weftwork.api.runs import RunView
from weftwork.api.view import View


class HelloNews(View):
    """The stream has begun.

    Attributes:
        cursor: from where on it tells news.
        server: changes when another server process answers.
    """

    cursor: int
    server: str


class RunNews(View):
    """A run is in another state."""

    run: RunView


class LogNews(View):
    """The logs of runs have grown.

    Attributes:
        runs: run to the latest entry of its log.
    """

    runs: dict[str, int]


class AssetNews(View):
    """Something happened to assets."""

    keys: list[str]


class LocationNews(View):
    """A code location stands differently."""

    location: LocationView


class ResetNews(View):
    """Too much was missed: ask for everything anew."""

    cursor: int


NEWS: dict[str, type[View]] = {
    "hello": HelloNews,
    "run": RunNews,
    "log": LogNews,
    "asset": AssetNews,
    "location": LocationNews,
    "reset": ResetNews,
}
"""The names of events, and what each carries."""
