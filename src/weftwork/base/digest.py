"""The SHA-256 of short texts, by Python's own code: OpenSSL takes longer to load than to compute."""

from __future__ import annotations

try:
    from _sha2 import sha256  # type: ignore[import-not-found,unused-ignore]  # from Python 3.12 on
except ImportError:
    try:
        from _sha256 import sha256  # type: ignore[import-not-found,unused-ignore]
    except ImportError:  # an interpreter that was built to have only OpenSSL
        from hashlib import sha256


def digest_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    digest: str = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return digest
