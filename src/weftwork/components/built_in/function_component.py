"""FunctionComponent: assets and checks that a Python function makes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Annotated, Any, Literal

from weftwork.components.assets.asset_models import OpSpec
from weftwork.components.built_in.executable_component import ExecutableComponent
from weftwork.components.load_context import STASH_KEY, ComponentLoadContext
from weftwork.components.resolved.resolution_context import ResolutionContext
from weftwork.components.resolved.resolver import Resolver


def resolve_callable(context: ResolutionContext, value: Any) -> Callable[..., Any]:
    """Return the function that a file names.

    Args:
        context: what templates see.
        value: module and name, ``my_project.orders.load``; what begins with a dot begins at the component's own folder,
            or at the folder of the definitions.

    Raises:
        ResolutionException: if there is no such function.
    """
    named = context.resolve_value(value, str)
    if not isinstance(named, str):
        found = named
    else:
        places = _list_names(context, named)
        found = next((fn for fn in map(_find, places) if fn is not None), None)
    if not callable(found):
        raise context.build_exception(
            f"there is no function '{named}'. Write module and name: my_project.orders.load, or .orders.load for a module beside the file."
        )
    fn: Callable[..., Any] = found
    return fn


def _list_names(context: ResolutionContext, named: str) -> Iterable[str]:
    place = context.stash.get(STASH_KEY)
    if not named.startswith(".") or not isinstance(place, ComponentLoadContext):
        return [named]
    return [place.normalize_component_type_str(named), f"{place.defs_module_name}{named}"]


def _find(name: str) -> Any:
    module_name, _, attribute = name.rpartition(".")
    if not module_name:
        return None
    try:
        return getattr(import_module(module_name), attribute, None)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise  # something that the module itself imports is missing
        return None


ResolvableCallable = Annotated[
    Callable[..., Any],
    Resolver(
        resolve_callable, model_field_type=str, inject_before_resolve=False,
        description="Module and name of a function.", examples=["my_project.orders.load"],
    ),
]  # fmt: skip


class FunctionSpec(OpSpec):
    """The function of a FunctionComponent, with what the op is called.

    Attributes:
        type: always "function".
        fn: the function.
    """

    type: Literal["function"] = "function"
    fn: ResolvableCallable


class FunctionComponent(ExecutableComponent):
    """Assets and checks that a Python function makes; it is written as for ``@multi_asset``.

    Attributes:
        execution: the function, or the function with what the op is called.

    Example:
        >>> FunctionComponent(execution=load_orders, assets=[AssetSpec("orders")])
    """

    execution: FunctionSpec | ResolvableCallable

    @functools.cached_property
    def op_spec(self) -> OpSpec:
        """Name, tags and pool of the op."""
        said = self.execution
        name = getattr(said.fn if isinstance(said, FunctionSpec) else said, "__name__", "function")
        if not isinstance(said, FunctionSpec):
            return OpSpec(name=name)
        return said if said.name is not None else said.model_copy(update={"name": name})

    def get_compute_fn(self, component_load_context: ComponentLoadContext) -> Callable[..., Any]:
        """Return the function: its config and resources are read from its parameters."""
        del component_load_context
        return self.execution.fn if isinstance(self.execution, FunctionSpec) else self.execution

    def invoke_execute_fn(self, context: Any, component_load_context: ComponentLoadContext) -> Any:
        """Call the function.

        Args:
            context: the context of the op.
            component_load_context: where in the project the component is.
        """
        return self.get_compute_fn(component_load_context)(context)
