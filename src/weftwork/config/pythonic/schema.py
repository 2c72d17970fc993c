"""Pydantic models as config schemas: each field of a model becomes a config ``Field``."""

from __future__ import annotations

import enum
import inspect
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Literal
from weakref import WeakKeyDictionary

from pydantic import BaseModel, PydanticUndefinedAnnotation, RootModel, SecretBytes, SecretStr, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from weftwork.base.errors import (
    DagsterInvalidConfigError,
    DagsterInvalidPythonicConfigDefinitionError,
)
from weftwork.config.config_type import ANY, BOOL, FLOAT, INT, STRING, ConfigType, Enum, EnumValue
from weftwork.config.containers import Array, Map, Noneable
from weftwork.config.env_var import ENV_VAR_TYPES
from weftwork.config.errors import EvaluationError, Path, PostProcessingError
from weftwork.config.pythonic.annotations import (
    find_entry_types,
    find_item_type,
    get_choice_name,
    get_config_name,
    get_discriminator,
    holds_secret,
    refuse_dict_field,
    split_union,
    unwrap,
)
from weftwork.config.pythonic.pydantic_type import PydanticType
from weftwork.config.pythonic.values import to_config_value
from weftwork.config.schema import NO_DEFAULT, Field, Permissive, Selector, Shape
from weftwork.config.sources import BoolSource, FloatSource, IntSource, StringSource, read_required_variable

_SCALARS: dict[Any, ConfigType] = {
    int: IntSource,
    str: StringSource,
    float: FloatSource,
    bool: BoolSource,
    SecretStr: StringSource,
    SecretBytes: StringSource,
    Any: ANY,
}
_KEYS: dict[Any, ConfigType] = {int: INT, str: STRING, float: FLOAT, bool: BOOL, Any: STRING}

_FIELDS: WeakKeyDictionary[type[BaseModel], dict[str, Field]] = WeakKeyDictionary()


class EnumSource(Enum):
    """An enum's member name, or the environment variable that holds it."""

    takes_env = True

    def validate(self, value: Any, path: Path, errors: list[EvaluationError]) -> Any:
        """Return the member's name, or the selector of a variable."""
        if isinstance(value, ENV_VAR_TYPES):
            return {"env": value.env_var_name}
        if isinstance(value, dict) and list(value) == ["env"] and isinstance(value["env"], str):
            return value
        return super().validate(value, path, errors)

    def post_process(self, value: Any) -> Any:
        """Return the member.

        Raises:
            PostProcessingError: if the variable is not set, or names no member.
        """
        if not isinstance(value, dict):
            return super().post_process(value)
        name = read_required_variable(value["env"])
        if not self.is_valid_config_enum_value(name):
            raise PostProcessingError(
                f"the environment variable '{value['env']}' does not hold {self.describe()}."
            )
        return super().post_process(name)


def build_fields(model: type[BaseModel], names: Iterable[str] | None = None) -> dict[str, Field]:
    """Return the fields of a model as config fields, by the names they have in config.

    Args:
        model: the model; the result for all of its fields is kept.
        names: which of the model's fields (default: all).

    Raises:
        DagsterInvalidPythonicConfigDefinitionError: if a field's type cannot be written as config.
    """
    if names is not None:
        return _convert_fields(model, set(names), NO_DEFAULT, frozenset())
    found = _FIELDS.get(model)
    if found is None:
        found = _FIELDS[model] = _convert_fields(model, None, NO_DEFAULT, frozenset())
    return found


def build_shape(model: type[BaseModel], names: Iterable[str] | None = None) -> Shape:
    """Return a model as a dict type; one with extra fields allowed becomes permissive."""
    return _make_shape(model, build_fields(model, names))


def _make_shape(model: type[BaseModel], fields: Mapping[str, Field]) -> Shape:
    own_doc = model.__dict__.get("__doc__")
    description = inspect.cleandoc(own_doc) if own_doc else None
    if model.model_config.get("extra") == "allow":
        return Permissive(fields, description)
    aliases = None
    if model.model_config.get("populate_by_name") or model.model_config.get("validate_by_name"):
        aliases = {
            get_config_name(n, i): n for n, i in model.model_fields.items() if get_config_name(n, i) != n
        }
    return Shape(fields, description, aliases)


def _convert_fields(
    model: type[BaseModel], names: set[str] | None, defaults: Any, outer: frozenset[type]
) -> dict[str, Field]:
    if not model.__pydantic_complete__:
        _complete(model)
    fields = {}
    for name, info in model.model_fields.items():
        if names is None or name in names:
            refuse_dict_field(model, name, info)
            default = info.default if defaults is NO_DEFAULT else getattr(defaults, name, info.default)
            converter = _Converter(model, name, outer | {model})
            fields[get_config_name(name, info)] = converter.to_field(info, default)
    return fields


def _find_made_model(info: FieldInfo) -> Any:
    """Return the model that the default factory of a field makes, whose values can be shown as defaults.

    Other factories (of ids, times, lists) are called by pydantic for each instance.
    """
    made = (
        info.get_default(call_default_factory=True) if not info.default_factory_takes_validated_data else None
    )
    return made if isinstance(made, BaseModel) else PydanticUndefined


def _complete(model: type[BaseModel]) -> None:
    try:
        model.model_rebuild()
    except PydanticUndefinedAnnotation as error:
        raise DagsterInvalidPythonicConfigDefinitionError(model, None, error.name) from error


