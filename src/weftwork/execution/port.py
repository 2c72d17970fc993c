"""What execution registers for definitions: see ``definitions.ports``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.definitions.ports import register_execution
from weftwork.execution.entry import execute_job_in_process
from weftwork.instance.instance import DagsterInstance


class Execution:
    """What definitions ask of execution."""

    def execute_in_process(self, job: Any, **arguments: Any) -> Any:
        """Run a job in this process, the default IO manager in memory."""
        return execute_job_in_process(job, in_memory=True, **arguments)

    def invoke_op(
        self, op_def: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], assets_def: Any = None
    ) -> Any:
        """Call the function of an op directly, with its inputs.

        Raises:
            DagsterInvalidInvocationError: if an input is missing.
        """
        compute = op_def.compute
        if compute.has_context and not args:
            raise DagsterInvalidInvocationError(
                f"Op '{op_def.name}' takes a context: give it as the first argument, made with build_op_context()."
            )
        return compute.fn(*args, **kwargs)

    def invoke_hook(self, hook_def: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call the function of a hook directly."""
        return hook_def.decorated_fn(*args, **kwargs)

    def ephemeral_instance(self) -> Any:
        """Return a new instance in memory."""
        return DagsterInstance.ephemeral()


register_execution(Execution())
