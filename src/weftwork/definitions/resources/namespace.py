"""The open resources as an object with one attribute for each, and resources of which steps get another object."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from weftwork.base.errors import DagsterUnknownResourceError
from weftwork.base.text import did_you_mean, quote_names


class IAttachDifferentObjectToOpContext(ABC):
    """Base of resources that wrap something older: steps get what they wrap.

    A class derives from it beside ``ConfigurableResource``; resources that take it as a field get the resource
    itself.

    Example:
        >>> class Client(ConfigurableResource, IAttachDifferentObjectToOpContext):
        ...     url: str
        ...     def get_object_to_set_on_execution_context(self):
        ...         return HttpClient(self.url)
    """

    @abstractmethod
    def get_object_to_set_on_execution_context(self) -> Any:
        """Return what steps get as the resource."""


class Resources:
    """Open resources: ``resources.key``, and nothing that was not declared as required.

    Args:
        values: key to the open resource.
        originals: key to the resource, for those of which steps get another object.
    """

    __slots__ = ("__dict__", "__weakref__", "__weft_originals__")

    def __init__(self, values: Mapping[str, Any], originals: dict[str, Any] | None = None) -> None:
        # The instance's own dict holds the resources, so that reading one is a plain attribute access.
        self.__dict__.update(values)
        self.__weft_originals__: dict[str, Any] = {} if originals is None else originals

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # protocols such as copy and pickle ask for these
        raise DagsterUnknownResourceError(name, _explain(name, self.__dict__))

    def get(self, key: str) -> Any:
        """Return the resource of that key.

        Raises:
            DagsterUnknownResourceError: if it is not here.
        """
        return getattr(self, key)

    def get_original(self, key: str) -> Any:
        """Return the resource of that key itself, where steps get another object.

        Raises:
            DagsterUnknownResourceError: if it is not here.
        """
        originals = self.__weft_originals__
        return originals[key] if key in originals else self.get(key)

    def restrict(self, keys: Iterable[str]) -> Resources:
        """Return only the resources of these keys.

        Raises:
            DagsterUnknownResourceError: if one is not here.
        """
        values = self.__dict__
        return (
            Resources(
                {key: values[key] if key in values else self.get(key) for key in keys},
                self.__weft_originals__,
            )
            if keys
            else NONE_OPEN
        )

    def _asdict(self) -> dict[str, Any]:
        return dict(self.__dict__)

    @property
    def _fields(self) -> tuple[str, ...]:
        return tuple(self.__dict__)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.__dict__.values()))

    def __len__(self) -> int:
        return len(self.__dict__)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resources) and self.__dict__ == other.__dict__

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Resources({', '.join(self.__dict__)})"


def _explain(name: str, known: Iterable[str]) -> str:
    names = list(known)
    here = f"Available here: {quote_names(names)}." if names else "No resource is available here."
    return (
        f"Resource '{name}' is not available here: it was not declared as required.{did_you_mean(name, names)} {here} "
        f"Add '{name}' to required_resource_keys, or take it as a parameter."
    )


NONE_OPEN = Resources({})
