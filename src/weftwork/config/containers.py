"""Config types that hold values of other types: optional values, lists, maps, and unions with a scalar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import ParameterCheckError
from weftwork.config.config_type import ANY, ConfigType, ConfigTypeKind, Scalar
from weftwork.config.errors import EvaluationError, InvalidConfigSchemaError, Path, wrong_type
from weftwork.config.shorthand import BUILTINS, add_reader, to_config_type


class Noneable(ConfigType):
    """A value of another type, or None.

    Args:
        inner_type: the other type.
    """

    kind = ConfigTypeKind.NONEABLE

    def __init__(self, inner_type: object) -> None:
        self.inner_type = to_config_type(inner_type)
        self.processes = self.inner_type.processes

    @property
    def key(self) -> str:
        """A name that is equal for equal types."""
        return f"Noneable.{self.inner_type.key}"

    def describe(self) -> str:
        """Return the type as text."""
        return f"{self.inner_type.describe()} or None"

    def example(self) -> Any:
        """Return an example of the inner type."""
        return self.inner_type.example()

    def type_iterator(self) -> Iterator[ConfigType]:
        """Yield the types inside this one, then this one."""
        yield from self.inner_type.type_iterator()
        yield self

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` validated by the inner type, or None."""
        return None if value is None else self.inner_type.validate(value, path, errors)

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` processed by the inner type, or None."""
        return None if value is None else self.inner_type.process(value, path, errors)


class Array(ConfigType):
    """A list of values of one type.

    Args:
        inner_type: the type of the items.
    """

    kind = ConfigTypeKind.ARRAY

    def __init__(self, inner_type: object) -> None:
        self.inner_type = to_config_type(inner_type)
        self.processes = self.inner_type.processes
        self.description = f"A list of {self.inner_type.describe()}."

    @property
    def key(self) -> str:
        """A name that is equal for equal types."""
        return f"Array.{self.inner_type.key}"

    def describe(self) -> str:
        """Return the type as text."""
        return f"[{self.inner_type.describe()}]"

    def example(self) -> Any:
        """Return an empty list."""
        return []

    def type_iterator(self) -> Iterator[ConfigType]:
        """Yield the types inside this one, then this one."""
        yield from self.inner_type.type_iterator()
        yield self

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the list with its items validated."""
        if not isinstance(value, list):
            hint = " Write it as a list." if isinstance(value, (tuple, set)) else ""
            errors.append(wrong_type(path, self.describe(), value, hint))
            return value
        validate = self.inner_type.validate
        return [validate(item, (path, "item", index), errors) for index, item in enumerate(value)]

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the list with its items processed."""
        process = self.inner_type.process
        return [process(item, (path, "item", index), errors) for index, item in enumerate(value)]


class Map(ConfigType):
    """A dict with keys of one scalar type and values of one type.

    Args:
        key_type: the type of the keys: str, int, float or bool.
        inner_type: the type of the values.
        key_label_name: what the keys are, for people.
    """

    kind = ConfigTypeKind.MAP

    def __init__(self, key_type: object, inner_type: object, key_label_name: str | None = None) -> None:
        self.key_type = to_config_type(key_type)
        self.inner_type = to_config_type(inner_type)
        if not isinstance(self.key_type, Scalar):
            raise ParameterCheckError(f"The keys of a Map must be scalars, not {self.key_type.describe()}.")
        self.key_label_name: str | None = check_type(key_label_name, str, "key_label_name", optional=True)
        self.given_name = self.key_label_name
        self.processes = self.inner_type.processes

    @property
    def key(self) -> str:
        """A name that is equal for equal types."""
        label = f":name: {self.key_label_name}" if self.key_label_name else ""
        return f"Map.{self.key_type.key}.{self.inner_type.key}{label}"

    def describe(self) -> str:
        """Return the type as text."""
        label = self.key_label_name or self.key_type.describe()
        return f"{{[{label}]: {self.inner_type.describe()}}}"

    def example(self) -> Any:
        """Return an empty dict."""
        return {}

    def type_iterator(self) -> Iterator[ConfigType]:
        """Yield the types inside this one, then this one."""
        yield from self.key_type.type_iterator()
        yield from self.inner_type.type_iterator()
        yield self

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the dict with its keys and values validated."""
        if not isinstance(value, Mapping):
            errors.append(wrong_type(path, self.describe(), value))
            return value
        validate_key, validate = self.key_type.validate, self.inner_type.validate
        return {
            validate_key(key, (path, "key", key), errors): validate(item, (path, "value", key), errors)
            for key, item in value.items()
        }

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the dict with its values processed."""
        process = self.inner_type.process
        return {key: process(item, (path, "value", key), errors) for key, item in value.items()}


class ScalarUnion(ConfigType):
    """A scalar, or a value of a type that is no scalar.

    Args:
        scalar_type: the scalar type.
        non_scalar_schema: the other type: a dict of fields, a list or a selector.
    """

    kind = ConfigTypeKind.SCALAR_UNION

    def __init__(self, scalar_type: Any, non_scalar_schema: Any) -> None:
        self.scalar_type = to_config_type(scalar_type)
        self.non_scalar_type = to_config_type(non_scalar_schema)
        if not isinstance(self.scalar_type, Scalar):
            raise ParameterCheckError(f"scalar_type must be a scalar, not {self.scalar_type.describe()}.")
        if self.non_scalar_type.kind in (ConfigTypeKind.SCALAR, ConfigTypeKind.ENUM, ConfigTypeKind.ANY):
            raise ParameterCheckError(
                f"non_scalar_schema must be a dict of fields, a list, a map or a selector, "
                f"not {self.non_scalar_type.describe()}."
            )
        self.processes = self.processes or self.non_scalar_type.processes

    @property
    def key(self) -> str:
        """A name that is equal for equal types."""
        return f"ScalarUnion.{self.scalar_type.key}-{self.non_scalar_type.key}"

    def describe(self) -> str:
        """Return the type as text."""
        return f"({self.scalar_type.describe()} or {self.non_scalar_type.describe()})"

    def example(self) -> Any:
        """Return an example of the scalar."""
        return self.scalar_type.example()

    def type_iterator(self) -> Iterator[ConfigType]:
        """Yield the types inside this one, then this one."""
        yield from self.scalar_type.type_iterator()
        yield from self.non_scalar_type.type_iterator()
        yield self

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` validated by the type that its shape tells."""
        if isinstance(value, (Mapping, list)):
            return self.non_scalar_type.validate(value, path, errors)
        if value is None:
            errors.append(wrong_type(path, self.describe(), value))
            return value
        return self.scalar_type.validate(value, path, errors)

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` processed by the type that its shape tells."""
        if isinstance(value, (Mapping, list)) and self.non_scalar_type.processes:
            return self.non_scalar_type.process(value, path, errors)
        return value


@add_reader
def _read_list(value: Any, root: Any, stack: Sequence[str]) -> ConfigType | None:
    if not isinstance(value, list):
        return None
    if len(value) != 1:
        raise InvalidConfigSchemaError(root, value, stack, "A list must hold one type: that of its items.")
    return Array(to_config_type(value[0], root, stack))


BUILTINS[list] = Array(ANY)
