"""The base of all config types, and those that hold one plain value: scalars and enums."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Any as AnyValue

from weftwork.base.arguments import check_type
from weftwork.base.errors import CheckError
from weftwork.base.text import find_nearest, quote_names
from weftwork.config.env_var import ENV_VAR_TYPES
from weftwork.config.errors import EvaluationError, Path, PostProcessingError, failed_processing, wrong_type


class ConfigTypeKind(enum.Enum):
    """The kinds of config type."""

    ANY = "ANY"
    SCALAR = "SCALAR"
    ENUM = "ENUM"
    SELECTOR = "SELECTOR"
    STRICT_SHAPE = "STRICT_SHAPE"
    PERMISSIVE_SHAPE = "PERMISSIVE_SHAPE"
    SCALAR_UNION = "SCALAR_UNION"
    MAP = "MAP"
    ARRAY = "ARRAY"
    NONEABLE = "NONEABLE"


class ConfigType:
    """What a config value may be.

    Checking has two phases: ``validate`` collects every error of the value and fills defaults; then, only
    if there are none, ``process`` turns it into what the program gets (environment read, enums converted).
    Both go down with the path as a linked list, so that checking a correct value builds no texts.

    Attributes:
        kind: the kind of type.
        key: a name that is equal for equal types.
        given_name: the name that the user gave, or that the type has by itself, if it has one.
        description: text for people.
        processes: whether ``process`` may change a value; where it is False, it is not called.
    """

    kind: ConfigTypeKind
    given_name: str | None = None
    description: str | None = None
    processes: bool = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # A user's own type announces what it does by overriding the documented method.
        if "post_process" in cls.__dict__ and "process" not in cls.__dict__:
            cls.processes = True

    @property
    def key(self) -> str:
        """A name that is equal for equal types."""
        return self.given_name or type(self).__name__

    def describe(self) -> str:
        """Return the type as text for messages."""
        return self.key

    def example(self) -> AnyValue:
        """Return a value that the type accepts, to show in messages."""
        return "..."

    def validate(self, value: AnyValue, path: Path, errors: list[EvaluationError]) -> AnyValue:
        """Return ``value`` with defaults filled; append what is wrong with it to ``errors``."""
        raise NotImplementedError

    def process(self, value: AnyValue, path: Path, errors: list[EvaluationError]) -> AnyValue:
        """Return what the program gets for a valid value; append what fails to ``errors``."""
        try:
            return self.post_process(value)
        except PostProcessingError as error:
            errors.append(failed_processing(path, str(error)))
        except Exception as error:  # noqa: BLE001 - a user's own config type may raise anything
            errors.append(failed_processing(path, f"{type(error).__name__}: {error}"))
        return None

    def post_process(self, value: AnyValue) -> AnyValue:
        """Return what the program gets for a valid value; for types of your own to override."""
        return value

    def type_iterator(self) -> Iterator[ConfigType]:
        """Yield the types inside this one, then this one."""
        yield self

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, ConfigType) and self.key == other.key)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<config type {self.describe()}>"


class Scalar(ConfigType):
    """A type of one plain value."""

    kind = ConfigTypeKind.SCALAR
    python_type: type
    example_value: AnyValue

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.given_name = cls.__name__

    @property
    def key(self) -> str:
        """The documented name of the type."""
        return type(self).__name__

    def example(self) -> AnyValue:
        """Return a value of the type."""
        return self.example_value

    def validate(self, value: AnyValue, path: Path, errors: list[EvaluationError]) -> AnyValue:
        """Return ``value``, which must be exactly of the Python type: a bool is no int."""
        if value.__class__ is self.python_type:
            return value
        return self._validate_rare(value, path, errors)

    def _validate_rare(self, value: AnyValue, path: Path, errors: list[EvaluationError]) -> AnyValue:
        if isinstance(value, ENV_VAR_TYPES):
            hint = " Only a schema of a source type (StringSource, IntSource, BoolSource) takes an EnvVar."
            errors.append(wrong_type(path, self.key, value, hint))
        elif not isinstance(value, self.python_type) or isinstance(value, bool):
            errors.append(wrong_type(path, self.key, value))
        return value


class Any(ConfigType):
    """Whatever is given."""

    kind = ConfigTypeKind.ANY
    given_name = "Any"

    def validate(self, value: AnyValue, path: Path, errors: list[EvaluationError]) -> AnyValue:
        """Return ``value``."""
        return value


class Int(Scalar):
    """A whole number."""

    python_type = int
    example_value = 0


class String(Scalar):
    """A text."""

    python_type = str
    example_value = "..."


class Bool(Scalar):
    """True or False."""

    python_type = bool
    example_value = True

    def _validate_rare(self, value: AnyValue, path: Path, errors: list[EvaluationError]) -> AnyValue:
        errors.append(wrong_type(path, self.key, value))
        return value


class Float(Scalar):
    """A number; whole numbers are taken and converted."""

    python_type = float
    example_value = 0.0

    def _validate_rare(self, value: AnyValue, path: Path, errors: list[EvaluationError]) -> AnyValue:
        if value.__class__ is int:
            return float(value)
        return super()._validate_rare(value, path, errors)


ANY = Any()
INT = Int()
FLOAT = Float()
BOOL = Bool()
STRING = String()


class EnumValue:
    """One choice of an ``Enum``.

    Args:
        config_value: the text that stands in config.
        python_value: what the program gets (default: the text).
        description: text for people.
    """

    def __init__(
        self, config_value: str, python_value: object | None = None, description: str | None = None
    ) -> None:
        self.config_value: str = check_type(config_value, str, "config_value")
        self.python_value = config_value if python_value is None else python_value
        self.description: str | None = check_type(description, str, "description", optional=True)


class Enum(ConfigType):
    """One of several named choices.

    Args:
        name: the name of the type.
        enum_values: the choices.

    Example:
        >>> Enum("Color", [EnumValue("RED", 0xFF0000), EnumValue("BLUE", 0x0000FF)])
    """

    kind = ConfigTypeKind.ENUM
    processes = True
    takes_env = False

    def __init__(self, name: str, enum_values: Sequence[EnumValue]) -> None:
        self.given_name = check_type(name, str, "name")
        for value in enum_values:
            if not isinstance(value, EnumValue):
                raise CheckError(f"Every value of Enum '{name}' must be an EnumValue, not {value!r}.")
        self.enum_values = list(enum_values)
        self._python_values = {value.config_value: value.python_value for value in enum_values}
        if len(self._python_values) < len(self.enum_values):
            names = [value.config_value for value in self.enum_values]
            twice = sorted({value for value in names if names.count(value) > 1})
            raise CheckError(
                f"The values of Enum '{name}' must differ; given more than once: {', '.join(twice)}."
            )

    @classmethod
    def from_python_enum(cls, enum: type[enum.Enum], name: str | None = None) -> Enum:
        """Build the type of a Python enum: member names in config, members in the program.

        Raises:
            ParameterCheckError: if ``enum`` is no enum class.
        """
        check_type(enum, _EnumMeta, "enum")
        return cls(name or enum.__name__, [EnumValue(member.name, member) for member in enum])

    @classmethod
    def from_python_enum_direct_values(cls, enum: type[enum.Enum], name: str | None = None) -> Enum:
        """Build the type of a Python enum: member names in config, their values in the program.

        Raises:
            ParameterCheckError: if ``enum`` is no enum class.
        """
        check_type(enum, _EnumMeta, "enum")
        return cls(name or enum.__name__, [EnumValue(member.name, member.value) for member in enum])

    @property
    def key(self) -> str:
        """The name that the user gave."""
        return self.given_name or ""

    @property
    def config_values(self) -> list[str]:
        """The texts that may stand in config."""
        return list(self._python_values)

    def is_valid_config_enum_value(self, config_value: AnyValue) -> bool:
        """Return whether ``config_value`` is one of the choices."""
        return isinstance(config_value, str) and config_value in self._python_values

    def describe(self) -> str:
        """Return the choices as text."""
        return f"{self.key} (one of {quote_names(self._python_values, limit=12)})"

    def example(self) -> AnyValue:
        """Return the first choice."""
        return self.enum_values[0].config_value if self.enum_values else "..."

    def validate(self, value: AnyValue, path: Path, errors: list[EvaluationError]) -> AnyValue:
        """Return ``value``, which must be the text of a choice."""
        if not self.is_valid_config_enum_value(value):
            nearest = find_nearest(value, self._python_values) if isinstance(value, str) else None
            error = wrong_type(path, self.describe(), value, f" Did you mean '{nearest}'?" if nearest else "")
            error.nearest = nearest
            errors.append(error)
        return value

    def post_process(self, value: AnyValue) -> AnyValue:
        """Return the Python value of a choice."""
        return self._python_values[value]


_EnumMeta = enum.EnumMeta
