"""Identifiers that are made, not given."""

from __future__ import annotations

import os
import re

_UUID = re.compile(r"^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\Z")


def new_id() -> str:
    """Return a new random UUID (version 4) as text; costs no import of ``uuid``."""
    return _to_text(bytearray(os.urandom(16)))


def derive_id(source: str, purpose: str) -> str:
    """Return the UUID that stands for a purpose of something with an id: the same each time.

    Args:
        source: the id.
        purpose: what the new id is for.
    """
    from hashlib import sha256  # loads OpenSSL: only who derives

    return _to_text(bytearray(sha256(f"{source}/{purpose}".encode()).digest()[:16]))


def _to_text(raw: bytearray) -> str:
    raw[6] = (raw[6] & 0x0F) | 0x40
    raw[8] = (raw[8] & 0x3F) | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_uuid(text: str) -> bool:
    """Return whether ``text`` is a UUID."""
    return bool(_UUID.match(text))
