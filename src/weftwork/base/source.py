"""Where in the user's program something was written."""

from __future__ import annotations

import os
import re
import sys

PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def find_user_site() -> str | None:
    """Return "file.py:12" of the nearest frame outside this package, or None."""
    frame = sys._getframe(1)
    while frame is not None:
        filename = frame.f_code.co_filename
        if not filename.startswith(PACKAGE_FOLDER) and not filename.startswith("<"):
            return f"{filename}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return None


def describe_function(function: object) -> str:
    """Return "name (file.py:12)" of a function, or its representation."""
    code = getattr(function, "__code__", None)
    name = getattr(function, "__name__", None) or repr(function)
    return f"{name} ({code.co_filename}:{code.co_firstlineno})" if code else name


def add_place(error: Exception, what: str, function: object) -> None:
    """Have an error tell the function that something was to be made of, unless its message has the place already.

    Args:
        error: the error.
        what: how the function was used: "@op".
        function: the function.
    """
    code = getattr(function, "__code__", None)
    if code is None or re.search(r"\(.+:\d+\)", str(error)):
        return
    error.args = (f"{error} This is {what} {describe_function(function)}.", *error.args[1:])
