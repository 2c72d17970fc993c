"""The latest entries of assets, each read when somebody looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from weftwork.records.events import EventLogEntry, EventLogRecord
from weftwork.records.keys import AssetKey


class LatestEntries(Mapping[AssetKey, EventLogEntry | None]):
    """Asset to its latest entry in the log.

    Args:
        records: asset to the record of that entry.
    """

    __slots__ = ("_records",)

    def __init__(self, records: Mapping[AssetKey, EventLogRecord]) -> None:
        self._records = records

    def __getitem__(self, key: AssetKey) -> EventLogEntry | None:
        return self._records[key].event_log_entry

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[AssetKey]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        return repr(dict(self))
