"""The notes of a run on where its temporary files are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weftwork.processes.remains.places import PlaceNotes  # a run without a lease notes nothing


class NotedTemporaries:
    """Has this process note where it writes temporary files while a run goes on here that outlives it.

    Args:
        run: the run.
    """

    def __init__(self, run: Any) -> None:
        self._run = run
        self._notes: PlaceNotes | None = None
        self._before: Any = None

    def __enter__(self) -> None:
        if self._run.lease is not None:
            from weftwork.processes.remains.temporary_files import tell_temporaries  # see above

            self._notes = open_notes(self._run)
            self._before = tell_temporaries(self._notes.note)

    def __exit__(self, *_exception: object) -> None:
        if self._notes is not None:
            from weftwork.processes.remains.temporary_files import tell_temporaries  # see above

            tell_temporaries(self._before)
            self._notes.close()


def open_notes(run: Any) -> PlaceNotes:
    """Return what notes for a run where temporary files are written."""
    from weftwork.processes.remains.places import PlaceNotes  # see above

    instance = run.instance
    return PlaceNotes(instance.compute_log_directory(run.run_id), instance.storage_directory())
