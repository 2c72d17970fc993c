"""AutomationConditionSensorDefinition: which assets' conditions are evaluated, and how what they ask for is started."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidInvocationError, ParameterCheckError
from weftwork.conditions.expression import AutomationCondition
from weftwork.definitions.instigators.skip_reason import SkipReason
from weftwork.definitions.sensors.sensor_definition import DefaultSensorStatus, SensorDefinition, SensorType
from weftwork.planning.selection.asset_selection import AssetSelection
from weftwork.records.metadata import RawMetadata
from weftwork.records.tags import normalize_tags

DEFAULT_NAME = "default_automation_condition_sensor"
EMIT_BACKFILLS_METADATA = "dagster/emit_backfills"


class AutomationConditionSensorDefinition(SensorDefinition):
    """Evaluates the automation conditions of the assets and checks that it targets, and starts what they ask for.

    Args:
        name: its name.
        target: the assets: keys, definitions, a selection, or the text of one.
        tags: tags of the sensor.
        run_tags: tags of the runs that it starts.
        default_status: whether it runs before anybody has started it (default: STOPPED).
        minimum_interval_seconds: seconds from one evaluation to the next at least (default 30).
        description: text for people.
        metadata: name to value, for people.
        emit_backfills: whether one evaluation that asks for several partitions of an asset starts a backfill, and not
            a run for each (default True).
        use_user_code_server: whether conditions are evaluated where user code is, as those in user code must be.
        default_condition: the condition of targets that have none; needs ``use_user_code_server``.
        asset_job_keys: accepted for compatibility: the jobs that it starts when their conditions ask for it.

    Raises:
        ParameterCheckError: if an argument is invalid, or there is a default condition without ``use_user_code_server``.

    Example:
        >>> AutomationConditionSensorDefinition("sales", target='group:"sales"', default_status=DefaultSensorStatus.RUNNING)
    """

    def __init__(
        self,
        name: str,
        *,
        target: Any,
        tags: Mapping[str, str] | None = None,
        run_tags: Mapping[str, Any] | None = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        minimum_interval_seconds: int | None = None,
        description: str | None = None,
        metadata: RawMetadata | None = None,
        emit_backfills: bool = True,
        use_user_code_server: bool = False,
        default_condition: AutomationCondition | None = None,
        asset_job_keys: Any = None,
    ) -> None:
        check_type(default_condition, AutomationCondition, "default_condition", optional=True)
        self.use_user_code_server: bool = check_type(use_user_code_server, bool, "use_user_code_server")
        if default_condition is not None and not use_user_code_server:
            raise ParameterCheckError(
                f"The sensor '{name}' has a default_condition, which is evaluated where user code is: give "
                f"use_user_code_server=True as well."
            )
        self.emit_backfills: bool = check_type(emit_backfills, bool, "emit_backfills")
        shown = {**(metadata or {}), **({EMIT_BACKFILLS_METADATA: True} if emit_backfills else {})}
        super().__init__(
            check_type(name, str, "name"), evaluation_fn=_skip, asset_selection=AssetSelection.from_coercible(target),
            minimum_interval_seconds=minimum_interval_seconds, description=description, default_status=default_status,
            tags=tags, metadata=shown,
        )  # fmt: skip
        self.run_tags: dict[str, str] = normalize_tags(run_tags, f"the run tags of sensor '{name}'")
        self.default_condition = default_condition
        self.asset_job_keys: frozenset[Any] = frozenset(asset_job_keys or ())

    @property
    def sensor_type(self) -> SensorType:
        """The kind of sensor."""
        return SensorType.AUTOMATION if self.use_user_code_server else SensorType.AUTO_MATERIALIZE

    def evaluate_tick(self, context: Any) -> NoReturn:
        """Raise: the conditions of a code location are evaluated by the daemon.

        Raises:
            DagsterInvalidInvocationError: always; says what to call in a test.
        """
        del context
        raise DagsterInvalidInvocationError(
            f"The sensor '{self.name}' is evaluated by the daemon. In a test, call evaluate_automation_conditions(defs, "
            f"instance, asset_selection=...)."
        )

    def __call__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Raise: the conditions of a code location are evaluated by the daemon."""
        self.evaluate_tick(None)


def _skip(_context: Any) -> SkipReason:
    return SkipReason("Automation conditions are evaluated by the daemon.")
