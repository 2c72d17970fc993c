"""Entries of config that hold secrets: by the type of their field, or by its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from weftwork.config.redaction import MASK

FieldPath = tuple[str, ...]
"""The keys from the top to an entry; an item of a list goes by its number."""

_NAME = r"passw(or)?d|passphrase|secret|credential|(^|_|-)tokens?$|(api|access|private|auth|signing|encryption)[_-]?key"


class SecretNames:
    """Knows which names of fields tell that their values are secrets."""

    def __init__(self) -> None:
        self._own: tuple[str, ...] = ()
        self._pattern: Any = None

    def add(self, names: Iterable[str]) -> None:
        """Take names as names of secrets from now on; they may have ``*`` in them, and case does not matter."""
        self._own, self._pattern = (*self._own, *names), None

    def remove(self, names: Iterable[str]) -> None:
        """Take names as names of secrets no more."""
        own = list(self._own)
        for name in names:
            if name in own:
                own.remove(name)
        self._own, self._pattern = tuple(own), None

    def matches(self, name: str) -> bool:
        """Return whether a field of that name holds a secret."""
        if self._pattern is None:
            import re  # most programs have no config
            from fnmatch import translate  # see above

            self._pattern = re.compile("|".join([_NAME, *map(translate, self._own)]), re.IGNORECASE)
        return self._pattern.search(name) is not None


SECRET_NAMES = SecretNames()
"""The names that hold in this process: the usual ones, and those of its dagster.yaml."""


def find_secret_paths(config_type: Any, value: Any, path: FieldPath = ()) -> Iterator[FieldPath]:
    """Yield where a config value holds secrets by the type of the field; what names a variable is none.

    Args:
        config_type: the type of the value.
        value: what the user wrote.
        path: where it stands.
    """
    config_type = _unwrap(config_type, value)
    if isinstance(value, Mapping):
        fields: Mapping[str, Any] = getattr(config_type, "fields", {})
        inner = getattr(config_type, "inner_type", None)
        for key, item in value.items():
            field = fields.get(key)
            if field is not None and field.is_secret:
                if item is not None and not _is_variable(item):
                    yield (*path, str(key))
            elif isinstance(item, (Mapping, list)):
                yield from find_secret_paths(
                    field.config_type if field is not None else inner, item, (*path, str(key))
                )
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from find_secret_paths(getattr(config_type, "inner_type", None), item, (*path, str(number)))


def _unwrap(config_type: Any, value: Any) -> Any:
    """Return the type that says what is inside a value: not "nothing or", not "a scalar or"."""
    while config_type is not None and not hasattr(config_type, "fields"):
        if hasattr(config_type, "non_scalar_type"):
            config_type = config_type.non_scalar_type
        elif type(config_type).__name__ == "Noneable":
            config_type = config_type.inner_type
        else:
            break
    return config_type


def _is_variable(value: Any) -> bool:
    return (isinstance(value, Mapping) and list(value) == ["env"]) or hasattr(value, "env_var_name")


def list_secrets(config: Any, paths: Iterable[Sequence[str]] = ()) -> list[str]:
    """Return the secrets that a config holds: texts at some places, and in fields that are called like secrets.

    Args:
        config: the config.
        paths: where fields stand whose type says that they hold secrets.
    """
    found: list[str] = []
    _walk(config, frozenset(map(tuple, paths)), (), found)
    return found


def mask_config(config: Any, paths: Iterable[Sequence[str]] = ()) -> Any:
    """Return a config for people: with its secrets masked; see ``list_secrets`` for the parameters."""
    return _walk(config, frozenset(map(tuple, paths)), (), [])


def _walk(value: Any, paths: frozenset[tuple[str, ...]], path: FieldPath, found: list[str]) -> Any:
    if path in paths:
        return _mask_all(value, found)
    if isinstance(value, Mapping):
        shown = {}
        for key, item in value.items():
            if isinstance(item, str) and SECRET_NAMES.matches(str(key)):
                found.append(item)
                shown[key] = MASK
            else:
                shown[key] = _walk(item, paths, (*path, str(key)), found)
        return shown
    if isinstance(value, (list, tuple)):
        return [_walk(item, paths, (*path, str(number)), found) for number, item in enumerate(value)]
    return value


def _mask_all(value: Any, found: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _mask_all(item, found) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mask_all(item, found) for item in value]
    if value is None:
        return None
    found.append(str(value))
    return MASK
