"""Resolvable: classes whose objects come from what a file says."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple, TypeVar, Union

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.fields import FieldInfo

from weftwork.components.errors import ResolutionException
from weftwork.components.resolved.fields import REQUIRED, ClassField, list_fields, remember_names
from weftwork.components.resolved.model import UNSET, ComponentFormConfig, Model
from weftwork.components.resolved.planning import FieldPlanner
from weftwork.components.resolved.plans import Plan, ResolvablePlan, ResolverPlan, resolve_field
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.resolver import FieldDocs, Resolver
from weftwork.components.resolved.source_text import SourceText, read_documents
from weftwork.components.resolved.validation import locate

T = TypeVar("T", bound="Resolvable")


class Resolvable:
    """Base of classes whose objects come from what a file says: a pydantic model, a dataclass, or a class with ``__init__``.

    What the file may say is a model that is derived from the fields: each may be a template, and ``Annotated`` with a
    ``Resolver`` says how a value comes from what the file says.

    Example:
        >>> @dataclass
        ... class Table(Resolvable):
        ...     name: str
        ...     columns: list[str]
        >>> Table.resolve_from_yaml("{name: orders, columns: [id]}")
        Table(name='orders', columns=['id'])
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        remember_names(cls)

    @classmethod
    def model(cls) -> type[BaseModel]:
        """Return the model of what a file may say.

        Raises:
            ResolutionException: if a field is of a type that no file can say.
        """
        return _find_shape(cls).model

    @classmethod
    def get_form_config(cls) -> ComponentFormConfig | None:
        """Return how a form shows it; None for the usual way."""
        return None

    @classmethod
    def resolve_from_model(cls: type[T], context: ResolutionContext, model: BaseModel) -> T:
        """Return an object for what a file says.

        Args:
            context: what templates see.
            model: what the file says, as the model of this class.

        Raises:
            ResolutionException: if a template or a resolver fails.
            pydantic.ValidationError: if a value is not of the type of its field.
        """
        values = {}
        for name, planned in _find_shape(cls).fields.items():
            if name in model.model_fields_set and getattr(model, name) != UNSET:
                values[planned.field.argument] = _resolve(planned, name, context, model)
        try:
            return cls(**values)
        except ValidationError as error:
            raise locate(error, context.source_position_tree, context.path, given=values) from error

    @classmethod
    def resolve_from_dict(cls: type[T], dictionary: dict[str, Any]) -> T:
        """Return an object for a dict, as a file would say it.

        Raises:
            ResolutionException: if a template or a resolver fails.
            pydantic.ValidationError: if the dict does not fit.
        """
        source = SourceText(dictionary)
        return resolve_from_source(cls, source, ResolutionContext.default(source))

    @classmethod
    def resolve_from_yaml(cls: type[T], yaml: str, *, scope: Mapping[str, Any] | None = None) -> T:
        """Return an object for YAML text.

        Args:
            yaml: the text; an empty one says nothing of any field.
            scope: what templates see, beside what they see in every file.

        Raises:
            ComponentFileError: if it is no YAML, or several documents.
            ResolutionException: if a template or a resolver fails.
            pydantic.ValidationError: if the text does not fit.
        """
        documents = read_documents(yaml, "<string>")
        if len(documents) > 1:
            raise ResolutionException(f"The text has {len(documents)} documents; one was expected.")
        source = documents[0] if documents else SourceText({}, name="<string>")
        return resolve_from_source(cls, source, ResolutionContext.default(source).with_scope(**scope or {}))


def resolve_from_source(cls: type[T], source: SourceText, context: ResolutionContext) -> T:
    """Return an object for a document.

    Raises:
        ResolutionException: if a template or a resolver fails.
        pydantic.ValidationError: if the document does not fit.
    """
    model = validate_source(cls.model(), {} if source.value is None else source.value, context)
    return cls.resolve_from_model(context, model)


