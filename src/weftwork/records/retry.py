"""When and how often a failed step is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.serde.record import Record, force_set


class Backoff(Enum):
    """How the delay grows with the attempts."""

    LINEAR = "LINEAR"
    EXPONENTIAL = "EXPONENTIAL"


class Jitter(Enum):
    """How the delay is spread by chance."""

    FULL = "FULL"
    PLUS_MINUS = "PLUS_MINUS"


class RetryPolicy(Record, kw_only=False):
    """When and how often a step whose function raised is tried again.

    Args:
        max_retries: how many more attempts there may be (default 1).
        delay: seconds before an attempt; None for none.
        backoff: how the delay grows with the attempts; needs ``delay``.
        jitter: how the delay is spread by chance; needs ``delay``.
        max_delay: seconds that a delay grows to at most; needs ``delay``.
        retry_on: only after these exceptions: types, or their full names as text (default: after any).
        never_on: never after these exceptions, even if ``retry_on`` names them.

    Raises:
        DagsterInvalidDefinitionError: if backoff, jitter or max_delay are given without a delay.

    Example:
        >>> RetryPolicy(max_retries=3, delay=1, max_delay=60, retry_on=[ConnectionError, TimeoutError])
    """

    max_retries: int = 1
    delay: int | float | None = None
    backoff: Backoff | None = None
    jitter: Jitter | None = None
    max_delay: int | float | None = None
    retry_on: Sequence[Any] | None = None
    never_on: Sequence[Any] | None = None

    def __post_init__(self) -> None:
        for field in ("retry_on", "never_on"):
            given = getattr(self, field)
            if given is not None:
                force_set(self, field, _name_exceptions(given, field))
        if not isinstance(self.max_retries, int) or self.max_retries < 0:
            raise ParameterCheckError(f"max_retries must be a whole number from 0, not {self.max_retries!r}.")
        for field in ("delay", "max_delay"):
            seconds = getattr(self, field)
            if seconds is not None and (not isinstance(seconds, (int, float)) or not seconds >= 0):
                raise ParameterCheckError(f"{field} must be a number of seconds from 0, not {seconds!r}.")
        check_type(self.backoff, Backoff, "backoff", optional=True)
        check_type(self.jitter, Jitter, "jitter", optional=True)
        if self.delay is None and (self.backoff or self.jitter or self.max_delay is not None):
            what = "backoff" if self.backoff else "jitter" if self.jitter else "max_delay"
            raise DagsterInvalidDefinitionError(
                f"A RetryPolicy with {what} needs a delay to work on: add delay=<seconds>, for example delay=1."
            )

    def calculate_delay(self, attempt_num: int) -> float:
        """Return the seconds to wait before retry number ``attempt_num`` (from 1)."""
        return calculate_delay(
            attempt_num, self.backoff, self.jitter, self.delay or 0, max_delay=self.max_delay
        )

    def applies_to(self, error: BaseException) -> bool:
        """Return whether the policy has a step tried again after this exception."""
        if self.retry_on is None and self.never_on is None:
            return True
        names = {_full_name(kind) for kind in type(error).__mro__}
        if self.never_on is not None and not names.isdisjoint(self.never_on):
            return False
        return self.retry_on is None or not names.isdisjoint(self.retry_on)


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _name_exceptions(given: Any, field: str) -> tuple[str, ...]:
    """Return exceptions by their full names, as a policy is data that other processes read."""
    kinds = given if isinstance(given, (list, tuple, set, frozenset)) else (given,)
    for kind in kinds:
        is_name = isinstance(kind, str) and all(part.isidentifier() for part in kind.split("."))
        if not is_name and not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise ParameterCheckError(
                f"{field} takes types of exceptions or their names, as {field}=[ConnectionError], not {kind!r}."
            )
    return tuple(kind if isinstance(kind, str) else _full_name(kind) for kind in kinds)


def calculate_delay(
    attempt_num: int,
    backoff: Backoff | None,
    jitter: Jitter | None,
    base_delay: float,
    chance: float | None = None,
    max_delay: float | None = None,
) -> float:
    """Return the seconds to wait before retry number ``attempt_num``.

    Args:
        attempt_num: the number of the retry, from 1.
        backoff: LINEAR is delay * attempt, EXPONENTIAL is delay * (2 ** attempt - 1), None is the delay itself.
        jitter: FULL is anything from 0 to that, PLUS_MINUS is that, more or less by up to one delay.
        base_delay: the delay in seconds.
        chance: a number from 0 to 1 instead of a random one.
        max_delay: what it grows to at most.
    """
    from random import random  # only who waits needs luck

    grown = base_delay
    if backoff is Backoff.LINEAR:
        grown = base_delay * attempt_num
    elif backoff is Backoff.EXPONENTIAL:
        grown = base_delay * (2**attempt_num - 1)
    if max_delay is not None:
        grown = min(grown, max_delay)
    if jitter is None:
        return grown
    luck = random() if chance is None else chance
    if jitter is Jitter.FULL:
        return grown * luck
    spread = grown + (2 * luck - 1) * base_delay
    return spread if max_delay is None else min(spread, max_delay)
