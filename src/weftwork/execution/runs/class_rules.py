"""What the rules of users' ``Config`` classes say of run config: constraints and validators, before anything runs."""

from __future__ import annotations

import sys
from typing import Any

from weftwork.base.errors import DagsterInvalidConfigError
from weftwork.config.errors import EvaluationError, Path
from weftwork.definitions.ops.op_config import build_config_argument
from weftwork.definitions.run_config.resolved import ResolvedRunConfig


def check_class_rules(job: Any, resolved: ResolvedRunConfig, given: Any) -> None:
    """Raise if a constraint or a validator of a ``Config`` class refuses the config of an op.

    The schema of a class says of which types its fields are; what else it asks is known when it is built. A run builds
    it where the op starts; who asks before a run hears of all of it here.

    Args:
        job: the job.
        resolved: what its run config came to.
        given: the run config as it was given, for the error.

    Raises:
        DagsterInvalidConfigError: with every error at its place.
    """
    errors: list[EvaluationError] = []
    if "pydantic" in sys.modules:  # or else nobody has a class
        for handle, entry in resolved.ops.items():
            definition = job.graph.get_node(handle).definition
            if not definition.is_graph and entry.config is not None:
                errors += _list_broken(definition, handle, entry.config)
    if errors:
        raise DagsterInvalidConfigError(f"Error in config for job {job.name}", errors, given)


def _list_broken(definition: Any, handle: tuple[str, ...], config: Any) -> list[EvaluationError]:
    from pydantic import ValidationError  # it is loaded already

    from weftwork.config.pythonic.pydantic_type import to_evaluation_errors  # loads pydantic

    try:
        build_config_argument(definition.compute, config)
    except ValidationError as error:
        name = getattr(definition.compute.config_class, "__name__", "its type")
        return to_evaluation_errors(error, _path_of(handle), f"what {name} allows")
    return []


def _path_of(handle: tuple[str, ...]) -> Path:
    path: Path = None
    for name in handle:
        path = ((path, "field", "ops"), "field", name)
    return path, "field", "config"
