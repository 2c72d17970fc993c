"""Runs the hooks of a step after it ended; a hook that fails never fails the run."""

from __future__ import annotations

from weftwork.base.errors import HookExecutionError
from weftwork.execution.steps.scope import StepScope
from weftwork.records.errors import error_info
from weftwork.records.event_data import HookErroredData


def run_hooks(scope: StepScope, status: str, first_event: int) -> None:
    """Run every hook of a step.

    Args:
        scope: the step, which ended.
        status: how the attempt ended.
        first_event: the position of its first event among those of the run.
    """
    from weftwork.definitions.hooks.hook_context import HookContext  # a run without hooks needs none

    events = (scope.run.events or [])[first_event:]
    for hook in sorted(scope.runtime.hooks, key=lambda hook: hook.name):
        context = HookContext(scope, hook)
        try:
            result = hook.hook_fn(context, events)
        except Exception as error:  # noqa: BLE001 - user code
            failed = HookExecutionError(
                f"Hook '{hook.name}' failed after step '{scope.key}': {type(error).__name__}: {error}",
                user_exception=error, hook_name=hook.name, step_key=scope.key,
            )  # fmt: skip
            failed.__traceback__ = error.__traceback__
            scope.emit("HOOK_ERRORED", HookErroredData(error_info(failed)), str(failed))
            continue
        if result is not None and getattr(result, "is_skipped", False):
            scope.emit(
                "HOOK_SKIPPED", None, f"Hook '{hook.name}' does not concern step '{scope.key}' ({status})."
            )
        else:
            scope.emit("HOOK_COMPLETED", None, f"Hook '{hook.name}' ran after step '{scope.key}'.")
