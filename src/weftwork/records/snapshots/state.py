"""How a code location stands: whether it is loaded, what went wrong, what a reload changed."""

from __future__ import annotations

from enum import Enum

from weftwork.records.errors import SerializableErrorInfo
from weftwork.records.snapshots.origin import LocationOrigin
from weftwork.serde.record import Record


class LocationStatus(Enum):
    """What became of the last load."""

    LOADING = "loading"
    LOADED = "loaded"
    FAILED = "failed"
    CLOSED = "closed"


class Change(Record, kw_only=False):
    """One definition that a reload changed.

    Attributes:
        kind: "asset", "check", "job", "schedule", "sensor" or "resource".
        name: its name or key.
        fields: what of it changed; empty for one that was added or removed.
    """

    kind: str
    name: str
    fields: tuple[str, ...] = ()


class SnapshotDiff(Record):
    """What a reload changed."""

    added: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


class LocationState(Record):
    """How a code location stands.

    Attributes:
        name: its name.
        origin: where its code is.
        status: what became of the last load; while a reload goes on, "loading".
        content_hash: the hash of the definitions that are served now; None if there are none. After a load that failed
            these are those of the load before.
        error: what went wrong in the last load, with the user's own lines; None if it went well.
        diff: what the last load that went well changed.
        output: the end of what the code printed while it was loaded.
        warnings: what does not work here, in sentences.
        pid: the process of its server; None for one that somebody else has started.
        loaded_at_s: when the definitions that are served were loaded, in seconds since the epoch.
        changed_at_s: when this state began, in seconds since the epoch.
        load_duration_s: how long the last load took, in seconds.
        version: counts the changes of this state, from 1.
    """

    name: str
    origin: LocationOrigin
    status: LocationStatus = LocationStatus.LOADING
    content_hash: str | None = None
    error: SerializableErrorInfo | None = None
    diff: SnapshotDiff | None = None
    output: str = ""
    warnings: tuple[str, ...] = ()
    pid: int | None = None
    loaded_at_s: float | None = None
    changed_at_s: float = 0.0
    load_duration_s: float | None = None
    version: int = 0

    @property
    def has_definitions(self) -> bool:
        """Whether definitions are served, be they those of an earlier load."""
        return self.content_hash is not None
