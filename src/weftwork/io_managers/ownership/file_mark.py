"""The owner of a file as an extended attribute of it: it goes where the file goes, and the content stays as it is."""

from __future__ import annotations

import hashlib
import os

from weftwork.base.errors import DagsterInvariantViolationError

_ATTRIBUTE = "user.weftwork.owner"
_MAX_OWNER_BYTES = 1000  # file systems keep a few thousand bytes of attributes


def find_mark(path: str) -> str:
    """Return whose value a file has; "" if there is no file, or it does not say."""
    if not hasattr(os, "getxattr"):
        return ""
    try:
        return os.getxattr(path, _ATTRIBUTE).decode("utf-8", "surrogatepass")
    except OSError:
        return ""


def set_mark(path: str, owner: str) -> bool:
    """Write down whose value a file has.

    Returns:
        Whether it could be done; True also where there is no such file.
    """
    if not hasattr(os, "setxattr"):
        return False
    try:
        os.setxattr(path, _ATTRIBUTE, _cut(owner))
    except FileNotFoundError:
        return True
    except OSError:  # this file system keeps no attributes, or no more of them
        return False
    return True


def check_mark(path: str, owner: str, *, is_loaded: bool = False) -> None:
    """Refuse a file that has the value of another owner.

    Args:
        path: the file.
        owner: whose value it should have, as ``DescribedValue.owner`` says.
        is_loaded: whether it is about to be read, not written.

    Raises:
        DagsterInvariantViolationError: if it has the value of another one.
    """
    found = find_mark(path)
    if found and found != owner and found.encode("utf-8", "surrogatepass") != _cut(owner):
        raise refuse_path(path, found, owner, is_loaded=is_loaded)


def refuse_path(path: object, found: str, owner: str, *, is_loaded: bool) -> DagsterInvariantViolationError:
    """Return the error that a path belongs to something else.

    Args:
        path: the path.
        found: whose it is.
        owner: who asked for it.
        is_loaded: whether it was about to be read, not written.
    """
    both = "Both keys come to the same path. Give one of them another key, or an IO manager with another base directory"
    if is_loaded:
        return DagsterInvariantViolationError(
            f"{path} has the value of {found}, not that of {owner}. {both}, and make the value of {owner} again."
        )
    return DagsterInvariantViolationError(
        f"The value of {owner} was not stored: {path} has the value of {found}, which would be lost. {both}; if {found} is "
        f"not used any more, remove the file."
    )


def _cut(owner: str) -> bytes:
    data = owner.encode("utf-8", "surrogatepass")
    if len(data) <= _MAX_OWNER_BYTES:
        return data
    return data[:150] + b"~" + hashlib.sha256(data).hexdigest().encode()
