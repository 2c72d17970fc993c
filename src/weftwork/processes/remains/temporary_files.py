"""Files that are written beside their place: named so that those of a process that died are known, and removed."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import zlib
from collections.abc import Callable
from functools import cache

from weftwork.processes.identity import ProcessIdentity, find_process, this_process

_counter = itertools.count()
_NAME = re.compile(r"\.(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-(?P<started>\d+)-\d+\.tmp\Z")
_MAX_NAME_BYTES = 255
_teller: Callable[[str], None] | None = None


def name_temporary(directory: str, name: str) -> str:
    """Return a path for writing a file before it takes its place; it begins with a dot, and says whose it is.

    Args:
        directory: the directory of the file.
        name: the name of the file.
    """
    ending = f".{_process_mark(os.getpid())}-{next(_counter)}.tmp"
    path = f"{directory}/.{name[: _MAX_NAME_BYTES - 1 - len(ending)]}{ending}"
    if _teller is not None:
        _teller(path)
    return path


def tell_temporaries(teller: Callable[[str], None] | None) -> Callable[[str], None] | None:
    """Have the path of each temporary file told before the file is made, so that others can remove it.

    Args:
        teller: is given the path; None for nobody.

    Returns:
        Who was told before.
    """
    global _teller
    before, _teller = _teller, teller
    return before


def remove_temporary(path: str) -> None:
    """Remove a temporary file, if it is there and can be removed."""
    with contextlib.suppress(OSError):
        os.unlink(path)


def remove_abandoned(folder: str, *, is_deep: bool = True) -> int:
    """Remove the temporary files in a folder whose processes are gone; return how many.

    Those of other machines, and of other programs, are left alone.

    Args:
        folder: the folder.
        is_deep: whether those in all folders in it are removed too.
    """
    removed = 0
    for place, inner, names in os.walk(folder):
        if not is_deep:
            inner.clear()
        for name in names:
            if name.endswith(".tmp") and _is_abandoned(name):
                remove_temporary(os.path.join(place, name))
                removed += 1
    return removed


def _is_abandoned(name: str) -> bool:
    found = _NAME.search(name)
    if found is None or found["host"] != _host_mark():
        return False
    process: ProcessIdentity | None = find_process(int(found["pid"]))
    return process is None or process.started != int(found["started"]) or not process.is_alive


@cache
def _process_mark(pid: int) -> str:
    """Return what names the process; asked for by its id, since a fork makes another process of it."""
    return f"{_host_mark()}-{pid}-{this_process().started}"


@cache
def _host_mark() -> str:
    return f"{zlib.crc32(os.uname().nodename.encode()):08x}"
