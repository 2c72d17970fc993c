"""Loads a code location again when one of its files changes."""

from __future__ import annotations

import importlib.util
import os
import threading
from collections.abc import Iterable, Mapping
from typing import Protocol

from weftwork.records.snapshots.origin import LocationOrigin

_POLL_S = 1.0
_SUFFIXES = (".py", ".yaml", ".yml", ".toml", ".sql", ".ipynb", ".env")
_MAX_FILES = 5000

Stamp = tuple[int, int]


class Watched(Protocol):
    """What is watched: a code location."""

    origin: LocationOrigin
    files: tuple[str, ...]

    def load(self) -> None:
        """Load it again."""
        ...


class FileWatcher:
    """Watches the files of code locations: those that were imported, and those beside them.

    The system tells of changes where ``watchfiles`` is installed; else the files are looked at every second.

    Args:
        locations: the locations.
    """

    def __init__(self, locations: Iterable[Watched]) -> None:
        self._locations = [location for location in locations if location.origin.code is not None]
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen: dict[int, Mapping[str, Stamp]] = {}

    def start(self) -> None:
        """Begin to watch, in a thread."""
        for location in self._locations:
            self._seen[id(location)] = _stamp(location)
        self._thread = threading.Thread(target=self._watch, name="weftwork-files", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End to watch."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        has_events = has_file_events()
        while not self._stopped.is_set():
            if has_events:
                self._wait_for_events()
            else:
                self._stopped.wait(_POLL_S)
            if not self._stopped.is_set():
                self.look()

    def _wait_for_events(self) -> None:
        """Wait until the system tells of a change, or for a while: other files may belong to a location by then."""
        import watchfiles  # optional library

        folders = {folder for location in self._locations for folder in _folders(location)}
        if not folders:
            self._stopped.wait(_POLL_S)
            return
        events = watchfiles.watch(
            *sorted(folders), stop_event=self._stopped, recursive=False, yield_on_timeout=True,
            rust_timeout=5000, debounce=200, step=50, raise_interrupt=False, watch_filter=None,
        )  # fmt: skip
        next(iter(events), None)

    def look(self) -> None:
        """Load the locations again of which a file has changed."""
        for location in self._locations:
            now = _stamp(location)
            before = self._seen.get(id(location), {})
            self._seen[id(location)] = now
            # A file that is new in the list of those that were imported has not changed for that.
            if any(before.get(path, stamp) != stamp for path, stamp in now.items()) or _has_new(before, now):
                location.load()


def has_file_events() -> bool:
    """Return whether the system can tell of changes."""
    return importlib.util.find_spec("watchfiles") is not None


def _has_new(before: Mapping[str, Stamp], now: Mapping[str, Stamp]) -> bool:
    """Return whether a file came or went in a folder that was watched before too."""
    folders = {os.path.dirname(path) for path in before}
    still = {path for path in now if os.path.dirname(path) in folders}
    gone = {path for path in before if path not in now and not os.path.exists(path)}
    return bool(still - before.keys() or gone)


def _folders(location: Watched) -> set[str]:
    """Return the folders that are looked into: those of files that were imported, and of the code itself."""
    code = location.origin.code
    assert code is not None
    found = {os.path.dirname(file) for file in location.files}
    if code.python_file is not None:
        found.add(os.path.dirname(os.path.abspath(code.python_file)))
    else:
        base = code.working_directory or os.getcwd()
        name = (code.module_name or code.package_name or "").replace(".", os.sep)
        found |= {base, os.path.join(base, name)}
    return {folder for folder in found if os.path.isdir(folder)}


def _stamp(location: Watched) -> Mapping[str, Stamp]:
    """Return file to when it changed and how long it is."""
    found: dict[str, Stamp] = {}
    for folder in sorted(_folders(location)):
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.endswith(_SUFFIXES) and len(found) < _MAX_FILES and entry.is_file():
                        stat = entry.stat()
                        found[entry.path] = (stat.st_mtime_ns, stat.st_size)
        except OSError:  # it has gone, or is being changed
            continue
    return found
