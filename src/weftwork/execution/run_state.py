"""What is ready, skipped or held back: the state of a run as a pure machine, fed with what happened.

Each step of the plan stands for one or more instances: one, or one for each combination of items along its
axes. An instance waits for a number of sources; each source that is there counts it down; at zero it is ready,
and marked as skipped if a source it needs will never come. What is downstream of a failure is never counted down,
unless some step of the plan has a run condition: then failures are passed on to where one is waiting for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from weftwork.base.errors import DagsterInvariantViolationError
from weftwork.base.text import quote_names
from weftwork.planning.plan import Axis, Plan, PlanSource, PlanStep
from weftwork.planning.step_keys import Keys, instance_key

if TYPE_CHECKING:
    from weftwork.planning.reexecution.repeat import Repeat


THERE, NEVER, FAILED = 1, 0, -1
"""How a source arrives: it is there, will never come, or failed."""

Done = frozenset[str] | Literal[False] | None
"""How an instance ended: with these outputs, failed, or skipped."""


class Instance:
    """One execution of a step: the step, and its item along each of its axes.

    Attributes:
        step: the step.
        keys: the mapping key along each axis, outermost first.
        order: the position of each item, for the order of execution.
        waiting: how many sources it still waits for.
        skipped: whether a source it needs will never come.
        failed: whether something that it waited for failed.
        missing: how many sources of each list that it takes will never come.
    """

    __slots__ = ("failed", "keys", "missing", "order", "skipped", "step", "waiting")

    def __init__(self, step: PlanStep, keys: Keys, order: tuple[int, ...]) -> None:
        self.step = step
        self.keys = keys
        self.order = order
        self.waiting = 0
        self.skipped = False
        self.failed = False
        self.missing: dict[int, int] | None = None

    @property
    def key(self) -> str:
        """The key of the step with its mapping keys: ``op[a][b]``."""
        return instance_key(self.step.key, self.keys)


_NO_KEYS: Any = MappingProxyType({})
_NO_SCOPES: Any = frozenset()
"""Of edges and steps that keep no such thing; nothing can be put into them."""


class _Edge:
    """A consumer's wait for a source.

    Attributes:
        scope_axes: the axes that source and consumer share: a scope is the keys along them.
        same: whether these are all axes of the consumer.
        late: waiting consumers by scope, where they have more axes than the source.
        unfinished: for a collect, how many of its instances are on their way, by scope.
        failed: for a collect, the scopes in which one of its instances failed.
        empty: for a collect, the scopes in which there are instances, and none has given the output so far.
        fan_in: the list that the source is part of, as its number and size; None if it is no list of several.
    """

    __slots__ = (
        "consumer",
        "empty",
        "failed",
        "fan_in",
        "late",
        "needed",
        "positions",
        "same",
        "scope_axes",
        "source",
        "unfinished",
    )

    def __init__(
        self, plan: Plan, consumer: PlanStep, source: PlanSource, needed: bool, fan_in: tuple[int, int] | None
    ) -> None:
        self.consumer = consumer
        self.source = source
        self.needed = needed
        axes = plan.steps[source.step].axes
        self.scope_axes = tuple(axis for axis in axes if axis != source.collects) if axes else axes
        self.same = self.scope_axes == consumer.axes
        self.positions: Sequence[int] = (
            [plan.position(consumer.axes, axis) for axis in self.scope_axes] if axes else ()
        )
        # Most edges bring one value to one step. What only items and lists need is made for those alone.
        self.late: dict[Keys, list[Instance]] = _NO_KEYS if self.same else {}
        collects = source.collects is not None
        self.unfinished: dict[Keys, int] = {} if collects else _NO_KEYS
        self.failed: set[Keys] = set() if collects else _NO_SCOPES
        self.empty: set[Keys] = set() if collects else _NO_SCOPES
        self.fan_in = fan_in

    def arrival(self, scope: Keys, closed: int) -> int:
        """Return how a collect arrives whose generator has ended so, and whose instances have all ended."""
        if closed == FAILED or scope in self.failed:
            return FAILED
        return NEVER if scope in self.empty else closed

    def scope_of(self, consumer: Instance) -> Keys:
        """Return the keys of a consumer along the shared axes."""
        return consumer.keys if self.same else tuple(consumer.keys[position] for position in self.positions)


class RunState:
    """The state of a run.

    Args:
        plan: the plan.
        repeat: what of a past run is repeated; None to run everything.

    Attributes:
        is_conditional: whether some step may run after a failure, so that failures are passed on.
        lost: instances that never run because of a failure, for the reader to take out.
        errors: what is wrong with the items that came, which fails the run; for the reader to take out.
    """

    def __init__(self, plan: Plan, repeat: Repeat | None = None) -> None:
        self.plan = plan
        self._repeat = repeat
        self._runs = [repeat is None or repeat.runs(step) for step in plan.steps]
        self._waiting: list[dict[Keys, Instance]] = [{} for _ in plan.steps]
        self._items: list[dict[Keys, dict[str, int]]] = [{} for _ in plan.axes]
        self._counts: list[dict[Keys, int]] = [{} for _ in plan.axes]
        self._closed: list[dict[Keys, int]] = [{} for _ in plan.axes]
        self._zips: list[list[Axis]] = [[] for _ in plan.axes]
        self._unpaired: list[dict[Keys, dict[str, list[int]]]] = [{} for _ in plan.axes]
        self.is_conditional = any(step.run_when != "all_ok" for step in plan.steps)
        self._held: list[Instance] = []
        self.lost: list[Instance] = []
        self.errors: list[DagsterInvariantViolationError] = []
        self._ended: dict[tuple[int, Keys], list[int]] = {}
        self._given: dict[tuple[int, Keys], set[str]] = {}
        self._mapped: list[list[PlanStep]] = [[] for _ in plan.axes]
        self._collects: list[list[_Edge]] = [[] for _ in plan.axes]
        self._axes_of: dict[int, list[Axis]] = {}
        self._out: list[list[_Edge]] = [[] for _ in plan.steps]
        self._in: list[list[_Edge]] = [[] for _ in plan.steps]
        for axis in plan.axes:
            self._axes_of.setdefault(axis.step, []).append(axis)
            for member in axis.zips:
                self._zips[member].append(axis)
        for step in plan.steps:
            if self._runs[step.index]:
                self._connect(step)
        self._remembered = [any(not edge.same for edge in edges) for edges in self._out]
        self._done: list[dict[Keys, Done]] = [
            {} if remembered or repeat is not None else _NO_KEYS for remembered in self._remembered
        ]

    def _connect(self, step: PlanStep) -> None:
        for axis in step.axes:
            self._mapped[axis].append(step)
        for number, plan_input in enumerate(step.inputs):
            size = len(plan_input.sources)
            fan_in = (number, size) if plan_input.fan_in and size > 1 else None
            for source in plan_input.sources:
                self._add_edge(step, source, fan_in is None, fan_in)
        for source in step.after:
            self._add_edge(step, source, False)

    def _add_edge(
        self, step: PlanStep, source: PlanSource, needed: bool, fan_in: tuple[int, int] | None = None
    ) -> None:
        if source.item_axis is not None:
            return  # the consumer comes into being with its item
        edge = _Edge(self.plan, step, source, needed, fan_in)
        self._in[step.index].append(edge)
        if source.collects is not None:
            self._collects[source.collects].append(edge)
            if self.plan.axes[source.collects].step == source.step:
                return  # the items of the generator itself: its end says all
        self._out[source.step].append(edge)

    def start(self) -> list[Instance]:
        """Return the instances that are ready before anything has happened."""
        ready: list[Instance] = []
        repeat = self._repeat
        if repeat is not None:
            self._take_past(repeat)
        for step in self.plan.steps:
            if not self._runs[step.index]:
                continue
            if not step.axes:
                self._create(step, (), (), ready)
            elif repeat is not None:
                for keys in repeat.list_known(step):
                    if not repeat.is_made_anew(step, keys):
                        self._create(step, keys, self._order_of(step, keys), ready)
        if repeat is not None and repeat.is_explicit:
            for (
                instance
            ) in ready:  # who asks for a step whose inputs were never made is told so where they are loaded
                instance.skipped = False
        return self._settle(ready)

    def _take_past(self, repeat: Repeat) -> None:
        """Take what is not repeated as done: its outputs, and its items."""
        for step in self.plan.steps:
            axes = self._axes_of.get(step.index, ())
            for keys in repeat.list_known(step):
                if repeat.runs_again(step, keys):
                    continue
                produced = self._done[step.index][keys] = repeat.outputs_of(step, keys)
                for axis in axes:
                    for item in repeat.past.list_items(instance_key(step.key, keys), axis.output):
                        self._note_item(axis, keys, item)
                    self._close_axis(axis, keys, self._arrival_of(axis, produced), [])

    def _order_of(self, step: PlanStep, keys: Keys) -> tuple[int, ...]:
        order = []
        for key, level in zip(keys, step.axes, strict=True):
            outer = tuple(keys[self.plan.position(step.axes, above)] for above in self.plan.axes[level].outer)
            order.append(self._items[level].get(outer, {}).get(key, 0))
        return tuple(order)

    def item(self, producer: Instance, output: str, key: str) -> list[Instance]:
        """Take note of an item of a dynamic output; return the instances that are ready now."""
        ready: list[Instance] = []
        axis = next(axis for axis in self._axes_of[producer.step.index] if axis.output == output)
        for made, position in self._note_item(axis, producer.keys, key):
            self._create_along(made, producer, position, key, ready)
        return self._settle(ready)

    def _note_item(self, axis: Axis, outer: Keys, key: str) -> list[tuple[Axis, int]]:
        """Count an item; return the axes that have it now with its position: its own, and those that pair it."""
        counts = self._counts[axis.index]
        position = counts.get(outer, 0)
        counts[outer] = position + 1
        if axis.listed:
            self._items[axis.index].setdefault(outer, {})[key] = position
        found = [(axis, position)]
        for zipped in self._zips[axis.index]:
            unpaired = self._unpaired[zipped.index].setdefault(outer, {})
            members = unpaired.setdefault(key, [])
            members.append(axis.index)
            if len(members) == len(zipped.zips):
                del unpaired[key]
                found += self._note_item(zipped, outer, key)
        return found

    def _create_along(
        self, axis: Axis, producer: Instance, position: int, key: str, ready: list[Instance]
    ) -> None:
        """Create what comes into being with an item."""
        scope = (*producer.keys, key)
        for step in self._mapped[axis.index]:
            if step.axes == (*axis.outer, axis.index):
                self._create(step, scope, (*producer.order, position), ready)
            else:
                for keys, order in self._combinations(step, axis, scope):
                    self._create(step, keys, order, ready)

    def _combinations(
        self, step: PlanStep, fixed: Axis, scope: Keys
    ) -> Iterator[tuple[Keys, tuple[int, ...]]]:
        """Yield the keys of ``step`` along all its axes that agree with ``scope`` along ``fixed`` and its outer axes."""
        given = dict(zip((*fixed.outer, fixed.index), scope, strict=True))

        def extend(
            level: int, chosen: dict[int, str], order: tuple[int, ...]
        ) -> Iterator[tuple[Keys, tuple[int, ...]]]:
            if level == len(step.axes):
                yield tuple(chosen[axis] for axis in step.axes), order
                return
            axis = self.plan.axes[step.axes[level]]
            outer = tuple(chosen[above] for above in axis.outer)
            known = self._items[axis.index].get(outer, {})
            for key in self._choices(axis, given, known):
                inner = {**chosen, axis.index: key, **dict.fromkeys(axis.zips, key)}
                yield from extend(level + 1, inner, (*order, known.get(key, 0)))

        return extend(0, {}, ())

    def _choices(self, axis: Axis, given: dict[int, str], known: dict[str, int]) -> list[str]:
        if axis.index in given:
            return [given[axis.index]]
        for member in axis.zips:
            if member in given:
                return [given[member]] if given[member] in known else []
        return list(known)

    def _create(self, step: PlanStep, keys: Keys, order: tuple[int, ...], ready: list[Instance]) -> None:
        if self._repeat is not None and not self._repeat.runs_again(step, keys):
            return
        instance = Instance(step, keys, order)
        for edge in self._out[step.index]:
            if edge.source.collects is not None:
                scope = self._collect_scope(edge, keys)
                if self._repeat is None and scope not in edge.unfinished:
                    edge.empty.add(scope)
                edge.unfinished[scope] = edge.unfinished.get(scope, 0) + 1
        for edge in self._in[step.index]:
            scope = edge.scope_of(instance)
            there = self._find_source(edge, scope)
            if there is None:
                instance.waiting += 1
                if not edge.same:
                    edge.late.setdefault(scope, []).append(instance)
            else:
                self._arrive(edge, instance, there)
        if instance.waiting:
            self._waiting[step.index][keys] = instance
        else:
            self._release(instance, ready)

    def _arrive(self, edge: _Edge, consumer: Instance, there: int) -> None:
        if there == FAILED:
            consumer.failed = True
        elif there == NEVER and edge.needed:
            consumer.skipped = True
        elif there == NEVER and edge.fan_in is not None:
            number, size = edge.fan_in
            missing = consumer.missing = consumer.missing or {}
            missing[number] = missing.get(number, 0) + 1
            if missing[number] == size:  # a list of which nothing comes
                consumer.skipped = True

    def _release(self, instance: Instance, ready: list[Instance]) -> None:
        """Hand out an instance that waits for nothing any more, as its run condition says."""
        condition = instance.step.run_when
        if condition == "all_ok":
            if instance.failed:
                self._held.append(instance)
                return
        else:
            instance.skipped = condition == "any_failed" and not instance.failed
        ready.append(instance)

    def _settle(self, ready: list[Instance]) -> list[Instance]:
        """Pass on the failures that hold instances back; return what is ready."""
        while self._held:
            instance = self._held.pop()
            self.lost.append(instance)
            self._finish(instance, False, ready)
        return ready

    def _collect_scope(self, edge: _Edge, keys: Keys) -> Keys:
        axes = self.plan.steps[edge.source.step].axes
        return tuple(key for key, axis in zip(keys, axes, strict=True) if axis != edge.source.collects)

    def _find_source(self, edge: _Edge, scope: Keys) -> int | None:
        """Return how a source arrived, or None if it is still to come."""
        source = edge.source
        if source.collects is not None:
            axis = self.plan.axes[source.collects]
            arrived = self._closed[axis.index].get(self._generator_keys(edge, axis, scope))
            if arrived is None or (edge.unfinished.get(scope) and arrived != NEVER):
                return None
            return edge.arrival(scope, arrived)
        if self._given and self._is_given(edge, scope):
            return THERE
        done = self._done[source.step]
        if scope not in done:
            return None if self._runs[source.step] else THERE  # a past run does not end any more
        return _arrival(done[scope], source.output)

    def _generator_keys(self, edge: _Edge, axis: Axis, scope: Keys) -> Keys:
        if edge.scope_axes == axis.outer:
            return scope
        return tuple(scope[self.plan.position(edge.scope_axes, above)] for above in axis.outer)

    def gave(self, instance: Instance, output: str) -> list[Instance]:
        """Take note that an instance gave an output and goes on; return the instances that are ready now."""
        index, keys = instance.step.index, instance.keys
        given = self._given.setdefault((index, keys), set())
        ready: list[Instance] = []
        if output in given:
            return ready  # it gives it again, in another attempt
        given.add(output)
        for edge in self._out[index]:
            if edge.source.output == output and edge.consumer.run_when == "all_ok":
                self._pass_on(edge, keys, THERE, ready)
        return self._settle(ready)

    def has_given(self, instance: Instance, output: str) -> bool:
        """Return whether an instance gave an output before its end."""
        return output in self._given.get((instance.step.index, instance.keys), ())

    def _is_given(self, edge: _Edge, keys: Keys) -> bool:
        """Return whether a consumer got its source before the end of the step that gives it."""
        given = self._given.get((edge.source.step, keys), ())
        return edge.source.output in given and edge.consumer.run_when == "all_ok"

    def succeeded(self, instance: Instance, produced: frozenset[str]) -> list[Instance]:
        """Take note that an instance ended and gave these outputs; return the instances that are ready now."""
        return self._settle(self._finish(instance, produced, []))

    def skipped(self, instance: Instance) -> list[Instance]:
        """Take note that an instance was skipped; return the instances that are ready now."""
        return self._settle(self._finish(instance, None, []))

    def failed(self, instance: Instance) -> list[Instance]:
        """Take note that an instance failed, or never runs; return the instances whose condition lets them run now."""
        return self._settle(self._finish(instance, False, [])) if self.is_conditional else []

    def _finish(self, instance: Instance, produced: Done, ready: list[Instance]) -> list[Instance]:
        index = instance.step.index
        if self._remembered[index]:
            self._done[index][instance.keys] = produced
        for edge in self._out[index]:
            if not self._given or not self._is_given(edge, instance.keys):
                self._pass_on(edge, instance.keys, _arrival(produced, edge.source.output), ready)
        for axis in self._axes_of.get(index, ()):
            self._close_axis(axis, instance.keys, self._arrival_of(axis, produced), ready)
        return ready

    def _pass_on(self, edge: _Edge, keys: Keys, there: int, ready: list[Instance]) -> None:
        """Tell the consumers of a source how it arrived."""
        if edge.source.collects is not None:
            self._count_down(edge, keys, there, ready)
        else:
            self._satisfy(edge, keys, there, ready)

    def _arrival_of(self, axis: Axis, produced: Done) -> int:
        """Return how the list of an axis' items arrives; one without items only if the output is required."""
        outputs = self.plan.steps[axis.step].outputs
        required = any(output.name == axis.output and output.spec.required for output in outputs)
        return _arrival(produced, None if required else axis.output)

    def _count_down(self, edge: _Edge, keys: Keys, there: int, ready: list[Instance]) -> None:
        scope = self._collect_scope(edge, keys)
        if there == FAILED:
            edge.failed.add(scope)
        elif there == THERE:
            edge.empty.discard(scope)
        edge.unfinished[scope] -= 1
        if not edge.unfinished[scope]:
            arrived = self._find_source(edge, scope)
            if arrived is not None:
                self._satisfy(edge, scope, arrived, ready)

    def _close_axis(self, axis: Axis, generator: Keys, there: int, ready: list[Instance]) -> None:
        """A generator ended: collects of its items that wait for no instance any more are there."""
        if self._collects[axis.index]:
            self._closed[axis.index][generator] = there
        for edge in self._collects[axis.index]:
            self._close(edge, axis, generator, there, ready)
        for zipped in self._zips[axis.index]:
            ended = self._ended.setdefault((zipped.index, generator), [])
            ended.append(there)
            if len(ended) == len(zipped.zips):
                self._close_axis(zipped, generator, self._end_pairs(zipped, generator, min(ended)), ready)

    def _end_pairs(self, zipped: Axis, generator: Keys, there: int) -> int:
        """Return how pairs arrive whose generators have all ended; items without a partner are an error."""
        unpaired = self._unpaired[zipped.index].pop(generator, None)
        if there != THERE or not unpaired or not self._mapped[zipped.index]:
            return there
        names = {}
        for member in zipped.zips:
            axis = self.plan.axes[member]
            step = instance_key(self.plan.steps[axis.step].key, generator)
            names[member] = step if axis.output == "result" else f"{step}.{axis.output}"
        missing = [
            f"'{names[member]}' does not give {quote_names(keys, 10)}"
            for member in zipped.zips
            if (keys := [key for key, members in unpaired.items() if member not in members])
        ]
        self.errors.append(
            DagsterInvariantViolationError(
                f"The items of {quote_names(names.values())} are paired by mapping key (zip=True), and some have no partner: "
                f"{'; '.join(missing)}. Have all of them give the same mapping keys, or leave zip=True out for all "
                f"combinations."
            )
        )
        return FAILED

    def _close(self, edge: _Edge, axis: Axis, generator: Keys, there: int, ready: list[Instance]) -> None:
        scopes: Sequence[Keys]
        if edge.scope_axes == axis.outer:
            scopes = (generator,)
        else:
            known = self._waiting[edge.consumer.index] if edge.same else edge.late
            scopes = [scope for scope in known if self._generator_keys(edge, axis, scope) == generator]
        for scope in scopes:
            if there == NEVER or not edge.unfinished.get(scope):
                self._satisfy(edge, scope, edge.arrival(scope, there), ready)

    def _satisfy(self, edge: _Edge, scope: Keys, there: int, ready: list[Instance]) -> None:
        waiting = self._waiting[edge.consumer.index]
        consumers: Sequence[Instance]
        if not edge.same:
            consumers = edge.late.pop(scope, ())
        elif scope in waiting:
            consumers = (waiting[scope],)
        else:
            return
        for consumer in consumers:
            consumer.waiting -= 1
            self._arrive(edge, consumer, there)
            if not consumer.waiting:
                del waiting[consumer.keys]
                self._release(consumer, ready)

    def list_items(self, step: PlanStep) -> list[tuple[int, list[str], list[str]]]:
        """Return the items that the lists of a step are made of: (axis, outer keys, keys), for another process."""
        axes = {source.collects for taken in step.inputs for source in taken.sources}
        return [
            (axis, list(outer), list(items))
            for axis in sorted(axis for axis in axes if axis is not None)
            for outer, items in self._items[axis].items()
        ]

    def take_items(self, items: Sequence[tuple[int, list[str], list[str]]]) -> None:
        """Know items that ``list_items`` gave in another process."""
        for axis, outer, keys in items:
            self._items[axis][tuple(outer)] = {key: position for position, key in enumerate(keys)}

    def collected_keys(self, source: PlanSource, scope: Keys) -> list[Keys]:
        """Return the keys of the instances whose outputs a collect takes, in the order of their items.

        Args:
            source: the source that collects.
            scope: the consumer's keys along the axes that it shares with the source.
        """
        assert source.collects is not None
        axis = self.plan.axes[source.collects]
        axes = self.plan.steps[source.step].axes
        if source.step == axis.step:
            return [(*scope, key) for key in self._items[axis.index].get(scope, {})]
        position = axes.index(axis.index)
        rest = [level for level in axes if level != axis.index]
        generator = tuple(scope[self.plan.position(rest, above)] for above in axis.outer)
        items = self._items[axis.index].get(generator, {})
        return [(*scope[:position], key, *scope[position:]) for key in items]


def _arrival(produced: Done, output: str | None) -> int:
    """Return how an output of an instance that ended so arrives; any output if None."""
    if produced is False:
        return FAILED
    if produced is None:
        return NEVER
    return THERE if output is None or output in produced else NEVER
