"""validate_run_config: what run config comes to for a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.config.run_config import to_run_config_dict
from weftwork.definitions.jobs.job_definition import JobDefinition
from weftwork.definitions.run_config.resolution import resolve_run_config
from weftwork.execution.runs.class_rules import check_class_rules


def validate_run_config(job_def: Any, run_config: Any = None) -> Mapping[str, Any]:
    """Return what run config comes to for a job, with every default filled in.

    Args:
        job_def: the job.
        run_config: a dict or a RunConfig; that of the job if None or empty.

    Returns:
        ``ops`` (by dotted name: config, inputs, outputs), ``execution`` (by the executor's name), ``resources`` and
        ``loggers``.

    Raises:
        DagsterInvalidConfigError: if it does not fit, or a ``Config`` class of an op refuses it; carries every error.

    Example:
        >>> validate_run_config(nightly, {"ops": {"load": {"config": {"limit": 3}}}})["ops"]["load"]["config"]
        {'limit': 3}
    """
    job: JobDefinition = check_type(job_def, JobDefinition, "job_def")
    as_any: Any = job
    given = to_run_config_dict(run_config)
    config = given or job.default_run_config
    resolved = resolve_run_config(as_any, config)
    check_class_rules(as_any, resolved, config)
    return resolved.to_dict()