def validate_source(model: type[BaseModel], value: Any, context: ResolutionContext) -> BaseModel:
    """Return what a file says, as a model.

    Raises:
        pydantic.ValidationError: if it does not fit; tells file and line of each thing that is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise locate(error, context.source_position_tree, context.path, model, value) from error


class _PlannedField(NamedTuple):
    field: ClassField
    plan: Plan
    docs: FieldDocs


class _Shape(NamedTuple):
    model: type[BaseModel]
    fields: dict[str, _PlannedField]


def _resolve(planned: _PlannedField, name: str, context: ResolutionContext, model: BaseModel) -> Any:
    plan = planned.plan
    if isinstance(plan, ResolverPlan) and plan.resolver.resolves_from_parent_object:
        return plan.resolver.call(context, model, name, model)
    return resolve_field(plan, context.at_path(name), getattr(model, name))


def _find_shape(cls: type) -> _Shape:
    found = cls.__dict__.get("_resolvable_shape")
    if found is None:
        found = _build_shape(cls)
        setattr(cls, "_resolvable_shape", found)  # noqa: B010 - pydantic would take an assignment for a field
    shape: _Shape = found
    return shape


_building: list[type] = []


def _build_shape(cls: type) -> _Shape:
    if cls in _building:
        raise ResolutionException(f"{cls.__name__} holds itself, which no file can say.")
    _building.append(cls)
    try:
        fields = dict(_plan_field(field, cls) for field in list_fields(cls))
    finally:
        _building.pop()
    arguments: dict[str, Any] = {name: _to_model_field(planned) for name, planned in fields.items()}
    model = create_model(f"{cls.__name__}Model", __base__=_base_for(cls, list(fields)), **arguments)
    model.__doc__ = cls.__doc__
    return _Shape(model, fields)


def _base_for(cls: type, names: list[str]) -> type[BaseModel]:
    form = cls.get_form_config().to_component_json_schema_extra() if _has_form(cls) else {}  # type: ignore[attr-defined]

    extra: Any = {"ui:order": names, **form}

    class Derived(Model):
        model_config = ConfigDict(title=cls.__name__, json_schema_extra=extra)

    return Derived


def _has_form(cls: type) -> bool:
    return issubclass(cls, Resolvable) and cls.get_form_config() is not None


def _plan_field(field: ClassField, owner: type) -> tuple[str, _PlannedField]:
    resolver = next(
        (item for item in getattr(field.annotation, "__metadata__", ()) if isinstance(item, Resolver)), None
    )
    plan = FieldPlanner(field, owner, _plan_resolvable).plan(field.annotation)
    docs = resolver.docs if resolver is not None else FieldDocs()
    if field.info is not None:
        extra = field.info.json_schema_extra
        own = FieldDocs(
            field.info.description, field.info.examples, extra if isinstance(extra, dict) else None
        )
        docs = own.or_else(docs)
    name = resolver.model_field_name if resolver is not None and resolver.model_field_name else field.argument
    return name, _PlannedField(field, plan, docs)


def _plan_resolvable(kind: type) -> ResolvablePlan | None:
    if not issubclass(kind, Resolvable):
        return None
    return ResolvablePlan(_find_shape(kind).model, kind.resolve_from_model)


def _to_model_field(planned: _PlannedField) -> tuple[Any, FieldInfo]:
    kind = planned.plan.model_type
    field: Any = FieldInfo(
        default=_default_of(planned.field), description=planned.docs.description, examples=planned.docs.examples,
        json_schema_extra=planned.docs.json_schema_extra,
    )  # fmt: skip
    return Union[kind, str], field  # noqa: UP007 - `|` does not take every kind of type


def _default_of(field: ClassField) -> Any:
    """Return what a schema shows for the default: it as it is, where a file could say it."""
    if field.default is REQUIRED:
        return ...
    is_sayable = isinstance(field.default, (str, int, float, bool, Enum, type(None)))
    return field.default if is_sayable and field.default is not dataclasses.MISSING else UNSET
