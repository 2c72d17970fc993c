"""Which steps the queries of a re-execution stand for: ``op``, ``*op``, ``op+``, ``op[a]``, ``op[?]``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weftwork.base.errors import DagsterExecutionStepNotFoundError
from weftwork.base.graph import build_children, reachable
from weftwork.base.text import did_you_mean
from weftwork.planning.plan import Plan, PlanSource, PlanStep
from weftwork.planning.reexecution.past_run import PastRun
from weftwork.planning.reexecution.repeat import Repeat, list_past_instances, project
from weftwork.planning.step_keys import Keys, instance_key, open_key

_QUERY = re.compile(r"(\*|\++)?([A-Za-z0-9_.\[\]?]+)(\*|\++)?")


def repeat_selected(plan: Plan, past: PastRun, queries: Sequence[str]) -> Repeat:
    """Return the repeat of the steps that queries stand for.

    Args:
        plan: the plan.
        past: what the run left that is repeated; its items can be named.
        queries: keys of steps, each with ``*`` or ``+`` before it for what it needs and behind it for what needs it.
            ``op[a]`` is one item of a mapped op, ``op[?]`` all of them.

    Raises:
        DagsterExecutionStepNotFoundError: if a query names no step.
    """
    graph = _StepGraph(plan, past)
    chosen: set[int] = set()
    for query in queries:
        chosen |= graph.select(query)
    kept: dict[int, set[Keys]] = {}
    for node in chosen:
        step, keys = graph.nodes[node]
        if keys is None or not step.axes:
            kept[step.index] = set()
        else:
            kept.setdefault(step.index, set(graph.known[step.index])).discard(keys)
    for node in chosen:  # all items, if they are named as such
        step, keys = graph.nodes[node]
        if keys is None:
            kept[step.index] = set()
    frozen = {step: frozenset(keys) for step, keys in kept.items()}
    repeat = Repeat(plan, past, frozen, is_explicit=True)
    graph.check_named(queries, repeat)
    return repeat


def _match(query: str) -> re.Match[str] | None:
    return _QUERY.fullmatch(query.strip())


class _StepGraph:
    """All that can be named: steps, the items that the past run had, and for mapped steps all items as one."""

    def __init__(self, plan: Plan, past: PastRun) -> None:
        self.plan = plan
        self.known = list_past_instances(plan, past)
        self.nodes: list[tuple[PlanStep, Keys | None]] = []
        self.number: dict[str, int] = {}
        for step in plan.steps:
            if step.axes:
                self._add(open_key(step.key, len(step.axes)), step, None)
            for keys in self.known[step.index]:
                self._add(instance_key(step.key, keys), step, keys)
        self._parents: list[list[int]] | None = None
        self._children: list[list[int]] = []
        self._collected: dict[tuple[int, int], dict[Keys, list[int]]] = {}

    def _add(self, key: str, step: PlanStep, keys: Keys | None) -> None:
        self.number[key] = len(self.nodes)
        self.nodes.append((step, keys))

    def select(self, query: str) -> set[int]:
        """Return the nodes that a query stands for."""
        match = _match(query)
        name = match[2] if match else query
        if match is None or name not in self.number:
            raise DagsterExecutionStepNotFoundError(
                f"Step selection '{query}': '{self.plan.job_name}' has no step '{name}'."
                f"{did_you_mean(name, self.number)} Items of a mapped op are named '{name}[key]', all of them '{name}[?]'.",
                step_keys=[name],
            )
        start = self.number[name]
        chosen = {start}
        if match[1] or match[3]:
            self._connect()
        if match[1]:
            chosen |= reachable(self._parents or (), [start], None if match[1] == "*" else len(match[1]))
        if match[3]:
            chosen |= reachable(self._children, [start], None if match[3] == "*" else len(match[3]))
        return chosen

    def check_named(self, queries: Sequence[str], repeat: Repeat) -> None:
        """Check that no item is named that a generator is about to make anew.

        Raises:
            DagsterExecutionStepNotFoundError: if one is.
        """
        for query in queries:
            match = _match(query)
            step, keys = self.nodes[self.number[match[2]]] if match else (None, None)
            if step is not None and keys and repeat.is_made_anew(step, keys):
                everything = open_key(step.key, len(step.axes))
                raise DagsterExecutionStepNotFoundError(
                    f"Step selection '{query}': the items of '{step.key}' are not known before, as the step that gives them runs "
                    f"again too. Name all of them, as '{everything}', or leave that step out.",
                    step_keys=[query],
                )

    def _connect(self) -> None:
        if self._parents is None:
            self._parents = [self._parents_of(step, keys) for step, keys in self.nodes]
            self._children = build_children(self._parents)

    def _parents_of(self, step: PlanStep, keys: Keys | None) -> list[int]:
        return [parent for source in step.all_sources for parent in self._sources(step, keys, source)]

    def _sources(self, step: PlanStep, keys: Keys | None, source: PlanSource) -> list[int]:
        above = self.plan.steps[source.step]
        everything = open_key(above.key, len(above.axes))
        if keys is None:
            return [self.number[everything]]
        places = project(self.plan, step, source)
        scope = tuple(keys[at] for at in places)
        if source.collects is None or source.collects not in above.axes:
            return [self.number[key] for key in (instance_key(above.key, scope),) if key in self.number]
        return [self.number[everything], *self._list_collected(above, source.collects).get(scope, ())]

    def _list_collected(self, above: PlanStep, axis: int) -> dict[Keys, list[int]]:
        """Return the instances that a collect takes, by the keys that they share with it."""
        found = self._collected.get((above.index, axis))
        if found is None:
            found = self._collected[above.index, axis] = {}
            shared = [at for at, level in enumerate(above.axes) if level != axis]
            for keys in self.known[above.index]:
                node = self.number[instance_key(above.key, keys)]
                found.setdefault(tuple(keys[at] for at in shared), []).append(node)
        return found
