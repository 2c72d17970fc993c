"""What the function of a type check is given."""

from __future__ import annotations

from typing import Any


class TypeCheckContext:
    """What the function of a type check is given besides the value.

    Args:
        step: the running step, or None outside of a run.
        dagster_type: the type whose check runs.
    """

    __slots__ = ("_dagster_type", "_log", "_step")

    def __init__(self, step: Any, dagster_type: Any) -> None:
        self._step = step
        self._dagster_type = dagster_type
        self._log: Any = None

    @property
    def run_id(self) -> str:
        """The run, or "" outside of a run."""
        return self._step.run_id if self._step is not None else ""

    @property
    def resources(self) -> Any:
        """One attribute for each resource that the type requires."""
        resources = self._step.resources if self._step is not None else NoResources()
        restrict = getattr(resources, "restrict", None)
        return restrict(self._dagster_type.required_resource_keys) if restrict else resources

    @property
    def log(self) -> Any:
        """The log of the run; outside of a run, a plain logger."""
        if self._step is not None:
            return self._step.log
        if self._log is None:
            import logging  # a check that never logs does not pay for it

            self._log = logging.getLogger("dagster")
        return self._log


class NoResources:
    """The resources of a type check outside of a run: none."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        from weftwork.base.errors import DagsterUnknownResourceError  # only on the way to an error

        raise DagsterUnknownResourceError(
            name,
            f"Resource '{name}' is not available here: the type is checked outside of a run, without resources.",
        )