class _Converter:
    """Converts one field of a model; knows where it is, for messages, and which models are around it."""

    def __init__(self, model: type[BaseModel], name: str, outer: frozenset[type]) -> None:
        self.model = model
        self.name = name
        self.outer = outer

    def to_field(self, info: FieldInfo, default: Any) -> Field:
        discriminator = get_discriminator(info)
        is_secret = holds_secret(info.annotation)
        if default is PydanticUndefined and info.default_factory is not None:
            default = _find_made_model(info)
        if default is PydanticUndefined:
            config_type = self.to_type(info.annotation, discriminator)
            required = False if info.default_factory is not None else None
            return Field(config_type, is_required=required, description=info.description, is_secret=is_secret)
        config_type = self.to_type(info.annotation, discriminator, default)
        if default is None and isinstance(
            config_type, Selector
        ):  # None is none of the choices: pydantic fills it in
            return Field(config_type, is_required=False, description=info.description, is_secret=is_secret)
        if default is None and not isinstance(config_type, Noneable):
            config_type = ANY if config_type is ANY else Noneable(config_type)
        value = to_config_value(default, info.annotation, discriminator)
        try:
            return Field(config_type, value, description=info.description, is_secret=is_secret)
        except DagsterInvalidConfigError:
            if not isinstance(config_type, PydanticType):
                raise
            # A default that is no JSON value is filled in by pydantic instead.
            return Field(config_type, is_required=False, description=info.description, is_secret=is_secret)

    def to_type(
        self, annotation: Any, discriminator: str | None = None, default: Any = NO_DEFAULT
    ) -> ConfigType:
        annotation, found = unwrap(annotation)
        discriminator = discriminator or found
        try:
            scalar = _SCALARS.get(annotation)
        except TypeError:  # not hashable: a pydantic validator refuses it more clearly
            scalar = None
        if scalar is not None:
            return scalar
        union = split_union(annotation)
        if union is not None:
            return self._union(annotation, *union, discriminator, default)
        if isinstance(annotation, type) and not typing.get_args(annotation):
            return self._class(annotation, default)
        return self._generic(annotation)

    def _union(
        self, annotation: Any, members: list[Any], optional: bool, discriminator: str | None, default: Any
    ) -> ConfigType:
        if discriminator is not None:
            inner: ConfigType = Selector(self._choices(members, discriminator))
        elif len(members) == 1:
            inner = self.to_type(members[0], None, NO_DEFAULT if default is None else default)
        else:
            inner = self._other(typing.Union[tuple(members)] if optional else annotation)  # noqa: UP007 - computed
        return Noneable(inner) if optional and not isinstance(inner, Noneable) else inner

    def _choices(self, members: list[Any], discriminator: str) -> dict[str, Field]:
        choices: dict[str, Field] = {}
        for member in members:
            model, inner_discriminator = unwrap(member)
            if inner_discriminator is not None and (union := split_union(model)) is not None:
                choices.update(self._choices(union[0], inner_discriminator))
                continue
            names = [name for name in model.model_fields if name != discriminator]
            fields = _convert_fields(model, set(names), NO_DEFAULT, self.outer)
            literal, _ = unwrap(model.model_fields[discriminator].annotation)
            for value in typing.get_args(literal):
                choices[get_choice_name(value)] = Field(_make_shape(model, fields))
        return choices

    def _class(self, annotation: type, default: Any) -> ConfigType:
        if issubclass(annotation, RootModel):
            return self._other(annotation)
        if issubclass(annotation, BaseModel) and annotation is not BaseModel:
            if annotation in self.outer:
                return self._other(annotation)  # a model inside itself has no finite dict type
            given = default if isinstance(default, BaseModel) else NO_DEFAULT
            return _make_shape(annotation, _convert_fields(annotation, None, given, self.outer))
        if issubclass(annotation, enum.Enum):
            return EnumSource.from_python_enum(annotation)
        return self._generic(annotation)

    def _generic(self, annotation: Any) -> ConfigType:
        if typing.get_origin(annotation) is Literal:
            values = typing.get_args(annotation)
            if all(isinstance(value, str) for value in values):
                return EnumSource(
                    f"Literal{list(values)}", [EnumValue(str(value), value) for value in values]
                )
            return self._other(annotation)
        item = find_item_type(annotation)
        if item is not None:
            return Array(self.to_type(item))
        entry = find_entry_types(annotation)
        if entry is not None:
            if entry == (Any, Any):
                return Permissive()
            key = _KEYS.get(unwrap(entry[0])[0]) if typing.get_origin(entry[0]) is not Literal else None
            return self._other(annotation) if key is None else Map(key, self.to_type(entry[1]))
        return self._other(annotation)

    def _other(self, annotation: Any) -> ConfigType:
        known = getattr(annotation, "__weft_config_type__", None)
        if isinstance(known, ConfigType):
            return known
        if annotation in (object, BaseModel):
            raise DagsterInvalidPythonicConfigDefinitionError(self.model, self.name, annotation)
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        except (PydanticSchemaGenerationError, PydanticUndefinedAnnotation, TypeError) as error:
            raise DagsterInvalidPythonicConfigDefinitionError(self.model, self.name, annotation) from error
        if adapter.core_schema["type"] in ("is-instance", "is-subclass", "callable"):
            raise DagsterInvalidPythonicConfigDefinitionError(self.model, self.name, annotation)
        return PydanticType(annotation, adapter)
