"""``@sensor``: a sensor of a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from weftwork.base.arguments import check_callable
from weftwork.definitions.instigators.tick_function import TickFunction
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus, SensorDefinition
from weftwork.records.metadata import RawMetadata


def sensor(
    job_name: str | None = None,
    *,
    name: str | None = None,
    minimum_interval_seconds: int | None = None,
    description: str | None = None,
    job: Any = None,
    jobs: Sequence[Any] | None = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    asset_selection: Any = None,
    required_resource_keys: AbstractSet[str] | None = None,
    tags: Mapping[str, str] | None = None,
    metadata: RawMetadata | None = None,
    target: Any = None,
    owners: Sequence[str] | None = None,
) -> Callable[[Callable[..., Any]], SensorDefinition]:
    """Make a sensor of a function that looks for what has happened.

    The function takes a SensorEvaluationContext, or nothing, and resources as parameters. It returns or yields
    RunRequests (with a run_key, each key is run once), a SkipReason, a SensorResult, or None to skip.

    Args:
        job_name: the name of the job, where the job itself is not at hand.
        name: its name (default: that of the function).
        minimum_interval_seconds: seconds from one look to the next at least (default 30).
        description: text for people (default: the docstring).
        job: the job or graph.
        jobs: several of these; each RunRequest then names its job.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        asset_selection: the assets that it may ask for.
        required_resource_keys: the resources that the function uses.
        tags: tags of the sensor.
        metadata: name to value, for people.
        target: the job, several jobs, the assets or the selection of assets.
        owners: who answers for it: e-mail addresses or "team:name".

    Raises:
        DagsterInvalidDefinitionError: if an argument is invalid.

    Example:
        >>> @sensor(job=load)
        ... def new_files(context):
        ...     for name in sorted(os.listdir("inbox")):
        ...         yield RunRequest(run_key=name, run_config={"ops": {"read": {"config": {"name": name}}}})
    """

    def decorate(function: Callable[..., Any]) -> SensorDefinition:
        made = TickFunction(function, "sensor")
        made_sensor: SensorDefinition = with_names(
            SensorDefinition(
                name or made.name, evaluation_fn=made, job_name=None if callable(job_name) else job_name,
                minimum_interval_seconds=minimum_interval_seconds, description=description or getattr(function, "__doc__", None),
                job=job, jobs=jobs, default_status=default_status, asset_selection=asset_selection,
                required_resource_keys=required_resource_keys, tags=tags, metadata=metadata, target=target, owners=owners,
            ),
            function,
        )  # fmt: skip
        return made_sensor

    if callable(job_name):  # without brackets, the function stands where the name of a job would
        bare: Any = decorate(job_name)
        return bare
    return lambda function: decorate(check_callable(function, "fn"))


def with_names(definition: Any, function: Any) -> Any:
    """Return a definition that shows the name and docstring of the function that it was made of."""
    definition.__name__ = getattr(function, "__name__", definition.name)
    definition.__doc__ = getattr(function, "__doc__", None)
    return definition
