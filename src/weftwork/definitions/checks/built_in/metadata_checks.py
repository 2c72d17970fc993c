"""Checks of the metadata of the latest materializations: bounds of a number, changes of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.definitions.checks.asset_checks_definition import AssetChecksDefinition
from weftwork.definitions.checks.built_in.one_op import build_checks
from weftwork.definitions.events import AssetCheckResult
from weftwork.records.asset_events import AssetCheckSeverity
from weftwork.records.keys import AssetKey

COLUMN_SCHEMA_METADATA = "dagster/column_schema"
Number = int | float


def build_metadata_bounds_checks(
    *,
    assets: Sequence[Any],
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    metadata_key: str,
    min_value: Number | None = None,
    max_value: Number | None = None,
    exclusive_min: bool = False,
    exclusive_max: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Return checks that a number in the metadata of the latest materialization is within bounds.

    Args:
        assets: the assets: keys, names or definitions.
        severity: of a failure.
        metadata_key: which entry of the metadata.
        min_value: the least value.
        max_value: the greatest value.
        exclusive_min: whether the least value itself fails.
        exclusive_max: whether the greatest value itself fails.

    Raises:
        DagsterInvalidDefinitionError: if there is no bound, or no number is between them.

    Example:
        >>> checks = build_metadata_bounds_checks(assets=["orders"], metadata_key="dagster/row_count", min_value=1)
    """
    if min_value is None and max_value is None:
        raise DagsterInvalidDefinitionError(
            "build_metadata_bounds_checks needs min_value, max_value, or both."
        )
    if min_value is not None and max_value is not None and min_value > max_value:
        raise DagsterInvalidDefinitionError(
            f"build_metadata_bounds_checks: min_value ({min_value}) is greater than max_value ({max_value})."
        )
    bounds = _Bounds(min_value, max_value, exclusive_min, exclusive_max)

    def rule(context: Any, key: AssetKey) -> AssetCheckResult:
        records = context.instance.fetch_materializations(key, limit=1).records
        metadata = records[0].asset_materialization.metadata if records else {}
        if not records:
            problem: str | None = "the asset was never materialized"
        elif metadata_key not in metadata:
            problem = f"the latest materialization has no metadata '{metadata_key}'"
        else:
            problem = bounds.find_problem(metadata[metadata_key].value)
        return AssetCheckResult(
            passed=problem is None, severity=severity,
            description=f"{metadata_key}: {problem or f'{metadata[metadata_key].value} is within bounds'}.",
        )  # fmt: skip

    return build_checks(
        assets, rule, prefix="asset_check", name=f"{metadata_key.replace('/', '_')}_bounds_check",
        description=f"'{metadata_key}' of the latest materialization must be {bounds}.",
    )  # fmt: skip


class _Bounds:
    """A range of numbers, each end in it or not."""

    def __init__(self, low: Number | None, high: Number | None, open_low: bool, open_high: bool) -> None:
        self._low = low
        self._high = high
        self._open_low = open_low
        self._open_high = open_high

    def find_problem(self, value: Any) -> str | None:
        """Return why a value is outside, or None."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return f"{value!r:.100} is no number"
        low, high = self._low, self._high
        below = low is not None and (value < low or (self._open_low and value == low))
        above = high is not None and (value > high or (self._open_high and value == high))
        return f"{value} is not {self}" if below or above else None

    def __str__(self) -> str:
        parts = []
        if self._low is not None:
            parts.append(f"greater than {'' if self._open_low else 'or equal to '}{self._low}")
        if self._high is not None:
            parts.append(f"less than {'' if self._open_high else 'or equal to '}{self._high}")
        return " and ".join(parts)


def build_column_schema_change_checks(
    *, assets: Sequence[Any], severity: AssetCheckSeverity = AssetCheckSeverity.WARN
) -> Sequence[AssetChecksDefinition]:
    """Return checks that the columns of an asset did not change between its two latest materializations.

    The columns are what materializations say of them under "dagster/column_schema".

    Args:
        assets: the assets: keys, names or definitions.
        severity: of a failure.

    Example:
        >>> checks = build_column_schema_change_checks(assets=["orders"])
    """

    def rule(context: Any, key: AssetKey) -> AssetCheckResult:
        records = context.instance.fetch_materializations(key, limit=2).records
        if len(records) < 2:
            return AssetCheckResult(
                passed=True,
                severity=severity,
                description="There are not yet two materializations to compare.",
            )
        found = [record.asset_materialization.metadata.get(COLUMN_SCHEMA_METADATA) for record in records]
        for schema, which in zip(found, ("latest", "previous"), strict=True):
            if schema is None:
                return AssetCheckResult(
                    passed=False, severity=severity,
                    description=f"The {which} materialization has no metadata '{COLUMN_SCHEMA_METADATA}'.",
                )  # fmt: skip
        changes = _compare_columns(found[1].value, found[0].value)
        return AssetCheckResult(
            passed=not changes,
            severity=severity,
            description="\n\n".join(changes) or "The columns did not change.",
        )

    return build_checks(
        assets, rule, prefix="asset_check", name="column_schema_change",
        description="The columns must be the same in the two latest materializations.",
    )  # fmt: skip


def _compare_columns(old_schema: Any, new_schema: Any) -> list[str]:
    old = {column.name: column.type for column in old_schema.columns}
    new = {column.name: column.type for column in new_schema.columns}
    added = [name for name in new if name not in old]
    removed = [name for name in old if name not in new]
    changed = [
        f"- {name}: {old[name]} -> {new[name]}" for name in new if name in old and old[name] != new[name]
    ]
    said = []
    if added:
        said.append(f"Added columns: {', '.join(added)}")
    if removed:
        said.append(f"Removed columns: {', '.join(removed)}")
    if changed:
        said.append("\n".join(["Column type changes:", *changed]))
    return said
