"""How instances of config classes are made: selector form, enum names, absent optionals, ``EnvVar`` anywhere."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import SchemaValidator, core_schema

from weftwork.config.env_var import ENV_VAR_TYPES
from weftwork.config.pythonic.annotations import (
    find_entry_types,
    find_item_type,
    get_choice_name,
    get_discriminator,
    is_optional,
    refuse_dict_field,
    split_union,
    unwrap,
)
from weftwork.config.pythonic.values import to_config_value

Decoder = Callable[[Any], Any]


class Construction:
    """What the constructor of one config class has to do besides pydantic's work.

    Args:
        model: the class.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model
        fields = model.model_fields
        for name, info in fields.items():
            refuse_dict_field(model, name, info)
        self._absent = [
            _input_name(name, info)
            for name, info in fields.items()
            if info.is_required() and is_optional(info.annotation)
        ]
        # `x: int = None` is common; its default may come back from config, and is none of the type's values.
        self._loose = [
            _input_name(name, info)
            for name, info in fields.items()
            if info.default is None and not is_optional(info.annotation)
        ]
        decoders = {
            _input_name(name, info): build_decoder(info.annotation, get_discriminator(info))
            for name, info in fields.items()
        }
        self._decoders = {name: decode for name, decode in decoders.items() if decode is not None}
        self._defaults = {
            _input_name(name, info): to_config_value(info.default, info.annotation, get_discriminator(info))
            for name, info in fields.items()
            if not info.is_required() and info.default_factory is None
        }
        self._models = {
            _input_name(name, info): inner
            for name, info in fields.items()
            if (inner := _find_model(info.annotation)) is not None
        }
        self.prepares = bool(self._absent or self._loose or self._decoders)

    def prepare(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return constructor arguments with optionals filled, and config's forms turned into pydantic's."""
        for name in self._absent:
            values.setdefault(name, None)
        for name in self._loose:
            if name in values and values[name] is None:
                del values[name]
        for name, decode in self._decoders.items():
            if name in values:
                values[name] = decode(values[name])
        return values

    def drop_defaults(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return checked config without what is the default anyway.

        The schema fills defaults in; given to pydantic, they would be validated, which defaults are not.
        """
        defaults, models = self._defaults, self._models
        result = {}
        for name, value in values.items():
            if name in defaults and _is_default(value, defaults[name]):
                continue
            model = models.get(name)
            result[name] = (
                get_construction(model).drop_defaults(value)
                if model is not None and isinstance(value, dict)
                else value
            )
        return result

    @cached_property
    def validator_with_env(self) -> SchemaValidator:
        """The class's validator, changed so that an ``EnvVar`` passes wherever a value stands."""
        schema = _admit_env(self._model.__pydantic_core_schema__)
        try:
            # Else the class's own validator is taken instead of the changed one.
            return SchemaValidator(schema, None, _use_prebuilt=False)
        except TypeError:  # before pydantic-core 2.32 there is no such choice
            return SchemaValidator(schema)


_CONSTRUCTIONS: WeakKeyDictionary[type[BaseModel], Construction] = WeakKeyDictionary()


def get_construction(model: type[BaseModel]) -> Construction:
    """Return what the constructor of ``model`` has to do; kept per class."""
    found = _CONSTRUCTIONS.get(model)
    if found is None:
        if not model.__pydantic_complete__:
            model.model_rebuild()
        found = _CONSTRUCTIONS[model] = Construction(model)
    return found


def _find_model(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field holds directly, or optionally."""
    annotation, _ = unwrap(annotation)
    union = split_union(annotation)
    if union is not None and len(union[0]) == 1:
        annotation, _ = unwrap(union[0][0])
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _is_default(value: Any, default: Any) -> bool:
    """Return whether processed config is what a default, written as config, comes to."""
    if isinstance(value, enum.Enum):
        return bool(value.name == default)
    if isinstance(value, dict) and isinstance(default, dict):
        # A default None is not written.
        return all(name in value for name in default) and all(
            _is_default(item, default[name]) if name in default else item is None
            for name, item in value.items()
        )
    if isinstance(value, list) and isinstance(default, list):
        return len(value) == len(default) and all(map(_is_default, value, default))
    return isinstance(value, bool) is isinstance(default, bool) and bool(value == default)


def _input_name(name: str, info: FieldInfo) -> str:
    alias = info.validation_alias
    return alias if isinstance(alias, str) else name


def build_decoder(
    annotation: Any, discriminator: str | None = None, outer: frozenset[type] = frozenset()
) -> Decoder | None:
    """Return what turns config's form of a value into pydantic's, or None where they are the same.

    Args:
        annotation: the declared type.
        discriminator: the field that discriminates, if the field of the union names it.
        outer: the models around it; a model inside itself is left to pydantic.
    """
    annotation, found = unwrap(annotation)
    discriminator = discriminator or found
    union = split_union(annotation)
    if union is not None:
        if discriminator is not None:
            return _build_choice_decoder(union[0], discriminator, outer)
        return build_decoder(union[0][0], None, outer) if len(union[0]) == 1 else None
    item = find_item_type(annotation)
    if item is not None:
        inner = build_decoder(item, None, outer)
        return None if inner is None else _decode_items(inner)
    entry = find_entry_types(annotation)
    if entry is not None:
        inner = build_decoder(entry[1], None, outer)
        return None if inner is None else _decode_entries(inner)
    if not isinstance(annotation, type):
        return None
    if issubclass(annotation, enum.Enum):
        return _decode_member(annotation)
    if issubclass(annotation, BaseModel) and annotation not in outer:
        return _build_model_decoder(annotation, outer)
    return None


def _decode_items(decode: Decoder) -> Decoder:
    return lambda value: [decode(item) for item in value] if isinstance(value, list) else value


def _decode_entries(decode: Decoder) -> Decoder:
    return lambda value: {k: decode(v) for k, v in value.items()} if isinstance(value, dict) else value


def _decode_member(members: type[enum.Enum]) -> Decoder:
    def decode(value: Any) -> Any:
        known = members.__members__
        return known[value] if type(value) is str and value in known else value

    return decode


def _build_model_decoder(model: type[BaseModel], outer: frozenset[type]) -> Decoder | None:
    decoders = {
        _input_name(name, info): decode
        for name, info in model.model_fields.items()
        if (decode := build_decoder(info.annotation, get_discriminator(info), outer | {model})) is not None
    }
    if not decoders:
        return None

    def decode_model(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: decoders[key](item) if key in decoders else item for key, item in value.items()}

    return decode_model


def _build_choice_decoder(members: list[Any], discriminator: str, outer: frozenset[type]) -> Decoder:
    choices: dict[str, tuple[str, Any, Decoder | None]] = {}
    _collect_choices(choices, members, discriminator, outer)

    def decode(value: Any) -> Any:
        if not (isinstance(value, dict) and len(value) == 1):
            return value
        ((name, fields),) = value.items()
        if name not in choices or not isinstance(fields, dict):
            return value
        field_name, chosen, inner = choices[name]
        return {**(inner(fields) if inner else fields), field_name: chosen}

    return decode


def _collect_choices(
    choices: dict[str, tuple[str, Any, Decoder | None]],
    members: list[Any],
    discriminator: str,
    outer: frozenset[type],
) -> None:
    for member in members:
        model, inner_discriminator = unwrap(member)
        union = split_union(model)
        if union is not None and inner_discriminator is not None:
            _collect_choices(choices, union[0], inner_discriminator, outer)
            continue
        literal, _ = unwrap(model.model_fields[discriminator].annotation)
        decode = _build_model_decoder(model, outer)
        for value in getattr(literal, "__args__", ()):
            name = get_choice_name(value)
            choices[name] = (discriminator, value, decode)


# ------------------------------------------------------------------------------------- environment

# Where schemas stand inside the schemas that pydantic compiles.
_INNER = ("schema", "items_schema", "keys_schema", "values_schema")
_VALUE_PLACES = ("items_schema", "values_schema")


def _pass_env(value: Any, handler: Callable[[Any], Any]) -> Any:
    return value if isinstance(value, ENV_VAR_TYPES) else handler(value)


def _admit(schema: Any) -> Any:
    if isinstance(schema, dict) and schema.get("type") == "default":
        # The default must stay outside, where a model looks for it.
        return {**schema, "schema": _admit(schema["schema"])}
    return core_schema.no_info_wrap_validator_function(_pass_env, _admit_env(schema))


def _admit_env(schema: Any) -> Any:
    """Return a copy of a core schema in which every value of a field, list or dict may be an ``EnvVar``."""
    if not isinstance(schema, dict):
        return schema
    # A validator of the whole model would compute with values that are not known yet.
    if schema.get("type") == "function-after" and _leads_to_model(schema["schema"]):
        return _admit_env(schema["schema"])
    result = dict(schema)
    for key in _INNER:
        inner = result.get(key)
        if isinstance(inner, dict):
            is_place = key in _VALUE_PLACES or schema.get("type") == "model-field"
            result[key] = _admit(inner) if is_place else _admit_env(inner)
        elif isinstance(inner, list):
            result[key] = [_admit(item) for item in inner]
    if isinstance(schema.get("fields"), dict):
        result["fields"] = {name: _admit_env(field) for name, field in schema["fields"].items()}
    if isinstance(schema.get("definitions"), list):
        result["definitions"] = [_admit_env(item) for item in schema["definitions"]]
    return result


def _leads_to_model(schema: Any) -> bool:
    while isinstance(schema, dict) and schema.get("type") in (
        "function-after",
        "function-before",
        "function-wrap",
    ):
        schema = schema["schema"]
    return isinstance(schema, dict) and schema.get("type") == "model"
