"""Events without the values that must not be shown."""

from __future__ import annotations

from typing import Any

from weftwork.config.redaction import redact_value
from weftwork.records.keys import AssetCheckKey, AssetKey
from weftwork.serde.record import Record

# Where records say something to people. Elsewhere they name things (assets, steps, partitions), and a name that is
# masked names nothing.
_TEXTS = frozenset({"description", "error", "message", "metadata", "reason", "text"})
_NAMES = (AssetKey, AssetCheckKey)


def redact_texts(value: Any) -> Any:
    """Return a record with every secret masked in what it says to people; names stay."""
    if not isinstance(value, Record) or isinstance(value, _NAMES):
        return value
    return _change(value, lambda name, item: redact_all(item) if name in _TEXTS else redact_texts(item))


def redact_all(value: Any) -> Any:
    """Return a record, or a collection of records and texts, with every secret masked in all texts."""
    if isinstance(value, Record):
        return value if isinstance(value, _NAMES) else _change(value, lambda _, item: redact_all(item))
    if type(value) is dict:
        return {key: redact_all(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(redact_all(item) for item in value)
    return redact_value(value)


def _change(record: Any, redact: Any) -> Any:
    changes = {}
    for name in record.__struct_fields__:
        before = getattr(record, name)
        after = redact(name, before)
        if after is not before and after != before:
            changes[name] = after
    return record.replace(**changes) if changes else record
