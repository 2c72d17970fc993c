"""What the started process prints, reported as it is printed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

Report = Callable[[str, str], None]


class _Tee:
    """A stream that also reports what is written to it.

    Args:
        stream: the stream.
        report: gets each text.
    """

    def __init__(self, stream: Any, report: Callable[[str], None]) -> None:
        self._stream = stream
        self._report = report

    def write(self, text: str) -> int:
        """Write a text, and report it."""
        written: int = self._stream.write(text)
        if text:
            self._report(text)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextlib.contextmanager
def report_printed(report: Report) -> Iterator[None]:
    """Have what Python code prints in the block reported too.

    Args:
        report: gets the name of the stream, and a text.
    """
    out: Any = _Tee(sys.stdout, lambda text: report("stdout", text))
    err: Any = _Tee(sys.stderr, lambda text: report("stderr", text))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield
