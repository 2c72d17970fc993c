"""The cycle collector looks for garbage rarely while code of users is loaded, most of which stays."""

from __future__ import annotations

import gc
from types import TracebackType

_RARELY = 20_000


class collecting_rarely:  # noqa: N801 - reads as a statement; a class leaves no frames in tracebacks of users
    """Has the cycle collector look far less often while it is open; thresholds that the code sets itself stay.

    Example:
        >>> with collecting_rarely():
        ...     import_module(name)
    """

    __slots__ = ("_before", "_ours")

    def __enter__(self) -> None:
        self._before = before = gc.get_threshold()
        self._ours = (max(before[0], _RARELY) if before[0] else 0, *before[1:])
        gc.set_threshold(*self._ours)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if gc.get_threshold() == self._ours:
            gc.set_threshold(*self._before)
