"""The arguments of a job, checked and brought into one form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.config.run_config import RunConfig, to_run_config_dict

if TYPE_CHECKING:
    from weftwork.definitions.run_config.config_mapping import ConfigMapping  # which few jobs have

_OWNER = re.compile(r"^(team:.+|[^@\s]+@[^@\s]+\.[^@\s]+)\Z")


class JobConfig(msgspec.Struct, frozen=True):
    """What the ``config`` of a job says.

    Attributes:
        default: the run config of runs that give none; None if there is none.
        mapping: makes the run config from other config.
        partitioned: makes the run config from a partition key.
    """

    default: dict[str, Any] | None = None
    mapping: ConfigMapping | None = None
    partitioned: Any = None


def read_config(config: Any, partitions_def: Any, job_name: str) -> JobConfig:
    """Return what the ``config`` of a job says.

    Raises:
        ParameterCheckError: if it is of no known form.
        CheckError: if it is for other partitions than the job.
    """
    if config is None:
        return JobConfig()
    if isinstance(config, (Mapping, RunConfig)):
        return JobConfig(default=to_run_config_dict(config))
    from weftwork.definitions.run_config.config_mapping import ConfigMapping  # see above

    if isinstance(config, ConfigMapping):
        return JobConfig(mapping=config)
    if hasattr(config, "get_run_config_for_partition_key"):
        if partitions_def is not None and partitions_def != config.partitions_def:
            raise CheckError(
                f"Job '{job_name}': config is a PartitionedConfig for other partitions than partitions_def. Leave "
                f"partitions_def out; it is known from config."
            )
        return JobConfig(partitioned=config)
    raise ParameterCheckError(
        f"Job '{job_name}': config must be a dict, a RunConfig, a ConfigMapping or a PartitionedConfig, not "
        f"{type(config).__name__}: {config!r:.100}."
    )


def check_executor(executor_def: Any) -> Any:
    """Return the executor.

    Raises:
        ParameterCheckError: if it is none.
    """
    if executor_def is None:
        return None
    from weftwork.definitions.executors.executor_definition import ExecutorDefinition  # most jobs name none

    return check_type(executor_def, ExecutorDefinition, "executor_def")


def check_loggers(logger_defs: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the loggers.

    Raises:
        ParameterCheckError: if one is none.
    """
    if logger_defs is None:
        return None
    from weftwork.definitions.loggers.logger_definition import LoggerDefinition  # most jobs name none

    for name, logger_def in check_type(logger_defs, Mapping, "logger_defs").items():
        check_type(logger_def, LoggerDefinition, f"logger_defs['{name}']")
    return dict(logger_defs)


def check_partitions(partitions_def: Any) -> Any:
    """Return the partitions.

    Raises:
        ParameterCheckError: if it is no PartitionsDefinition.
    """
    if partitions_def is None:
        return None
    from weftwork.partitions.definition import PartitionsDefinition  # most jobs have none

    return check_type(partitions_def, PartitionsDefinition, "partitions_def")


def check_resources(resource_defs: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the resources as definitions.

    Raises:
        CheckError: if a key is no identifier.
    """
    if not resource_defs:
        return {}
    from weftwork.definitions.resources.wrapping import wrap_resources  # only where there are resources

    found = wrap_resources(resource_defs)
    for key in found:
        if not key.isidentifier():
            raise CheckError(
                f"'{key}' cannot be the key of a resource: it must be a Python name, as context.resources.{key} reads it."
            )
    return found


def check_input_values(input_values: Mapping[str, Any] | None, graph: Any, job_name: str) -> dict[str, Any]:
    """Return the values given for inputs of a job.

    Raises:
        DagsterInvalidDefinitionError: if the job has no such input.
    """
    given = check_type(input_values, Mapping, "input_values", optional=True) or {}
    for name in given:
        if name not in graph.input_dict:
            raise DagsterInvalidDefinitionError(
                f"Job '{job_name}': input_values names '{name}', but the job's inputs are {quote_names(graph.input_dict)}."
                f"{did_you_mean(str(name), graph.input_dict)}"
            )
    return dict(given)


def check_owners(owners: Sequence[str] | None, job_name: str) -> list[str] | None:
    """Return who answers for a job.

    Raises:
        DagsterInvalidDefinitionError: if one is neither an address nor a team.
    """
    for owner in owners or ():
        if not isinstance(owner, str) or not _OWNER.match(owner):
            raise DagsterInvalidDefinitionError(
                f"Job '{job_name}': {owner!r} cannot be an owner. Give an e-mail address, or a team as 'team:name'."
            )
    return list(owners) if owners is not None else None
