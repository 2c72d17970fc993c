"""Takes what observation functions found out about assets that something else makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.definitions.events import NO_VALUE, MaterializeResult, ObserveResult
from weftwork.execution.step_runtime import OutputRuntime
from weftwork.execution.steps.outputs import list_output_partitions, take_output
from weftwork.execution.steps.scope import StepScope
from weftwork.records.asset_events import AssetObservation
from weftwork.records.data_version import DataVersion, DataVersionsByPartition
from weftwork.records.event_data import AssetObservationData
from weftwork.records.metadata import Metadata
from weftwork.records.tags import DATA_VERSION_IS_USER_PROVIDED_TAG, DATA_VERSION_TAG


def take_observation(
    scope: StepScope, output: OutputRuntime, result: ObserveResult | MaterializeResult[Any]
) -> None:
    """Record what was found out about an asset, for each partition that the run looks at."""
    several = len(scope.runtime.asset_outputs) > 1
    if several:
        take_output(scope, output, NO_VALUE)
    for partition in list_output_partitions(scope, output):
        _emit(scope, output, partition, result.data_version, result.tags or {}, result.recorded_metadata)
    if not several:
        take_output(scope, output, NO_VALUE)


def take_partition_versions(
    scope: StepScope, output: OutputRuntime, versions: DataVersionsByPartition
) -> None:
    """Record a data version for each partition that the function named."""
    for partition, version in versions.data_versions_by_partition.items():
        _emit(scope, output, partition, version, {}, {})
    take_output(scope, output, NO_VALUE)


def _emit(
    scope: StepScope, output: OutputRuntime, partition: str | None, version: DataVersion | None,
    tags: Mapping[str, str], metadata: Metadata,
) -> None:  # fmt: skip
    assert output.asset_key is not None
    told = dict(tags)
    if version is not None:
        told[DATA_VERSION_TAG] = version.value
        if (
            output.is_nothing
        ):  # not the one asset of @observable_source_asset, whose versions always are the user's
            told[DATA_VERSION_IS_USER_PROVIDED_TAG] = "true"
    observation = AssetObservation(output.asset_key, None, metadata, partition, told)
    scope.emit("ASSET_OBSERVATION", AssetObservationData(observation))
