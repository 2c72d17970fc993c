"""What execution registers for definitions: see ``definitions.ports``."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from weftwork.definitions.ports import register_execution


class Execution:
    """What definitions ask of execution."""

    def execute_in_process(self, job: Any, **arguments: Any) -> Any:
        """Run a job in this process, the default IO manager in memory."""
        from weftwork.execution.runs.in_process import (  # each loads what the others do not need
            execute_job_in_process,
        )

        return execute_job_in_process(job, in_memory=True, **arguments)

    def invoke_op(
        self, op_def: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], assets_def: Any = None
    ) -> Any:
        """Call the function of an op directly; see ``invocation.invoke``."""
        from weftwork.execution.invocation.invoke import invoke  # each loads what the others do not need

        return invoke(op_def, args, kwargs, assets_def)

    def ephemeral_instance(self) -> Any:
        """Return a new instance in memory."""
        from weftwork.instance.instance import DagsterInstance  # each loads what the others do not need

        return DagsterInstance.ephemeral()

    def enter_async(self, manager: Any, event_loop: Any = None) -> AbstractContextManager[Any]:
        """Return a context manager that enters an asynchronous one."""
        from weftwork.execution.steps.resource_loop import entered  # each loads what the others do not need

        return entered(manager, event_loop)


register_execution(Execution())
