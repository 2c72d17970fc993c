"""A debugger that works in child processes, whose standard input is not the terminal."""

from __future__ import annotations

import contextlib
import pdb  # noqa: T100 - this is the debugger that users ask for
import sys
from collections.abc import Iterator
from typing import Any

_TERMINAL = "/dev/tty" if sys.platform != "win32" else "CON"


class ForkedPdb(pdb.Pdb):
    """A debugger that reads from the terminal, whatever standard input is here.

    Example:
        >>> @op
        ... def look(context):
        ...     context.pdb.set_trace()
    """

    def interaction(self, *args: Any, **kwargs: Any) -> None:
        """Talk to the user at the terminal."""
        with _terminal_as_input():
            super().interaction(*args, **kwargs)


@contextlib.contextmanager
def _terminal_as_input() -> Iterator[None]:
    before = sys.stdin
    try:
        terminal = open(_TERMINAL)  # noqa: SIM115 - closed below, and not where there is none
    except OSError:  # no terminal: standard input is all there is
        yield
        return
    sys.stdin = terminal
    try:
        yield
    finally:
        sys.stdin = before
        terminal.close()
