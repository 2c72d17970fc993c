"""Calls the function of an op, asset or check directly, with the checks of a run and without one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Generator, Iterator, Mapping
from typing import Any

from weftwork.base.errors import DagsterInvalidInvocationError
from weftwork.execution.invocation.arguments import (
    build_arguments,
    build_call_config,
    match_arguments,
    open_resources,
    take_context,
)
from weftwork.execution.invocation.direct_runtime import DirectRuntime
from weftwork.execution.invocation.direct_step import DirectStep
from weftwork.execution.invocation.given_outputs import GivenOutputs


def invoke(op_def: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], assets_def: Any = None) -> Any:
    """Call the function of an op, asset or check directly.

    Args:
        op_def: the op.
        args: the context, if the function takes one, then inputs, config and resources in the order of the parameters.
        kwargs: the same by name.
        assets_def: the assets or checks that the op makes, or None.

    Returns:
        What the function returns; for a generator, a coroutine and an asynchronous generator, one that checks each value
        as it comes.

    Raises:
        DagsterInvalidInvocationError: if the arguments do not fit.
        DagsterInvariantViolationError: if what it gave does not fit its outputs.
        DagsterTypeCheckDidNotPass: if an input or output is not of its declared type.
    """
    compute = op_def.compute
    if compute.takes_inputs_dict:
        raise DagsterInvalidInvocationError(
            f"'{op_def.name}' was made by OpDefinition; only ops and assets made by a decorator can be called directly."
        )
    context, args, named = take_context(op_def, args, kwargs)
    context.check_target(op_def, assets_def)
    step = context.direct_step
    step.bind(DirectRuntime(op_def, assets_def))
    try:
        given = match_arguments(op_def, args, named)
        open_resources(step, given)
        step.op_config = build_call_config(step, given)
        arguments = build_arguments(step, given)
        returned = compute.fn(context, **arguments) if compute.has_context else compute.fn(**arguments)
        outputs = GivenOutputs(step)
        if isinstance(returned, Generator):
            return _iterate(step, outputs, returned)
        if compute.kind == "async_generator" or isinstance(returned, AsyncGenerator):
            return _iterate_async(step, outputs, returned)
        if compute.kind == "coroutine":
            return _await(step, outputs, returned)
        returned = outputs.check_returned(returned)
    except BaseException:
        step.unbind()
        raise
    step.unbind()
    return returned


def _iterate(step: DirectStep, outputs: GivenOutputs, events: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from outputs.iterate(events)
    finally:
        step.unbind()


async def _await(step: DirectStep, outputs: GivenOutputs, returned: Awaitable[Any]) -> Any:
    try:
        return outputs.check_returned(await returned)
    finally:
        step.unbind()


async def _iterate_async(
    step: DirectStep, outputs: GivenOutputs, events: AsyncIterator[Any]
) -> AsyncIterator[Any]:
    try:
        async for event in events:
            outputs.check(event)
            yield event
        for event in outputs.list_unsaid():
            yield event
    finally:
        step.unbind()
