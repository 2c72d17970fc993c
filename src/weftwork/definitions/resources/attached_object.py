"""``IAttachDifferentObjectToOpContext``: a resource whose steps get another object than itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


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
