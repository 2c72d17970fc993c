"""From the arguments of a direct call to what each parameter of the function is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weftwork.base.errors import (
    DagsterInvalidDefinitionError,
    DagsterInvalidInvocationError,
    DagsterTypeCheckDidNotPass,
)
from weftwork.base.text import did_you_mean, quote_names
from weftwork.config.evaluation import build_config_value
from weftwork.config.run_config import to_run_config_dict
from weftwork.definitions.ops.op_config import build_config_argument
from weftwork.definitions.ops.parameters import read_signature
from weftwork.definitions.resources.context_resources import ContextResources
from weftwork.definitions.resources.resource_definition import ResourceDefinition
from weftwork.definitions.resources.wrapping import wrap_resources
from weftwork.execution.contexts.op_context import StepContext
from weftwork.execution.invocation.direct_context import DirectContext, DirectOpExecutionContext
from weftwork.execution.invocation.direct_step import DirectStep
from weftwork.execution.steps.type_checks import check_value

_ABSENT = object()


class UnknownArgumentError(DagsterInvalidInvocationError, KeyError):
    """A call names an argument that there is not; a KeyError too, as programs for functions with ``**kwargs`` expect."""

    __str__ = Exception.__str__  # that of KeyError quotes the message


def take_context(
    op_def: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[DirectContext, tuple[Any, ...], dict[str, Any]]:
    """Return the context of a call and the other arguments.

    Args:
        op_def: the op.
        args: the positional arguments: first the context, if the function takes one.
        kwargs: the named arguments; the context may be one of them.

    Raises:
        DagsterInvalidInvocationError: if the function takes a context and none is given.
    """
    compute = op_def.compute
    named = dict(kwargs)
    given: Any = _ABSENT
    if compute.has_context and compute.context_param in named:
        given = named.pop(compute.context_param)
    elif args and (isinstance(args[0], StepContext) or (compute.has_context and args[0] is None)):
        given, args = args[0], args[1:]
    if given is _ABSENT:
        if compute.has_context:
            raise DagsterInvalidInvocationError(
                f"'{op_def.name}' takes a context, and none was given: pass build_op_context() as the first argument."
            )
        given = None
    if given is None:
        given = DirectOpExecutionContext(DirectStep())
    if not isinstance(given, DirectContext):
        raise DagsterInvalidInvocationError(
            f"'{op_def.name}' was called with {type(given).__name__}, not with a context of build_op_context() or "
            f"build_asset_context(). To use an op inside a run, call it in a graph or job; to share code, call a plain function."
        )
    return given, args, named


def match_arguments(op_def: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameter or input to argument, in the order in which the function names them.

    Raises:
        DagsterInvalidInvocationError: if there are too many arguments, or one that fits nothing (then a KeyError too).
    """
    compute = op_def.compute
    nothing = {known.name for known in op_def.input_defs if known.dagster_type.is_nothing}
    if compute.config_param is not None or compute.resource_params:
        names = [known.name for known in read_signature(compute.fn).parameters]
        names = [name for name in names if name != compute.context_param]
    else:
        names = [known.name for known in compute.inputs]
    if len(args) > len(names):
        extra = f" Inputs of type Nothing ({quote_names(nothing)}) take no argument." if nothing else ""
        raise DagsterInvalidInvocationError(
            f"'{op_def.name}' takes {len(names)} arguments ({quote_names(names) or 'none'}), and {len(args)} were given.{extra}"
        )
    found = dict(zip(names, args, strict=False))
    if compute.var_keyword:  # inputs that have no parameter are given by name
        named = set(names)
        names += [
            known.name for known in op_def.input_defs if known.name not in named and known.name not in nothing
        ]
    for name, value in kwargs.items():
        if name in found:
            raise DagsterInvalidInvocationError(f"'{op_def.name}' was given '{name}' twice.")
        if name in nothing:
            raise DagsterInvalidInvocationError(
                f"'{op_def.name}' was given a value for '{name}', which is of type Nothing and carries none. Leave it out."
            )
        if name not in names:
            raise UnknownArgumentError(
                f"'{op_def.name}' takes no argument '{name}'.{did_you_mean(name, names)} It takes: "
                f"{quote_names(names) or 'none'}."
            )
        found[name] = value
    return found


