"""What steps print: the files it is kept in, and the way there for steps that run in the process of their run."""

from __future__ import annotations

import io
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, TextIO

from weftwork.definitions.loggers.log_scope import find_log_place
from weftwork.execution.steps.scope import StepScope
from weftwork.io_managers.key_path import encode_part
from weftwork.records.event_data import RUN_OUTPUT, ComputeLogsCaptureData

_MAX_OPEN = 32
_Attempt = tuple[str, str, int]


def open_output(scope: StepScope) -> str:
    """Make room for what an attempt prints, record it, and return the path of its files without their ending."""
    path = _path_of(scope)
    _tell(scope, path.name)
    return str(path)


def _path_of(scope: StepScope) -> Path:
    run = scope.run
    directory = Path(run.instance.compute_log_directory(run.run_id))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_named = scope.attempt or scope.key == RUN_OUTPUT
    return directory / encode_part(f"{scope.key}.{scope.attempt + 1}" if is_named else scope.key)


def _tell(scope: StepScope, name: str) -> None:
    text = f"Output of step '{scope.key}': {name}"
    scope.emit("LOGS_CAPTURED", ComputeLogsCaptureData(name, [scope.key]), text)


class StepStreams:
    """While it is open, what Python code prints in a step of this process goes to the files of its attempt.

    What other programs print that a step starts goes where the process prints, as does what no step prints.

    Args:
        shows: whether it goes where the process prints too.
    """

    def __init__(self, *, shows: bool) -> None:
        self._shows = shows
        self._lock = threading.RLock()
        self._paths: dict[_Attempt, Path] = {}
        self._files: OrderedDict[tuple[_Attempt, str], TextIO] = OrderedDict()
        self._before: tuple[TextIO, TextIO] | None = None

    def __enter__(self) -> StepStreams:
        self._before = sys.stdout, sys.stderr
        sys.stdout = _Router(sys.stdout, "out", self)
        sys.stderr = _Router(sys.stderr, "err", self)
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._before is not None
        sys.stdout, sys.stderr = self._before
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files.clear()

    def keep(self, text: str, stream: str) -> bool:
        """Keep what the step of here and now prints; return whether it is to go on to where the process prints."""
        place = find_log_place()
        if not isinstance(place, StepScope) or not place.run.instance.settings.captures_output:
            return True
        attempt = (place.run.run_id, place.key, place.attempt)
        with self._lock:
            is_first = attempt not in self._paths
            if is_first:
                self._paths[attempt] = _path_of(place)
            self._file(attempt, stream).write(text)
        if is_first:  # without the lock: what hears of it may print
            _tell(place, self._paths[attempt].name)
        return self._shows

    def _file(self, attempt: _Attempt, stream: str) -> TextIO:
        key = (attempt, stream)
        file = self._files.get(key)
        if file is None:
            if len(self._files) >= _MAX_OPEN:
                self._files.popitem(last=False)[1].close()
            file = self._files[key] = open(  # noqa: SIM115 - kept for the next line
                f"{self._paths[attempt]}.{stream}", "a", encoding="utf-8", errors="backslashreplace", buffering=1,
                opener=_open_private,
            )  # fmt: skip
        self._files.move_to_end(key)
        return file


def _open_private(path: str, flags: int) -> int:
    import os  # only who prints

    return os.open(path, flags, 0o600)


class _Router(io.TextIOBase):
    """A stream in the place of standard output or error.

    Args:
        before: the stream that stood there.
        stream: "out" or "err".
        streams: keeps what steps print.
    """

    def __init__(self, before: TextIO, stream: str, streams: StepStreams) -> None:
        self._before = before
        self._stream = stream
        self._streams = streams

    def write(self, text: str) -> int:
        """Keep, or pass on, a text."""
        if self._streams.keep(text, self._stream):
            self._before.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush the stream that stood there; files are written by lines."""
        self._before.flush()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The encoding of the stream that stood there."""
        return self._before.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """What the stream that stood there does with what it cannot encode."""
        return self._before.errors

    def isatty(self) -> bool:
        """Return whether the stream that stood there is a terminal."""
        return self._before.isatty()

    def fileno(self) -> int:
        """Return the descriptor of the stream that stood there."""
        return self._before.fileno()

    def writable(self) -> bool:
        """Return True."""
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._before, name)
