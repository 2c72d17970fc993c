"""From the annotation of a field to its plan, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from weftwork.components.errors import ResolutionException
from weftwork.components.resolved.fields import ClassField
from weftwork.components.resolved.plans import (
    MappingPlan,
    ModelPlan,
    PlainPlan,
    Plan,
    ResolvablePlan,
    ResolverPlan,
    SequencePlan,
    UnionPlan,
)
from weftwork.components.resolved.resolver import PARENT, PASS, Resolver

_PLAIN = (str, int, float, bool, NoneType, dict, list, Mapping, Sequence)
_SEQUENCES: dict[Any, Callable[[Sequence[Any]], Any]] = {list: list, Sequence: list, tuple: tuple}
_MAPPINGS = (dict, Mapping)

PlanResolvable = Callable[[type], ResolvablePlan | None]
"""Returns the plan of a class that derives from Resolvable, None for others."""

_suggestions: dict[type, str] = {}


def suggest(kind: type, name: str) -> None:
    """Have messages about fields of a type name the annotation that does what was meant.

    Args:
        kind: the type, which no file can say.
        name: the annotation.
    """
    _suggestions[kind] = name


class FieldPlanner:
    """Plans one field.

    Args:
        field: the field.
        owner: the class that it is of, for messages.
        plan_resolvable: plans classes that derive from Resolvable.
    """

    def __init__(self, field: ClassField, owner: type, plan_resolvable: PlanResolvable) -> None:
        self._field = field
        self._owner = owner
        self._plan_resolvable = plan_resolvable

    def plan(self, annotation: Any) -> Plan:
        """Return the plan of an annotation.

        Raises:
            ResolutionException: if files cannot say it.
        """
        origin = get_origin(annotation)
        if origin is Annotated:
            return self._plan_annotated(annotation)
        if origin in (Union, UnionType):
            return self._plan_union(annotation)
        if annotation is Any or origin is Literal or annotation is None or annotation in _PLAIN:
            return PlainPlan(annotation)
        if origin in _SEQUENCES:
            return self._plan_sequence(annotation, origin)
        if origin in _MAPPINGS:
            return self._plan_mapping(annotation)
        if isinstance(annotation, type) and origin is None:
            return self._plan_class(annotation)
        raise self._refuse(annotation)

    def _plan_annotated(self, annotation: Any) -> Plan:
        resolver = next((item for item in annotation.__metadata__ if isinstance(item, Resolver)), None)
        inner = get_args(annotation)[0]
        if resolver is None:
            found = self.plan(inner)
            return PlainPlan(annotation) if found.is_plain else found
        if resolver.model_field_type is not None:
            return ResolverPlan(resolver, self.plan(resolver.model_field_type), self._field.name)
        if resolver.is_default:
            return ResolverPlan(resolver, self.plan(inner), self._field.name)
        if resolver.kind != PASS and not self._is_sayable(inner):
            raise self._refuse(annotation)
        return ResolverPlan(resolver, PlainPlan(inner), self._field.name)

    def _is_sayable(self, annotation: Any) -> bool:
        try:
            self.plan(annotation)
        except ResolutionException:
            return False
        return True

    def _plan_union(self, annotation: Any) -> Plan:
        members = [self._plan_inner(member) for member in get_args(annotation)]
        if all(member.is_plain for member in members):
            return PlainPlan(annotation)
        return UnionPlan(members, Union[tuple(member.model_type for member in members)])  # noqa: UP007 - made of many

    def _plan_sequence(self, annotation: Any, origin: Any) -> Plan:
        arguments = get_args(annotation)
        is_fixed = origin is tuple and not (len(arguments) == 2 and arguments[1] is Ellipsis)
        inner = [self._plan_inner(argument) for argument in arguments if argument is not Ellipsis]
        if all(plan.is_plain for plan in inner):
            return PlainPlan(annotation)
        if is_fixed:
            raise self._refuse(annotation)
        return SequencePlan(inner[0], _SEQUENCES[origin])

    def _plan_mapping(self, annotation: Any) -> Plan:
        key, value = get_args(annotation)
        inner = self._plan_inner(value)
        if inner.is_plain:
            return PlainPlan(annotation)
        if key is not str:
            raise ResolutionException(
                f"{self._where()}: {_show(annotation)}: the keys of a mapping to what is resolved must be str."
            )
        return MappingPlan(inner)

    def _plan_inner(self, annotation: Any) -> Plan:
        found = self.plan(annotation)
        if isinstance(found, ResolverPlan) and found.resolver.kind == PARENT:
            raise ResolutionException(
                f"{self._where()}: a resolver that gets the whole model must be at the top of the field's type, not inside of "
                f"a list or an Optional."
            )
        return found

    def _plan_class(self, kind: type) -> Plan:
        resolvable = self._plan_resolvable(kind)
        if resolvable is not None:
            return resolvable
        if issubclass(kind, BaseModel):
            self._check_model(kind, {kind})
            return ModelPlan(kind)
        if issubclass(kind, Enum):
            return PlainPlan(kind)
        raise self._refuse(kind)

    def _check_model(self, model: type[BaseModel], seen: set[type]) -> None:
        """Refuse a model that is not Resolvable but has fields that would need it, at any depth."""
        for name, info in model.model_fields.items():
            for part in (info.annotation, *info.metadata):
                for kind in _walk(part):
                    self._check_part(kind, f"{model.__name__}.{name}", model, seen)

    def _check_part(self, kind: Any, where: str, model: type, seen: set[type]) -> None:
        if isinstance(kind, Resolver):
            raise ResolutionException(
                f"{self._where()}: {where} has a Resolver, but {model.__name__} does not derive from Resolvable, so that nothing "
                f"would use it. Subclass Resolvable in {model.__name__}."
            )
        if not isinstance(kind, type) or kind in seen:
            return
        seen.add(kind)
        self._plan_resolvable(kind)
        if issubclass(kind, BaseModel):
            self._check_model(kind, seen)
        elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
            raise ResolutionException(
                f"{self._where()}: {model.__name__} has the field {where} of the type {kind.__name__}, a named tuple, which no "
                f"file can say."
            )

    def _where(self) -> str:
        return f"{self._owner.__name__}.{self._field.name}"

    def _refuse(self, annotation: Any) -> ResolutionException:
        known = next((_suggestions[kind] for kind in _walk(annotation) if kind in _suggestions), None)
        hint = f" {known} is an annotated type for it." if known is not None else ""
        return ResolutionException(
            f"{self._where()} is {_show(annotation)}, which no file can say.{hint} A field is text, a number, a bool, an Enum, a "
            f"Literal, a list or dict of them, a pydantic model, a class that derives from Resolvable, or "
            f"Annotated[..., Resolver(fn, model_field_type=...)]."
        )


def _walk(annotation: Any) -> list[Any]:
    """Return a type, and all types that it is made of."""
    found = [annotation]
    for argument in get_args(annotation):
        found += _walk(argument)
    found += [item for item in getattr(annotation, "__metadata__", ()) if isinstance(item, Resolver)]
    return [item for item in found if item.__hash__ is not None]


def _show(annotation: Any) -> str:
    return (
        annotation.__name__ if isinstance(annotation, type) and not get_args(annotation) else str(annotation)
    )
