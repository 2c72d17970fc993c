"""Which instances of which steps run again, and what the others left."""

from __future__ import annotations

from collections.abc import Mapping

from weftwork.planning.plan import Plan, PlanSource, PlanStep
from weftwork.planning.reexecution.past_run import PastRun
from weftwork.planning.step_keys import Keys, instance_key, open_key


class Repeat:
    """What of a past run is repeated.

    Args:
        plan: the plan.
        past: what the past run left.
        kept: number of each step that runs again to its instances that do not; steps that are not named do not run.
    """

    __slots__ = ("_known", "kept", "past", "plan")

    def __init__(self, plan: Plan, past: PastRun, kept: Mapping[int, frozenset[Keys]]) -> None:
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
        return any(
            self.runs_again(self.plan.steps[axis.step], tuple(keys[step.axes.index(level)] for level in axis.outer))
            for axis in (self.plan.axes[level] for level in step.axes)
        )  # fmt: skip

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
        for position, level in enumerate(step.axes):
            axis = plan.axes[level]
            outer = [step.axes.index(above) for above in axis.outer if above in step.axes[:position]]
            generator = plan.steps[axis.step].key
            instances = [
                (*keys, item)
                for keys in instances
                for item in past.list_items(instance_key(generator, tuple(keys[at] for at in outer)), axis.output)
            ]  # fmt: skip
        found.append(instances)
    return found


def project(plan: Plan, consumer: PlanStep, source: PlanSource) -> list[int]:
    """Return where among the keys of a consumer those of a source are; a collected axis has none."""
    axes = plan.steps[source.step].axes
    return [consumer.axes.index(level) for level in axes if level != source.collects]


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
        generators = {plan.axes[level].step for level in step.axes}
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
        axis = plan.axes[source.collects]
        if axis.outer == tuple(axes[at] for at in shared):
            marked |= again[axis.step]
    return project(plan, step, source), marked
