"""Why a tick asks for no run."""

from __future__ import annotations

from weftwork.base.arguments import check_type


class SkipReason:
    """Why a tick asks for no run.

    Args:
        skip_message: the reason, for people.
    """

    __slots__ = ("skip_message",)

    def __init__(self, skip_message: str | None = None) -> None:
        self.skip_message: str | None = check_type(skip_message, str, "skip_message", optional=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SkipReason) and self.skip_message == other.skip_message

    def __hash__(self) -> int:
        return hash(self.skip_message)

    def __repr__(self) -> str:
        return f"SkipReason({self.skip_message!r})"
