"""Whether what an instance keeps is whole and agrees with itself."""

from __future__ import annotations

import os
import stat
from typing import Any


def find_faults(instance: Any) -> list[str]:
    """Return what is wrong with an instance, one sentence each; nothing if it is sound.

    Args:
        instance: the instance.
    """
    faults = list(instance._tables.list_faults(instance.now()))
    if instance.is_persistent:
        faults += _list_open_files(instance.root_directory)
    return faults


def _list_open_files(root: str) -> list[str]:
    """Return a sentence for the home and each database in it that other users may read."""
    storage = os.path.join(root, "storage")
    databases = [os.path.join(storage, name) for name in sorted(_names(storage)) if ".db" in name]
    return [
        f"{path} may be read by other users of this machine: chmod {'700' if path == root else '600'} '{path}'"
        for path in (root, *databases)
        if os.path.exists(path) and stat.S_IMODE(os.stat(path).st_mode) & 0o077
    ]


def _names(directory: str) -> list[str]:
    return os.listdir(directory) if os.path.isdir(directory) else []
