"""The tags that an event of an asset tells, read without the rest of it."""

from __future__ import annotations

import msgspec

from weftwork.storage.tables.event_rows import to_entry


class _Told(msgspec.Struct, gc=False):
    tags: dict[str, str] | None = None


class _Data(msgspec.Struct, gc=False):
    materialization: _Told | None = None
    asset_observation: _Told | None = None


class _Event(msgspec.Struct, gc=False):
    event_specific_data: _Data | None = None


class _Item(_Event, gc=False):
    dagster_event: _Event | None = None  # of an event that was recorded as an entry of the log


_read = msgspec.json.Decoder(_Item).decode


def read_tags(body: bytes) -> dict[str, str]:
    """Return the tags of the materialization or observation that the body of a row tells of; empty for none."""
    try:
        item = _read(body)
    except msgspec.ValidationError:  # of a form that is not today's
        return to_entry("", 0.0, body).tags or {}
    data = (item.dagster_event or item).event_specific_data
    told = (data.materialization or data.asset_observation) if data is not None else None
    return (told.tags if told is not None else None) or {}
