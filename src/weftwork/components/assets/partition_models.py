"""What files say of partitions and backfill policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from weftwork.components.resolved.model import Model
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.resolvable import Resolvable
from weftwork.definitions.assets.specs.backfill_policy import BackfillPolicy
from weftwork.partitions import time_window
from weftwork.partitions.definition import PartitionsDefinition
from weftwork.partitions.static import StaticPartitionsDefinition


class HourlyPartitionsDefinitionModel(Resolvable, Model):
    """A partition for every hour."""

    type: Literal["hourly"] = "hourly"
    start_date: str
    end_date: str | None = None
    timezone: str | None = None
    minute_offset: int = 0


class DailyPartitionsDefinitionModel(Resolvable, Model):
    """A partition for every day."""

    type: Literal["daily"] = "daily"
    start_date: str
    end_date: str | None = None
    timezone: str | None = None
    minute_offset: int = 0
    hour_offset: int = 0


class WeeklyPartitionsDefinitionModel(Resolvable, Model):
    """A partition for every week."""

    type: Literal["weekly"] = "weekly"
    start_date: str
    end_date: str | None = None
    timezone: str | None = None
    minute_offset: int = 0
    hour_offset: int = 0
    day_offset: int = 0


class TimeWindowPartitionsDefinitionModel(Resolvable, Model):
    """A partition for every window between the times of a cron expression."""

    type: Literal["time_window"] = "time_window"
    start_date: str
    end_date: str | None = None
    timezone: str | None = None
    fmt: str
    cron_schedule: str


class StaticPartitionsDefinitionModel(Resolvable, Model):
    """Partitions that are listed."""

    type: Literal["static"] = "static"
    partition_keys: Sequence[str]


class SingleRunBackfillPolicyModel(Resolvable, Model):
    """All partitions of a backfill in one run."""

    type: Literal["single_run"] = "single_run"


class MultiRunBackfillPolicyModel(Resolvable, Model):
    """Several runs for a backfill, each with so many partitions."""

    type: Literal["multi_run"] = "multi_run"
    max_partitions_per_run: int = 1


_CLASSES: dict[str, tuple[type[Any], type[PartitionsDefinition[Any]]]] = {
    "hourly": (HourlyPartitionsDefinitionModel, time_window.HourlyPartitionsDefinition),
    "daily": (DailyPartitionsDefinitionModel, time_window.DailyPartitionsDefinition),
    "weekly": (WeeklyPartitionsDefinitionModel, time_window.WeeklyPartitionsDefinition),
    "time_window": (TimeWindowPartitionsDefinitionModel, time_window.TimeWindowPartitionsDefinition),
    "static": (StaticPartitionsDefinitionModel, StaticPartitionsDefinition),
}
_WINDOW_NAMES = {"start_date": "start", "end_date": "end"}
AnyPartitionsDefinitionModel = (
    HourlyPartitionsDefinitionModel
    | DailyPartitionsDefinitionModel
    | WeeklyPartitionsDefinitionModel
    | TimeWindowPartitionsDefinitionModel
    | StaticPartitionsDefinitionModel
    | None
)
AnyBackfillPolicyModel = SingleRunBackfillPolicyModel | MultiRunBackfillPolicyModel | None


def resolve_partitions_def(context: ResolutionContext, model: Any) -> PartitionsDefinition[Any] | None:
    """Return the partitions that a file says.

    Args:
        context: what templates see.
        model: what it says, or a template.
    """
    if model is None or isinstance(model, str):
        return context.resolve_value(model)  # type: ignore[no-any-return]  # the field's type is checked by its model
    said, made = _CLASSES[model.type]
    values = said.resolve_from_model(context, model).model_dump(exclude={"type"}, exclude_none=True)
    if model.type == "time_window":
        values = {_WINDOW_NAMES.get(name, name): value for name, value in values.items()}
    return made(**values)


def resolve_backfill_policy(context: ResolutionContext, model: Any) -> BackfillPolicy | None:
    """Return the backfill policy that a file says.

    Args:
        context: what templates see.
        model: what it says, or a template.
    """
    if model is None or isinstance(model, str):
        return context.resolve_value(model)  # type: ignore[no-any-return]  # the field's type is checked by its model
    if model.type == "single_run":
        return BackfillPolicy.single_run()
    said = MultiRunBackfillPolicyModel.resolve_from_model(context, model)
    return BackfillPolicy.multi_run(said.max_partitions_per_run)
