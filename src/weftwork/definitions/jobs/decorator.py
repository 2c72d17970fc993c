"""The decorator that makes a function that calls ops a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, overload

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError, DagsterError
from weftwork.base.names import check_name
from weftwork.base.source import add_place
from weftwork.base.warnings import warn_of_version_strategy
from weftwork.definitions.graphs.compose import compose_graph
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.ops.decorator import get_function_name
from weftwork.records.metadata import RawMetadata
from weftwork.records.retry import RetryPolicy


@overload
def job(compose_fn: Callable[..., Any]) -> JobDefinition: ...


@overload
def job(
    compose_fn: None = None,
    *,
    name: str | None = ...,
    description: str | None = ...,
    resource_defs: Mapping[str, Any] | None = ...,
    config: Any = ...,
    tags: Mapping[str, Any] | None = ...,
    run_tags: Mapping[str, Any] | None = ...,
    metadata: RawMetadata | None = ...,
    logger_defs: Mapping[str, Any] | None = ...,
    executor_def: Any = ...,
    hooks: Set[Any] | None = ...,
    op_retry_policy: RetryPolicy | None = ...,
    partitions_def: Any = ...,
    input_values: Mapping[str, Any] | None = ...,
    owners: Sequence[str] | None = ...,
    version_strategy: Any = ...,
) -> Callable[[Callable[..., Any]], JobDefinition]: ...


def job(
    compose_fn: Callable[..., Any] | None = None,
    *,
    name: str | None = None,
    description: str | None = None,
    resource_defs: Mapping[str, Any] | None = None,
    config: Any = None,
    tags: Mapping[str, Any] | None = None,
    run_tags: Mapping[str, Any] | None = None,
    metadata: RawMetadata | None = None,
    logger_defs: Mapping[str, Any] | None = None,
    executor_def: Any = None,
    hooks: Set[Any] | None = None,
    op_retry_policy: RetryPolicy | None = None,
    partitions_def: Any = None,
    input_values: Mapping[str, Any] | None = None,
    owners: Sequence[str] | None = None,
    version_strategy: Any = None,
) -> JobDefinition | Callable[[Callable[..., Any]], JobDefinition]:
    """Make a function that calls ops and graphs a job.

    The function runs once, when it is decorated; each call in it is a node, and what a call gives is a placeholder
    that can be passed to other calls.

    Args:
        compose_fn: the function, where the decorator is used without parentheses.
        name: its name (default: that of the function).
        description: text for people (default: the docstring).
        resource_defs: resource key to resource; ``io_manager`` defaults to files.
        config: the default run config (dict or RunConfig), a ConfigMapping, or a PartitionedConfig.
        tags: tags of the job, and of its runs unless ``run_tags`` is given.
        run_tags: tags of its runs.
        metadata: name to metadata value.
        logger_defs: logger name to logger (default: "console").
        executor_def: how steps are run (default: each in a process, or all in one, as config says).
        hooks: hooks of every op.
        op_retry_policy: for ops that have none of their own.
        partitions_def: the partitions that its runs are for.
        input_values: values of the inputs of the job.
        owners: who answers for it: e-mail addresses or "team:name".
        version_strategy: deprecated and ignored: give ops a ``code_version``.

    Raises:
        DagsterInvalidDefinitionError: if a call does not fit the op, a resource is missing, or something is returned.

    Example:
        >>> @job
        ... def nightly():
        ...     store(clean(load()))
    """
    if version_strategy is not None:
        warn_of_version_strategy()

    def decorate(fn: Callable[..., Any]) -> JobDefinition:
        try:
            graph_def = compose_graph(
                fn,
                name=check_name(name or get_function_name(fn, "job"), "job"),
                kind="@job",
                description=description,
                gives_outputs=False,
            )
            made = JobDefinition(
                graph_def=graph_def, resource_defs=resource_defs, executor_def=executor_def, logger_defs=logger_defs,
                config=config, partitions_def=partitions_def, tags=tags, run_tags=run_tags, metadata=metadata,
                hook_defs=hooks, op_retry_policy=op_retry_policy, input_values=input_values, owners=owners,
            )  # fmt: skip
        except (DagsterError, CheckError) as error:
            add_place(error, "@job", fn)
            raise
        made.__dict__["__wrapped__"] = fn  # by which another process finds the job
        return made

    if compose_fn is not None:
        return decorate(compose_fn)
    check_type(name, str, "name", optional=True)
    return decorate
