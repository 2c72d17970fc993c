"""The function of an op, and what its parameters mean: context, config, resources, inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from weftwork.base.arguments import check_callable
from weftwork.base.errors import DagsterInvalidDefinitionError
from weftwork.base.source import describe_function
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.nodes.inputs import In, InputDefinition
from weftwork.definitions.nodes.written_type import NO_VALUE, is_nothing
from weftwork.definitions.ops.parameters import (
    CONTEXT_CLASS_NAMES,
    ContextName,
    Parameter,
    find_kind,
    read_signature,
)

CONTEXT_NAMES = frozenset({"context", "_context", "context_", "_"})
CONTEXT_MARK = "__weft_op_context__"
RESOURCE_MARK = "__weft_configurable_resource__"
RESOURCE_PARAM = "resource_param"
CONFIG_MARK = "__weft_schema__"
# On classes whose objects are how a resource is made, and on what marks a field that takes one.
RECIPE_MARK = "__weft_resource_recipe__"


class ComputeFunction:
    """The function of an op, and what its parameters mean.

    Args:
        fn: the user's function.
        takes_inputs_dict: whether it is written by hand as ``fn(context, inputs)``.

    Attributes:
        kind: "function", "generator", "coroutine" or "async_generator".
        has_context: whether its first parameter is the context.
        context_class: the class that the context is annotated with, or its name, or None.
        config_param: the name of the parameter that takes config, or None.
        config_class: what that parameter is annotated with.
        config_default: what it is when no config is given, or NO_VALUE.
        config_model: the class with the field ``value`` that reads config of other annotations, once it was built.
        resource_params: parameter to resource key.
        inputs: the parameters that are inputs, in order.
        var_keyword: whether ``**kwargs`` takes the inputs that have no parameter.
        return_annotation: what it is annotated to return, or NO_VALUE.

    Raises:
        DagsterInvalidDefinitionError: if a parameter can mean nothing.
    """

    __slots__ = (
        "config_class", "config_default", "config_model", "config_param", "context_class", "context_param", "fn",
        "has_context", "inputs", "kind", "resource_params", "return_annotation", "takes_inputs_dict", "var_keyword",
    )  # fmt: skip

    def __init__(self, fn: Callable[..., Any], *, takes_inputs_dict: bool = False) -> None:
        self.fn = check_callable(fn, "compute_fn")
        self.kind = find_kind(fn)
        self.takes_inputs_dict = takes_inputs_dict
        self.has_context = takes_inputs_dict
        self.context_param: str | None = None
        self.context_class: Any = None
        self.config_param: str | None = None
        self.config_class: Any = None
        self.config_default: Any = NO_VALUE
        self.config_model: Any = None
        self.resource_params: dict[str, str] = {}
        self.inputs: list[Parameter] = []
        self.var_keyword = False
        self.return_annotation: Any = NO_VALUE
        if not takes_inputs_dict:
            self._read_parameters()
        elif getattr(fn, "__annotations__", None):
            self._read_context_class()

    @property
    def decorated_fn(self) -> Callable[..., Any]:
        """The user's function."""
        return self.fn  # type: ignore[no-any-return]

    @property
    def input_params(self) -> list[str]:
        """The names of the parameters that are inputs, in order."""
        return [parameter.name for parameter in self.inputs]

    def _read_parameters(self) -> None:
        signature = read_signature(self.fn)
        if signature.has_varargs:
            raise DagsterInvalidDefinitionError(
                f"{describe_function(self.fn)} takes *args, but inputs are given by name. Name each input as a "
                f"parameter, or take **kwargs."
            )
        self.var_keyword = signature.has_varkeywords
        self.return_annotation = signature.return_annotation
        parameters = signature.parameters
        start = 0
        if parameters and self._is_context(parameters[0]):
            self.has_context = True
            self.context_param = parameters[0].name
            self.context_class = None if parameters[0].annotation is NO_VALUE else parameters[0].annotation
            start = 1
        for parameter in parameters[start:] if start else parameters:
            self._read_parameter(parameter)

    def _read_context_class(self) -> None:
        parameters = read_signature(self.fn).parameters
        if parameters and self._is_context(parameters[0]) and parameters[0].annotation is not NO_VALUE:
            self.context_class = parameters[0].annotation

    def _is_context(self, parameter: Parameter) -> bool:
        annotation = parameter.annotation
        if parameter.name not in CONTEXT_NAMES:
            return annotation is not NO_VALUE and is_context_class(annotation)
        if annotation is NO_VALUE or is_context_class(annotation):
            return True
        raise DagsterInvalidDefinitionError(
            f"The context of {describe_function(self.fn)} is annotated with {annotation!r}. Annotate it with "
            f"{quote_names(CONTEXT_CLASS_NAMES)}, or not at all."
        )

    def _read_parameter(self, parameter: Parameter) -> None:
        name, annotation = parameter.name, parameter.annotation
        if name == "config":
            if annotation is NO_VALUE:
                raise _config_without_type(self.fn)
            self.config_param = name
            self.config_class = annotation
            self.config_default = parameter.default
        elif annotation is not NO_VALUE and is_resource_annotation(annotation, name):
            self.resource_params[name] = name
        else:
            if isinstance(annotation, type) and hasattr(annotation, CONFIG_MARK):
                _warn_of_config_class(self.fn, parameter)
            self.inputs.append(parameter)

    def build_input_defs(self, ins: Mapping[str, In], op_name: str) -> list[InputDefinition]:
        """Return the inputs of the op: those declared, then those that only have a parameter.

        Raises:
            DagsterInvalidDefinitionError: if a declared input has no parameter, or one of type Nothing has one.
        """
        if not ins:
            return [self._infer(p) for p in self.inputs]
        by_name = {parameter.name: parameter for parameter in self.inputs}
        declared = []
        for name, declaration in ins.items():
            parameter = by_name.get(name)
            self._check_declared(name, declaration, parameter, op_name)
            if parameter is None:
                declared.append(declaration.to_definition(name))
            else:
                declared.append(declaration.to_definition(name, parameter.annotation, parameter.default))
        return declared + [self._infer(parameter) for parameter in self.inputs if parameter.name not in ins]

    def _infer(self, parameter: Parameter) -> InputDefinition:
        if is_nothing(parameter.annotation):
            raise DagsterInvalidDefinitionError(
                f"Parameter '{parameter.name}' of {describe_function(self.fn)} is annotated with Nothing, but nothing is "
                f"passed for it. Remove the parameter and write ins={{'{parameter.name}': In(Nothing)}}."
            )
        return InputDefinition(parameter.name, parameter.annotation, None, parameter.default)

    def _check_declared(self, name: str, declaration: In, parameter: Parameter | None, op_name: str) -> None:
        nothing = is_nothing(declaration.written_type)
        if parameter is not None and nothing:
            raise DagsterInvalidDefinitionError(
                f"Op '{op_name}': input '{name}' is of type Nothing, which carries no value, so {describe_function(self.fn)} "
                f"must not have a parameter for it."
            )
        if parameter is None and not nothing and not self.var_keyword:
            names = self.input_params
            raise DagsterInvalidDefinitionError(
                f"Op '{op_name}': {describe_function(self.fn)} has no parameter for input '{name}'; its inputs: "
                f"{quote_names(names)}.{did_you_mean(name, names)} Add the parameter, take **kwargs, or declare the "
                f"input In(Nothing) if it only orders steps."
            )

    def __repr__(self) -> str:
        return f"ComputeFunction({describe_function(self.fn)})"


