"""From parts of keys to parts of paths: reversible, without collisions, and never out of the base directory.

A part that has only letters, digits and ``_ . - [ ] : = , + @`` and blanks stays as it is. Every other byte, a
leading dot or blank, a part of nothing but dots, and the first byte of a reserved name are written as ``%XX``; the empty
part is ``%``. Reserved are ``_value``, and the names of the files of an instance, beside which values are kept. A part
that would be longer than 180 bytes is cut and gets the digest of the whole: ``prefix~sha256``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_PART_BYTES = 180
VALUE_NAME = "_value"  # where a value is kept whose own path has become a directory
_PREFIX_LENGTH = 100
_RESERVED = re.compile(r"_value\Z|weftwork\.db|dagster\.yaml\Z")
_PLAIN_PART = re.compile(
    r"(?!weftwork\.db|dagster\.yaml)[A-Za-z0-9_\-\[\]:=,+@][A-Za-z0-9_.\-\[\]:=,+@ ]{0,179}"
)
_is_plain = _PLAIN_PART.fullmatch
_PLAIN_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-[]:=,+@")
_INNER_BYTES = _PLAIN_BYTES | frozenset(b". ")


def encode_part(part: str) -> str:
    """Return a part of a key as a file name.

    Args:
        part: any text.

    Returns:
        The same text where it is plain; see the module.
    """
    if _is_plain(part) and part != VALUE_NAME and part[-1] != " ":
        return part
    encoded = _encode(part)
    if len(encoded) <= MAX_PART_BYTES:
        return encoded
    import hashlib  # loads OpenSSL

    digest = hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_cut(encoded, _PREFIX_LENGTH)}~{digest}"


def is_reserved(part: str) -> bool:
    """Return whether a part is the name of a file of an instance, or begins like its database."""
    return _RESERVED.match(part) is not None


def _encode(part: str) -> str:
    if not part:
        return "%"
    if _RESERVED.match(part):
        return f"%{ord(part[0]):02X}{_encode(part[1:])}"
    if not part.strip("."):
        return "%2E" * len(part)
    data = part.encode("utf-8", "surrogatepass")
    last = len(data) - 1
    return "".join(
        chr(byte)
        if byte in (_INNER_BYTES if 0 < place < last or (byte == 46 and place) else _PLAIN_BYTES)
        else f"%{byte:02X}"
        for place, byte in enumerate(data)
    )


def _cut(encoded: str, length: int) -> str:
    """Cut without leaving half of a ``%XX``."""
    percent = encoded.rfind("%", length - 2, length)
    return encoded[: percent if percent >= 0 else length]


def decode_part(name: str) -> str:
    """Return the part of a key that ``encode_part`` wrote.

    Raises:
        ValueError: if the part was cut, so that only its digest is known.
    """
    if "~" in name:
        raise ValueError(f"'{name}' is a shortened name; it keeps the digest of the part, not the part.")
    if name == "%":
        return ""
    if "%" not in name:
        return name
    data = re.sub(rb"%([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), name.encode())
    return data.decode("utf-8", "surrogatepass")


def to_relative_path(parts: Iterable[str]) -> str:
    """Return the path of the parts of a key, below a base directory."""
    return "/".join(
        [
            part if _is_plain(part) and part != VALUE_NAME and part[-1] != " " else encode_part(part)
            for part in parts
        ]
    )


def split_partition_key(partition_key: str) -> list[str]:
    """Return the parts of the path of a partition: folders, and last the file.

    A key of several dimensions gives the keys of its dimensions, in the order of their names. A slash inside a
    key of one dimension separates folders, as documented.
    """
    by_dimension = getattr(partition_key, "keys_by_dimension", None)
    if by_dimension is None:
        return str(partition_key).split("/") if "/" in partition_key else [partition_key]
    return [by_dimension[name] for name in sorted(by_dimension)]


def to_partition_path(partition_key: str) -> str:
    """Return the path of a partition, below the path of its asset.

    A slash at the start of a key, and each slash in a key of several dimensions, is written ``%2F``: the first would
    be an absolute path, and with the others two keys could share a path.

    Example:
        >>> to_partition_path("2024/01"), to_partition_path("/etc/passwd"), to_partition_path("../up")
        ('2024/01', '%2Fetc/passwd', '%2E%2E/up')
    """
    parts = split_partition_key(partition_key)
    if len(parts) > 1 and not parts[0]:
        return f"%2F{to_relative_path(parts[1:])}"
    return to_relative_path(parts)
