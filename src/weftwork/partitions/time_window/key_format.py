"""How a window's start is written as a partition key, and read back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from weftwork.partitions.cron import Zone
from weftwork.partitions.cron.days import EPOCH_ORDINAL
from weftwork.partitions.keys import UnreadableKeyError

DAY_FORMAT = "%Y-%m-%d"
HOUR_FORMAT = "%Y-%m-%d-%H:%M"
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 local time, of no zone


class KeyFormat:
    """Writes and reads keys of one ``strftime`` format.

    Args:
        fmt: the format.
    """

    __slots__ = ("fmt",)

    def __init__(self, fmt: str) -> None:
        self.fmt = fmt

    def write(self, moment: datetime, *, is_repeated: bool = False) -> str:
        """Return the key of a window that begins at a (local) time.

        Args:
            moment: where the window begins.
            is_repeated: whether the hour before has the same local time, so that the offset must tell them apart.
        """
        if self.fmt == DAY_FORMAT:
            key = moment.date().isoformat()
        elif self.fmt == HOUR_FORMAT:
            key = f"{moment.date().isoformat()}-{moment.hour:02}:{moment.minute:02}"
        else:
            key = moment.strftime(self.fmt)
        return key + moment.strftime("%z") if is_repeated and "%z" not in self.fmt else key

    def write_all(self, local_times_s: Iterable[int]) -> list[str]:
        """Return the keys of windows that begin at local times which need no offset to be understood.

        Args:
            local_times_s: seconds of local time since 1970.
        """
        from_ordinal = date.fromordinal
        if self.fmt == DAY_FORMAT:
            return [from_ordinal(local_s // 86400 + EPOCH_ORDINAL).isoformat() for local_s in local_times_s]
        if self.fmt == HOUR_FORMAT:
            return [
                f"{_write_day(local_s // 86400)}-{local_s % 86400 // 3600:02}:{local_s % 3600 // 60:02}"
                for local_s in local_times_s
            ]
        return [(_EPOCH + timedelta(seconds=local_s)).strftime(self.fmt) for local_s in local_times_s]

    @property
    def needs_zone(self) -> bool:
        """Whether a key holds something of the zone, so that local time alone does not give it."""
        return "%z" in self.fmt or "%Z" in self.fmt

    def read(self, text: str, zone: Zone, *, latest: bool = False) -> float:
        """Return the instant that a key names: of a local time that comes twice, or not at all, the earliest candidate.

        Args:
            text: the key.
            zone: the zone of its local time.
            latest: whether the latest candidate is asked for instead.

        Raises:
            UnreadableKeyError: if the text does not have the format.
        """
        moment = self._read_moment(text)
        if moment.tzinfo is not None:
            return moment.timestamp()
        if zone.is_utc:
            return (moment - _EPOCH) / timedelta(seconds=1)
        pick = max if latest else min
        return pick(zone.to_timestamp(moment), zone.to_timestamp(moment.replace(fold=1)))

    def _read_moment(self, text: str) -> datetime:
        try:
            if self.fmt == DAY_FORMAT and len(text) == 10 and text[4] == text[7] == "-":
                return datetime.fromisoformat(text)
            if self.fmt == HOUR_FORMAT and len(text) == 16 and text[4] == text[7] == text[10] == "-":
                return datetime.fromisoformat(f"{text[:10]}T{text[11:]}")
            return self._read_slowly(text)
        except (ValueError, TypeError):
            raise UnreadableKeyError(
                f"The partition key {text!r} does not have the form '{self.fmt}' "
                f"(for example '{self.write(datetime(2024, 1, 31))}')."  # noqa: DTZ001 local time, of no zone
            ) from None

    def _read_slowly(self, text: str) -> datetime:
        try:
            return datetime.strptime(text, self.fmt)  # noqa: DTZ007 local time, of no zone
        except ValueError:
            return datetime.strptime(text, f"{self.fmt}%z")


@lru_cache(maxsize=4)
def _write_day(day: int) -> str:
    return date.fromordinal(day + EPOCH_ORDINAL).isoformat()
