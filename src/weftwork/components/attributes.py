"""Loading one component from its attributes: templates, validation, and errors that name the place in the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel

from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.components.component import Component
from weftwork.components.defs_file import read_defs_file
from weftwork.components.errors import ComponentFileError
from weftwork.components.load_context import STASH_KEY, ComponentLoadContext
from weftwork.components.marks import build_template_vars
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.resolvable import validate_source
from weftwork.components.resolved.source_text import SourceText
from weftwork.components.type_names import find_component_type

C = TypeVar("C", bound=Component)


class ContextScope:
    """What templates see as ``context``: the project, and its other components.

    Args:
        context: where in the project the file is.
    """

    def __init__(self, context: ComponentLoadContext) -> None:
        self.load_component = context.load_component
        self.build_defs = context.build_defs
        self.project_root = str(context.project_root)
        self.path = context.path


def prepare_context(
    kind: type[Component], context: ComponentLoadContext, template_vars_module: str | None = None
) -> ComponentLoadContext:
    """Return the context in which the attributes of a component are resolved.

    Args:
        kind: the class of the component, which may have names for templates.
        context: where in the project the file is.
        template_vars_module: a module with names for templates; one that begins with a dot is beside the file.
    """
    scope: dict[str, Any] = {"context": ContextScope(context)}
    scope.update(kind.get_additional_scope())
    scope.update(build_template_vars(kind, context))
    if template_vars_module is not None:
        from importlib import import_module  # most files name none

        name = context.normalize_component_type_str(template_vars_module)
        scope.update(build_template_vars(import_module(name), context))
    scoped = context.with_rendering_scope(scope)
    return ComponentLoadContext(
        **{
            **vars(scoped),
            "resolution_context": scoped.resolution_context.with_stashed_value(STASH_KEY, scoped),
        }
    )


def load_from_attributes(
    kind: type[C], attributes: Any, source: SourceText, context: ComponentLoadContext
) -> C:
    """Return a component for the attributes that a file gives.

    Args:
        kind: the class.
        attributes: what the file gives; None if nothing.
        source: the file.
        context: where in the project the file is, with what templates see.

    Raises:
        pydantic.ValidationError: if the attributes do not fit.
        DagsterInvalidDefinitionError: if there are some, and the class takes none.
    """
    ready = prepare_context(kind, context) if STASH_KEY not in context.resolution_context.stash else context
    ready = ready.with_source_position_tree(source)
    return kind.load(validate_attributes(kind, attributes, ready), ready)


def validate_attributes(
    kind: type[Component], attributes: Any, context: ComponentLoadContext
) -> BaseModel | None:
    """Return what a file gives a component, as its model; templates are not rendered.

    Args:
        kind: the class.
        attributes: what the file gives; None if nothing.
        context: where in the project the file is.

    Raises:
        pydantic.ValidationError: if the attributes do not fit.
        DagsterInvalidDefinitionError: if there are some, and the class takes none.
    """
    model = kind.get_model_cls()
    if model is not None:
        value = {} if attributes is None else attributes
        return validate_source(model, value, context.resolution_context.at_path("attributes"))
    if attributes:
        refuse_attributes(kind, context.resolution_context)
    return None


def refuse_attributes(kind: type[Component], context: ResolutionContext) -> NoReturn:
    """Tell that a component takes no attributes.

    Raises:
        DagsterInvalidDefinitionError: always.
    """
    raise DagsterInvalidDefinitionError(
        f"{context.at_path('attributes').place()}{kind.__name__} takes no attributes from files. Make it a subclass of "
        f"`Resolvable` (and of `Model`), so that its fields are its attributes, or let it override `load`."
    )


def load_from_file(kind: type[C], path: Path, context: ComponentLoadContext) -> C:
    """Return the one component that a file declares.

    Args:
        kind: what it must be.
        path: the file.
        context: where in a project the file is.

    Raises:
        ComponentFileError: if it declares several, or one of another class.
    """
    declared = read_defs_file(path)
    if len(declared) != 1:
        raise ComponentFileError(f"{path} declares {len(declared)} components; one was expected.")
    only = declared[0]
    place = context.for_path(path.parent)
    found = find_component_type(place.normalize_component_type_str(only.type_name))
    if not issubclass(found, kind):
        raise ComponentFileError(f"{path} declares a {found.__name__}; a {kind.__name__} was expected.")
    ready = prepare_context(found, place, only.template_vars_module)
    return load_from_attributes(found, only.attributes, only.source, ready)
