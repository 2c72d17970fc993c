"""A view of an instance that has some of its methods."""

from __future__ import annotations

from typing import Any, ClassVar

from weftwork.base.text import did_you_mean


class InstanceView:
    """Base of the views: the methods that it names are the instance's own.

    Args:
        instance: the instance.
    """

    delegated: ClassVar[frozenset[str]] = frozenset()
    """The names of the methods that are taken from the instance as they are."""

    def __init__(self, instance: Any) -> None:
        self._instance = instance

    def __getattr__(self, name: str) -> Any:
        if name in self.delegated:
            return getattr(self._instance, name)
        hint = did_you_mean(name, [*self.delegated, *dir(type(self))])
        raise AttributeError(f"{type(self).__name__} has no attribute '{name}'.{hint}", name=name, obj=self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.delegated})

    @property
    def is_persistent(self) -> bool:
        """Whether what is recorded outlives the process."""
        return bool(self._instance.is_persistent)
