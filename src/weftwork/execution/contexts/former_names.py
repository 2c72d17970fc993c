"""Names of a context that warn: what they give is asked of something else now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from weftwork.base.lifecycle import former, marked

_Class = TypeVar("_Class", bound=type)


def with_former_names(names: Mapping[str, str]) -> Callable[[_Class], _Class]:
    """Return a decorator of a context's class whose properties and methods of these names warn when users read them.

    Args:
        names: name to what is written in its place, both as they follow ``context.``.
    """

    def mark(context_class: _Class) -> _Class:
        for name, instead in names.items():
            warn = marked(f"context.{name}", former(f"Use context.{instead}."))
            plain: Any = getattr(context_class, name)
            if isinstance(plain, property):
                assert plain.fget is not None
                setattr(context_class, name, property(warn(plain.fget), doc=plain.__doc__))
            else:
                setattr(context_class, name, warn(plain))
        return context_class

    return mark
