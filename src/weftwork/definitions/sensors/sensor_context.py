"""What the function of a sensor is told about its tick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.base.lifecycle import former, marked
from weftwork.definitions.instigators.tick_context import TickContext


class SensorEvaluationContext(TickContext):
    """What the function of a sensor is told about its tick.

    Args:
        instance_ref: accepted for compatibility; pass ``instance``.
        last_tick_completion_time: when the tick before ended, in seconds since the epoch.
        last_run_key: the last run key that the sensor asked for.
        cursor: what the tick before left.
        log_key: accepted for compatibility.
        repository_name: the name of the repository.
        repository_def: the definitions of the code location.
        instance: the instance.
        sensor_name: the name of the sensor.
        resources: key to resource definition or value.
        definitions: the Definitions of the code location, instead of ``repository_def``.
        last_sensor_start_time: when the sensor was started, in seconds since the epoch.
        code_location_origin: where the code location is.
        last_completion_time: the same as ``last_tick_completion_time`` (older name).
    """

    __slots__ = ("_cursor", "_sensor_name", "code_location_origin", "cursor_updated", "last_run_key", "last_sensor_start_time",
                 "last_tick_completion_time", "repository_name")  # fmt: skip

    def __init__(
        self,
        instance_ref: Any = None,
        last_tick_completion_time: float | None = None,
        last_run_key: str | None = None,
        cursor: str | None = None,
        log_key: Any = None,
        repository_name: str | None = None,
        repository_def: Any = None,
        instance: Any = None,
        sensor_name: str | None = None,
        resources: Mapping[str, Any] | None = None,
        definitions: Any = None,
        last_sensor_start_time: float | None = None,
        code_location_origin: Any = None,
        last_completion_time: float | None = None,
    ) -> None:
        if repository_def is None and definitions is not None:
            repository_def = definitions.get_repository_def()
        super().__init__(
            instance if instance is not None else instance_ref, repository_def, resources, "build_sensor_context",
            {"sensor_name": sensor_name},
        )  # fmt: skip
        self.last_tick_completion_time = (
            last_tick_completion_time if last_tick_completion_time is not None else last_completion_time
        )
        self.last_run_key = last_run_key
        self._cursor: str | None = check_type(cursor, str, "cursor", optional=True)
        self.cursor_updated = False
        self.repository_name = repository_name
        self._sensor_name = sensor_name
        self.last_sensor_start_time = last_sensor_start_time
        self.code_location_origin = code_location_origin

    @property
    @marked("context.last_completion_time", former("Use context.last_tick_completion_time."))
    def last_completion_time(self) -> float | None:
        """When the tick before ended (older name)."""
        return self.last_tick_completion_time

    @property
    def cursor(self) -> str | None:
        """What the tick before left, or this one has set."""
        return self._cursor

    def update_cursor(self, cursor: str | None) -> None:
        """Set what the next tick finds in ``cursor``.

        Args:
            cursor: text of your own, such as the last file or time that was seen.
        """
        self._cursor = check_type(cursor, str, "cursor", optional=True)
        self.cursor_updated = True

    @property
    def sensor_name(self) -> str:
        """The name of the sensor.

        Raises:
            CheckError: if none was given.
        """
        if self._sensor_name is None:
            raise CheckError("This context has no sensor_name: give one with sensor_name=.")
        return self._sensor_name

    @property
    def repository_def(self) -> Any:
        """The definitions of the code location, or None."""
        return self._repository_def

    @property
    def is_first_tick_since_sensor_start(self) -> bool:
        """Whether no tick has ended since the sensor was started."""
        ended, started = self.last_tick_completion_time, self.last_sensor_start_time
        return ended is None or (started is not None and ended < started)

    def merge_resources(self, resources_dict: Mapping[str, Any]) -> SensorEvaluationContext:
        """Return the context with more resources."""
        return SensorEvaluationContext(
            None, self.last_tick_completion_time, self.last_run_key, self._cursor, None, self.repository_name, self._repository_def,
            self._instance, self._sensor_name, {**self._resource_defs, **resources_dict}, None, self.last_sensor_start_time,
            self.code_location_origin,
        )  # fmt: skip


def build_sensor_context(
    instance: Any = None,
    cursor: str | None = None,
    repository_name: str | None = None,
    repository_def: Any = None,
    sensor_name: str | None = None,
    resources: Mapping[str, Any] | None = None,
    definitions: Any = None,
    instance_ref: Any = None,
    last_sensor_start_time: float | None = None,
) -> SensorEvaluationContext:
    """Build the context for evaluating a sensor in a test.

    Args:
        instance: the instance.
        cursor: what the tick before left.
        repository_name: the name of the repository.
        repository_def: the definitions of the code location.
        sensor_name: the name of the sensor.
        resources: key to resource definition or value.
        definitions: the Definitions of the code location, instead of ``repository_def``.
        instance_ref: accepted for compatibility; pass ``instance``.
        last_sensor_start_time: when the sensor was started, in seconds since the epoch.

    Example:
        >>> list(new_files(build_sensor_context(cursor="file_3")))
    """
    return SensorEvaluationContext(
        instance_ref, cursor=cursor, repository_name=repository_name, repository_def=repository_def, instance=instance,
        sensor_name=sensor_name, resources=resources, definitions=definitions, last_sensor_start_time=last_sensor_start_time,
    )  # fmt: skip