def is_context_class(annotation: Any) -> bool:
    """Return whether an annotation says that a parameter is the context of an op, asset or check."""
    return isinstance(annotation, ContextName) or bool(getattr(annotation, CONTEXT_MARK, False))


def is_resource_annotation(annotation: Any, name: str = "") -> bool:
    """Return whether an annotation says that a parameter takes a resource.

    Args:
        annotation: the annotation.
        name: the parameter, for messages.

    Raises:
        DagsterInvalidDefinitionError: if it names the class of a definition instead of what the function gets.
    """
    if isinstance(annotation, type):
        if getattr(annotation, RECIPE_MARK, False):
            raise _resource_recipe(annotation.__name__, name)
        return bool(getattr(annotation, RESOURCE_MARK, False))
    marks = getattr(annotation, "__metadata__", None)
    if marks is not None:
        if any(getattr(mark, RECIPE_MARK, False) for mark in marks):
            raise _resource_recipe("ResourceDependency", name)
        return RESOURCE_PARAM in [mark for mark in marks if isinstance(mark, str)]
    return bool(getattr(getattr(annotation, "__origin__", None), RESOURCE_MARK, False))


def _resource_recipe(annotated: str, name: str) -> Exception:
    return DagsterInvalidDefinitionError(
        f"Parameter '{name}' is annotated with {annotated}, but the function gets what the resource gives, not how it is "
        f"made. Annotate it with ResourceParam[...] of that: ResourceParam[Client], or ResourceParam[Any]."
    )


def _warn_of_config_class(fn: Any, parameter: Parameter) -> None:
    import warnings  # only where a parameter is probably misnamed

    from weftwork.base.warnings import ConfigArgumentWarning  # only where a parameter is probably misnamed

    warnings.warn(
        f"Parameter '{parameter.name}' of {describe_function(fn)} is annotated with the config class "
        f"{parameter.annotation.__name__}, and is an input. Only a parameter named 'config' takes config: rename it.",
        ConfigArgumentWarning,
        stacklevel=2,
    )


def _config_without_type(fn: Any) -> Exception:
    from weftwork.base.errors import (
        DagsterInvalidPythonicConfigDefinitionError,  # only on the way to an error
    )

    error = DagsterInvalidPythonicConfigDefinitionError(None, "config", None)
    text = (
        f"Parameter 'config' of {describe_function(fn)} has no annotation, so its config is of no known type."
    )
    error.args = (f"{text} Annotate it with a Config class, as in `config: MyConfig`.",)
    return error
