"""What the functions of schedules and sensors are told about their tick."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Self

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.definitions.loggers.log_manager import DagsterLogManager
from weftwork.definitions.resources.context_resources import ContextResources
from weftwork.definitions.resources.namespace import Resources


class TickContext:
    """Base of the contexts of schedules and sensors; resources are opened when they are read.

    Args:
        instance: the instance; None where there is none.
        repository_def: the definitions of the code location.
        resources: key to resource definition or value, or open resources.
        built_by: the function that builds such a context in a test, for messages.
        facts: what log lines carry.
    """

    __slots__ = ("_facts", "_instance", "_lines", "_log", "_repository_def", "_resource_defs", "_resources")

    def __init__(
        self,
        instance: Any,
        repository_def: Any,
        resources: Mapping[str, Any] | Resources | None,
        built_by: str,
        facts: Mapping[str, Any],
    ) -> None:
        self._instance = instance
        self._repository_def = repository_def
        self._resource_defs: Mapping[str, Any] = (
            {} if resources is None or isinstance(resources, Resources) else dict(resources)
        )
        self._resources = ContextResources(resources, built_by, instance=instance)
        self._facts = facts
        self._log: DagsterLogManager | None = None
        self._lines: list[tuple[logging.LogRecord, str]] = []

    @property
    def instance(self) -> Any:
        """The instance.

        Raises:
            DagsterInvariantViolationError: if there is none.
        """
        if self._instance is None:
            raise DagsterInvariantViolationError("This context has no instance: give one with instance=.")
        return self._instance

    @property
    def instance_ref(self) -> None:
        """Always None: an instance is given itself, not by reference."""
        return

    @property
    def resources(self) -> Resources:
        """One attribute for each resource."""
        return self._resources.get()

    @property
    def resource_defs(self) -> Mapping[str, Any]:
        """Key to resource definition or value, as given."""
        return self._resource_defs

    def has_resource(self, key: str) -> bool:
        """Return whether a resource was given."""
        return key in self._resource_defs or (not self._resource_defs and key in vars(self._resources.get()))

    @property
    def log(self) -> DagsterLogManager:
        """A log whose lines are kept with the tick."""
        if self._log is None:
            self._log = DagsterLogManager(
                self._facts, lambda record, message: self._lines.append((record, message))
            )
        return self._log

    @property
    def log_key(self) -> Sequence[str] | None:
        """Accepted for compatibility: lines are kept with the tick, not under a key."""
        return None

    def has_captured_logs(self) -> bool:
        """Return whether something was logged."""
        return bool(self._lines)

    @property
    def captured_lines(self) -> Sequence[tuple[logging.LogRecord, str]]:
        """What was logged: record and message."""
        return self._lines

    def __enter__(self) -> Self:
        self._resources.enter()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._resources.__exit__(*exc_info)
