"""Whether the value that is stored is the one that the log tells of."""

from __future__ import annotations

import os
from typing import Any

from weftwork.io_managers.directories import find_value_file
from weftwork.io_managers.value_file import read_checksum
from weftwork.records.event_data import HandledOutputData, OutputSeal
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogEntry

_Place = tuple[str | None, str]


class StoredValues:
    """What was recorded of stored values, read once for each run that stored some.

    A value and its event are two steps. A run that dies between them leaves a value of which the log does not tell.

    Args:
        instance: where it is recorded.
    """

    def __init__(self, instance: Any) -> None:
        self._instance = instance
        self._seals: dict[str, dict[_Place, OutputSeal]] = {}

    def find_difference(self, made: EventLogEntry) -> str | None:
        """Return how a stored value differs from what its materialization recorded; None if nothing tells of that.

        Args:
            made: the materialization.
        """
        latest = made.asset_materialization
        path = latest.metadata.get("path") if latest is not None else None
        if path is None:
            return None
        seal = self._of_run(made.run_id).get((made.step_key, str(path.value)))
        return find_difference(seal) if seal is not None else None

    def _of_run(self, run_id: str) -> dict[_Place, OutputSeal]:
        known = self._seals.get(run_id)
        if known is None:
            known = self._seals[run_id] = {}
            for entry in self._instance.all_logs(run_id, of_type=DagsterEventType.HANDLED_OUTPUT):
                data = entry.get_dagster_event().event_specific_data
                if isinstance(data, HandledOutputData) and data.seal is not None:
                    known[entry.step_key, data.seal.path] = data.seal
        return known


def find_difference(seal: OutputSeal) -> str | None:
    """Return how a stored value differs from what was recorded of it, in a sentence; None if nothing tells of a difference.

    Only the end of the file is read: a pickle carries its own checksum there; of other files the length is compared.

    Args:
        seal: what was recorded of the value.
    """
    path = seal.path if os.path.isfile(seal.path) else find_value_file(seal.path)
    try:
        if path is None:
            return f"Its value is not at {seal.path} any more: it was removed."
        checksum = read_checksum(path)
        size_bytes = os.stat(path).st_size
    except OSError as error:
        return f"Its value at {seal.path} cannot be read: {error.strerror or error}."
    if checksum == seal.sha256 or (checksum is None and size_bytes == seal.size_bytes):
        return None
    return (
        f"{path} has another value than the one that is recorded: a run died between storing and recording it, or somebody "
        f"else wrote the file. Materialize the asset again to have both agree."
    )
