"""A session opens resources in the order in which they require each other, and closes them in reverse."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvariantViolationError,
    DagsterResourceFunctionError,
)
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.resources.init_context import InitResourceContext
from weftwork.definitions.resources.namespace import (
    NONE_OPEN,
    IAttachDifferentObjectToOpContext,
    Resources,
)
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.resources.resource_function import end_generator, find_generator, start_generator


class ResourceSession:
    """Opens resources on demand and closes them all at the end.

    Args:
        resource_defs: every resource there is, by key.
        config: validated config: key to ``{"config": ...}``.
        run: the run, for the contexts of resources.
        instance: its instance.
        log: where resources log.
        event_loop: the loop for asynchronous resources.

    Attributes:
        resources: what is open, one attribute each.
        opened: key to class name and milliseconds of what is open and was made by a function.
    """

    __slots__ = ("_config", "_defs", "_event_loop", "_generators", "_instance", "_log", "_opening", "_run", "opened",
                 "resources")  # fmt: skip

    def __init__(
        self,
        resource_defs: Mapping[str, ResourceDefinition],
        config: Mapping[str, Any] | None = None,
        *,
        run: Any = None,
        instance: Any = None,
        log: Any = None,
        event_loop: Any = None,
    ) -> None:
        self._defs = resource_defs
        self._config = config or {}
        self._run = run
        self._instance = instance
        self._log = log
        self._event_loop = event_loop
        self._generators: list[tuple[str, Iterator[Any]]] = []
        self._opening: list[str] = []
        self.opened: dict[str, tuple[str, float]] = {}
        self.resources = Resources({})

    @property
    def has_generators(self) -> bool:
        """Whether something open waits for its teardown."""
        return bool(self._generators)

    def open(self, keys: Iterable[str]) -> None:
        """Open the resources of these keys and those that they require; what is open stays open.

        Raises:
            DagsterInvalidDefinitionError: if there is no resource of a key.
            DagsterInvariantViolationError: if resources require each other in a circle.
            DagsterResourceFunctionError: if the function of a resource raises; everything is closed then.
        """
        values = self.resources.__dict__
        try:
            for key in keys:
                if key not in values:
                    self._open_one(key, None)
        except BaseException:
            self._opening.clear()
            self.close()
            values.clear()
            raise

    def _open_one(self, key: str, required_by: str | None) -> None:
        definition = self._defs.get(key)
        if definition is None:
            raise self._explain_unknown(key, required_by)
        values = self.resources.__dict__
        if definition.is_plain:
            values[key] = definition.plain_value
            return
        if key in self._opening:
            circle = " -> ".join(f"'{name}'" for name in [*self._opening[self._opening.index(key) :], key])
            raise DagsterInvariantViolationError(
                f"Resources require each other in a circle: {circle}. Take one of them out of required_resource_keys."
            )
        required = definition.get_required_resource_keys(self._defs)
        if required:
            self._opening.append(key)
            for other in sorted(required):
                if other not in values:
                    self._open_one(other, key)
            self._opening.pop()
        values[key] = self._make(
            key, definition, self.resources.restrict(required) if required else NONE_OPEN
        )

    def _make(self, key: str, definition: ResourceDefinition, required: Resources) -> Any:
        entry = self._config.get(key)
        for_resource = getattr(self._log, "for_resource", None)
        context = InitResourceContext(
            entry.get("config") if entry else None, required, definition, self._defs, self._instance, self._run,
            for_resource(key) if for_resource is not None else self._log, self._event_loop,
        )  # fmt: skip
        started = time.perf_counter()
        try:
            value = definition.make(context)
            generator = find_generator(value)
            if generator is not None:
                value = start_generator(generator, key)
                self._generators.append((key, generator))
            if isinstance(value, IAttachDifferentObjectToOpContext):
                self.resources.__weft_originals__[key] = value
                value = value.get_object_to_set_on_execution_context()
        except Exception as error:  # user code
            raise DagsterResourceFunctionError(
                f"Resource '{key}' could not be set up: {type(error).__name__}: {error}",
                user_exception=error, resource_key=key,
            ) from error  # fmt: skip
        self.opened[key] = (type(value).__name__, (time.perf_counter() - started) * 1000)
        return value

    def _explain_unknown(self, key: str, required_by: str | None) -> DagsterInvalidDefinitionError:
        by = f" It is required by resource '{required_by}'." if required_by else ""
        known = f"Known: {quote_names(self._defs)}." if self._defs else "No resource is given."
        return DagsterInvalidDefinitionError(
            f"There is no resource '{key}'.{by}{did_you_mean(key, self._defs)} {known} Add it to the resources."
        )

    def close(self) -> list[BaseException]:
        """Tear down in reverse order; every teardown runs, whatever the others raise.

        Returns:
            What teardowns raised: the ``user_exception`` of errors that name the resource.
        """
        errors: list[BaseException] = []
        while self._generators:
            key, generator = self._generators.pop()
            try:
                end_generator(generator)
            except BaseException as error:  # noqa: BLE001 - user code; the other teardowns must run
                errors.append(_describe_teardown(key, error))
        return errors

    def __enter__(self) -> ResourceSession:
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.close()


def _describe_teardown(key: str, error: BaseException) -> DagsterResourceFunctionError:
    return DagsterResourceFunctionError(
        f"The teardown of resource '{key}' failed: {type(error).__name__}: {error}",
        user_exception=error,
        resource_key=key,
    )
