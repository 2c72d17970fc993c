"""Which instances of which steps run again, and what the others left."""

from __future__ import annotations

from collections.abc import Mapping

from weftwork.planning.plan import Axis, Plan, PlanSource, PlanStep
from weftwork.planning.reexecution.past_run import PastRun
from weftwork.planning.step_keys import Keys, instance_key, open_key


class Repeat:
    """What of a past run is repeated.

    Args:
        plan: the plan.
        past: what the past run left.
        kept: number of each step that runs again to its instances that do not; steps that are not named do not run.
        is_explicit: whether somebody named the steps.
    """

    __slots__ = ("_known", "is_explicit", "kept", "past", "plan")

    def __init__(
        self, plan: Plan, past: PastRun, kept: Mapping[int, frozenset[Keys]], *, is_explicit: bool = False
    ) -> None:
        self.is_explicit = is_explicit
        self.plan = plan
        self.past = past
        self.kept = kept
        self._known = list_past_instances(plan, past)

    def runs(self, step: PlanStep) -> bool:
        """Return whether any instance of a step runs."""
        return step.index in self.kept

    def runs_again(self, step: PlanStep, keys: Keys) -> bool:
        """Return whether an instance of a step runs, of those that were and those that come into being."""
        return step.index in self.kept and keys not in self.kept[step.index]

    def list_known(self, step: PlanStep) -> list[Keys]:
        """Return the mapping keys of the instances of a step that the past run had."""
        return self._known[step.index]

    def is_made_anew(self, step: PlanStep, keys: Keys) -> bool:
        """Return whether an instance comes into being with an item of a generator that runs again."""
        plan = self.plan
        return any(
            self.runs_again(plan.steps[axis.step], _keys_along(plan, step, axis.outer, keys))
            for level in step.axes
            for axis in _generators(plan, level)
        )

    def find_output_run(self, step: PlanStep, keys: Keys, output: str) -> str | None:
        """Return the run that made an output of an instance that does not run again, or None if none did."""
        return self.past.find_output_run(instance_key(step.key, keys), output)

    def outputs_of(self, step: PlanStep, keys: Keys) -> frozenset[str] | None:
        """Return the outputs that an instance left; None if it was skipped, all if it never ended.

        What never ended is missed where it is loaded, with a message that names it.
        """
        past = self.past.steps.get(instance_key(step.key, keys))
        if past is not None and past.status == "skipped":
            return None
        if past is not None and past.status == "success":
            return frozenset(past.outputs)
        return frozenset(output.name for output in step.outputs)

    def step_keys(self) -> list[str]:
        """Return the keys of what runs; ``op[?]`` where the items are not known before."""
        found = []
        for step in self.plan.steps:
            if step.index not in self.kept:
                continue
            if not step.axes:
                found.append(step.key)
                continue
            known = self.list_known(step)
            again = [keys for keys in known if keys not in self.kept[step.index]]
            anew = not known or any(self.is_made_anew(step, keys) for keys in again)
            if anew and not self.kept[step.index]:
                found.append(open_key(step.key, len(step.axes)))
            else:
                found.extend(instance_key(step.key, keys) for keys in again)
        return found


def list_past_instances(plan: Plan, past: PastRun) -> list[list[Keys]]:
    """Return for each step the mapping keys of its instances, as the items of the past run make them."""
    found: list[list[Keys]] = []
    for step in plan.steps:
        instances: list[Keys] = [()]
        for level in step.axes:
            instances = [
                (*keys, item) for keys in instances for item in _past_items(plan, past, step, level, keys)
            ]
        found.append(instances)
    return found


def _past_items(plan: Plan, past: PastRun, step: PlanStep, level: int, keys: Keys) -> list[str]:
    """Return the items along an axis; along one that pairs others, those that all of these have."""
    lists = []
    for axis in _generators(plan, level):
        outer = _keys_along(plan, step, axis.outer, keys)
        lists.append(past.list_items(instance_key(plan.steps[axis.step].key, outer), axis.output))
    first, *rest = lists
    known = [set(items) for items in rest]
    return [item for item in first if all(item in items for items in known)] if known else first


def _generators(plan: Plan, level: int) -> list[Axis]:
    """Return the axes whose items make those of an axis: itself, or those that it pairs."""
    axis = plan.axes[level]
    return [plan.axes[member] for member in axis.zips] if axis.zips else [axis]


def _keys_along(plan: Plan, step: PlanStep, axes: tuple[int, ...], keys: Keys) -> Keys:
    """Return those of a step's keys that lie along some of its axes."""
    return tuple(keys[plan.position(step.axes, axis)] for axis in axes)


def project(plan: Plan, consumer: PlanStep, source: PlanSource) -> list[int]:
    """Return where among the keys of a consumer those of a source are; a collected axis has none."""
    axes = plan.steps[source.step].axes
    return [plan.position(consumer.axes, level) for level in axes if level != source.collects]


def repeat_failed(plan: Plan, past: PastRun) -> Repeat:
    """Return the repeat of everything that did not succeed, and of all that is downstream of it."""
    known = list_past_instances(plan, past)
    again: list[set[Keys]] = []
    opened: list[bool] = []
    for step in plan.steps:
        marks = [_mark(plan, step, source, again) for source in step.all_sources]
        rerun = {
            keys
            for keys in known[step.index]
            if any(tuple(keys[at] for at in places) in marked for places, marked in marks)
            or not _is_settled(past, instance_key(step.key, keys))
        }
        again.append(rerun)
        generators = {axis.step for level in step.axes for axis in _generators(plan, level)}
        opened.append(any(again[index] or opened[index] for index in generators))
    kept = {
        step.index: frozenset(keys for keys in known[step.index] if keys not in again[step.index])
        for step in plan.steps
        if again[step.index] or opened[step.index]
    }
    return Repeat(plan, past, kept)


def _is_settled(past: PastRun, key: str) -> bool:
    step = past.steps.get(key)
    return step is not None and step.is_settled


def _mark(
    plan: Plan, step: PlanStep, source: PlanSource, again: list[set[Keys]]
) -> tuple[list[int], set[Keys]]:
    """Return where a consumer shares keys with a source, and the shared keys of the instances that run again."""
    axes = plan.steps[source.step].axes
    shared = [at for at, level in enumerate(axes) if level != source.collects]
    marked = {tuple(keys[at] for at in shared) for keys in again[source.step]}
    if source.collects is not None and source.collects in axes:
        for axis in _generators(plan, source.collects):
            if axis.outer == tuple(axes[at] for at in shared):
                marked |= again[axis.step]
    return project(plan, step, source), marked
