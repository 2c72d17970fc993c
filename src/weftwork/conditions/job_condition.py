"""Which automation conditions a job over assets may have."""

from __future__ import annotations

from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.conditions.expression import AutomationCondition
from weftwork.conditions.kinds import JobRootsCondition


def check_job_condition(name: str, condition: Any, config: Any, is_partitioned: bool) -> None:
    """Raise if a job cannot have a condition.

    Args:
        name: the name of the job.
        condition: its condition.
        config: its config.
        is_partitioned: whether its assets, or it itself, have partitions, which makes any config one for each partition.

    Raises:
        ParameterCheckError: if it is no condition.
        DagsterInvalidDefinitionError: if the condition asks nothing of the job's assets, or the config is one for
            each partition.
    """
    check_type(condition, AutomationCondition, "automation_condition")
    if not any(isinstance(part, JobRootsCondition) for part in condition.iterate()):
        raise DagsterInvalidDefinitionError(
            f"The automation condition of job '{name}' asks nothing of the assets in it. Put it into "
            f"AutomationCondition.all_job_root_assets_match(...) or any_job_root_assets_match(...)."
        )
    if hasattr(config, "get_run_config_for_partition_key") or (is_partitioned and config is not None):
        raise DagsterInvalidDefinitionError(
            f"Job '{name}' has an automation condition and config for each partition. Automation starts runs with one "
            f"config: leave out the one or the other."
        )
