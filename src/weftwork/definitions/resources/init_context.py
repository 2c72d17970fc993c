"""What the function of a resource gets: its config, the resources it requires, the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.lifecycle import former, marked
from weftwork.definitions.resources.namespace import NONE_OPEN, Resources


class InitResourceContext:
    """Given to the function of a resource, and to ``setup_for_execution`` and its like.

    Args:
        resource_config: the validated config of the resource.
        resources: the resources that it requires.
        resource_def: its definition.
        all_resource_defs: every resource of the job.
        instance: the instance of the run, if there is one.
        dagster_run: the run, if there is one.
        log_manager: where it logs; a logger of its own if None.
        event_loop: the loop for asynchronous resources, if there is one.
    """

    __slots__ = ("_all_resource_defs", "_event_loop", "_instance", "_log", "_resource_config", "_resource_def",
                 "_resources", "_run")  # fmt: skip

    def __init__(
        self,
        resource_config: Any = None,
        resources: Resources = NONE_OPEN,
        resource_def: Any = None,
        all_resource_defs: Mapping[str, Any] | None = None,
        instance: Any = None,
        dagster_run: Any = None,
        log_manager: Any = None,
        event_loop: Any = None,
    ) -> None:
        self._resource_config = resource_config
        self._resources = resources
        self._resource_def = resource_def
        self._all_resource_defs = all_resource_defs if all_resource_defs is not None else {}
        self._instance = instance
        self._run = dagster_run
        self._log = log_manager
        self._event_loop = event_loop

    @property
    def resource_config(self) -> Any:
        """The validated config of the resource."""
        return self._resource_config

    @property
    def resource_def(self) -> Any:
        """The definition of the resource."""
        return self._resource_def

    @property
    def resources(self) -> Any:
        """The resources that it requires, one attribute each."""
        return self._resources

    @property
    def all_resource_defs(self) -> Mapping[str, Any]:
        """Every resource of the job, by key."""
        return self._all_resource_defs

    @property
    def instance(self) -> Any:
        """The instance of the run, or None."""
        return self._instance

    @property
    def run(self) -> Any:
        """The run, or None."""
        return self._run

    @property
    @marked("context.dagster_run", former("Use context.run."))
    def dagster_run(self) -> Any:
        """The run, or None (the older name)."""
        return self._run

    @property
    @marked("context.run_id", former("Use context.run.run_id."))
    def run_id(self) -> str | None:
        """The id of the run, or None."""
        return self._run.run_id if self._run is not None else None

    @property
    def log(self) -> Any:
        """Where the resource logs."""
        if self._log is None:
            import logging  # only where something is logged

            self._log = logging.getLogger("dagster")
        return self._log

    @property
    def log_manager(self) -> Any:
        """Where the resource logs (the older name)."""
        return self.log

    @property
    def event_loop(self) -> Any:
        """The loop for asynchronous resources, or None."""
        return self._event_loop

    def replace_config(self, config: Any) -> InitResourceContext:
        """Return the context with another config."""
        return InitResourceContext(
            config, self._resources, self._resource_def, self._all_resource_defs, self._instance, self._run, self._log,
            self._event_loop,
        )  # fmt: skip

    def bind(self, definition: Any) -> InitResourceContext:
        """Return the context as the function of ``definition`` sees it."""
        return self

    def with_resources(self, resources: Resources) -> InitResourceContext:
        """Return the context with other resources."""
        return InitResourceContext(
            self._resource_config, resources, self._resource_def, self._all_resource_defs, self._instance, self._run,
            self._log, self._event_loop,
        )  # fmt: skip
