"""Types of dicts that are made once: building the same dict of fields again gives the same object."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any
from weakref import WeakValueDictionary

from weftwork.config.config_type import ConfigType
from weftwork.config.containers import Array, Map, Noneable, ScalarUnion

_made: WeakValueDictionary[Hashable, Any] = WeakValueDictionary()


class Interned(type):
    """The class of classes whose objects with equal ``content`` are one object, as long as somebody has it."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an object, or return the one of the same class and content."""
        made = super().__call__(*args, **kwargs)
        return _made.setdefault((cls, made.content), made)


def content_of(config_type: ConfigType) -> Hashable:
    """Return what tells a config type from others.

    Keys are not enough for it: two enums may have one name and other choices.
    """
    if isinstance(config_type, (Array, Noneable)):
        return type(config_type), content_of(config_type.inner_type)
    if isinstance(config_type, Map):
        key_type, inner = content_of(config_type.key_type), content_of(config_type.inner_type)
        return Map, key_type, inner, config_type.key_label_name
    if isinstance(config_type, ScalarUnion):
        return ScalarUnion, content_of(config_type.scalar_type), content_of(config_type.non_scalar_type)
    # Interned, built-in, or a type of the user's own: told by itself. Who holds the content holds it too.
    return id(config_type)
