"""How many partitions of an asset one run of a backfill makes."""

from __future__ import annotations

from enum import Enum

from weftwork.base.errors import CheckError
from weftwork.serde.record import Record


class BackfillPolicyType(Enum):
    """Whether a backfill launches one run or several."""

    SINGLE_RUN = "SINGLE_RUN"
    MULTI_RUN = "MULTI_RUN"


class BackfillPolicy(Record, kw_only=False):
    """How many partitions of an asset one run of a backfill makes.

    Args:
        max_partitions_per_run: at most so many partitions; None for all in a single run.

    Example:
        >>> BackfillPolicy.multi_run(max_partitions_per_run=30).max_partitions_per_run
        30
    """

    max_partitions_per_run: int | None = 1

    def __post_init__(self) -> None:
        count = self.max_partitions_per_run
        if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
            raise CheckError(f"Parameter 'max_partitions_per_run' must be a whole number, not {count!r}.")

    @staticmethod
    def single_run() -> BackfillPolicy:
        """Return the policy that makes all partitions in one run."""
        return BackfillPolicy(None)

    @staticmethod
    def multi_run(max_partitions_per_run: int = 1) -> BackfillPolicy:
        """Return the policy that launches a run for each so many partitions."""
        return BackfillPolicy(max_partitions_per_run)

    @property
    def policy_type(self) -> BackfillPolicyType:
        """Whether a backfill launches one run or several."""
        return BackfillPolicyType.MULTI_RUN if self.max_partitions_per_run else BackfillPolicyType.SINGLE_RUN
