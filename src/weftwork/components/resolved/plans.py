"""What a file may say for a type, and how a value of the type comes from it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.resolver import DEFAULT, PARENT, PASS, Resolver
from weftwork.components.resolved.templates import is_whole_template


class Plan:
    """What a file may say for a type, and how a value of the type comes from it.

    Attributes:
        model_type: what the file may say.
        is_plain: whether the value is what the file says, but for templates.
        takes_templates: whether the file may say a template for the whole value.
        text_type: ``str`` where templates in it become text, whatever they look like.
    """

    model_type: Any
    is_plain = False
    takes_templates = True
    text_type: type | None = None

    def accepts(self, value: Any) -> bool:
        """Return whether what a file says is for this type, where a field may be of several."""
        return _is_valid(self.model_type, value)

    def resolve(self, context: ResolutionContext, value: Any) -> Any:
        """Return the value for what the file says.

        Raises:
            ResolutionException: if there is none.
        """
        raise NotImplementedError


def _is_valid(kind: Any, value: Any) -> bool:
    try:
        _adapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _adapter(kind: Any) -> TypeAdapter[Any]:
    try:
        return _cached_adapter(kind)
    except TypeError:  # the type cannot be hashed, such as a Literal of a list
        return TypeAdapter(kind)


@functools.lru_cache(maxsize=1024)
def _cached_adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


class PlainPlan(Plan):
    """Text, numbers, lists of them: the value is what the file says, but for templates.

    Args:
        annotation: the type.
    """

    is_plain = True

    def __init__(self, annotation: Any) -> None:
        self.model_type = annotation
        self.text_type = str if _leaves(annotation) == {str} else None

    def resolve(self, context: ResolutionContext, value: Any) -> Any:
        """Return the value with its templates rendered."""
        return context.resolve_value(value, self.text_type)


def _leaves(annotation: Any) -> set[Any]:
    """Return the types of the values in a type, but for None and the keys of dicts."""
    arguments = get_args(annotation)
    if not arguments:
        return {annotation} - {None, NoneType, Ellipsis}
    if get_origin(annotation) is Annotated:
        return _leaves(arguments[0])
    if get_origin(annotation) is Literal:
        return {type(argument) for argument in arguments}
    is_mapping = (
        len(arguments) == 2
        and isinstance(get_origin(annotation), type)
        and issubclass(get_origin(annotation), Mapping)
    )
    found: set[Any] = set()
    return found.union(*(_leaves(argument) for argument in arguments[is_mapping:]))


class ModelPlan(Plan):
    """A pydantic model that is not Resolvable: the file says it as it is.

    Args:
        model: the model.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        self.model_type = model

    def resolve(self, context: ResolutionContext, value: Any) -> Any:
        """Return the model as it is, or what a template stands for."""
        return context.resolve_value(value) if isinstance(value, str) else value


class ResolvablePlan(Plan):
    """A class that derives from Resolvable.

    Args:
        model_type: the model that was derived from it.
        resolve: makes an object from such a model.
    """

    def __init__(self, model_type: Any, resolve: Callable[[ResolutionContext, Any], Any]) -> None:
        self.model_type = model_type
        self._resolve = resolve

    def accepts(self, value: Any) -> bool:
        """Return whether it is such a model."""
        return isinstance(value, self.model_type)

    def resolve(self, context: ResolutionContext, value: Any) -> Any:
        """Return the object."""
        return self._resolve(context, value)


class ResolverPlan(Plan):
    """A type with a resolver.

    Args:
        resolver: the resolver.
        inner: the plan of what the file may say, or of the type itself.
        name: the field, for messages.
    """

    def __init__(self, resolver: Resolver, inner: Plan, name: str) -> None:
        self.resolver = resolver
        self.model_type = inner.model_type
        self.takes_templates = resolver.kind == DEFAULT or resolver.inject_before_resolve
        self._inner = inner
        self._name = name

    def resolve(self, context: ResolutionContext, value: Any) -> Any:
        """Return what the resolver makes of it."""
        if self.resolver.kind == DEFAULT:
            return self._inner.resolve(context, value)
        return self.resolver.call(context, value, self._name, value)


class UnionPlan(Plan):
    """One of several types: the first that the file's value is for.

    Args:
        members: their plans.
        model_type: what the file may say.
    """

    def __init__(self, members: Sequence[Plan], model_type: Any) -> None:
        self._members = members
        self.model_type = model_type
        self.is_plain = all(member.is_plain for member in members)
        self.takes_templates = all(member.takes_templates for member in members)

    def accepts(self, value: Any) -> bool:
        """Return whether it is for one of them."""
        return any(member.accepts(value) for member in self._members)

    def resolve(self, context: ResolutionContext, value: Any) -> Any:
        """Return what the first makes of it that it is for."""
        for member in self._members:
            if member.accepts(value):
                return member.resolve(context, value)
        if isinstance(value, str) or self.is_plain:
            return context.resolve_value(value)
        raise context.build_exception(f"nothing that this may be takes {value!r:.100}.")


class SequencePlan(Plan):
    """A list or tuple of something that is resolved.

    Args:
        item: the plan of one item.
        container: list or tuple, which the values become.
    """

    def __init__(self, item: Plan, container: Callable[[Sequence[Any]], Any]) -> None:
        self.model_type = tuple[item.model_type, ...]  # type: ignore[name-defined]
        self._item = item
        self._container = container

    def accepts(self, value: Any) -> bool:
        """Return whether it is a list of such items."""
        return isinstance(value, (list, tuple)) and all(self._item.accepts(item) for item in value)

    def resolve(self, context: ResolutionContext, value: Any) -> Any:
        """Return the items, each resolved."""
        if isinstance(value, str):
            return context.resolve_value(value)
        return self._container(
            [self._item.resolve(context.at_path(number), item) for number, item in enumerate(value)]
        )


class MappingPlan(Plan):
    """Something that is resolved, by name.

    Args:
        item: the plan of one value.
    """

    def __init__(self, item: Plan) -> None:
        self.model_type = dict[str, item.model_type]  # type: ignore[name-defined]
        self._item = item

    def accepts(self, value: Any) -> bool:
        """Return whether it is a mapping to such values."""
        return isinstance(value, dict) and all(self._item.accepts(item) for item in value.values())

    def resolve(self, context: ResolutionContext, value: Any) -> Any:
        """Return the values, each resolved."""
        if isinstance(value, str):
            return context.resolve_value(value)
        return {key: self._item.resolve(context.at_path(key), item) for key, item in value.items()}


def resolve_field(plan: Plan, context: ResolutionContext, value: Any) -> Any:
    """Return the value of a field for what the file says, where a template may stand for the whole of it.

    Raises:
        ResolutionException: if there is none.
    """
    if not isinstance(value, str) or not plan.takes_templates:
        return plan.resolve(context, value)
    if is_whole_template(value):
        return context.resolve_value(value, plan.text_type)
    if isinstance(plan, ResolverPlan) and plan.resolver.kind not in (DEFAULT, PASS, PARENT):
        return plan.resolve(context, context.resolve_value(value, str))
    return plan.resolve(context, value)
