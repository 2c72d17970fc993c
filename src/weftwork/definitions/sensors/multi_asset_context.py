"""What the function of a sensor of several assets is told about its tick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import (
    CheckError,
    DagsterInvalidInvocationError,
    DagsterInvariantViolationError,
    ParameterCheckError,
)
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.sensors.multi_asset_cursor import AssetCursor, MultiAssetCursor
from weftwork.definitions.sensors.sensor_context import SensorEvaluationContext
from weftwork.partitions.context import partition_loading_context
from weftwork.partitions.mappings.inference import infer_partition_mapping
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.event_type import DagsterEventType
from weftwork.records.events import EventLogRecord
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import EventRecordsFilter

MADE = DagsterEventType.ASSET_MATERIALIZATION


class MultiAssetSensorEvaluationContext(SensorEvaluationContext):
    """What the function of a sensor of several assets is told: their materializations after its cursor.

    The cursor moves with ``advance_cursor`` and ``advance_all_cursors``; what was not handled comes again.

    Args:
        instance_ref: accepted for compatibility; pass ``instance``.
        monitored_assets: the assets: keys, or a selection.
        last_tick_completion_time: when the tick before ended, in seconds since the epoch.
        last_run_key: the last run key that the sensor asked for.
        cursor: what the tick before left.
        repository_name: the name of the repository.
        repository_def: the definitions of the code location.
        instance: the instance.
        resource_defs: key to resource definition or value.
        definitions: the Definitions of the code location, instead of ``repository_def``.
        last_sensor_start_time: when the sensor was started, in seconds since the epoch.
        log_key: accepted for compatibility.
        sensor_name: the name of the sensor.
        code_location_origin: where the code location is.
        last_completion_time: the same as ``last_tick_completion_time`` (older name).

    Raises:
        CheckError: if there is neither or both of definitions and repository_def.
        DagsterInvalidInvocationError: if the cursor cannot be read.
    """

    __slots__ = ("_advanced", "_asset_keys", "_monitored", "_position")

    def __init__(
        self,
        instance_ref: Any,
        monitored_assets: Sequence[AssetKey] | AssetSelection,
        last_tick_completion_time: float | None = None,
        last_run_key: str | None = None,
        cursor: str | None = None,
        repository_name: str | None = None,
        repository_def: Any = None,
        instance: Any = None,
        resource_defs: Mapping[str, Any] | None = None,
        definitions: Any = None,
        last_sensor_start_time: float | None = None,
        log_key: Any = None,
        sensor_name: str | None = None,
        code_location_origin: Any = None,
        last_completion_time: float | None = None,
    ) -> None:
        if (repository_def is None) is (definitions is None):
            raise CheckError(
                "A sensor of several assets looks its assets up: give definitions= or repository_def=, one of them."
            )
        super().__init__(
            instance_ref, last_tick_completion_time, last_run_key, cursor, log_key, repository_name, repository_def,
            instance, sensor_name, resource_defs, definitions, last_sensor_start_time, code_location_origin,
            last_completion_time,
        )  # fmt: skip
        self._monitored = check_monitored(monitored_assets)
        self._asset_keys: list[AssetKey] | None = None
        self._position = MultiAssetCursor(cursor)
        self._advanced: dict[AssetKey, AssetCursor] = {}

    # ------------------------------------------------------------------------------ assets

    @property
    def asset_keys(self) -> Sequence[AssetKey]:
        """The assets that the sensor looks at."""
        if self._asset_keys is None:
            monitored = self._monitored
            self._asset_keys = (
                sorted(monitored.resolve(self.repository_def.asset_graph))
                if isinstance(monitored, AssetSelection)
                else list(monitored)
            )
        return self._asset_keys

    @property
    def assets_defs_by_key(self) -> Mapping[AssetKey, Any]:
        """Asset to its definition; None for one that is not defined in the code location."""
        known = self.repository_def.catalog.by_key
        return {key: known.get(key) for key in self.asset_keys}

    def _check_monitored(self, key: AssetKey) -> AssetKey:
        check_type(key, AssetKey, "asset_key")
        if key not in self.asset_keys:
            names = [known.to_user_string() for known in self.asset_keys]
            raise DagsterInvalidInvocationError(
                f"The sensor does not look at '{key.to_user_string()}', but at {quote_names(names)}."
                f"{did_you_mean(key.to_user_string(), names)}"
            )
        return key

    def _find_partitions(self, key: AssetKey) -> Any:
        spec = self.repository_def.catalog.find_spec(key)
        return spec.partitions_def if spec is not None else None

    def _get_partitions(self, key: AssetKey) -> Any:
        found = self._find_partitions(key)
        if found is None:
            raise DagsterInvariantViolationError(f"The asset '{key.to_user_string()}' has no partitions.")
        return found

    # ------------------------------------------------------------------------------ events

    def _list_events(
        self,
        key: AssetKey,
        *,
        after: int | None,
        before: int | None = None,
        newest: bool = False,
        limit: Any = None,
    ) -> list[EventLogRecord]:
        wanted = EventRecordsFilter(MADE, key, after_cursor=after, before_cursor=before)
        return list(self.instance.get_event_records(wanted, ascending=not newest, limit=limit))

    def materialization_records_for_key(
        self, asset_key: AssetKey, limit: int | None = None
    ) -> Iterable[EventLogRecord]:
        """Return the materializations of an asset after the cursor, oldest first.

        Args:
            asset_key: the asset.
            limit: how many at most.

        Raises:
            DagsterInvalidInvocationError: if the sensor does not look at it.
        """
        key = self._check_monitored(asset_key)
        return self._list_events(key, after=self._position.get(key).storage_id, limit=limit)

    def latest_materialization_records_by_key(
        self, asset_keys: Sequence[AssetKey] | None = None
    ) -> Mapping[AssetKey, EventLogRecord | None]:
        """Return the latest materialization of each asset, None where there is none after the cursor.

        Args:
            asset_keys: the assets; all that the sensor looks at by default.
        """
        keys = list(asset_keys) if asset_keys is not None else self.asset_keys
        latest = {
            record.asset_entry.asset_key: record.asset_entry.last_materialization_record
            for record in self.instance.get_asset_records(keys)
        }

        def find_new(key: AssetKey) -> EventLogRecord | None:
            record = latest.get(key)
            return (
                record if record and record.storage_id > (self._position.get(key).storage_id or 0) else None
            )

        return {key: find_new(key) for key in keys}

    def latest_materialization_records_by_partition(
        self, asset_key: AssetKey, after_cursor_partition: bool | None = False
    ) -> Mapping[str, EventLogRecord]:
        """Return the latest materialization of each partition after the cursor, and those that were passed over.

        Args:
            asset_key: the asset.
            after_cursor_partition: whether only partitions that come after the cursor's count.

        Raises:
            DagsterInvalidInvocationError: if the sensor does not look at it.
            DagsterInvariantViolationError: if it has no partitions.
        """
        key = self._check_monitored(asset_key)
        definition = self._get_partitions(key)
        position = self._position.get(key)
        ids = {
            **position.passed_over,
            **self.instance.get_latest_storage_id_by_partition(key, MADE, after_cursor=position.storage_id),
        }
        with partition_loading_context(None, self.instance):
            existing = definition.filter_valid_partition_keys(set(ids))
            if after_cursor_partition and position.partition is not None:
                order = definition.sort_keys({*existing, position.partition})
                existing = set(order[order.index(position.partition) + 1 :])
        return self._get_records({partition: ids[partition] for partition in existing})

    def _get_records(self, ids: Mapping[str, int]) -> dict[str, EventLogRecord]:
        if not ids:
            return {}
        wanted = EventRecordsFilter(MADE, storage_ids=sorted(ids.values()))
        found = {record.storage_id: record for record in self.instance.get_event_records(wanted)}
        ordered = sorted(ids.items(), key=lambda item: item[1])
        return {partition: found[number] for partition, number in ordered if number in found}

    def latest_materialization_records_by_partition_and_asset(
        self,
    ) -> Mapping[str, Mapping[AssetKey, EventLogRecord]]:
        """Return partition to asset to its latest materialization, of assets that have the same partitions.

        Raises:
            DagsterInvalidInvocationError: if they have not.
        """
        definitions = [self._find_partitions(key) for key in self.asset_keys]
        if not definitions or None in definitions or any(one != definitions[0] for one in definitions):
            raise DagsterInvalidInvocationError(
                "Only assets with the same partitions can be looked at by partition, all of them together."
            )
        found: dict[str, dict[AssetKey, EventLogRecord]] = {}
        for key in self.asset_keys:
            for partition, record in self.latest_materialization_records_by_partition(key).items():
                found.setdefault(partition, {})[key] = record
        return found

    def get_trailing_unconsumed_events(self, asset_key: AssetKey) -> Sequence[EventLogRecord]:
        """Return the materializations before the cursor that were passed over, oldest first."""
        return list(
            self._get_records(self._position.get(self._check_monitored(asset_key)).passed_over).values()
        )

    # ------------------------------------------------------------------------------ partitions

    def get_cursor_partition(self, asset_key: AssetKey | None) -> str | None:
        """Return the partition of the last materialization of an asset that was handled.

        Raises:
            DagsterInvalidInvocationError: if the sensor does not look at it.
        """
        return self._position.get(self._check_monitored(asset_key)).partition  # type: ignore[arg-type]

    def all_partitions_materialized(
        self, asset_key: AssetKey, partitions: Sequence[str] | None = None
    ) -> bool:
        """Return whether partitions of an asset were ever materialized, whatever the cursor.

        Args:
            asset_key: the asset.
            partitions: the partitions; all by default.

        Raises:
            ParameterCheckError: if ``partitions`` is not a sequence of text.
            DagsterInvalidInvocationError: if the sensor does not look at the asset.
            DagsterInvariantViolationError: if it has no partitions.
        """
        if isinstance(partitions, str):
            raise ParameterCheckError(f"partitions is a list of keys, not one text: {partitions!r}.")
        definition = self._get_partitions(self._check_monitored(asset_key))
        with partition_loading_context(None, self.instance):
            wanted = definition.get_partition_keys() if partitions is None else partitions
            return self.instance.get_materialized_partitions(asset_key).issuperset(wanted)  # type: ignore[no-any-return]

    def get_downstream_partition_keys(
        self, partition_key: str, from_asset_key: AssetKey, to_asset_key: AssetKey
    ) -> Sequence[str]:
        """Return the partitions of an asset downstream that depend on a partition.

        Args:
            partition_key: the partition upstream.
            from_asset_key: the asset upstream.
            to_asset_key: the asset downstream.

        Raises:
            DagsterInvalidInvocationError: if one of them is not known here, or has no partitions.
        """
        catalog = self.repository_def.catalog
        for key in (from_asset_key, to_asset_key):
            if catalog.find_spec(key) is None:
                names = [known.to_user_string() for known in catalog.by_key]
                near = did_you_mean(key.to_user_string(), names)
                raise DagsterInvalidInvocationError(f"There is no asset '{key.to_user_string()}' here.{near}")
            if self._find_partitions(key) is None:
                raise DagsterInvalidInvocationError(f"The asset '{key.to_user_string()}' has no partitions.")
        above, below = self._find_partitions(from_asset_key), self._find_partitions(to_asset_key)
        deps = {dep.asset_key: dep.partition_mapping for dep in catalog.get_spec(to_asset_key).deps}
        mapping = infer_partition_mapping(deps.get(from_asset_key), below, above)
        with partition_loading_context(None, self._instance):
            found = mapping.get_downstream_partitions_for_partitions(
                above.subset_with_partition_keys([partition_key]), above, below
            )
            return list(found.get_partition_keys())

    # ------------------------------------------------------------------------------ cursor

    def advance_cursor(
        self, materialization_records_by_key: Mapping[AssetKey, EventLogRecord | None]
    ) -> None:
        """Say which materializations were handled; those of other partitions before them come again.

        Args:
            materialization_records_by_key: asset to the last materialization that was handled; None for none.

        Raises:
            DagsterInvalidInvocationError: if the sensor does not look at one of the assets.
        """
        for key, record in materialization_records_by_key.items():
            self._check_monitored(key)
            if record is not None:
                self._advanced[key] = self._move(key, record)
        self.cursor_updated = True

    def _move(self, key: AssetKey, record: EventLogRecord) -> AssetCursor:
        position = self._advanced.get(key) or self._position.get(key)
        partition = record.partition_key
        passed = {other: number for other, number in position.passed_over.items() if other != partition}
        if position.storage_id is not None and record.storage_id <= position.storage_id:
            return position._replace(passed_over=passed)
        if partition is not None:
            between = self._list_events(key, after=position.storage_id, before=record.storage_id)
            passed.update(
                (event.partition_key, event.storage_id)
                for event in between
                if event.partition_key not in (None, partition)
            )
        return AssetCursor(partition, record.storage_id, passed)

    def advance_all_cursors(self) -> None:
        """Say that all materializations up to now were handled."""
        for key, record in self.latest_materialization_records_by_key().items():
            position = self._position.get(key)
            self._advanced[key] = (
                AssetCursor(record.partition_key, record.storage_id)
                if record is not None
                else position._replace(passed_over={})
            )
        self.cursor_updated = True

    def update_cursor_after_evaluation(self) -> None:
        """Write what was handled to ``cursor``."""
        if self._advanced:
            self._cursor = self._position.to_text(self._advanced, self.asset_keys)
            self._position = MultiAssetCursor(self._cursor)
            self._advanced = {}

    def merge_resources(self, resources_dict: Mapping[str, Any]) -> MultiAssetSensorEvaluationContext:
        """Return the context with more resources."""
        return MultiAssetSensorEvaluationContext(
            None, self._monitored, self.last_tick_completion_time, self.last_run_key, self._cursor,
            self.repository_name, self._repository_def, self._instance, {**self._resource_defs, **resources_dict}, None,
            self.last_sensor_start_time, None, self._sensor_name, self.code_location_origin,
        )  # fmt: skip


def check_monitored(monitored: Any) -> Sequence[AssetKey] | AssetSelection:
    """Return the assets that a sensor looks at: keys, or a selection.

    Raises:
        CheckError: if they are neither.
    """
    if isinstance(monitored, AssetSelection):
        return monitored
    if isinstance(monitored, (list, tuple)) and all(isinstance(key, AssetKey) for key in monitored):
        return list(monitored)
    raise CheckError(
        f"monitored_assets must be an AssetSelection or a list of AssetKeys, not {monitored!r:.200}."
    )


def build_multi_asset_sensor_context(
    *,
    monitored_assets: Sequence[AssetKey] | AssetSelection,
    repository_def: Any = None,
    instance: Any = None,
    cursor: str | None = None,
    repository_name: str | None = None,
    cursor_from_latest_materializations: bool = False,
    resources: Mapping[str, Any] | None = None,
    definitions: Any = None,
    last_sensor_start_time: float | None = None,
) -> MultiAssetSensorEvaluationContext:
    """Build the context for evaluating a sensor of several assets in a test.

    Args:
        monitored_assets: the assets: keys, or a selection.
        repository_def: the definitions of the code location.
        instance: the instance.
        cursor: what the tick before left.
        repository_name: the name of the repository.
        cursor_from_latest_materializations: whether everything up to now counts as handled.
        resources: key to resource definition or value.
        definitions: the Definitions of the code location, instead of ``repository_def``.
        last_sensor_start_time: when the sensor was started, in seconds since the epoch.

    Raises:
        CheckError: if there is neither or both of definitions and repository_def.
        DagsterInvalidInvocationError: if everything is to count as handled and there is a cursor, or no instance.
    """
    if cursor_from_latest_materializations and cursor:
        raise DagsterInvalidInvocationError(
            "cursor and cursor_from_latest_materializations both say where the sensor begins: give one of them."
        )
    if cursor_from_latest_materializations and instance is None:
        raise DagsterInvalidInvocationError(
            "cursor_from_latest_materializations asks what has been materialized: give instance= as well."
        )
    context = MultiAssetSensorEvaluationContext(
        None, monitored_assets, cursor=cursor, repository_name=repository_name, repository_def=repository_def,
        instance=instance, resource_defs=resources, definitions=definitions,
        last_sensor_start_time=last_sensor_start_time,
    )  # fmt: skip
    if cursor_from_latest_materializations:
        context.advance_all_cursors()
        context.update_cursor_after_evaluation()
        context.cursor_updated = False
    return context
