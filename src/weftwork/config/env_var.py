"""Environment variables that are named where config is written and read when a run starts."""

from __future__ import annotations

import os
from typing import Any, SupportsIndex

from weftwork.config.redaction import REDACTOR

_PATH_STARTS = ("/", "./", "../", "~")


def read_variable(name: str) -> str | None:
    """Return the value of an environment variable, remembered as one that is not to be shown, or None.

    A path is no secret, and masking it would hide where things are stored.
    """
    value = os.environ.get(name)
    if value is not None and not value.startswith(_PATH_STARTS):
        REDACTOR.add(value)
    return value


def _refuse(kind: str, name: str) -> RuntimeError:
    return RuntimeError(
        f'{kind}("{name}") stands for a value that is read when a run starts, and is no text by itself. '
        f'Pass it on as config, or call .get_value() to read the environment variable "{name}" now.'
    )


class IntEnvVar(int):
    """The name of an environment variable that holds a whole number; see ``EnvVar.int``."""

    name: str

    @classmethod
    def create(cls, name: str) -> IntEnvVar:
        """Build it from the variable's name."""
        self = cls(0)
        self.name = name
        return self

    @property
    def env_var_name(self) -> str:
        """The name of the variable."""
        return self.name

    def get_value(self, default: int | None = None) -> int | None:
        """Return the number that the variable holds now, or ``default`` if it is not set.

        Raises:
            ValueError: if the variable holds no whole number.
        """
        value = read_variable(self.name)
        return default if value is None else int(value)

    def __int__(self) -> int:
        raise _refuse("EnvVar.int", self.name)

    def __str__(self) -> str:
        raise _refuse("EnvVar.int", self.name)

    def __format__(self, format_spec: str) -> str:
        raise _refuse("EnvVar.int", self.name)

    def __repr__(self) -> str:
        return f"EnvVar.int('{self.name}')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IntEnvVar) and other.name == self.name

    def __ne__(self, other: object) -> bool:
        return not self == other  # int brings its own

    def __hash__(self) -> int:
        return hash(("EnvVar.int", self.name))

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return (IntEnvVar.create, (self.name,))


class EnvVar(str):
    """The name of an environment variable whose value is read when a run starts.

    Text itself (the name), so that it goes where text is expected; showing it by ``str()`` or in an
    f-string raises, because the name would be taken for the value.

    Args:
        name: the variable's name.

    Example:
        >>> EnvVar("DATABASE_URL").get_value(default="sqlite://")
    """

    __slots__ = ()

    @classmethod
    def int(cls, name: str) -> IntEnvVar:
        """Return a stand-in for the whole number that the variable ``name`` will hold."""
        return IntEnvVar.create(name)

    @property
    def env_var_name(self) -> str:
        """The name of the variable."""
        return str.__str__(self)

    def get_value(self, default: str | None = None) -> str | None:
        """Return what the variable holds now, or ``default`` if it is not set."""
        value = read_variable(self.env_var_name)
        return default if value is None else value

    def __str__(self) -> str:
        raise _refuse("EnvVar", self.env_var_name)

    def __format__(self, format_spec: str) -> str:
        raise _refuse("EnvVar", self.env_var_name)

    def __repr__(self) -> str:
        return f"EnvVar('{self.env_var_name}')"

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return (EnvVar, (self.env_var_name,))


ENV_VAR_TYPES = (EnvVar, IntEnvVar)


def contains_env_var(value: Any) -> bool:
    """Return whether an ``EnvVar`` stands somewhere in nested lists, tuples and dicts."""
    if isinstance(value, ENV_VAR_TYPES):
        return True
    if isinstance(value, dict):
        return any(contains_env_var(item) for item in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(contains_env_var(item) for item in value)
    return False
