"""Records and their JSON form."""

from weftwork.serde.codec import (
    build_reader,
    decode,
    deserialize_value,
    encode,
    register_form,
    register_upgrade,
    serialize_value,
)
from weftwork.serde.record import Record

__all__ = [
    "Record",
    "build_reader",
    "decode",
    "deserialize_value",
    "encode",
    "register_form",
    "register_upgrade",
    "serialize_value",
]
