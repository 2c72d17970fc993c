"""Types of collections and of optional values, made of other types."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.config.config_type import ConfigType
from weftwork.definitions.events import TypeCheck
from weftwork.definitions.types.builtin_types import STRING
from weftwork.definitions.types.dagster_type import PASSED, DagsterType, DagsterTypeKind, wrong_value
from weftwork.definitions.types.loader import DagsterTypeLoader, LazyLoader


class _Composed(DagsterType):
    def __init__(self, key: str, display_name: str, params: Sequence[DagsterType], **kwargs: Any) -> None:
        self._params = tuple(params)
        self._display_name = display_name
        super().__init__(
            key=key,
            required_resource_keys=frozenset().union(*(inner.required_resource_keys for inner in params)), **kwargs,
        )  # fmt: skip

    @property
    def display_name(self) -> str:
        """The name that people see."""
        return self._display_name

    @property
    def type_params(self) -> Sequence[DagsterType]:
        """The types directly inside this one."""
        return self._params


class ListType(_Composed):
    """A list of values of one type."""

    def __init__(self, inner_type: DagsterType) -> None:
        refuse_nothing(inner_type, "List")
        self.inner_type = inner_type
        super().__init__(
            f"List.{inner_type.key}", f"[{inner_type.display_name}]", [inner_type], type_check_fn=self._check_list,
            kind=DagsterTypeKind.LIST, typing_type=typing.List[inner_type.typing_type], loader=_loader_of_items(inner_type, list),  # type: ignore[name-defined]  # noqa: UP006 - the documented form
        )  # fmt: skip

    def _check_list(self, context: Any, value: Any) -> TypeCheck:
        if not isinstance(value, list):
            return wrong_value(value, "a list", self)
        return _check_items(context, value, self.inner_type)

    @property
    def supports_fan_in(self) -> bool:
        """Always True."""
        return True

    def get_inner_type_for_fan_in(self) -> DagsterType:
        """Return the type of the items."""
        return self.inner_type


class SetType(_Composed):
    """A set of values of one type."""

    def __init__(self, inner_type: DagsterType) -> None:
        self.inner_type = inner_type
        super().__init__(
            f"TypedPythonSet.{inner_type.key}", f"Set[{inner_type.display_name}]", [inner_type],
            type_check_fn=self._check_set, typing_type=typing.Set[inner_type.typing_type], loader=_loader_of_items(inner_type, set),  # type: ignore[name-defined]  # noqa: UP006 - the documented form
        )  # fmt: skip

    def _check_set(self, context: Any, value: Any) -> TypeCheck:
        if not isinstance(value, set):
            return wrong_value(value, "a set", self)
        return _check_items(context, value, self.inner_type)


class DictType(_Composed):
    """A dict with keys of one type and values of one type."""

    def __init__(self, key_type: DagsterType, value_type: DagsterType) -> None:
        self.key_type = key_type
        self.value_type = value_type
        super().__init__(
            f"TypedPythonDict.{key_type.key}.{value_type.key}",
            f"Dict[{key_type.display_name},{value_type.display_name}]", [key_type, value_type],
            type_check_fn=self._check_dict, typing_type=typing.Dict[key_type.typing_type, value_type.typing_type],  # type: ignore[name-defined]  # noqa: UP006 - the documented form
            loader=_loader_of_dict(key_type, value_type),
        )  # fmt: skip

    def _check_dict(self, context: Any, value: Any) -> TypeCheck:
        if not isinstance(value, dict):
            return wrong_value(value, "a dict", self)
        for inner, items, place in (
            (self.key_type, value.keys(), "key"),
            (self.value_type, value.values(), "value"),
        ):
            verdict = _check_items(context, items, inner, place)
            if not verdict.success:
                return verdict
        return PASSED


class TupleType(_Composed):
    """A tuple with one type for each place, or of any length with one type."""

    def __init__(self, types: Sequence[DagsterType], *, any_length: bool = False) -> None:
        self.any_length = any_length
        dots = ["..."] if any_length else []
        inner: tuple[Any, ...] = tuple(one.typing_type for one in types)
        super().__init__(
            "TypedPythonTuple" + ".".join([*(one.key for one in types), *dots]),
            f"Tuple[{','.join([*(one.display_name for one in types), *dots])}]", types, type_check_fn=self._check_tuple,
            typing_type=typing.Tuple[(*inner, *([...] if any_length else []))], loader=_loader_of_tuple(types, any_length),  # noqa: UP006 - the documented form
        )  # fmt: skip

    def _check_tuple(self, context: Any, value: Any) -> TypeCheck:
        if not isinstance(value, tuple):
            return wrong_value(value, "a tuple", self)
        if self.any_length:
            return _check_items(context, value, self._params[0])
        if len(value) != len(self._params):
            return TypeCheck(
                False, f"Expected {len(self._params)} items (type {self.display_name}), found {len(value)}."
            )
        for position, (item, inner) in enumerate(zip(value, self._params, strict=True)):
            verdict = _check_one(context, item, inner, f"item {position}")
            if not verdict.success:
                return verdict
        return PASSED


class OptionalType(_Composed):
    """A value of a type, or None."""

    def __init__(self, inner_type: DagsterType) -> None:
        refuse_nothing(inner_type, "Optional")
        self.inner_type = inner_type
        super().__init__(
            f"Optional.{inner_type.key}", f"{inner_type.display_name}?", [inner_type], type_check_fn=self._check_optional,
            kind=DagsterTypeKind.NULLABLE, typing_type=typing.Optional[inner_type.typing_type],  # noqa: UP045 - built from a value
            loader=_loader_of_optional(inner_type),
        )  # fmt: skip

    def _check_optional(self, context: Any, value: Any) -> TypeCheck:
        return (
            PASSED if value is None or self.inner_type.is_any else self.inner_type.type_check(context, value)
        )

    @property
    def supports_fan_in(self) -> bool:
        """Whether the type inside does."""
        return self.inner_type.supports_fan_in

    def get_inner_type_for_fan_in(self) -> DagsterType:
        """Return the type of each item of the list inside."""
        return self.inner_type.get_inner_type_for_fan_in()


def refuse_nothing(inner_type: DagsterType, outer: str) -> None:
    """Raise if a type that carries no value is wrapped in one that does.

    Raises:
        DagsterInvalidDefinitionError: if it is.
    """
    if inner_type.is_nothing:
        raise DagsterInvalidDefinitionError(
            f"{outer}[Nothing] is no type: Nothing carries no value. An input that takes several Nothing outputs is Nothing."
        )


def _check_one(context: Any, item: Any, inner: DagsterType, place: str) -> TypeCheck:
    if inner.is_any:
        return PASSED
    verdict = inner.type_check(context, item)
    if verdict.success:
        return PASSED
    told = verdict.description or f"{item!r:.100} is not of type {inner.display_name}."
    return TypeCheck(False, f"In {place}: {told}", verdict.metadata)


def _check_items(context: Any, items: Iterable[Any], inner: DagsterType, place: str = "item") -> TypeCheck:
    if inner.is_any:
        return PASSED
    for position, item in enumerate(items):
        verdict = _check_one(context, item, inner, f"{place} {position}")
        if not verdict.success:
            return verdict
    return PASSED


def _resources(loaders: Iterable[DagsterTypeLoader]) -> frozenset[str]:
    return frozenset().union(*(loader.required_resource_keys() for loader in loaders))


def _loader_of_items(inner: DagsterType, build: Callable[[Iterable[Any]], Any]) -> DagsterTypeLoader | None:
    loader = inner.loader
    if loader is None:
        return None

    def load(context: Any, config: Any) -> Any:
        return build(loader.construct_from_config_value(context, item) for item in config)

    return LazyLoader(partial(_array, loader), load, _resources([loader]))


def _loader_of_optional(inner: DagsterType) -> DagsterTypeLoader | None:
    loader = inner.loader
    if loader is None:
        return None

    def load(context: Any, config: Any) -> Any:
        return None if config is None else loader.construct_from_config_value(context, config)

    return LazyLoader(partial(_noneable, loader), load, _resources([loader]))


def _loader_of_dict(key_type: DagsterType, value_type: DagsterType) -> DagsterTypeLoader | None:
    loader = value_type.loader
    if loader is None or key_type is not STRING:
        return None

    def load(context: Any, config: Any) -> Any:
        return {key: loader.construct_from_config_value(context, item) for key, item in config.items()}

    return LazyLoader(partial(_map, loader), load, _resources([loader]))


def _loader_of_tuple(types: Sequence[DagsterType], any_length: bool) -> DagsterTypeLoader | None:
    if any_length:
        return _loader_of_items(types[0], tuple)
    loaders = [one.loader for one in types if one.loader is not None]
    if len(loaders) < len(types):
        return None

    def load(context: Any, config: Any) -> Any:
        if len(config) != len(loaders):
            raise DagsterInvalidDefinitionError(
                f"Expected a list of {len(loaders)} items, found {len(config)}: {config!r:.100}."
            )
        pairs = zip(loaders, config, strict=True)
        return tuple(loader.construct_from_config_value(context, item) for loader, item in pairs)

    return LazyLoader(_array_of_any, load, _resources(loaders))


def _array(loader: DagsterTypeLoader) -> ConfigType:
    from weftwork.config.containers import Array  # a value that comes from an op needs no schema

    return Array(loader.schema_type)


def _array_of_any() -> ConfigType:
    from weftwork.config.containers import Array  # a value that comes from an op needs no schema

    return Array(Any)


def _noneable(loader: DagsterTypeLoader) -> ConfigType:
    from weftwork.config.containers import Noneable  # a value that comes from an op needs no schema

    return Noneable(loader.schema_type)


def _map(loader: DagsterTypeLoader) -> ConfigType:
    from weftwork.config.containers import Map  # a value that comes from an op needs no schema

    return Map(str, loader.schema_type)
