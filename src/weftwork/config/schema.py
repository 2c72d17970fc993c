"""Config schemas: fields, dicts of fields, and the shorthand for them."""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from weftwork.base.arguments import check_type
from weftwork.base.errors import DagsterInvalidConfigError, DagsterInvalidDefinitionError, ParameterCheckError
from weftwork.base.text import quote_names
from weftwork.config.config_type import ANY, ConfigType, ConfigTypeKind, Enum
from weftwork.config.containers import Map, Noneable
from weftwork.config.errors import (
    EvaluationError,
    InvalidConfigSchemaError,
    Path,
    alias_collision,
    missing_fields,
    unknown_fields,
    wrong_selection,
    wrong_type,
)
from weftwork.config.interning import Interned, content_of
from weftwork.config.shorthand import BUILTINS, add_reader, to_config_type


class _NoDefault:
    """The class of the mark that a field has no default."""

    def __repr__(self) -> str:
        return "<no default>"


NO_DEFAULT: Any = _NoDefault()


class Field:
    """A config type with what a dict needs to know about an entry of it.

    Args:
        config: the type, or the shorthand for it: ``int``, ``[str]``, ``{"a": int}``, ``Selector({...})``.
        default_value: what is taken where the entry is absent; in the form in which it is written in config.
        is_required: whether the entry must be given (default: where there is no default).
        description: text for people.
        is_secret: whether values of the entry are kept out of messages and views.

    Raises:
        DagsterInvalidConfigError: if the default does not fit the type.

    Example:
        >>> Field(int, default_value=3, description="How often to try.")
    """

    __slots__ = ("_filled", "_is_plain", "config_type", "default_value_or_mark", "description", "is_required",
                 "is_secret")  # fmt: skip

    def __init__(
        self,
        config: Any,
        default_value: Any = NO_DEFAULT,
        is_required: bool | None = None,
        description: str | None = None,
        is_secret: bool = False,
    ) -> None:
        self.config_type = ANY if config is None else to_config_type(config)
        self.description = check_type(description, str, "description", optional=True)
        self.is_secret: bool = check_type(is_secret, bool, "is_secret")
        check_type(is_required, bool, "is_required", optional=True)
        if default_value is not NO_DEFAULT and is_required:
            raise ParameterCheckError(
                f"A required field has no default: drop is_required=True or default_value={default_value!r:.100}."
            )
        if default_value is NO_DEFAULT and is_required is None:
            default_value = find_implicit_default(self.config_type)
            is_required = default_value is NO_DEFAULT
        self.is_required: bool = bool(is_required)
        self.default_value_or_mark = default_value
        self._filled: Any = None
        self._is_plain = True
        if default_value is not NO_DEFAULT:
            self._fill_default(default_value)

    def _fill_default(self, value: Any) -> None:
        if isinstance(self.config_type, Enum) and isinstance(value, enum.Enum):
            names = [member.config_value for member in self.config_type.enum_values]
            raise DagsterInvalidDefinitionError(
                f"The default_value of a Field is written as config is: the name {value.name!r}, not {value!r}. Names: "
                f"{quote_names(names)}."
            )
        errors: list[EvaluationError] = []
        self._filled = self.config_type.validate(value, None, errors)
        self._is_plain = not isinstance(self._filled, (dict, list))
        if errors:
            raise DagsterInvalidConfigError(
                "The default_value of a Field does not fit its type", errors, value
            )

    @property
    def default_provided(self) -> bool:
        """Whether there is a default."""
        return self.default_value_or_mark is not NO_DEFAULT

    @property
    def default_value(self) -> Any:
        """The default, as it would be written in config.

        Raises:
            ParameterCheckError: if there is none.
        """
        if self.default_value_or_mark is NO_DEFAULT:
            raise ParameterCheckError("This Field has no default_value; look at default_provided first.")
        return self.default_value_or_mark

    @property
    def default_value_as_json_str(self) -> str:
        """The default as JSON."""
        import json  # many never ask

        return json.dumps(self.default_value, default=repr)

    def get_filled_default(self) -> Any:
        """Return a fresh copy of the default with the defaults inside it."""
        return self._filled if self._is_plain else copy_value(self._filled)

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return ``value`` validated by the field's type, with secrets kept out of the errors."""
        if not self.is_secret:
            return self.config_type.validate(value, path, errors)
        found: list[EvaluationError] = []
        value = self.config_type.validate(value, path, found)
        for error in found:
            error.hide_value()
        errors.extend(found)
        return value

    def __repr__(self) -> str:
        default = f", default_value={self.default_value_or_mark!r}" if self.default_provided else ""
        return f"Field({self.config_type.describe()}{default}, is_required={self.is_required})"


