"""Which partitions of an asset are stored or loaded, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weftwork.base.errors import CheckError, DagsterInvariantViolationError

if TYPE_CHECKING:
    from weftwork.partitions.keys import PartitionKeyRange, TimeWindow


class AssetPartitions:
    """The partitions of an asset that one value stands for.

    Args:
        partitions_def: the partitions of the asset, if they are known.
        key_range: the first and last partition.
        store: where dynamic partitions are kept.

    Raises:
        DagsterInvalidInvocationError: if a key is not one of ``partitions_def``.
    """

    __slots__ = ("_keys", "key_range", "partitions_def")

    def __init__(self, partitions_def: Any, key_range: PartitionKeyRange, store: Any = None) -> None:
        from weftwork.partitions.context import partition_loading_context  # only where there are partitions

        self.partitions_def = partitions_def
        self.key_range = key_range
        self._keys: Sequence[str] | None = None
        if partitions_def is not None:
            with partition_loading_context(dynamic_partitions_store=store):
                self._keys = partitions_def.get_partition_keys_in_range(key_range)
        elif key_range.start == key_range.end:
            self._keys = [key_range.start]

    @property
    def keys(self) -> Sequence[str]:
        """The partitions.

        Raises:
            DagsterInvariantViolationError: if a range is known but not what lies between its ends.
        """
        if self._keys is None:
            raise DagsterInvariantViolationError(
                f"The partitions from '{self.key_range.start}' to '{self.key_range.end}' cannot be listed without "
                f"asset_partitions_def. Give it to the function that builds the context."
            )
        return self._keys

    @property
    def time_window(self) -> TimeWindow:
        """The time that the partitions cover.

        Raises:
            DagsterInvariantViolationError: if they are not of time.
        """
        return get_time_window(self.partitions_def, self.key_range.start, self.key_range.end)


def get_time_window(partitions_def: Any, first_key: str, last_key: str) -> TimeWindow:
    """Return the time from the start of one partition to the end of another.

    Args:
        partitions_def: partitions of time, or of several dimensions of which exactly one is of time.
        first_key: the first partition.
        last_key: the last partition.

    Raises:
        DagsterInvariantViolationError: if the partitions are not of time.
    """
    from weftwork.partitions.keys import TimeWindow  # only where there are partitions

    find_window = getattr(partitions_def, "time_window_for_partition_key", None)
    if find_window is None or not getattr(partitions_def, "has_time_window_dimension", True):
        what = "not known" if partitions_def is None else f"of {type(partitions_def).__name__}"
        raise DagsterInvariantViolationError(
            f"There is no asset_partitions_time_window: the partitions of the asset are {what}. It needs partitions of "
            f"time, or several dimensions of which exactly one is of time."
        )
    return TimeWindow(find_window(first_key).start, find_window(last_key).end)


def get_single_key(keys: Sequence[str], what: str) -> str:
    """Return the only one of the partitions of a value.

    Args:
        keys: the partitions.
        what: the input or output, for the message.

    Raises:
        CheckError: if there is not exactly one.
    """
    if len(keys) == 1:
        return keys[0]
    raise CheckError(
        f"There is no single asset_partition_key: {what} has {len(keys)} partitions. Use asset_partition_keys or "
        f"asset_partition_key_range."
    )
