"""Which resources a job needs, who needs them, and whether they are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from weftwork.base.errors import DagsterInvalidDefinitionError, DagsterInvariantViolationError
from weftwork.base.text import did_you_mean, quote_names
from weftwork.definitions.nodes.written_type import NO_VALUE


class Requirement(msgspec.Struct, frozen=True):
    """A resource that something needs.

    Attributes:
        key: the key of the resource.
        needed_by: who needs it, for messages.
        kind: what it must be: "resource", "IO manager" or "input manager".
    """

    key: str
    needed_by: str
    kind: str = "resource"


def list_requirements(graph: Any, hook_defs: Iterable[Any]) -> Iterator[Requirement]:
    """Yield what the ops, inputs, outputs, types and hooks of a graph need, each op once."""
    for op_def in graph.iterate_op_defs():
        yield from _of_op(op_def)
    for _, node in graph.iterate_nodes():
        for hook_def in node.hook_defs:
            yield from _of_hook(hook_def, f"hook '{hook_def.name}' of '{node.name}'")
    for hook_def in hook_defs:
        yield from _of_hook(hook_def, f"hook '{hook_def.name}'")


def _of_op(op_def: Any) -> Iterator[Requirement]:
    for key in op_def.required_resource_keys:
        yield Requirement(key, f"op '{op_def.name}'")
    for input_def in op_def.input_defs:
        if input_def.input_manager_key:
            yield Requirement(
                input_def.input_manager_key,
                f"input '{input_def.name}' of op '{op_def.name}'",
                "input manager",
            )
        if input_def.written_type is not NO_VALUE:
            yield from _of_type(input_def.dagster_type, f"input '{input_def.name}' of op '{op_def.name}'")
    for output_def in op_def.output_defs:
        yield Requirement(
            output_def.io_manager_key, f"output '{output_def.name}' of op '{op_def.name}'", "IO manager"
        )
        if output_def.written_type is not NO_VALUE:
            yield from _of_type(output_def.dagster_type, f"output '{output_def.name}' of op '{op_def.name}'")


def _of_type(dagster_type: Any, where: str) -> Iterator[Requirement]:
    for key in dagster_type.required_resource_keys:
        yield Requirement(key, f"type '{dagster_type.display_name}' on {where}")
    if dagster_type.loader is not None:
        for key in dagster_type.loader.required_resource_keys():
            yield Requirement(key, f"the loader of type '{dagster_type.display_name}' on {where}")


def _of_hook(hook_def: Any, where: str) -> Iterator[Requirement]:
    for key in hook_def.required_resource_keys:
        yield Requirement(key, where)


def expand_resource_keys(keys: Iterable[str], resource_defs: Mapping[str, Any]) -> frozenset[str]:
    """Return resource keys and those that these resources need themselves."""
    found: set[str] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        definition = resource_defs.get(key)
        if definition is not None:
            waiting.extend(definition.get_required_resource_keys(resource_defs))
    return frozenset(found)


def check_requirements(
    requirements: Iterable[Requirement], resource_defs: Mapping[str, Any], job_name: str
) -> None:
    """Check that every resource that is needed is there.

    Raises:
        DagsterInvalidDefinitionError: if one is not, or is of another kind; names who needs it, what there is, and
            the nearest.
        DagsterInvariantViolationError: if resources require each other in a circle.
    """
    missing: dict[str, Requirement] = {}
    for requirement in requirements:
        definition = resource_defs.get(requirement.key)
        if definition is None:
            missing.setdefault(requirement.key, requirement)
        elif requirement.kind != "resource" and requirement.kind not in definition.kinds:
            raise _of_other_kind(requirement, definition, job_name)
    needs = {key: d.get_required_resource_keys(resource_defs) for key, d in resource_defs.items()}
    for key, needed_keys in needs.items():
        for needed in needed_keys:
            if needed not in resource_defs:
                missing.setdefault(needed, Requirement(needed, f"resource '{key}'"))
    if missing:
        raise _missing(list(missing.values()), resource_defs, job_name)
    if any(needs.values()):
        _check_circles(needs, job_name)


def _check_circles(needs: Mapping[str, Iterable[str]], job_name: str) -> None:
    done: set[str] = set()
    way: list[str] = []

    def visit(key: str) -> None:
        if key in done:
            return
        if key in way:
            circle = " -> ".join(f"'{name}'" for name in [*way[way.index(key) :], key])
            raise DagsterInvariantViolationError(
                f"Job '{job_name}': resources require each other in a circle: {circle}. Take one of them out of "
                f"required_resource_keys."
            )
        way.append(key)
        for other in needs[key]:
            visit(other)
        way.pop()
        done.add(key)

    for key in needs:
        visit(key)


def _of_other_kind(requirement: Requirement, definition: Any, job_name: str) -> DagsterInvalidDefinitionError:
    decorator = requirement.kind.lower().replace(" ", "_")
    return DagsterInvalidDefinitionError(
        f"Job '{job_name}': {requirement.needed_by} requires the {requirement.kind} '{requirement.key}', but the resource "
        f"of that key is no {requirement.kind}: {definition!r:.100}. Give one that is made with @{decorator}, or an object "
        f"of a class of IO managers; or use another key."
    )


def _missing(
    requirements: Sequence[Requirement], resource_defs: Mapping[str, Any], job_name: str
) -> DagsterInvalidDefinitionError:
    """Return the error that tells of all that is missing at once."""
    told = [
        f"{one.needed_by} requires the {one.kind} '{one.key}', which is not given.{did_you_mean(one.key, resource_defs)}"
        for one in requirements
    ]
    several = len(told) > 1
    begin = f"Job '{job_name}': {told[0]}"
    if several:
        begin = "\n  ".join([f"Job '{job_name}' lacks {len(told)} resources:", *told])
    gap = "\n" if several else " "
    return DagsterInvalidDefinitionError(
        f"{begin}{gap}Resources given: {quote_names(resource_defs)}. Add {'them' if several else 'it'} to "
        f"resource_defs of the job, or to resources of Definitions."
    )
