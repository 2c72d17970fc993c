"""From waves and the partitions that were asked for to the runs that make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from weftwork.base.errors import DagsterInvalidInvocationError, DagsterUnknownPartitionError
from weftwork.cli.materialize.waves import AssetUnit, Wave, plan_waves
from weftwork.cli.runner.planned_run import RANGE_SIGN, PlannedRun
from weftwork.partitions.context import DynamicPartitionsStore, partition_loading_context
from weftwork.partitions.keys import PartitionKeyRange
from weftwork.records.keys import AssetKey


class PartitionChoice(NamedTuple):
    """The partitions that were asked for; at most one of these is given.

    Attributes:
        key: one partition.
        span: a range, both ends included.
        all: every partition, also where that takes a run for each.
    """

    key: str | None = None
    span: PartitionKeyRange | None = None
    all: bool = False

    def to_arguments(self) -> list[str]:
        """Return it as arguments of the command."""
        if self.key is not None:
            return ["--partition", self.key]
        if self.span is not None:
            return ["--partition-range", f"{self.span.start}{RANGE_SIGN}{self.span.end}"]
        return ["--all-partitions"] if self.all else []


def parse_range(text: str) -> PartitionKeyRange:
    """Return the range that "A...B" writes.

    Raises:
        DagsterInvalidInvocationError: if it is not of that form.
    """
    start, sign, end = text.partition(RANGE_SIGN)
    if not sign or not start or not end:
        raise DagsterInvalidInvocationError(
            f"'{text}' is no range of partitions: expected FIRST{RANGE_SIGN}LAST, both ends included."
        )
    return PartitionKeyRange(start, end)


def plan_runs(
    units: Sequence[AssetUnit], choice: PartitionChoice, store: DynamicPartitionsStore
) -> list[PlannedRun]:
    """Return the runs that make some units, in order.

    Args:
        units: the assets that were selected.
        choice: the partitions that were asked for.
        store: where dynamic partitions are found.

    Raises:
        DagsterUnknownPartitionError: if a partition does not exist.
        DagsterInvalidInvocationError: if partitions are asked for where there are none, or must be asked for.
    """
    partitioned = [unit for unit in units if unit.partitions is not None]
    if not partitioned and (choice.key is not None or choice.span is not None):
        raise DagsterInvalidInvocationError(
            f"None of the selected assets has partitions: {_names(units)}. Leave the partition out."
        )
    with partition_loading_context(dynamic_partitions_store=store):
        if choice.key is not None:
            for unit in partitioned:
                _check_key(unit, choice.key)
            keys = frozenset(key for unit in units for key in unit.keys)
            parents = frozenset(key for unit in units for key in unit.parents) - keys
            return [PlannedRun(keys, parents, choice.key, choice.key)]
        waves = plan_waves(units)
        if choice.span is None and not choice.all:
            _check_single_runs(waves)
        return [run for wave in waves for run in _runs_of_wave(wave, choice)]


def _check_key(unit: AssetUnit, key: str) -> None:
    try:
        unit.partitions.validate_partition_key(key)
    except DagsterUnknownPartitionError as error:
        raise DagsterUnknownPartitionError(f"{_names([unit])}: {error}") from None


def _check_single_runs(waves: Iterable[Wave]) -> None:
    many = [wave for wave in waves if wave.partitions is not None and wave.per_run is not None]
    many = [wave for wave in many if wave.partitions.get_num_partitions() > wave.per_run]
    if not many:
        return
    told = "; ".join(
        f"{_key_names(wave.keys)} ({wave.partitions.get_num_partitions():,} partitions)" for wave in many
    )
    raise DagsterInvalidInvocationError(
        f"Say which partitions to make of {told}. One of:\n"
        f"  --partition KEY\n"
        f"  --partition-range FIRST{RANGE_SIGN}LAST\n"
        f"  --all-partitions, which takes a run for each\n"
        f"Assets with backfill_policy=BackfillPolicy.single_run() are made for all partitions in one run."
    )


def _runs_of_wave(wave: Wave, choice: PartitionChoice) -> Iterator[PlannedRun]:
    if wave.partitions is None:
        yield PlannedRun(wave.keys, wave.parents)
        return
    if choice.span is not None:
        for end in choice.span:
            _check_key(AssetUnit(tuple(wave.keys), frozenset(), wave.partitions), end)
    if wave.per_run is None:
        yield from _single_run(wave, choice.span)
        return
    keys = (
        wave.partitions.get_partition_keys()
        if choice.span is None
        else wave.partitions.get_partition_keys_in_range(choice.span)
    )
    if choice.span is not None and not keys:
        raise _backwards(choice.span)
    for at in range(0, len(keys), wave.per_run):
        part = keys[at : at + wave.per_run]
        yield PlannedRun(wave.keys, wave.parents, part[0], part[-1])


def _single_run(wave: Wave, span: PartitionKeyRange | None) -> Iterator[PlannedRun]:
    if span is not None:
        if not len(wave.partitions.subset_with_partition_key_range(span)):
            raise _backwards(span)
        yield PlannedRun(wave.keys, wave.parents, span.start, span.end)
        return
    first = wave.partitions.get_first_partition_key()
    if first is not None:
        yield PlannedRun(wave.keys, wave.parents, first, wave.partitions.get_last_partition_key())


def _backwards(span: PartitionKeyRange) -> DagsterInvalidInvocationError:
    return DagsterInvalidInvocationError(
        f"The range {span.start}{RANGE_SIGN}{span.end} is empty: its first partition comes after its last. Swap them."
    )


def _names(units: Iterable[AssetUnit]) -> str:
    return _key_names(key for unit in units for key in unit.keys)


def _key_names(keys: Iterable[AssetKey], limit: int = 5) -> str:
    names = sorted(key.to_user_string() for key in keys)
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return f"{', '.join(names[:limit])}{more}"
