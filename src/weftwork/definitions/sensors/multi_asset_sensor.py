"""``@multi_asset_sensor``: a sensor that looks at the materializations of several assets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.definitions.instigators.tick_function import TickFunction
from weftwork.definitions.sensors.decorator import with_names
from weftwork.definitions.sensors.multi_asset_context import (
    MultiAssetSensorEvaluationContext,
    check_monitored,
)
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus, SensorDefinition, SensorType
from weftwork.definitions.sensors.sensor_result import SensorExecutionData, SensorResult
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.keys import AssetKey
from weftwork.records.metadata import RawMetadata
from weftwork.records.run_request import RunRequest


class MultiAssetSensorDefinition(SensorDefinition):
    """Calls a function that looks at the materializations of several assets after its cursor.

    Args:
        name: its name.
        monitored_assets: the assets: keys, or a selection.
        job_name: the name of the job, where the job itself is not at hand.
        asset_materialization_fn: (context) -> what ``@sensor`` functions return.
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people.
        job: the job or graph.
        jobs: several of these; each RunRequest then names its job.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        request_assets: the assets that it may ask for.
        required_resource_keys: the resources that the function uses.
        tags: tags of the sensor.
        metadata: name to value, for people.
    """

    def __init__(
        self,
        name: str,
        monitored_assets: Sequence[AssetKey] | AssetSelection,
        job_name: str | None,
        asset_materialization_fn: Callable[..., Any],
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        job: Any = None,
        jobs: Sequence[Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        request_assets: AssetSelection | None = None,
        required_resource_keys: AbstractSet[str] | None = None,
        tags: Mapping[str, str] | None = None,
        metadata: RawMetadata | None = None,
    ) -> None:
        self.monitored_assets = check_monitored(monitored_assets)
        self._look = TickFunction(asset_materialization_fn, "sensor")
        super().__init__(
            name, evaluation_fn=self._evaluate, job_name=job_name, minimum_interval_seconds=minimum_interval_seconds,
            description=description, job=job, jobs=jobs, default_status=default_status, asset_selection=request_assets,
            required_resource_keys=frozenset(required_resource_keys or ()) | frozenset(self._look.resource_params),
            tags=tags, metadata=metadata,
        )  # fmt: skip

    @property
    def sensor_type(self) -> SensorType:
        """The kind of sensor."""
        return SensorType.MULTI_ASSET

    def evaluate_tick(self, context: Any) -> SensorExecutionData:
        """Return what the sensor asks for.

        Args:
            context: the context; ``build_multi_asset_sensor_context()`` in tests.

        Raises:
            CheckError: if the context is another.
            DagsterInvalidDefinitionError: if it asks for runs and does not advance its cursor.
            DagsterInvariantViolationError: if it returns a cursor of its own.
        """
        if not isinstance(context, MultiAssetSensorEvaluationContext):
            raise CheckError(
                f"The sensor '{self.name}' is evaluated with a MultiAssetSensorEvaluationContext, as "
                f"build_multi_asset_sensor_context() makes it, not with {context!r:.200}."
            )
        return super().evaluate_tick(context)

    def _evaluate(self, context: MultiAssetSensorEvaluationContext) -> Any:
        items = self._list_items(self._look.call(context))
        results = [item for item in items if isinstance(item, SensorResult)]
        if any(result.cursor is not None for result in results):
            raise DagsterInvariantViolationError(
                f"The sensor '{self.name}' set SensorResult.cursor. The cursor of a sensor of several assets moves with "
                f"context.advance_cursor() and context.advance_all_cursors()."
            )
        asks = any(isinstance(item, RunRequest) for item in items) or any(r.run_requests for r in results)
        if asks and not context.cursor_updated:
            raise DagsterInvalidDefinitionError(
                f"The sensor '{self.name}' asks for runs and has not advanced its cursor, so it would ask for the same "
                f"again. Call context.advance_cursor({{key: record}}) or context.advance_all_cursors()."
            )
        context.update_cursor_after_evaluation()
        return items

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function directly, as a test does, and return just what it returns."""
        result = self._look.invoke(
            self.name, MultiAssetSensorEvaluationContext, self.required_resource_keys, args, kwargs
        )
        for context in (*args, *kwargs.values()):
            if isinstance(context, MultiAssetSensorEvaluationContext):
                if hasattr(result, "__next__"):
                    result = list(result)
                context.update_cursor_after_evaluation()
        return result


def multi_asset_sensor(
    monitored_assets: Sequence[AssetKey] | AssetSelection,
    *,
    job_name: str | None = None,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_assets: AssetSelection | None = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: RawMetadata | None = None,
) -> Callable[[Callable[..., Any]], MultiAssetSensorDefinition]:
    """Make a sensor of a function (context) that looks at the materializations of several assets.

    Args:
        monitored_assets: the assets: keys, or a selection.
        job_name: the name of the job, where the job itself is not at hand.
        name: its name (default: that of the function).
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people (default: the docstring).
        job: the job or graph.
        jobs: several of these; each RunRequest then names its job.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        request_assets: the assets that it may ask for.
        required_resource_keys: the resources that the function uses.
        tags: tags of the sensor.
        metadata: name to value, for people.

    Example:
        >>> @multi_asset_sensor([AssetKey("orders"), AssetKey("items")], job=report)
        ... def when_both(context):
        ...     records = context.latest_materialization_records_by_key()
        ...     if all(records.values()):
        ...         context.advance_cursor(records)
        ...         return RunRequest()
    """
    check_monitored(monitored_assets)

    def decorate(function: Callable[..., Any]) -> MultiAssetSensorDefinition:
        made: MultiAssetSensorDefinition = with_names(
            MultiAssetSensorDefinition(
                name or function.__name__, monitored_assets, job_name, function, minimum_interval_seconds,
                description or getattr(function, "__doc__", None), job, jobs, default_status, request_assets,
                required_resource_keys, tags, metadata,
            ),
            function,
        )  # fmt: skip
        return made

    return decorate
