"""The cycle collector rests while something large is made all of which stays, so that looking for garbage finds none."""

from __future__ import annotations

import gc
from types import TracebackType


class collector_at_rest:  # noqa: N801 - reads as a statement; a class costs less than a generator
    """Stops the cycle collector while it is open; it is left as it was found. No code of users runs inside.

    Example:
        >>> with collector_at_rest():
        ...     plan = compile_plan(specs)
    """

    __slots__ = ("_collects",)

    def __enter__(self) -> None:
        self._collects = gc.isenabled()
        gc.disable()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._collects:
            gc.enable()
