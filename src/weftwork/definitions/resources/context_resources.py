"""The resources of contexts that tests build: opened on first use, or in a ``with`` block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.definitions.resources.asynchronous import check_event_loop
from weftwork.definitions.resources.config import build_resources_config
from weftwork.definitions.resources.namespace import NONE_OPEN, Resources
from weftwork.definitions.resources.session import ResourceSession
from weftwork.definitions.resources.wrapping import wrap_resources


class ContextResources:
    """Opens the resources that were given to a ``build_*_context`` function.

    Args:
        resources: key to value or definition, or resources that are open already.
        built_by: the function that builds the context, for messages.
        resource_config: key to ``{"config": ...}``.
        instance: the instance of the context.
        run: the run of the context.
        log: where resources log.
        event_loop: the loop for asynchronous resources.

    Raises:
        DagsterInvalidInvocationError: if a resource is asynchronous, and no loop is given.
    """

    __slots__ = ("_built_by", "_config", "_defs", "_entered", "_event_loop", "_facts", "_ready", "_session")

    def __init__(
        self,
        resources: Mapping[str, Any] | Resources | None,
        built_by: str,
        *,
        resource_config: Mapping[str, Any] | None = None,
        instance: Any = None,
        run: Any = None,
        log: Any = None,
        event_loop: Any = None,
    ) -> None:
        self._built_by = built_by
        self._event_loop = event_loop
        self._entered = False
        self._session: ResourceSession | None = None
        self._ready: Resources | None = resources if isinstance(resources, Resources) else None
        self._defs = wrap_resources(resources) if not isinstance(resources, Resources) else {}
        if not self._defs and self._ready is None:
            self._ready = NONE_OPEN
        check_event_loop(self._defs, event_loop, built_by)
        self._config = resource_config
        self._facts = (run, instance, log)

    def get(self) -> Resources:
        """Return the open resources, opening them if they are not.

        Raises:
            DagsterInvariantViolationError: if one has a teardown, and the context was not opened by ``with``.
        """
        if self._ready is not None:
            return self._ready
        session = self._open()
        if session.has_generators and not self._entered:
            raise DagsterInvariantViolationError(
                f"A resource of this context has a teardown, so the context must be opened by `with`: "
                f"`with {self._built_by}(...) as context:`."
            )
        return session.resources

    def _open(self) -> ResourceSession:
        if self._session is None:
            run, instance, log = self._facts
            config = build_resources_config(self._defs, self._config)
            session = ResourceSession(
                self._defs, config, run=run, instance=instance, log=log, event_loop=self._event_loop
            )
            session.open(self._defs)
            self._session = session
        return self._session

    def enter(self) -> None:
        """Begin a ``with`` block in which the resources are opened on first use."""
        self._entered = True

    def __enter__(self) -> ContextResources:
        self.enter()
        if self._ready is None:
            self._open()
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self._entered = False
        self.close()

    def close(self) -> None:
        """Tear the resources down."""
        if self._session is not None:
            log_teardown_errors(self._session.close(), self._facts[2])
            self._session = None

    def __del__(self) -> None:
        if getattr(self, "_session", None) is not None:
            self.close()


def log_teardown_errors(errors: list[BaseException], log: Any = None) -> None:
    """Write what teardowns raised to the log, where nobody else can take it."""
    if errors:
        import logging  # only on errors

        for error in errors:
            (log or logging.getLogger("dagster")).error("%s", error, exc_info=error)
