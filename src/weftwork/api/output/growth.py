"""How what a run prints grows while it runs: which files, and how large they are now."""

from __future__ import annotations

import os

from weftwork.api.output.captured import CapturedFile, CapturedNames
from weftwork.instance.instance import DagsterInstance
from weftwork.records.event_data import RUN_OUTPUT

_STREAMS = {".out": 0, ".err": 1}


class OutputWatch:
    """Looks again and again at what a run printed.

    Args:
        instance: where the run is recorded.
        run_id: its id.

    Attributes:
        is_finished: whether the last look was the last that can tell anything new.
    """

    def __init__(self, instance: DagsterInstance, run_id: str) -> None:
        self._instance = instance
        self._run_id = run_id
        self._directory = instance.compute_log_directory(run_id)
        self._names = CapturedNames(instance, run_id)
        self._name_of: dict[str, str] = {}
        self._sizes: dict[str, list[int]] = {}
        self.is_finished = False

    def look(self) -> list[CapturedFile]:
        """Return the files that have grown since the last look, or are new."""
        run = self._instance.get_run_by_id(
            self._run_id
        )  # before the files: what is printed until the end is then seen
        found = _read_sizes(self._directory)
        self._learn_names(found)
        grown = [
            stem for stem, sizes in found.items() if stem in self._name_of and sizes != self._sizes.get(stem)
        ]
        self._sizes.update((stem, found[stem]) for stem in grown)
        self.is_finished = run is None or run.is_finished
        return [self._describe(stem) for stem in grown]

    def list_all(self) -> list[CapturedFile]:
        """Return all files as they were at the last look."""
        return [self._describe(stem) for stem in self._sizes]

    def _learn_names(self, found: dict[str, list[int]]) -> None:
        if all(stem in self._name_of for stem in found):
            return
        if RUN_OUTPUT in found and RUN_OUTPUT not in self._name_of:
            self._names.add_run()
        files = self._names.read().files
        self._name_of = {stem: name for name, (stem, _) in files.items()}

    def _describe(self, stem: str) -> CapturedFile:
        name, sizes = self._name_of[stem], self._sizes[stem]
        steps = self._names.files[name][1]
        return CapturedFile(name=name, step_keys=steps, stdout_bytes=sizes[0], stderr_bytes=sizes[1])


def _read_sizes(directory: str) -> dict[str, list[int]]:
    """Return how many bytes of standard output and error there are, by the name of the files without their ending."""
    found: dict[str, list[int]] = {}
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                stem, ending = os.path.splitext(entry.name)
                if ending in _STREAMS:
                    found.setdefault(stem, [0, 0])[_STREAMS[ending]] = entry.stat().st_size
    except FileNotFoundError:  # nothing was printed yet, or it was deleted meanwhile
        pass
    return found
