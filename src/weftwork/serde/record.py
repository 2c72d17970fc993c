"""The one kind of record: frozen, slotted, tagged with its class name when it is written as JSON."""

from __future__ import annotations

from typing import Any, dataclass_transform

import msgspec

RECORD_TYPES: dict[str, type[Record]] = {}
TAG_FIELD = "__class__"


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Record(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field=TAG_FIELD,
    tag=True,
    cache_hash=False,
    gc=False,
):
    """Base of all data that is stored or crosses a process.

    A subclass declares typed fields. It is written as a JSON object whose ``__class__`` is the class name, so
    a union of records is told apart when it is read, and two records never share a class name.

    The cycle collector does not look at records: what is frozen is made of what was there before it, so it closes no cycle.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        other = RECORD_TYPES.get(cls.__name__)
        if other is not None and other.__module__ != cls.__module__:
            raise TypeError(f"Two records are named {cls.__name__}: {other.__module__} and {cls.__module__}.")
        RECORD_TYPES[cls.__name__] = cls

    def replace(self, **changes: Any) -> Any:
        """Return a copy with some fields changed."""
        return msgspec.structs.replace(self, **changes)

    def _replace(self, **changes: Any) -> Any:
        """Return a copy with some fields changed, as programs write it that took records for named tuples."""
        return self.replace(**changes)


class TextFloat(float):
    """A number that JSON does not have: it is written as text ("nan", "inf", "-inf")."""

    __slots__ = ()


force_set = msgspec.structs.force_setattr
