"""Which partitions of an input are loaded, and what the input gets: one value, a dict of values, or None."""

from __future__ import annotations

import itertools
from bisect import bisect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from weftwork.definitions.io import missing
from weftwork.definitions.io.input_context import InputContext


def allows_missing(context: InputContext) -> bool:
    """Return whether partitions that are not stored are skipped."""
    return missing.allows_missing(context.definition_metadata)


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
    if len(keys) == 1 and not allows_missing(context):
        return load(keys[0])
    found = {}
    for key in keys:
        try:
            found[key] = load(key)
        except FileNotFoundError:
            if not allows_missing(context):
                raise
            context.log.warning(
                "Partition %s is not stored; the input goes on without it, as it says itself.", key
            )
    return pick_loaded(context, found)


def pick_loaded(context: InputContext, loaded: Mapping[str, Any]) -> Any:
    """Return what an input gets of the partitions that were loaded.

    Args:
        context: the input.
        loaded: partition key to value, without those that are missing.
    """
    keys = context.asset_partition_keys
    if len(keys) > 1:
        if missing.find_missing_policy(context.definition_metadata) == "none":
            return {key: loaded.get(key) for key in keys}
        return loaded
    return loaded.get(keys[0]) if keys else None


_MAX_LISTED = 10_000


def name_neighbours(context: InputContext, name: str, stored: Iterable[str]) -> str:
    """Return which partitions are stored next to one that is not, as a sentence for the error.

    Args:
        context: the input; nothing is said where it goes on without missing partitions.
        name: the name of the file that is not there.
        stored: the names of the files that are there; only some thousands of them are looked at.
    """
    if allows_missing(context):
        return ""
    names = sorted(
        each for each in itertools.islice(stored, _MAX_LISTED) if not each.startswith((".", "_value"))
    )
    if not names:
        return " No partition of it is stored there."
    place = bisect(names, name)
    nearest = " and ".join(f"'{each}'" for each in names[max(place - 1, 0) : place + 1])
    return f" Stored next to it: {nearest} ({len(names)} in all)."
