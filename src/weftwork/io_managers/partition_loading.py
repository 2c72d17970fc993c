"""Which partitions of an input are loaded, and what the input gets: one value, a dict of values, or None."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weftwork.definitions.io.input_context import InputContext

ALLOW_MISSING = "allow_missing_partitions"


def allows_missing(context: InputContext) -> bool:
    """Return whether partitions that are not stored are skipped."""
    return bool(context.definition_metadata.get(ALLOW_MISSING))


def load_partitions(context: InputContext, load: Callable[[str], Any]) -> Any:
    """Return what a partitioned input gets.

    Args:
        context: the input.
        load: gets a partition key and returns its value; raises FileNotFoundError where there is none.

    Returns:
        The value of a single partition, a dict of partition key to value for several, None for no partition.

    Raises:
        FileNotFoundError: if a partition is not stored, and the input does not allow it.
    """
    keys = context.asset_partition_keys
    if not keys:
        return None
    if not allows_missing(context):
        return load(keys[0]) if len(keys) == 1 else {key: load(key) for key in keys}
    found = {}
    for key in keys:
        try:
            found[key] = load(key)
        except FileNotFoundError:
            context.log.warning(
                "Partition %s of input '%s' is not stored; it is skipped, because the input has %s.",
                key, context.name if context.has_input_name else "?", ALLOW_MISSING,
            )  # fmt: skip
    return found[keys[0]] if len(keys) == 1 and found else (found or None if len(keys) == 1 else found)
