"""When and how often a failed step is tried again."""

from __future__ import annotations

from enum import Enum
from random import random

from weftwork.base.errors import DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.serde.record import Record


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

    Raises:
        DagsterInvalidDefinitionError: if backoff or jitter are given without a delay.
    """

    max_retries: int = 1
    delay: int | float | None = None
    backoff: Backoff | None = None
    jitter: Jitter | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.max_retries, int) or self.max_retries < 0:
            raise ParameterCheckError(f"max_retries must be a whole number from 0, not {self.max_retries!r}.")
        if self.delay is not None and not isinstance(self.delay, (int, float)):
            raise ParameterCheckError(f"delay must be a number of seconds, not {self.delay!r}.")
        if self.delay is None and (self.backoff or self.jitter):
            what = "backoff" if self.backoff else "jitter"
            raise DagsterInvalidDefinitionError(
                f"A RetryPolicy with {what} needs a delay to work on: add delay=<seconds>, for example delay=1."
            )

    def calculate_delay(self, attempt_num: int) -> float:
        """Return the seconds to wait before retry number ``attempt_num`` (from 1)."""
        return calculate_delay(attempt_num, self.backoff, self.jitter, self.delay or 0)


def calculate_delay(
    attempt_num: int,
    backoff: Backoff | None,
    jitter: Jitter | None,
    base_delay: float,
    chance: float | None = None,
) -> float:
    """Return the seconds to wait before retry number ``attempt_num``.

    Args:
        attempt_num: the number of the retry, from 1.
        backoff: LINEAR is delay * attempt, EXPONENTIAL is delay * (2 ** attempt - 1), None is the delay itself.
        jitter: FULL is anything from 0 to that, PLUS_MINUS is that, more or less by up to one delay.
        base_delay: the delay in seconds.
        chance: a number from 0 to 1 instead of a random one.
    """
    grown = base_delay
    if backoff is Backoff.LINEAR:
        grown = base_delay * attempt_num
    elif backoff is Backoff.EXPONENTIAL:
        grown = base_delay * (2**attempt_num - 1)
    if jitter is None:
        return grown
    luck = random() if chance is None else chance
    if jitter is Jitter.FULL:
        return grown * luck
    return grown + (2 * luck - 1) * base_delay
