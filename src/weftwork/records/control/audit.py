"""What was done to an instance, as it is kept."""

from __future__ import annotations

from weftwork.serde.record import Record


class AuditRecord(Record):
    """One thing that somebody did, or tried to do.

    Attributes:
        id: its number.
        timestamp: when, in seconds since the epoch.
        caller: who.
        role: in which role.
        action: what: "cancel runs".
        target: what it was done to, as JSON text.
        error: why it failed; None if it did not.
    """

    id: int
    timestamp: float
    caller: str
    role: str
    action: str
    target: str
    error: str | None = None
