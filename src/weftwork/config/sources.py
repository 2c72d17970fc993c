"""Scalars that may be read from the environment: a literal, or ``{"env": NAME}``."""

from __future__ import annotations

from typing import Any

from weftwork.config import config_type as scalars
from weftwork.config.config_type import Scalar
from weftwork.config.containers import ScalarUnion
from weftwork.config.env_var import ENV_VAR_TYPES, read_variable
from weftwork.config.errors import EvaluationError, Path, PostProcessingError
from weftwork.config.schema import Selector


def read_required_variable(name: str) -> str:
    """Return the value of an environment variable.

    Raises:
        PostProcessingError: if it is not set.
    """
    value = read_variable(name)
    if value is None:
        raise PostProcessingError(
            f"the environment variable '{name}' is not set in the process that reads the config. Set it, or write a value instead of {{'env': '{name}'}}."
        )
    return value


class EnvSource(ScalarUnion):
    """A scalar, or the environment variable that holds it.

    Args:
        scalar_type: the type of the literal, and of what the variable is read as.
    """

    processes = True

    def __init__(self, scalar_type: Scalar) -> None:
        super().__init__(scalar_type, Selector({"env": str}))

    @property
    def key(self) -> str:
        """The documented name of the type."""
        return type(self).__name__

    def describe(self) -> str:
        """Return the type as text."""
        return f"({self.scalar_type.describe()} or {{ env: NAME }})"

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return a literal of the scalar type, or the selector of a variable."""
        if isinstance(value, ENV_VAR_TYPES):
            return {"env": value.env_var_name}
        return super().validate(value, path, errors)

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the literal, or what the variable holds."""
        # Most values are literals, which have nothing to be read.
        return super(ScalarUnion, self).process(value, path, errors) if isinstance(value, dict) else value

    def post_process(self, value: Any) -> Any:
        """Return the value, or what its variable holds.

        Raises:
            PostProcessingError: if the variable is not set, or holds something else.
        """
        return self.parse(value["env"]) if isinstance(value, dict) else value

    def parse(self, name: str) -> Any:
        """Return what the variable ``name`` holds, as the scalar type."""
        return read_required_variable(name)


class StringSourceType(EnvSource):
    """A text, or the environment variable that holds it."""


class IntSourceType(EnvSource):
    """A whole number, or the environment variable that holds it."""

    def parse(self, name: str) -> int:
        """Return the number in the variable ``name``."""
        return int(_convert(name, int, "a whole number"))


class FloatSourceType(EnvSource):
    """A number, or the environment variable that holds it."""

    def parse(self, name: str) -> float:
        """Return the number in the variable ``name``."""
        return float(_convert(name, float, "a number"))


class BoolSourceType(EnvSource):
    """True or false, or the environment variable that tells it.

    A variable that is empty, or is ``0`` or ``false`` in any letter case, means False; all others True.
    """

    def parse(self, name: str) -> bool:
        """Return what the variable ``name`` means."""
        return read_required_variable(name).strip().lower() not in ("", "0", "false")


def _convert(name: str, number: type, what: str) -> Any:
    text = read_required_variable(name)
    try:
        return number(text)
    except ValueError:
        # The value itself may be a secret that was put into the wrong variable.
        raise PostProcessingError(f"the environment variable '{name}' does not hold {what}.") from None


StringSource = StringSourceType(scalars.STRING)
IntSource = IntSourceType(scalars.INT)
FloatSource = FloatSourceType(scalars.FLOAT)
BoolSource = BoolSourceType(scalars.BOOL)
