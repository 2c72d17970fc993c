"""``with_resources``: give assets the resources that they require."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from weftwork.base.arguments import check_type
from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    ParameterCheckError,
)
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.resources.wrapping import wrap_resources

T = TypeVar("T")


def with_resources(
    definitions: Iterable[T],
    resource_defs: Mapping[str, object],
    resource_config_by_key: Mapping[str, Any] | None = None,
) -> Sequence[T]:
    """Return assets with the resources that they require.

    Args:
        definitions: assets and source assets.
        resource_defs: the resources, by key; those that an asset does not require are left out.
        resource_config_by_key: key to ``{"config": ...}``, for resources that take config.

    Raises:
        DagsterInvalidDefinitionError: if a required resource is not given, or config is given for an unknown key.
        DagsterInvalidInvocationError: if config does not have the form ``{"config": ...}``.
        DagsterInvalidConfigError: if config does not fit its resource.

    Example:
        >>> with_resources([orders], {"db": database}, {"db": {"config": {"url": "sqlite://"}}})
    """
    check_type(resource_defs, Mapping, "resource_defs")
    wrapped = wrap_resources(resource_defs)
    for key, entry in check_type(resource_config_by_key or {}, Mapping, "resource_config_by_key").items():
        if key not in wrapped:
            raise DagsterInvalidDefinitionError(
                f"resource_config_by_key has config for '{key}', but no resource has that key."
                f"{did_you_mean(key, wrapped)} Known: {quote_names(wrapped)}."
            )
        if not isinstance(entry, Mapping) or "config" not in entry:
            raise DagsterInvalidInvocationError(
                f"The config of resource '{key}' in resource_config_by_key must have the form {{'config': ...}}, not {entry!r:.200}."
            )
        wrapped[key] = wrapped[key].configured(entry["config"])
    return [_bind(definition, wrapped) for definition in definitions]


def _bind(definition: T, resource_defs: Mapping[str, Any]) -> T:
    bind = getattr(definition, "with_resources", None)
    if bind is None:
        raise ParameterCheckError(
            f"with_resources takes assets and source assets, not {type(definition).__name__}: {definition!r:.100}."
        )
    bound: T = bind(resource_defs)
    return bound
