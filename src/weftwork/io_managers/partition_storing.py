"""Which value goes to which partition, where one run makes several partitions of an asset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weftwork.base.errors import CheckError
from weftwork.base.text import quote_names
from weftwork.definitions.io.output_context import OutputContext


def split_by_partition(context: OutputContext, value: Any) -> Mapping[str, Any]:
    """Return partition key to value of a partitioned asset.

    Args:
        context: the output.
        value: the value of the only partition, or a mapping with a value for each partition that is made. An asset
            whose backfill policy lets a run make several may give the mapping for a single one too.

    Raises:
        CheckError: if several partitions are made and the value is no mapping of exactly their keys.
    """
    keys = context.asset_partition_keys
    is_mapping = isinstance(value, Mapping)
    if len(keys) == 1 and not (is_mapping and set(value) == set(keys) and context.may_hold_many_partitions):
        return {keys[0]: value}
    if is_mapping and set(value) == set(keys):
        return {key: value[key] for key in keys}
    raise _refuse(context, keys, value)


def _refuse(context: OutputContext, keys: Sequence[str], value: Any) -> CheckError:
    asset = f"asset '{context.asset_key.to_user_string()}'"
    if isinstance(value, Mapping) and set(value) & set(keys):
        missing, strange = set(keys) - set(value), {str(key) for key in set(value) - set(keys)}
        found = [f"{quote_names(missing)} are missing"] if missing else []
        found += [f"{quote_names(strange)} are not asked for"] if strange else []
        return CheckError(
            f"The mapping that {asset} returned does not fit the {len(keys)} partitions of this run: {', '.join(found)}. "
            f"Return one value for each of context.partition_keys."
        )
    return CheckError(
        f"One value of {asset} was given for {len(keys)} partitions, but each partition is stored by itself. Return a "
        f"mapping with a value for each of context.partition_keys, or run the partitions one by one (a backfill policy "
        f"of several runs), or let the asset store its partitions itself and return nothing (`-> None`)."
    )
