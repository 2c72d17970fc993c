"""``@asset_sensor``: a sensor that looks at the latest materialization of one asset."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.instigators.tick_function import TickFunction
from weftwork.definitions.sensors.decorator import with_names
from weftwork.definitions.sensors.sensor_context import SensorEvaluationContext
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus, SensorDefinition, SensorType
from weftwork.records.event_type import DagsterEventType
from weftwork.records.keys import AssetKey
from weftwork.records.lookups.filters import EventRecordsFilter
from weftwork.records.metadata import RawMetadata


class AssetSensorDefinition(SensorDefinition):
    """Calls a function with each new materialization of an asset, the latest only if there are several.

    Args:
        name: its name.
        asset_key: the asset.
        job_name: the name of the job, where the job itself is not at hand.
        asset_materialization_fn: (context, event) -> what ``@sensor`` functions return.
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people.
        job: the job or graph.
        jobs: several of these; each RunRequest then names its job.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        required_resource_keys: the resources that the function uses.
        tags: tags of the sensor.
        metadata: name to value, for people.
    """

    def __init__(
        self,
        name: str,
        asset_key: AssetKey,
        job_name: str | None,
        asset_materialization_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        job: Any = None,
        jobs: Sequence[Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        required_resource_keys: AbstractSet[str] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: RawMetadata | None = None,
    ) -> None:
        self.asset_key: AssetKey = check_type(asset_key, AssetKey, "asset_key")
        self._on_event = TickFunction(asset_materialization_fn, "sensor", others=1)
        super().__init__(
            name, evaluation_fn=self._look, job_name=job_name, minimum_interval_seconds=minimum_interval_seconds,
            description=description, job=job, jobs=jobs, default_status=default_status,
            required_resource_keys=frozenset(required_resource_keys or ()) | frozenset(self._on_event.resource_params), tags=tags,
            metadata=metadata,
        )  # fmt: skip

    @property
    def sensor_type(self) -> SensorType:
        """The kind of sensor."""
        return SensorType.ASSET

    def _look(self, context: SensorEvaluationContext) -> Any:
        wanted = EventRecordsFilter(
            event_type=DagsterEventType.ASSET_MATERIALIZATION, asset_key=self.asset_key,
            after_cursor=int(context.cursor) if context.cursor else None,
        )  # fmt: skip
        records = context.instance.get_event_records(wanted, ascending=False, limit=1)
        if not records:
            return SkipReason(
                f"The asset '{self.asset_key.to_user_string()}' was not materialized since the last look."
            )
        result = self._on_event.call(context, records[0].event_log_entry)
        if hasattr(result, "__next__"):
            result = list(result)
        context.update_cursor(str(records[0].storage_id))
        return result

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function directly, as a test does, with a context and an event."""
        return self._on_event.invoke(
            self.name, SensorEvaluationContext, self.required_resource_keys, args, kwargs
        )


def asset_sensor(
    asset_key: AssetKey,
    *,
    job_name: str | None = None,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: RawMetadata | None = None,
) -> Callable[[Callable[..., Any]], AssetSensorDefinition]:
    """Make a sensor of a function (context, event) that is called for a new materialization of an asset.

    Args:
        asset_key: the asset.
        job_name: the name of the job, where the job itself is not at hand.
        name: its name (default: that of the function).
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people (default: the docstring).
        job: the job or graph.
        jobs: several of these; each RunRequest then names its job.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        required_resource_keys: the resources that the function uses.
        tags: tags of the sensor.
        metadata: name to value, for people.

    Example:
        >>> @asset_sensor(asset_key=AssetKey("orders"), job=report)
        ... def on_orders(context, asset_event):
        ...     return RunRequest(run_key=asset_event.run_id)
    """
    check_type(asset_key, AssetKey, "asset_key")

    def decorate(function: Callable[..., Any]) -> AssetSensorDefinition:
        made: AssetSensorDefinition = with_names(
            AssetSensorDefinition(
                name or function.__name__, asset_key, job_name, function, minimum_interval_seconds,
                description or getattr(function, "__doc__", None), job, jobs, default_status, required_resource_keys, tags, metadata,
            ),
            function,
        )  # fmt: skip
        return made

    return decorate