def copy_value(value: Any) -> Any:
    """Return a copy of config: of its dicts and lists, not of what they hold."""
    if isinstance(value, dict):
        return {key: copy_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copy_value(item) for item in value]
    return value


class _HasFields(ConfigType, metaclass=Interned):
    """A dict type whose entries are fields. Two with the same entries, in whatever order, are one object."""

    fields: Mapping[str, Field]

    def __init__(self, fields: Mapping[str, Any], description: str | None = None) -> None:
        self.fields = to_fields(fields)
        self.description = check_type(description, str, "description", optional=True)
        self.processes = any(field.config_type.processes for field in self.fields.values())
        self._key: str | None = None

    @property
    def content(self) -> Hashable:
        """What tells the type from others of its class."""
        entries = [
            (
                name,
                content_of(field.config_type),
                field.is_required,
                repr(field.default_value_or_mark),
                field.description,
                field.is_secret,
            )
            for name, field in self.fields.items()
        ]
        return self.description, frozenset(entries)

    @property
    def key(self) -> str:
        """A name that is equal for equal types."""
        if self._key is None:
            self._key = f"{type(self).__name__}.{self._digest()}"
        return self._key

    def _digest(self) -> str:
        parts = [f"{self.description}"]
        for name, field in sorted(self.fields.items()):
            default = field.default_value_as_json_str if field.default_provided else "-"
            parts.append(
                f"{name}:{field.config_type.key}:{field.is_required}:{default}:{field.description}:{field.is_secret}"
            )
        import hashlib  # loads OpenSSL

        return hashlib.sha1("|".join(parts).encode(), usedforsecurity=False).hexdigest()

    def describe(self) -> str:
        """Return the fields as text; optional ones carry a question mark."""
        return self._describe_at(0)

    def _describe_at(self, depth: int) -> str:
        if depth > 2:
            return "{…}"
        parts = []
        for name, field in self.fields.items():
            inner = field.config_type
            text = inner._describe_at(depth + 1) if isinstance(inner, _HasFields) else inner.describe()
            parts.append(f"{name}{'' if field.is_required else '?'}: {text}")
        shown = ", ".join(parts[:20]) + (f", and {len(parts) - 20} more" if len(parts) > 20 else "")
        return f"{{ {shown} }}" if parts else "{ }"

    def example(self) -> Any:
        """Return the required fields with an example of each."""
        return {name: f.config_type.example() for name, f in self.fields.items() if f.is_required}

    def type_iterator(self) -> Iterator[ConfigType]:
        """Yield the types inside this one, then this one."""
        for field in self.fields.values():
            yield from field.config_type.type_iterator()
        yield self

    def process(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the dict with its entries processed."""
        result = {}
        for name, item in value.items():
            field = self.fields.get(name)
            if field is None or not field.config_type.processes:
                result[name] = item
            else:
                result[name] = field.config_type.process(item, (path, "field", name), errors)
        return result


class Shape(_HasFields):
    """A dict with exactly these entries.

    Args:
        fields: the entries: name to ``Field`` or the shorthand for one.
        description: text for people.
        field_aliases: other names under which an entry may be given: entry name to other name.
    """

    kind = ConfigTypeKind.STRICT_SHAPE
    allows_extra = False

    def __init__(
        self,
        fields: Mapping[str, Any],
        description: str | None = None,
        field_aliases: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(fields, description)
        self.field_aliases = dict(check_type(field_aliases, Mapping, "field_aliases", optional=True) or {})

    @property
    def content(self) -> Hashable:
        """What tells the type from others of its class."""
        return super().content, frozenset(self.field_aliases.items())

    def _digest(self) -> str:
        return super()._digest() + ("".join(f".{k}={v}" for k, v in sorted(self.field_aliases.items())))

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the dict with its entries validated and the absent ones filled."""
        if not isinstance(value, Mapping):
            errors.append(wrong_type(path, self.describe(), value))
            return value
        if self.field_aliases:
            value = self._rename(value, path, errors)
        result: dict[str, Any] = {}
        missing: list[str] | None = None
        first = len(errors)
        taken = 0
        fields = self.fields
        for name, field in fields.items():
            if name in value:
                taken += 1
                result[name] = field.validate(value[name], (path, "field", name), errors)
            elif field.default_value_or_mark is not NO_DEFAULT:
                result[name] = field.get_filled_default()
            elif field.is_required:
                missing = [*(missing or ()), name]
        # Errors of the dict itself are said before those of its entries.
        if missing:
            example = {name: fields[name].config_type.example() for name in missing}
            errors.insert(first, missing_fields(path, missing, example, self.describe()))
        if taken != len(value):
            extra = [name for name in value if name not in fields]
            if self.allows_extra:
                result.update((name, value[name]) for name in extra)
            else:
                errors.insert(first, unknown_fields(path, extra, fields.keys(), self.describe()))
        return result

    def _rename(
        self, value: Mapping[str, Any], path: Path, errors: list[EvaluationError]
    ) -> Mapping[str, Any]:
        renamed = dict(value)
        for name, alias in self.field_aliases.items():
            if alias in renamed and alias not in self.fields:
                if name in renamed:
                    errors.append(alias_collision(path, name, alias))
                renamed[name] = renamed.pop(alias)
        return renamed


class Permissive(Shape):
    """A dict with these entries and any others.

    Args:
        fields: the known entries (default: none).
        description: text for people.
    """

    kind = ConfigTypeKind.PERMISSIVE_SHAPE
    allows_extra = True

    def __init__(self, fields: Mapping[str, Any] | None = None, description: str | None = None) -> None:
        super().__init__(fields or {}, description)

    def describe(self) -> str:
        """Return the fields as text, and that there may be others."""
        return "any dict" if not self.fields else f"{super().describe()[:-2]}, … }}"


class Selector(_HasFields):
    """A dict with exactly one of these entries.

    Args:
        fields: the entries to choose from: name to ``Field`` or the shorthand for one.
        description: text for people.
    """

    kind = ConfigTypeKind.SELECTOR

    def describe(self) -> str:
        """Return the fields as text."""
        return f"one of {super().describe()}"

    def example(self) -> Any:
        """Return the first choice with an example."""
        return {name: field.config_type.example() for name, field in [*self.fields.items()][:1]}

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the dict with its only entry validated."""
        if not isinstance(value, Mapping):
            errors.append(wrong_type(path, self.describe(), value))
            return value
        if not value:
            default = find_implicit_default(self)
            if default is NO_DEFAULT:
                errors.append(wrong_selection(path, (), self.fields.keys(), self.describe()))
                return value
            value = default
        if len(value) > 1:
            errors.append(wrong_selection(path, list(value), self.fields.keys(), self.describe()))
            return value
        ((name, item),) = value.items()
        field = self.fields.get(name)
        if field is None:
            errors.append(unknown_fields(path, [name], self.fields.keys(), self.describe()))
            return value
        # `{in_process:}` in YAML chooses without configuring.
        if item is None and isinstance(field.config_type, _HasFields):
            item = {}
        return {name: field.validate(item, (path, "field", name), errors)}


class ConfigSchema:
    """Base of what can be given as a config schema besides types and their shorthand."""

    def as_field(self) -> Field:
        """Return the schema as a field."""
        raise NotImplementedError


class DefinitionConfigSchema(ConfigSchema):
    """The config schema of a definition.

    Args:
        field: the field that the definition's config must fit; None where any config is accepted.
    """

    def __init__(self, field: Field | None) -> None:
        self._field = field

    @property
    def has_schema(self) -> bool:
        """Whether not just any config is accepted."""
        return self._field is not None

    def as_field(self) -> Field:
        """Return the schema as a field; where any config is accepted, an optional one of any type."""
        return self._field or Field(ANY, is_required=False)

    @property
    def config_type(self) -> ConfigType:
        """The type of the config."""
        return self.as_field().config_type


# --------------------------------------------------------------------------------------- shorthand


def find_implicit_default(config_type: ConfigType) -> Any:
    """Return what an entry of the type is when it is absent and has no default, or ``NO_DEFAULT``."""
    if isinstance(config_type, Noneable):
        return None
    if isinstance(config_type, _HasFields):
        fields = config_type.fields
        if any(field.is_required for field in fields.values()):
            return NO_DEFAULT
        if isinstance(config_type, Selector) and (
            len(fields) != 1 or not all(field.default_provided for field in fields.values())
        ):
            return NO_DEFAULT
        return {name: field.default_value for name, field in fields.items() if field.default_provided}
    return NO_DEFAULT


@add_reader
def _read_fields(value: Any, root: Any, stack: Sequence[str]) -> ConfigType | None:
    if isinstance(value, Field):
        reason = "A Field can only be an entry of a dict, or the whole schema."
        raise InvalidConfigSchemaError(root, value, stack, reason)
    if (schema := find_definition_schema(value)) is not None:
        return schema.as_field().config_type
    if not isinstance(value, Mapping):
        return None
    if len(value) == 1:
        ((key, inner),) = value.items()
        if not isinstance(key, str):
            if isinstance(inner, Field):
                raise InvalidConfigSchemaError(
                    root, inner, stack, "The values of a map are a type, not a Field."
                )
            return Map(to_config_type(key, root, stack), to_config_type(inner, root, stack))
    return Shape(to_fields(value, root, stack))


def find_definition_schema(value: Any) -> ConfigSchema | None:
    """Return the schema of a ``Config`` class or a ready ``ConfigSchema``, or None."""
    if isinstance(value, ConfigSchema):
        return value
    if isinstance(value, type) and (build := getattr(value, "to_config_schema", None)) is not None:
        schema = build()
        return schema if isinstance(schema, ConfigSchema) else None
    return None


def to_field(value: Any, root: Any = NO_DEFAULT, stack: Sequence[str] = ()) -> Field:
    """Return the field that ``value`` is, or is shorthand for.

    Raises:
        DagsterInvalidConfigDefinitionError: if it is none.
    """
    if isinstance(value, Field):
        return value
    if (schema := find_definition_schema(value)) is not None:
        return schema.as_field()
    return Field(to_config_type(value, root, stack))


def to_fields(value: Any, root: Any = NO_DEFAULT, stack: Sequence[str] = ()) -> dict[str, Field]:
    """Return a dict of shorthand as a dict of fields.

    Raises:
        ParameterCheckError: if it is no dict.
        DagsterInvalidConfigDefinitionError: if an entry is no field.
    """
    if not isinstance(value, Mapping):
        raise ParameterCheckError(f"The fields must be a dict of names to types, not {value!r:.200}.")
    root = value if root is NO_DEFAULT else root
    fields = {}
    for name, entry in value.items():
        if not isinstance(name, str):
            reason = (
                f"The names of entries are text; {name!r} is not. A map has one entry, such as {{str: int}}."
            )
            raise InvalidConfigSchemaError(root, value, stack, reason)
        fields[name] = to_field(entry, root, [*stack, name])
    return fields


def build_definition_schema(value: Any) -> DefinitionConfigSchema:
    """Return what a user gave as ``config_schema`` of a definition (None: any config) as its schema.

    Raises:
        DagsterInvalidConfigDefinitionError: if it is no schema.
    """
    if isinstance(value, DefinitionConfigSchema):
        return value
    return DefinitionConfigSchema(None if value is None else to_field(value))


BUILTINS[dict] = Permissive()
