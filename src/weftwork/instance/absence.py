"""How long a run waits for a store that is locked, full or away, and who is told."""

from __future__ import annotations

import contextlib
import os
import time

from weftwork.base.clock import Clock
from weftwork.base.errors import DagsterStorageError, StoreAwayError

OUTAGE_S = 600.0
"""How long a run waits for a store that is locked or away, in seconds."""
FULL_DISK_S = 60.0
"""How long a run waits for space on the disk, in seconds, where dagster.yaml says nothing."""
LAST_WORD_S = 86_400.0
"""How long a run that has given up waits to record why, in seconds."""
WAIT_FILE = "run.waits"
"""The file beside what the run prints that stands while it waits: a full disk has room for its name."""
_QUIET_S = 3.0
"""How long a store may be busy before anybody is told."""


class Absence:
    """One absence of the store, as a run meets it.

    Args:
        run_id: the run.
        clock: where the time comes from.
        folder: where what the run prints is kept; None where nothing outlives the process.
        full_disk_s: how long space on the disk is waited for, in seconds.
    """

    def __init__(
        self, run_id: str, clock: Clock, folder: str | None = None, full_disk_s: float = FULL_DISK_S
    ) -> None:
        self._run_id = run_id
        self._clock = clock
        self._path = os.path.join(folder, WAIT_FILE) if folder is not None else None
        self._full_disk_s = full_disk_s
        self._began_s, self._since = clock.monotonic(), clock.now()
        self._cause = ""
        self._is_told = self._has_given_up = False

    def note(self, error: DagsterStorageError) -> None:
        """Take note that the store is not there; return if it is to be asked again.

        Raises:
            StoreAwayError: once, when the run has waited long enough: it is to end, and waits only to record that.
            DagsterStorageError: if there is no use in asking again.
        """
        waited_s = self._clock.monotonic() - self._began_s
        if not error.is_transient or waited_s > LAST_WORD_S:
            raise error
        self._cause = str(error)
        limit_s = self._full_disk_s if error.is_full else OUTAGE_S
        if not self._is_told and waited_s > min(_QUIET_S, limit_s):
            self._tell(limit_s)
        if waited_s > limit_s and not self._has_given_up:
            self._has_given_up = True
            raise StoreAwayError(
                f"{error} Run {self._run_id} waited for it since {_clock_time(self._since)}, for {waited_s:.0f} s; it ends.",
                is_transient=True,
                is_full=error.is_full,
            ) from error

    def end(self) -> str | None:
        """Take note that the store is there again; return what is worth recording of the absence."""
        if not self._is_told:
            return None
        _say(
            "The store is there again; run %s %s.", self._run_id, "ends" if self._has_given_up else "goes on"
        )
        if self._path is not None:
            _remove(self._path)
        if self._has_given_up:
            return None  # the failure of the run tells
        waited_s = self._clock.monotonic() - self._began_s
        since = _clock_time(self._since)
        return f"Nothing could be recorded from {since} on, for {waited_s:.0f} s; it is recorded now. {self._cause}"

    def _tell(self, limit_s: float) -> None:
        self._is_told = True
        limit = f"{limit_s / 60:.0f} min" if limit_s >= 120 else f"{limit_s:.0f} s"
        _say("%s Run %s waits up to %s for it.", self._cause, self._run_id, limit)
        if self._path is not None:
            _mark(self._path, f"{self._cause}\n", self._since)


def find_wait(folder: str) -> str | None:
    """Return what a run waits for, or waited for when its process died, in a sentence; None if it does not.

    Args:
        folder: where what the run prints is kept.
    """
    path = os.path.join(folder, WAIT_FILE)
    try:
        since = os.stat(path).st_mtime
        with open(path, encoding="utf-8", errors="replace") as file:
            cause = file.read().strip()
    except OSError:
        return None
    return f"It waits for the store since {_clock_time(since)}. {cause or 'The disk may be full.'}"


def forget_wait(folder: str) -> None:
    """Take note that a run whose process is gone waits no more."""
    _remove(os.path.join(folder, WAIT_FILE))


def _mark(path: str, text: str, since: float) -> None:
    """Make the file; a disk without room for the text may have room for the name, which says since when."""
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with contextlib.suppress(OSError):
                os.write(fd, text.encode())
        finally:
            os.close(fd)
        os.utime(path, (since, since))


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)


def _clock_time(instant: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(instant)) + " UTC"


def _say(text: str, *facts: object) -> None:
    import logging  # only in trouble

    logging.getLogger("weftwork").warning(text, *facts)
