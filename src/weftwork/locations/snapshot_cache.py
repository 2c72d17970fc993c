"""Snapshots of the last time, kept by the hash of their content: a host shows them while code is still loading."""

from __future__ import annotations

import contextlib
import os
import zlib

from weftwork.instance.home import make_directory
from weftwork.instance.instance import DagsterInstance
from weftwork.records.snapshots.origin import LocationOrigin

_KEY = "code_location/{}"
_SUFFIX = ".json.z"


class SnapshotCache:
    """Keeps the snapshot of each code location.

    Args:
        instance: where; nothing is kept for one in memory.
    """

    def __init__(self, instance: DagsterInstance) -> None:
        self._instance = instance
        self._directory: str | None = None
        if instance.is_persistent:
            self._directory = os.path.join(instance.root_directory, "snapshots")

    def find(self, origin: LocationOrigin) -> tuple[str, bytes] | None:
        """Return hash and content of the snapshot of the last time, or None."""
        if self._directory is None:
            return None
        key = _key(origin)
        content_hash = self._instance.daemon_cursor_storage.get_cursor_values([key]).get(key)
        if content_hash is None or not content_hash.isalnum():
            return None
        try:
            with open(self._path(content_hash), "rb") as file:
                return content_hash, zlib.decompress(file.read())
        except (OSError, zlib.error):
            return None

    def save(self, origin: LocationOrigin, content_hash: str, content: bytes) -> None:
        """Keep a snapshot instead of the one before; a disk that is full is no reason to fail."""
        if self._directory is None:
            return
        key = _key(origin)
        storage = self._instance.daemon_cursor_storage
        before = storage.get_cursor_values([key]).get(key)
        if before == content_hash and os.path.exists(self._path(content_hash)):
            return
        with contextlib.suppress(OSError):
            make_directory(self._directory)
            path = self._path(content_hash)
            temporary = f"{path}.{os.getpid()}"
            with open(temporary, "wb") as file:
                file.write(zlib.compress(content, 1))
            os.replace(temporary, path)
            storage.set_cursor_values({key: content_hash})
            if before is not None and before != content_hash and before.isalnum():
                os.remove(self._path(before))

    def _path(self, content_hash: str) -> str:
        assert self._directory is not None
        return os.path.join(self._directory, content_hash + _SUFFIX)


def _key(origin: LocationOrigin) -> str:
    return _KEY.format(f"{origin.name}/{origin.target}")
