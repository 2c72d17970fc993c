"""Annotations that say that a parameter or a field takes a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, get_args, get_origin

T = TypeVar("T")

RESOURCE_PARAM_MARK = "resource_param"

# The parameter of an op, asset, sensor or schedule takes the resource of its name: `def load(db: ResourceParam[Client])`.
ResourceParam = Annotated[T, RESOURCE_PARAM_MARK]


class ResourceDependencyMark:
    """Marks the annotation of a field that takes another resource.

    Args:
        produced: what the resource gives.
    """

    __slots__ = ("produced",)
    __weft_resource_recipe__ = True

    def __init__(self, produced: Any) -> None:
        self.produced = produced


class ResourceDependency(Generic[T]):
    """Annotates a field of a ConfigurableResource that takes another resource, whatever kind of resource it is.

    A ConfigurableResource of the class itself may be annotated with its class; this is for resources that give
    something else: a ``ConfigurableResourceFactory``, a function with ``@resource``, a plain object.

    Example:
        >>> class Loader(ConfigurableResource):
        ...     client: ResourceDependency[Client]
    """

    def __class_getitem__(cls, produced: Any) -> Any:
        return Annotated[Any, ResourceDependencyMark(produced)]

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> T:
            """Return the open resource."""

        def __set__(self, instance: Any, value: Any) -> None:
            """Take the resource."""


def is_resource_annotation(annotation: Any, metadata: Any = ()) -> bool:
    """Return whether a field of this annotation takes another resource.

    Args:
        annotation: the type of the field.
        metadata: what pydantic has taken off the outermost ``Annotated``.
    """
    if any(isinstance(mark, ResourceDependencyMark) for mark in metadata):
        return True
    if isinstance(annotation, type):
        return bool(getattr(annotation, "__weft_configurable_resource__", False))
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return is_resource_annotation(arguments[0], arguments[1:])
    if type(None) not in arguments:
        return False
    others = [argument for argument in arguments if argument is not type(None)]
    return bool(others) and all(is_resource_annotation(argument) for argument in others)