def open_resources(step: DirectStep, given: Mapping[str, Any]) -> None:
    """Open the resources that a call brings: those given as arguments, and those bound to the asset.

    Args:
        step: the step, which is bound.
        given: parameter to argument.

    Raises:
        DagsterInvalidInvocationError: if a resource is given twice.
        DagsterInvalidDefinitionError: if one is missing.
    """
    runtime = step.runtime
    params = runtime.compute.resource_params
    brought = {key: given[name] for name, key in params.items() if name in given}
    if brought and step.has_resources:
        raise DagsterInvalidInvocationError(
            f"'{runtime.op_def.name}' was given resources by its context and as arguments ({quote_names(brought)}). Give them "
            f"in one of these ways."
        )
    bound = runtime.assets_def.resource_defs if runtime.assets_def is not None else {}
    if brought or bound:
        known = step.resources._asdict()
        clash = sorted(set(bound) & set(known))
        if clash:
            raise DagsterInvalidInvocationError(
                f"Resource '{clash[0]}' is bound to asset '{runtime.op_def.name}', and the context gives it too. Give it in "
                f"one place."
            )
        opened = {key: ResourceDefinition.hardcoded_resource(value) for key, value in known.items()}
        step.use_resources(
            ContextResources({**opened, **bound, **wrap_resources(brought)}, "build_op_context")
        )
    required = runtime.op_def.required_resource_keys
    if required and (runtime.compute.has_context or params):
        _check_resources(runtime.op_def.name, required, step.resources._asdict())


def _check_resources(name: str, required: Any, known: Mapping[str, Any]) -> None:
    for key in sorted(required):
        if key not in known:
            raise DagsterInvalidDefinitionError(
                f"'{name}' requires the resource '{key}', which was not given.{did_you_mean(key, known)} Pass "
                f"build_op_context(resources={{'{key}': ...}}), or give it as an argument."
            )


def build_call_config(step: DirectStep, given: Mapping[str, Any]) -> Any:
    """Return the checked config of a call.

    Args:
        step: the step, which is bound.
        given: parameter to argument.

    Raises:
        DagsterInvalidInvocationError: if config is given twice.
        DagsterInvalidConfigError: if it does not fit.
    """
    op_def = step.runtime.op_def
    config = step.given_config
    parameter = op_def.compute.config_param
    if parameter is not None and parameter in given:
        if config is not None:
            raise DagsterInvalidInvocationError(
                f"'{op_def.name}' was given config by its context and as an argument. Give it in one of these ways."
            )
        config = given[parameter]
    plain = to_run_config_dict({"config": config}) if config is not None else {}
    field = op_def.config_field
    if field is None:
        return plain.get("config")
    return build_config_value({"config": field}, plain, f"Error in config for op '{op_def.name}'").get(
        "config"
    )


def build_arguments(step: DirectStep, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each parameter of the function is given, inputs checked against their types.

    Args:
        step: the step, which is bound, and whose resources and config are known.
        given: parameter to argument.

    Raises:
        DagsterInvalidInvocationError: if an input is missing.
        DagsterTypeCheckDidNotPass: if a value is not of its declared type.
    """
    compute = step.runtime.compute
    arguments: dict[str, Any] = {}
    if compute.config_param is not None:
        arguments[compute.config_param] = build_config_argument(compute, step.op_config)
    if compute.resource_params:
        resources = step.resources
        for parameter, key in compute.resource_params.items():
            arguments[parameter] = resources.get(key)
    for known in step.runtime.inputs:
        if not known.type.is_nothing:
            arguments[known.name] = _check_input(step, known, given)
    return arguments


def _check_input(step: DirectStep, known: Any, given: Mapping[str, Any]) -> Any:
    name = known.name
    if name in given:
        value = given[name]
    elif known.definition.has_default_value:
        value = known.definition.default_value
    else:
        raise DagsterInvalidInvocationError(f"'{step.key}' was called without its input '{name}'.")
    if not known.type.is_any:
        checked = check_value(step, known.type, name, value)
        if not checked.success:
            raise DagsterTypeCheckDidNotPass(
                f"Input '{name}' of '{step.key}' must be of type {known.type.display_name}, and is not: "
                f"{checked.description or repr(value)[:200]}",
                metadata=checked.metadata, dagster_type=known.type,
            )  # fmt: skip
    return value
