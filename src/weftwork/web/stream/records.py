"""What the stream of news carries."""

from __future__ import annotations

from weftwork.api.code.locations import LocationView
from weftwork.api.output.captured import CapturedFile
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


class OutputNews(View):
    """What a run printed has grown; told to who asked for it with ``output``.

    Attributes:
        run_id: the run.
        files: the files that have grown, with how much there is now; the first time all.
        is_finished: whether this is the last that is told of the run: it has ended, and the sizes will stay.
    """

    run_id: str
    files: list[CapturedFile]
    is_finished: bool


class ResetNews(View):
    """Too much was missed: ask for everything anew."""

    cursor: int


NEWS: dict[str, type[View]] = {
    "hello": HelloNews,
    "run": RunNews,
    "log": LogNews,
    "asset": AssetNews,
    "location": LocationNews,
    "output": OutputNews,
    "reset": ResetNews,
}
"""The names of events, and what each carries."""
