"""What ``faulthandler`` writes of a process that hangs or crashes, as the lines that Python shows of an exception."""

from __future__ import annotations

import os
import re
import traceback

_FRAME = re.compile(r'^  File "(?P<file>.+)", line (?P<line>\d+) in (?P<name>.+)$')
_THREAD = re.compile(r"^(Current thread|Thread) ")
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_SKIPPED = ("<frozen ", "<string>")


def read_dump(text: str) -> list[str]:
    """Return the frames of the first thread in a dump, outermost first, without those of this package.

    Args:
        text: the dump, with whatever was written before and after it.
    """
    frames: list[traceback.FrameSummary] = []
    threads = 0
    for line in text.splitlines():
        if _THREAD.match(line):
            threads += 1
        found = _FRAME.match(line)
        if found is not None and threads <= 1 and not found["file"].startswith((_PACKAGE, *_SKIPPED)):
            frames.append(traceback.FrameSummary(found["file"], int(found["line"]), found["name"]))
    return traceback.format_list(list(reversed(frames)))
