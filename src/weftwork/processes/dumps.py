"""What ``faulthandler`` writes of a process that hangs or crashes, as the lines that Python shows of an exception."""

from __future__ import annotations

import os
import re
import traceback

_FRAME = re.compile(r'^  File "(?P<file>.+)", line (?P<line>\d+) in (?P<name>.+)$')
_CURRENT = "Current thread "
_THREAD = re.compile(rf"^({_CURRENT}|Thread )")
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_SKIPPED = ("<frozen ", "<string>")


def read_dump(text: str) -> list[str]:
    """Return the frames of the thread that was running, outermost first, without those of this package.

    Args:
        text: the dump, with whatever was written before and after it.

    Returns:
        Those of the main thread, where the dump does not say which one was running; none if there is no dump.
    """
    found: list[traceback.FrameSummary] = []
    is_current = is_wanted = False
    for line in text.splitlines():
        if _THREAD.match(line):
            is_wanted = not is_current or line.startswith(_CURRENT)
            is_current = is_current or line.startswith(_CURRENT)
            found = [] if is_wanted else found  # the main thread is the last one
        frame = _FRAME.match(line)
        if frame is not None and is_wanted and not frame["file"].startswith((_PACKAGE, *_SKIPPED)):
            found.append(traceback.FrameSummary(frame["file"], int(frame["line"]), frame["name"]))
    return traceback.format_list(list(reversed(found)))
