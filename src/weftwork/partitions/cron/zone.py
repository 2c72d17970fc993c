"""A time zone as a list of its offset changes."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.text import did_you_mean

_PROBE_STEP_S = 14 * 86400
"""Two changes of a zone lie further apart than this (the shortest pause is Morocco's, about a month)."""


class Zone:
    """A time zone: its offset at an instant, and its changes of offset year by year (found once, then cached).

    Args:
        name: the name of the zone, for example ``Europe/Berlin``.
        tz: the zone as the standard library knows it.
    """

    __slots__ = ("_changes", "is_utc", "name", "tz")

    def __init__(self, name: str, tz: tzinfo) -> None:
        self.name = name
        self.tz = tz
        self.is_utc = tz is UTC
        self._changes: dict[int, tuple[tuple[int, int], ...]] = {}

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return get_zone, (self.name,)

    def offset_s(self, timestamp: int) -> int:
        """Return the seconds that local time is ahead of UTC at an instant."""
        if self.is_utc:
            return 0
        offset = datetime.fromtimestamp(timestamp, self.tz).utcoffset()
        return offset.days * 86400 + offset.seconds if offset is not None else 0

    def to_datetime(self, timestamp: float) -> datetime:
        """Return an instant as an aware datetime in this zone."""
        return datetime.fromtimestamp(timestamp, self.tz)

    def to_timestamp(self, moment: datetime) -> float:
        """Return a datetime as seconds since the epoch; one without a zone is taken as local time here."""
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=self.tz)).timestamp()

    def list_changes(self, year: int) -> tuple[tuple[int, int], ...]:
        """Return the changes of offset in a (UTC) year as (first instant with the new offset, new offset)."""
        if self.is_utc:
            return ()
        known = self._changes.get(year)
        if known is None:
            known = self._changes[year] = self._find_changes(year)
        return known

    def _find_changes(self, year: int) -> tuple[tuple[int, int], ...]:
        start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
        end = start + (366 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 365) * 86400
        changes: list[tuple[int, int]] = []
        low, low_offset = start - 1, self.offset_s(start - 1)
        while low < end - 1:
            high = min(low + _PROBE_STEP_S, end - 1)
            high_offset = self.offset_s(high)
            if high_offset != low_offset:
                changes.append(self._find_change(low, high, low_offset))
                high = changes[-1][0]
                high_offset = changes[-1][1]
            low, low_offset = high, high_offset
        return tuple(changes)

    def _find_change(self, low: int, high: int, low_offset: int) -> tuple[int, int]:
        while high - low > 1:
            middle = (low + high) // 2
            if self.offset_s(middle) == low_offset:
                low = middle
            else:
                high = middle
        return high, self.offset_s(high)


@lru_cache(maxsize=1024)
def get_zone(name: str | None) -> Zone:
    """Return the zone of that name; None is UTC.

    Raises:
        DagsterInvalidDefinitionError: if there is no such zone.
    """
    if name is None or name == "UTC":
        return Zone("UTC", UTC)
    import zoneinfo  # loaded for the first zone that is not UTC: it reads files

    try:
        if not isinstance(name, str):
            raise TypeError  # the key of a zone is text
        return Zone(name, zoneinfo.ZoneInfo(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        hint = did_you_mean(str(name), zoneinfo.available_timezones())
        raise DagsterInvalidDefinitionError(
            f"There is no time zone {name!r}.{hint} Expected a name of the IANA database, for example 'Europe/Berlin'."
        ) from error
